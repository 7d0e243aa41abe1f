"""A run over a class: what is not in the journal is graded, and the tables are written from it."""

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from helpers.classroom.cluster import mark_on_cluster
from helpers.classroom.journal import Journal
from helpers.classroom.local import Lost, mark_locally
from helpers.classroom.marker import Record, mark
from helpers.classroom.overview import write_overview
from helpers.classroom.parcel import Parcel, Terms, course_version, pack
from helpers.classroom.progress import Advance, show_progress
from helpers.classroom.roster import Entry, Unusable, read_roster, read_submission
from helpers.classroom.tables import canvas_rows, course_rows, nbgrader_rows, write_table
from helpers.classroom.tally import Tally
from helpers.classroom.words import visible
from helpers.errors import CourseError
from helpers.exercises import EXERCISES
from helpers.grading.grader import SEEDS

LONGEST_NAME: Final = 60
MOST_PROBLEMS: Final = 20
"""Named in the terminal; the CSV has them all."""


@dataclass(frozen=True)
class Plan:
    """What to grade, where the tables go, and who does the work: `jobs` processes, or the cluster at `scheduler`."""

    folder: Path
    csv: Path
    html: Path | None = None
    nbgrader: Path | None = None
    canvas: Path | None = None
    jobs: int | None = None
    scheduler: str | None = None
    seed: int | None = None
    lessons: Sequence[str] = ()

    @property
    def journal(self) -> Path:
        """The journal's place: beside the CSV."""
        return self.csv.with_name(f"{self.csv.name}.journal")

    @property
    def own(self) -> list[Path]:
        """The files that a run writes."""
        return [path for path in (self.csv, self.journal, self.html, self.nbgrader, self.canvas) if path is not None]


@dataclass
class Outcome:
    """What a run has come to. `stopped` when somebody stopped it: the tables hold what was graded until then."""

    seed: int
    total: int
    keys: dict[str, str] = field(default_factory=dict)
    """The journal's key of each submission that was graded, by name."""
    problems: dict[str, str] = field(default_factory=dict)
    """Why each of the others was not."""
    stopped: bool = False

    @property
    def graded(self) -> int:
        """Submissions that were graded, in this run or before."""
        return len(self.keys)


def grade_class(plan: Plan) -> Outcome:
    """Grade what has not been graded, and write the tables of `plan`. Raises `CourseError` when nothing can be done.

    What cannot be graded is in the outcome's `problems` and is tried again by the next run.
    """
    lessons = _lessons(plan.lessons)
    for path in plan.own:
        if not path.absolute().parent.is_dir():
            raise CourseError(f"{path} cannot be written: {path.parent} is no folder.")
    roster = read_roster(plan.folder, plan.own)
    with Journal(plan.journal) as journal:
        journal.begin(_seed(plan, journal))
        assert journal.seed is not None
        terms = Terms(journal.seed, lessons, course_version())
        outcome = Outcome(terms.seed, len(roster))
        try:
            _grade_missing(plan, roster, terms, journal, outcome)
        except KeyboardInterrupt:
            outcome.stopped = True
        finally:
            _write_tables(plan, roster, terms, journal, outcome)
    return outcome


def format_outcome(outcome: Outcome, plan: Plan) -> str:
    """The outcome for a terminal: what was not graded and why, and where the rest is."""
    lines = [f"! {visible(name, LONGEST_NAME)}: {visible(why)}" for name, why in outcome.problems.items()]
    hidden = len(lines) - MOST_PROBLEMS
    if hidden > 0:
        lines[MOST_PROBLEMS:] = [f"! and {hidden:,} more"]
    stopped = "Stopped. Run it again to go on. " if outcome.stopped else ""
    lines.append(
        f"{stopped}{outcome.graded:,} of {outcome.total:,} submissions are graded: {plan.csv}. "
        f"The cases were drawn from --seed {outcome.seed}."
    )
    return "\n".join(lines)


def _seed(plan: Plan, journal: Journal) -> int:
    """The one that was asked for, else that of the run that goes on here."""
    if plan.seed is not None:
        return plan.seed
    return random.SystemRandom().randrange(SEEDS) if journal.seed is None else journal.seed


def _lessons(wanted: Sequence[str]) -> tuple[str, ...]:
    """The lessons that count, in the order of the course: all of them unless some are named."""
    known = tuple(dict.fromkeys(exercise.lesson for exercise in EXERCISES.values()))
    for name in wanted:
        if name not in known:
            close = get_close_matches(name, known, 1)
            guess = f"did you mean {close[0]}?" if close else f"they are {', '.join(known)}."
            raise CourseError(f"No lesson with exercises is called {name!r}: {guess}")
    return tuple(name for name in known if not wanted or name in wanted)


def _grade_missing(plan: Plan, roster: Sequence[Entry], terms: Terms, journal: Journal, outcome: Outcome) -> None:
    with show_progress(len(roster)) as advance:
        parcels = _parcels(plan.folder, roster, terms, journal, outcome, advance)
        for parcel, result in _results(plan, parcels):
            if isinstance(result, Lost):
                outcome.problems[parcel.name] = str(result)
            else:
                _note(parcel, json.loads(result), journal, outcome)
            advance()


def _parcels(
    folder: Path, roster: Sequence[Entry], terms: Terms, journal: Journal, outcome: Outcome, advance: Advance
) -> Iterator[Parcel]:
    """What is left to grade, read when its turn comes."""
    for entry in roster:
        try:
            parcel = _parcel(folder, entry, terms)
        except Unusable as error:
            outcome.problems[entry.name] = str(error)
            advance()
            continue
        if parcel.key in journal:
            outcome.keys[entry.name] = parcel.key
            advance()
        else:
            yield parcel


def _parcel(folder: Path, entry: Entry, terms: Terms) -> Parcel:
    if entry.problem is not None:
        raise Unusable(entry.problem)
    return pack(entry.name, read_submission(folder / entry.name), terms)


def _results(plan: Plan, parcels: Iterator[Parcel]) -> Iterator[tuple[Parcel, str | Lost]]:
    if plan.scheduler is not None:
        return mark_on_cluster(parcels, plan.scheduler, mark)
    return mark_locally(parcels, plan.jobs or _processors(), mark)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _note(parcel: Parcel, record: Record, journal: Journal, outcome: Outcome) -> None:
    if record["version"] != parcel.terms.version:
        raise CourseError(f"A worker has course {record['version']}, and here is {parcel.terms.version}: run it again.")
    if "problem" in record:
        outcome.problems[parcel.name] = record["problem"]
        return
    journal.append(record)
    outcome.keys[parcel.name] = parcel.key


def _write_tables(plan: Plan, roster: Sequence[Entry], terms: Terms, journal: Journal, outcome: Outcome) -> None:
    def records() -> Iterator[Record]:
        for entry in roster:
            if entry.name in outcome.keys:
                yield journal.record(outcome.keys[entry.name])
            elif entry.name in outcome.problems:
                yield {"submission": entry.name, "problem": outcome.problems[entry.name], "seed": terms.seed}

    write_table(plan.csv, course_rows(records()))
    if plan.nbgrader is not None:
        write_table(plan.nbgrader, nbgrader_rows(records()))
    if plan.canvas is not None:
        write_table(plan.canvas, canvas_rows(records(), terms.lessons))
    if plan.html is not None:
        tally = Tally()
        for record in records():
            tally.add(record)
        write_overview(plan.html, tally, terms)
