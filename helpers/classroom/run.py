"""A run over a class: what is not in the journal is graded, and the tables are written from it."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.classroom.cluster import mark_on_cluster
from helpers.classroom.journal import Journal
from helpers.classroom.local import Lost, Results, mark_locally
from helpers.classroom.marker import Record, mark
from helpers.classroom.outcome import Outcome
from helpers.classroom.overview import write_overview
from helpers.classroom.parcel import Parcel, Terms, course_version, pack
from helpers.classroom.plan import Plan
from helpers.classroom.progress import show_progress
from helpers.classroom.roster import Entry, Unusable, read_roster, read_submission
from helpers.classroom.tables import canvas_rows, course_rows, moodle_rows, nbgrader_rows, write_table
from helpers.classroom.tally import Tally
from helpers.grading.grader import SEEDS
from helpers.processors import usable


def grade_class(plan: Plan, mark: Callable[[str], str] = mark) -> Outcome:
    """Grade what has not been graded, and write the tables of `plan`. Raises `CourseError` when nothing can be done.

    What cannot be graded is in the outcome's `problems`; the next run tries it again. `mark` grades one parcel, in
    another process.
    """
    lessons, names = plan.lessons, plan.pattern
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        roster = read_roster(plan.folder, plan.own, Path(scratch), names)
        return _run(plan, roster, lessons, mark)


def _run(plan: Plan, roster: Sequence[Entry], lessons: tuple[str, ...], mark: Callable[[str], str]) -> Outcome:
    with Journal(plan.journal) as journal:
        seed = _seed(plan, journal)
        journal.begin(seed)
        terms = Terms(seed, lessons, course_version(), plan.seconds, plan.isolation)
        run = Run(plan, roster, terms, journal, Outcome(seed, len(roster)))
        if journal.spoilt:
            what = f"{journal.spoilt:,} of its lines are not as they were written. What they said is graded anew."
            run.outcome.notes[journal.path.name] = (what,)
        try:
            run.grade(mark)
            run.outcome.ended = True
        except KeyboardInterrupt:
            run.outcome.stopped = True
        finally:
            run.write_tables()
    return run.outcome


def _seed(plan: Plan, journal: Journal) -> int:
    """The one that was asked for, else that of the run which goes on, else a new one."""
    if plan.seed is not None:
        return plan.seed
    return random.SystemRandom().randrange(SEEDS) if journal.seed is None else journal.seed


@dataclass(frozen=True)
class Run:
    """One run: who is in the class, on which terms, and what has become of them so far."""

    plan: Plan
    roster: Sequence[Entry]
    terms: Terms
    journal: Journal
    outcome: Outcome

    def grade(self, mark: Callable[[str], str]) -> None:
        """Grade what the journal has not, one record at a time."""
        with (
            show_progress(len(self.roster)) as advance,
            closing(self._results(self._missing(advance), mark)) as results,
        ):
            for parcel, result in results:
                if isinstance(result, Lost):
                    self.outcome.problems[parcel.name] = str(result)
                else:
                    self._note(parcel, json.loads(result))
                advance()

    def write_tables(self) -> None:
        """Write what the plan asks for, from all records that there are, also where the run came to no end."""
        for entry in self.roster:
            if entry.name not in self.outcome.keys:
                self._look_up(entry)
        write_table(self.plan.csv, course_rows(self._records()))
        if self.plan.nbgrader is not None:
            write_table(self.plan.nbgrader, nbgrader_rows(self._records()))
        if self.plan.canvas is not None:
            write_table(self.plan.canvas, canvas_rows(self._records(), self.terms.lessons))
        if self.plan.moodle is not None:
            write_table(self.plan.moodle, moodle_rows(self._records(), self.terms.lessons))
        if self.plan.html is not None:
            tally = Tally()
            for record in self._records():
                tally.add(record)
            write_overview(self.plan.html, tally, self.terms, ended=self.outcome.ended)

    def _missing(self, advance: Callable[[], None]) -> Iterator[Parcel]:
        """What is left to grade, read when its turn comes."""
        for entry in self.roster:
            parcel = self._look_up(entry)
            if parcel is None:
                advance()
            else:
                yield parcel

    def _look_up(self, entry: Entry) -> Parcel | None:
        """The submission, where it is neither graded nor unusable."""
        try:
            gathered = read_submission(entry)
        except Unusable as error:
            self.outcome.problems[entry.name] = str(error)
            return None
        if notes := (*entry.notes, *gathered.notes):
            self.outcome.notes[entry.name] = notes
        parcel = pack(entry.name, gathered.files, self.terms)
        if parcel.key not in self.journal:
            return parcel
        self.outcome.keys[entry.name] = parcel.key
        return None

    def _results(self, parcels: Iterator[Parcel], mark: Callable[[str], str]) -> Results:
        if self.plan.scheduler is not None:
            return mark_on_cluster(parcels, self.plan.scheduler, mark)
        return mark_locally(parcels, self.plan.jobs or len(usable()), mark)

    def _note(self, parcel: Parcel, record: Record) -> None:
        if "problem" in record:
            self.outcome.problems[parcel.name] = record["problem"]
            return
        self.journal.append(record)
        self.outcome.keys[parcel.name] = parcel.key

    def _records(self) -> Iterator[Record]:
        """The record of everybody who has one, in the order of the roster; with the seed once the run has ended."""
        seed = self.terms.seed if self.outcome.ended else ""
        for entry in self.roster:
            if entry.name in self.outcome.keys:
                record = self.journal.record(self.outcome.keys[entry.name])
                intake = self.outcome.notes.get(entry.name, ())
                yield {**record, "seed": seed, "intake": intake, "system": entry.system, "number": entry.number}
            elif entry.name in self.outcome.problems:
                yield {"submission": entry.name, "problem": self.outcome.problems[entry.name], "seed": seed}
