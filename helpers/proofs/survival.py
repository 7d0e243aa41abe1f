"""Mutation as a proof: nearly every mutant of our solutions is noticed by the checks, or listed as right."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from helpers.authoring.checkout import require_checkout
from helpers.calling.exercise import Exercise
from helpers.lessons.found import EXERCISES, LESSONS, exercise_named
from helpers.proofs.equivalents import Equivalent, read_equivalents
from helpers.proofs.fates import Court, Fate
from helpers.proofs.mutants import Mutant, mutants_of, solution_of

LEAST_OF_ONE: Final = 0.90
"""The share of an exercise's mutants that has to be killed, or listed."""
LEAST_OF_ALL: Final = 0.97
"""The share of all of them together, where the whole course is proved."""


@dataclass(frozen=True)
class Survival:
    """What became of the mutants of one exercise."""

    exercise: Exercise
    solution: Fate
    """What became of our solution itself. Where it does not survive, its mutants tell nothing."""
    mutants: int
    listed: tuple[Mutant, ...]
    """Those that survived, and may."""
    survivors: tuple[tuple[Mutant, Fate], ...]
    """Those that did, and should not have."""
    stale: tuple[Equivalent, ...]
    """Entries of the list that no surviving mutant makes."""

    @property
    def settled(self) -> int:
        """How many were killed or are listed."""
        return self.mutants - len(self.survivors)

    @property
    def holds(self) -> bool:
        """Whether that is enough."""
        enough = self.settled >= LEAST_OF_ONE * self.mutants
        return enough and not self.stale and self.solution == "survived"


def prove_mutants(names: Sequence[str], root: Path, say: Callable[[str], None]) -> bool:
    """Whether enough mutants of these lessons and exercises are noticed; of the whole course where there are no names.

    What was found is said exercise by exercise: it takes minutes. Raises `CourseError` for a name that is none, and
    where there is no course.
    """
    require_checkout(root)
    equivalents = read_equivalents(root)
    found: list[Survival] = []
    with Court() as court:
        for exercise in _chosen(names):
            found.append(survival_of(exercise, root, equivalents, court))
            say(format_survival(found[-1]))
    mutants, settled = sum(one.mutants for one in found), sum(one.settled for one in found)
    say(f"Killed or listed: {settled} of {mutants} mutants ({_percent(settled, mutants)}).")
    return all(one.holds for one in found) and (bool(names) or settled >= LEAST_OF_ALL * mutants)


def survival_of(exercise: Exercise, root: Path, equivalents: Iterable[Equivalent], court: Court) -> Survival:
    """What becomes of the mutants of `exercise` in the course at `root`."""
    mutants = list(mutants_of(exercise, root))
    ours, *fates = court.fates(exercise, [solution_of(exercise, root), *(one.source for one in mutants)])
    alive = [(mutant, fate) for mutant, fate in zip(mutants, fates, strict=True) if fate != "killed"]
    own = [one for one in equivalents if one.exercise == exercise.name]
    listed = [mutant for mutant, fate in alive if fate == "survived" and any(one.is_made_by(mutant) for one in own)]
    survivors = tuple((mutant, fate) for mutant, fate in alive if mutant not in listed)
    stale = tuple(one for one in own if not any(map(one.is_made_by, listed)))
    return Survival(exercise, ours, len(mutants), tuple(listed), survivors, stale)


def format_survival(survival: Survival) -> str:
    """A line with the figures, and one below it for each thing that is not as it should be."""
    killed = survival.settled - len(survival.listed)
    counts = f"{killed} of {survival.mutants} killed, {len(survival.listed)} listed"
    share = _percent(survival.settled, survival.mutants)
    name = f"{survival.exercise.lesson}, {survival.exercise.name}"
    lines = [f"{'✓' if survival.holds else '✗'} {name:<36}  {counts} ({share})"]
    if survival.solution != "survived":
        lines.append(f"    our solution: {survival.solution}; what its mutants do tells nothing")
    lines += [f"    {fate}: {mutant}" for mutant, fate in survival.survivors]
    lines += [f"    listed, but no mutant survives so: {one}" for one in survival.stale]
    return "\n".join(lines)


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _chosen(names: Sequence[str]) -> list[Exercise]:
    if not names:
        return list(EXERCISES.values())
    return [one for name in names for one in (LESSONS[name].exercises if name in LESSONS else [exercise_named(name)])]
