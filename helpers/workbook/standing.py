"""How far somebody is: which exercises of which lessons are passed, and what is next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final, Literal, TypeAlias

from helpers.calling.exercise import Exercise
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES, LESSONS
from helpers.typescript import node
from helpers.workbook.journal import FILE, State, read_journal

Shown: TypeAlias = State | Literal["not_available"]
SYMBOLS: Final[Mapping[Shown | None, str]] = {"passed": "✓", "tried": "✗", "not_available": "–", None: "○"}
LEGEND: Final = "✓ passed, ✗ tried, ○ not started"
FINISHED: Final = "All of them. What is next is your own service."


@dataclass(frozen=True)
class LessonStanding:
    """The exercises of one lesson by name, in order; None for one that was not started."""

    name: str
    states: Mapping[str, Shown | None]

    @property
    def passed(self) -> int:
        """How many of them are passed."""
        return list(self.states.values()).count("passed")

    @property
    def total(self) -> int:
        """How many of them can be passed here, or are."""
        return sum(state != "not_available" for state in self.states.values())

    @property
    def begun(self) -> bool:
        """Whether any of them was tried."""
        return any(state in ("tried", "passed") for state in self.states.values())

    @property
    def symbol(self) -> str:
        """✓ when all are passed, ○ when none was started, ◐ in between, and – where none can be."""
        if not self.total:
            return "–"
        if self.passed == self.total:
            return "✓"
        return "◐" if self.begun else "○"

    @property
    def title(self) -> str:
        """Its name for a reader, such as `01 standard`, which no line breaks."""
        beside = LESSONS[self.name].beside
        name = f"{self.name} ({beside})" if beside else self.name
        return name.replace("_", " ").replace(" ", "\N{NO-BREAK SPACE}")

    @property
    def exercises(self) -> str:
        """Each with its symbol, such as `✓ ask, ○ long_report`; behind them those that stand beside the others."""
        apart = LESSONS[self.name].besides
        beside = {one.name for group in apart.values() for one in group}
        own = self._with_symbols(name for name in self.states if name not in beside)
        rest = (f"{kind}: {self._with_symbols(one.name for one in group)}" for kind, group in apart.items())
        return "; ".join([own, *rest])

    def _with_symbols(self, names: Iterable[str]) -> str:
        return ", ".join(f"{SYMBOLS[self.states[name]]}\N{NO-BREAK SPACE}{name}" for name in names)


@dataclass(frozen=True)
class Standing:
    """All lessons, in order."""

    lessons: tuple[LessonStanding, ...]

    @property
    def passed(self) -> int:
        """How many exercises are passed."""
        return sum(lesson.passed for lesson in self.lessons)

    @property
    def total(self) -> int:
        """How many exercises there are."""
        return sum(lesson.total for lesson in self.lessons)

    @property
    def next(self) -> Exercise | None:
        """The first exercise that is not passed; None when all are that can be here."""
        done = ("passed", "not_available")
        names = (name for lesson in self.lessons for name, state in lesson.states.items() if state not in done)
        name = next(names, None)
        return None if name is None else EXERCISES[name]


def standing(states: Mapping[str, State]) -> Standing:
    """The standing of somebody whose exercises are in these states. Names that the course has not count for nothing."""
    lessons = groupby(EXERCISES.values(), key=lambda exercise: exercise.lesson)
    return Standing(
        tuple(
            LessonStanding(lesson, {exercise.name: _state(exercise, states) for exercise in exercises})
            for lesson, exercises in lessons
        )
    )


def _state(exercise: Exercise, states: Mapping[str, State]) -> Shown | None:
    state = states.get(exercise.name)
    if state != "passed" and exercise.language == "typescript" and node.problem() is not None:
        return "not_available"
    return state


def read_standing(folder: Path) -> tuple[Standing, Sequence[str]]:
    """The standing that the journal in `folder` tells, and a sentence on what of it cannot be read.

    Raises `CourseError` when nothing of it can.
    """
    try:
        journal = read_journal(folder)
    except OSError as error:
        raise CourseError(f"{folder / FILE} cannot be read ({error.strerror}): mend that, or delete it.") from error
    now = standing(journal.states)
    return now, [*_notes(journal.unreadable), *_why_not(now)]


def _why_not(now: Standing) -> Sequence[str]:
    """What the dash stands for, and what mends it."""
    names = [name for lesson in now.lessons for name, state in lesson.states.items() if state == "not_available"]
    return [f"– {', '.join(names)}: not available here. {node.problem()}"] if names else []


def _notes(unreadable: Sequence[int]) -> Sequence[str]:
    if not unreadable:
        return ()
    if len(unreadable) == 1:
        return (f"Line {unreadable[0]} of {FILE} cannot be read and counts for nothing: mend or delete it.",)
    lines = ", ".join(map(str, unreadable))
    return (f"Lines {lines} of {FILE} cannot be read and count for nothing: mend or delete them.",)
