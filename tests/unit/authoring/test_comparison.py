import json
from typing import Any

import pytest

from helpers.authoring.comparison import first_difference

CELLS: list[dict[str, Any]] = [
    {"cell_type": "markdown", "id": "a", "source": ["prose"], "metadata": {}},
    {"cell_type": "code", "id": "b", "source": ["f()"], "outputs": [{"text": ["one\n", "two"]}], "metadata": {}},
]


def difference(cells: list[dict[str, Any]], metadata: str = "") -> str:
    stored = json.dumps({"cells": cells, "metadata": metadata}, indent=1)
    built = json.dumps({"cells": CELLS, "metadata": ""})
    return first_difference(stored.encode(), built.encode(), {"a": 1, "b": 14})


@pytest.mark.parametrize(
    ("cells", "clause"),
    [
        ([{**CELLS[0], "source": ["poem"]}, {}], 'cell 1 (line 1) has another source: stored "poem", now "prose"'),
        (
            [CELLS[0], {**CELLS[1], "outputs": [{"text": ["one\n", "deux"]}]}],
            'cell 2 (line 14) has another output: stored "deux", now "two"',
        ),
        ([CELLS[0], {**CELLS[1], "id": "c"}], 'cell 2 (line 14) has another id: stored "c", now "b"'),
        ([CELLS[0]], "cell 2 (line 14) is new"),
        ([*CELLS, CELLS[0]], "cell 3 is no longer in the source"),
        (CELLS, "its JSON is formatted otherwise"),
    ],
    ids=["source", "output", "id", "new", "gone", "format"],
)
def test_first_difference(cells: list[dict[str, Any]], clause: str) -> None:
    """The first cell that differs is named with the line of the source, and what differs in it."""
    assert difference(cells) == clause


def test_metadata() -> None:
    """When no cell differs, the notebook's metadata may."""
    assert difference(CELLS, "other") == "the notebook's metadata differ"


def test_no_notebook() -> None:
    """A file that is no notebook is said to be none."""
    assert first_difference(b"<<<<<<< HEAD", b"{}", {}) == "it is not a notebook"
