"""A check: what is needed to judge one exercise.

It has three parts, and they do not touch: the *cases* are drawn from a seed; the exercise's *driver* calls the
learner's function and returns what can be seen of it as JSON; the *verdict* is a pure function of that and of the wire
log. In a notebook the three run in one process. When grading, cases and verdict stay with the grader.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation
from helpers.replay import Exchange, Scenario


@dataclass(frozen=True)
class Case:
    """One situation to put the learner's function in. `expected` stays with the verdict, away from the driver."""

    name: str
    scenario: Scenario
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What happened in one case: what was seen of the function, and what went over the wire."""

    case: Case
    observation: Observation
    wire: Sequence[Exchange]
    artefacts: Any = None
    """What the check's `inspect` found in the folder that the function worked in."""

    @property
    def value(self) -> Any:
        """What the function returned, as JSON; None when it raised."""
        return self.observation.value


Sentence: TypeAlias = str | Callable[[Run], str]


@dataclass(frozen=True)
class Misconception:
    """A mistake that people really make: how it shows, what it means, and what to do next.

    `applies` is asked of every run, wrong or not: the first run that it applies to is the one that is shown.
    """

    id: str
    applies: Callable[[Run], bool]
    cause: Sentence
    """One cause, in a sentence or two that name it."""
    next_step: Sentence
    """One thing to do."""
    reread: str
    """The section of the lesson to read again."""
    decisive: bool = False
    """Whether no other case is worth its time once this applies: what it tells is told, whatever they would show."""


@dataclass(frozen=True)
class Inspection:
    """What a verdict needs from the folder that the function worked in."""

    files: tuple[str, ...]
    """Their names. Nothing else is there when it is graded."""
    read: Callable[[Path], Any]
    """What is found in them, in a folder that holds those of them that there are."""


@dataclass(frozen=True)
class Check:
    """What judges one exercise."""

    exercise: Exercise
    cases: Callable[[random.Random], Sequence[Case]]
    right: Callable[[Run], str | None]
    """None when the run is right; else a sentence that says what was expected and what came instead."""
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, str, str]
    said: Callable[[Run], str] = lambda run: ""
    """What the function said about the case, in a few words for the picture: `you said complete`."""
    besides: str = ""
    """One sentence on what to see in our solution: said to whoever has passed, and compares theirs with it."""
    inspect: Inspection | None = None
    again: Mapping[str, int] = field(default_factory=dict)
    """How often a case comes again when it is graded, drawn anew, by its name. For exercises whose functions say one of
    very few things: of a few cases, what is right in which place could be guessed.
    """
