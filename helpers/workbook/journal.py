"""What became of the exercises: one small text file beside the notebooks that a learner works in.

    2026-11-23  first_answer          tried
    2026-11-23  first_answer          passed

A line is added when something changes, by one write at the end of the file, and none is ever changed: so two notebooks
that write at once lose nothing of each other's, without a lock. The last line of an exercise counts; only `reset` takes
back a `passed`. Lines that cannot be read count for nothing, and are left where they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

FILE: Final = "progress.txt"
HEAD: Final = (
    "# What check() said of your exercises, and when. The last line of each counts, and you may delete any.\n"
    "# `course status` shows it as a table, `course reset NAME` begins an exercise or a lesson again.\n"
)
State: TypeAlias = Literal["tried", "passed"]
Event: TypeAlias = Literal["tried", "passed", "reset"]

_LINE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\w+)\s+(tried|passed|reset)")
_GENERATED: Final = b'"source_digest"'
"""In the metadata of every notebook that is made for learners, and of no other."""


@dataclass(frozen=True)
class Journal:
    """What the file says. `states` has the exercises that were begun, by name."""

    states: Mapping[str, State] = field(default_factory=dict)
    unreadable: tuple[int, ...] = ()
    """The numbers of the lines that cannot be read."""


def read_journal(folder: Path) -> Journal:
    """The journal in `folder`; an empty one where there is none. Raises `OSError` when it cannot be read."""
    try:
        return parse_journal((folder / FILE).read_bytes())
    except FileNotFoundError:
        return Journal()


def parse_journal(content: bytes) -> Journal:
    """The journal that a file with this content holds."""
    states: dict[str, State] = {}
    unreadable: list[int] = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        event = _event(line)
        if event is None:
            unreadable.append(number)
        elif event != ():
            _follow(states, *event)
    return Journal(states, tuple(unreadable))


def add(folder: Path, name: str, event: Event, day: date | None = None) -> None:
    """Add a line when it says something new. Raises `OSError` when it cannot be written."""
    before = dict(read_journal(folder).states)
    after = dict(before)
    _follow(after, name, event)
    if after == before:
        return
    path = folder / FILE
    line = f"{day or date.today():%Y-%m-%d}  {name:<20}  {event}\n"
    # Unbuffered and appended: one write, which no other one can get into.
    with path.open("ab", buffering=0) as file:
        file.write((_before_line(path) + line).encode())


def work_folder(lesson: str) -> Path | None:
    """The present folder, when it is one that a learner works in: the notebook of `lesson` in it was made for learners.

    Lessons that are built, tested or graded run elsewhere, and so does what their authors try.
    """
    try:
        folder = Path.cwd()
        return folder if _GENERATED in (folder / f"{lesson}.ipynb").read_bytes() else None
    except OSError:
        return None


def _event(line: str) -> tuple[()] | tuple[str, Event] | None:
    """The exercise and what happened to it; nothing for an empty line or a comment; None when it can't be read."""
    text = line.strip()
    if not text or text.startswith("#"):
        return ()
    match = _LINE.fullmatch(text)
    return None if match is None else (match[2], cast("Event", match[3]))


def _follow(states: dict[str, State], name: str, event: Event) -> None:
    if event == "reset":
        states.pop(name, None)
    elif states.get(name) != "passed":
        states[name] = event


def _before_line(path: Path) -> str:
    """A head for a new file; an end for a last line that has none."""
    content = path.read_bytes()
    if not content:
        return HEAD
    return "" if content.endswith(b"\n") else "\n"
