"""What a run over a class has come to."""

from dataclasses import dataclass, field
from typing import Final

from helpers.classroom.changes import Change, Changes, plural
from helpers.classroom.plan import Plan
from helpers.classroom.words import visible
from helpers.grading.plain import plain

LONGEST_NAME: Final = 60
SEED_LATER: Final = "The seed of the cases is told at the end."
MOST_PROBLEMS: Final = 20
"""Named in the terminal; the CSV has them all."""


@dataclass
class Outcome:
    """The submissions of a run: those that were graded, now or before, and those that were not."""

    seed: int
    total: int
    graded: set[str] = field(default_factory=set)
    """Whoever was graded."""
    problems: dict[str, str] = field(default_factory=dict)
    """Why each of the others was not."""
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What there is to know of what was graded: which of several versions, and what could not be opened."""
    again: tuple[str, ...] = ()
    """The exercises that were judged again. All else was kept."""
    changes: Changes = field(default_factory=Changes)
    """Who gained and who lost by what was graded anew."""
    seeds: int = 1
    """From how many seeds the cases of all were drawn."""
    stopped: bool = False
    """Whether somebody stopped it: the tables hold what was graded until then."""
    ended: bool = False
    """Whether everybody's turn has come. Until then the seed is nobody's to know but the journal's: who still hands in
    could draw the cases from it.
    """

    @property
    def exit_code(self) -> int:
        """0 when everything was graded, 1 when something was not, 130 after Ctrl-C."""
        if self.stopped:
            return 130
        return 1 if self.problems else 0


def format_outcome(outcome: Outcome, plan: Plan) -> str:
    """The outcome for a terminal: what was not graded and why, and where the rest is."""
    lines = [f"! {visible(name, LONGEST_NAME)}: {visible(why)}" for name, why in outcome.problems.items()]
    _shorten(lines, "!")
    noted = [
        f"- {visible(name, LONGEST_NAME)}: {visible(note)}" for name, notes in outcome.notes.items() for note in notes
    ]
    lines += _shorten(noted, "-")
    lines += _changed(outcome)
    stopped = "Stopped. Run it again to go on. " if outcome.stopped else ""
    lines.append(
        f"{stopped}{len(outcome.graded):,} of {outcome.total:,} submissions are graded: {plan.csv}. "
        + (_seed(outcome) if outcome.ended else SEED_LATER)
    )
    return plain("\n".join(lines))


def _seed(outcome: Outcome) -> str:
    if outcome.seeds > 1:
        return f"The latest cases were drawn from --seed {outcome.seed}; the CSV says whose others were."
    return f"The cases were drawn from --seed {outcome.seed}."


def _changed(outcome: Outcome) -> list[str]:
    """What was judged again, a line for each loss and each gain, and how many there are."""
    changes = outcome.changes
    again = f"Judged again: {', '.join(outcome.again)}. All else is kept as it was." if outcome.again else ""
    if not changes.compared:
        return [again] if again else []
    lines = [again] if again else []
    for sign, found, count in (("↓", changes.lost, changes.losses), ("↑", changes.gained, changes.gains)):
        lines += [f"{sign} {change_words(one)}" for one in found[:MOST_PROBLEMS]]
        lines += [f"{sign} and {count - MOST_PROBLEMS:,} more"] if count > MOST_PROBLEMS else []
    lines.append(
        f"Of {changes.compared:,} who were graded anew, {changes.winners:,} gained points in an exercise and "
        f"{changes.losers:,} lost some."
    )
    return lines


def change_words(change: Change) -> str:
    """A change as a line."""
    points = f"{change.points:+} {plural(change.points)}"
    name = visible(change.submission, LONGEST_NAME)
    return f"{name}, {change.exercise}: {points} ({change.before} → {change.after}; {visible(change.why)})"


def _shorten(lines: list[str], sign: str) -> list[str]:
    """`lines` themselves, cut to as many as anybody reads."""
    hidden = len(lines) - MOST_PROBLEMS
    if hidden > 0:
        lines[MOST_PROBLEMS:] = [f"{sign} and {hidden:,} more"]
    return lines
