"""Workflow commands: lines by which a step of GitHub Actions talks to the runner that reads its log.

A line of the log that begins with `::name` is one, wherever it comes from, and so is `##[name]` anywhere in a line
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). A learner who has one printed
could hide words of the log, mark files, or give out points: those are commands, too.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

Write: TypeAlias = Callable[[str], object]
"""Writes a line to the log, at once."""

_ESCAPES: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES: Final = {**_ESCAPES, ":": "%3A", ",": "%2C"}


@contextmanager
def only_text(write: Write) -> Iterator[None]:
    """Within the `with` block no line of the log is a command.

    Only who knows the word that ends it could end it, and that is drawn anew every time. After an exception nobody
    ends it: what is printed then was not foreseen.
    """
    word = secrets.token_hex(16)
    write(f"::stop-commands::{word}")
    yield
    write(f"::{word}::")


def notice(title: str, message: str) -> str:
    """The command that adds a notice to the run, in one line."""
    return f"::notice title={title.translate(_table(_IN_PROPERTIES))}::{message.translate(_table(_ESCAPES))}"


def points(score: int, max_score: int) -> str:
    """The command that shows the points where the run is shown."""
    return notice("Points", f"{score} of {max_score}")


def _table(escapes: dict[str, str]) -> dict[int, str]:
    return str.maketrans(escapes)
