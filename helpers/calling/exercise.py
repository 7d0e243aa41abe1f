"""An exercise, as far as it has to be known to call what the learner wrote for it; and the lesson that it is of.

Nothing here judges: whoever runs a learner's function needs no more than this. What judges is the check of the exercise
(`helpers.judging.check`), and stays with the grader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from helpers.calling.stage import Driver, call

Language = Literal["python", "typescript"]
Beside = Literal["", "optional", "beyond the sheet"]


@dataclass(frozen=True)
class Exercise:
    """One plain function, known by its name. `parameters` are the names in its signature, in order."""

    name: str
    parameters: tuple[str, ...]
    driver: Driver = call
    lesson: str = ""
    """The name of its lesson, such as `08_midstream`; given by the lesson."""
    points: int = 1
    max_requests: int = 30
    """Requests in one case after which the function is stopped."""
    given: type | None = None
    """The class that the learner repairs, where the exercise is a class. It is not started while it is as given."""
    more: str = ""
    """The name behind the two stars for whatever else it takes, where it takes more."""
    patience: float = 1.0
    """How many times as long as others a case may take."""
    language: Language = "python"
    """What it is written in. A function of TypeScript is called from Python like any other (`helpers.typescript`)."""
    beside: Beside = ""
    """How it stands beside the exercises that the cheat sheet asks for. In a lesson that stands beside them, all do."""

    @property
    def signature(self) -> str:
        """What stands between the brackets of its `def` line."""
        return ", ".join([*self.parameters, *([f"**{self.more}"] if self.more else [])])

    @property
    def mark(self) -> str:
        """What stands behind its name, where it stands beside the others: ` (beyond the sheet)`."""
        return f" ({self.beside})" if self.beside else ""


@dataclass(frozen=True)
class Lesson:
    """A lesson: its name, which begins with its number, what it is called, and its exercises in their order."""

    name: str
    title: str
    afterwards: str
    """What a learner can do afterwards, for the table of lessons."""
    exercises: tuple[Exercise, ...]
    draft: bool = False
    """Whether it is still being written: then it is in no list, no notebook and no grade."""
    beside: Beside = ""
    """How it stands beside the lessons that the cheat sheet asks for: the course is whole without it."""

    @property
    def heading(self) -> str:
        """What it is called in a list of lessons."""
        return f"{self.title} ({self.beside})" if self.beside else self.title

    @property
    def besides(self) -> Mapping[Beside, Sequence[Exercise]]:
        """The exercises that stand beside the others of it, by how they do. None where all of it stands beside."""
        apart = sorted((one for one in self.exercises if one.beside != self.beside), key=lambda one: one.beside)
        return {beside: list(group) for beside, group in groupby(apart, key=lambda one: one.beside)}

    def exercise(self, name: str) -> Exercise:
        """The exercise of this name. Raises `StopIteration` where the lesson has none."""
        return next(one for one in self.exercises if one.name == name)


def lesson(
    name: str,
    title: str,
    afterwards: str,
    exercises: Sequence[Exercise],
    *,
    draft: bool = False,
    beside: Beside = "",
) -> Lesson:
    """A lesson whose exercises know that they are its own, and stand where it stands."""
    own = tuple(replace(one, lesson=name, beside=one.beside or beside) for one in exercises)
    return Lesson(name, title, afterwards, own, draft, beside)
