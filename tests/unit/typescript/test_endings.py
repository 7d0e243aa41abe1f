"""The table of endings says what really happens."""

import shutil

import pytest

from helpers.typescript.endings import ENDINGS, kept, make
from helpers.typescript.node import versions


def test_every_ending_is_in_the_table() -> None:
    """In the order in which they are made."""
    assert tuple(row.ending for row in kept().rows) == ENDINGS


@pytest.mark.usefixtures("needs_node")
def test_made_anew() -> None:
    """All three clients, run over the loopback server, do what the table says."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here: the table of endings needs it.")
    table = kept()
    here, there = (found["node"].partition(".")[0] for found in (versions(), table.versions))
    if here != there:
        pytest.skip(
            f"The table was made with Node {there}, and this is Node {here}: `python -m helpers.typescript.endings`."
        )
    assert make().rows == table.rows
