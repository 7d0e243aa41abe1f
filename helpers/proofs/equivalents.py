"""Mutants that no check should notice, because a function with that change is right too: each listed, with why.

    [[collect]]                               # the exercise
    before = "time.sleep(attempt)"            # the lines of the solution that change, in one line
    after = ["time.sleep(None)", "pass"]      # and what is right in their place as well
    why = "The results may be asked for again without a pause."

An entry is known by what it says and not by where it stands, so that it survives what is edited elsewhere.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from helpers.errors import CourseError
from helpers.lessons.found import exercise_named
from helpers.proofs.mutants import Mutant

FILE: Final = Path("tests/mutants/equivalents.toml")
"""From the root of the course."""
_KEYS: Final = {"before": str, "after": list, "why": str}


@dataclass(frozen=True)
class Equivalent:
    """One change of one solution that leaves it right."""

    exercise: str
    before: str
    after: str
    why: str

    def __str__(self) -> str:
        return f"{self.before}  ->  {self.after or '(nothing)'}"

    def is_made_by(self, mutant: Mutant) -> bool:
        """Whether this is the change that `mutant` has."""
        return (self.exercise, self.before, self.after) == (mutant.exercise.name, mutant.before, mutant.after)


def read_equivalents(root: Path) -> list[Equivalent]:
    """Those of the course at `root`. Raises `CourseError` where they can't be read."""
    file = root / FILE
    try:
        data = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError as error:
        raise CourseError(f"{FILE} is not TOML ({error}): mend it.") from error
    return [one for name, entries in data.items() for entry in entries for one in _equivalents(name, entry)]


def _equivalents(name: str, entry: Any) -> Iterator[Equivalent]:
    exercise_named(name)
    if not isinstance(entry, dict) or {key: type(value) for key, value in entry.items()} != _KEYS:
        raise CourseError(
            f"An entry of {name} in {FILE} is not as it should be: give it before, after (a list) and why."
        )
    if not entry["why"].strip() or not entry["after"]:
        raise CourseError(f"{FILE} lists {entry['before']!r} of {name} without saying what is right besides, and why.")
    yield from (Equivalent(name, entry["before"], after, entry["why"]) for after in entry["after"])
