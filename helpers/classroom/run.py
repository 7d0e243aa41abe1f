"""A run over a class: what is not in the journal is graded, and the tables are written from it.

A run goes on with the round that the journal has not ended. Once a round has ended its seed is told, so that whoever
hands in later, and whatever is judged again, belongs to another round with a new one.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from helpers.classroom.changes import compared, merged, points_of
from helpers.classroom.cluster import mark_on_cluster
from helpers.classroom.journal import Journal, Round
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
from helpers.errors import CourseError
from helpers.grading.grader import SEEDS
from helpers.lessons.found import EXERCISES
from helpers.processors import usable

MOST_NAMES: Final = 10
WHOLE: Final = "It was handed in anew since: all of it is judged, and not what --again names alone."
FIRST: Final = "It had not been graded before: all of it is judged, and not what --again names alone."


def grade_class(plan: Plan, mark: Callable[[str], str] = mark) -> Outcome:
    """Grade what has not been graded, and write the tables of `plan`. Raises `CourseError` when nothing can be done.

    What cannot be graded is in the outcome's `problems`; the next run tries it again. `mark` grades one parcel, in
    another process.
    """
    lessons, again, names = plan.lessons, plan.exercises_again, plan.pattern
    if again and not plan.journal.exists():
        raise _nothing_to_judge_again(plan)
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        roster = read_roster(plan.folder, plan.own, Path(scratch), names)
        return _run(plan, roster, lessons, again, mark)


def _run(
    plan: Plan, roster: Sequence[Entry], lessons: tuple[str, ...], again: tuple[str, ...], mark: Callable[[str], str]
) -> Outcome:
    with Journal(plan.journal) as journal:
        if again and not journal.names:
            raise _nothing_to_judge_again(plan)
        round = _round(plan.seed, again, journal)
        terms = Terms(round.seed, lessons, course_version(), plan.seconds, plan.isolation)
        run = Run(plan, roster, terms, journal, round, Outcome(round.seed, len(roster), again=round.again))
        if about := tuple(_about(journal, roster)):
            run.outcome.notes[journal.path.name] = about
        if run.begins_at_once:
            run.begin()
        try:
            run.grade(mark)
            run.end()
        except KeyboardInterrupt:
            run.outcome.stopped = True
        finally:
            run.write_tables()
    return run.outcome


def _about(journal: Journal, roster: Sequence[Entry]) -> Iterator[str]:
    """What there is to know of the journal itself."""
    if journal.spoilt:
        yield f"{journal.spoilt:,} of its lines are not as they were written. What they said is graded anew."
    left = sorted(journal.names - {entry.name for entry in roster})
    if left:
        more = "" if len(left) <= MOST_NAMES else f" and {len(left) - MOST_NAMES:,} more"
        named = f"{', '.join(left[:MOST_NAMES])}{more}"
        yield f"It has records of who is no longer in the folder, and so in no table: {named}."


def _nothing_to_judge_again(plan: Plan) -> CourseError:
    return CourseError(
        f"--again judges anew what has been graded, and {plan.journal} has nothing of that: grade the class without "
        "--again, or name the --csv of then."
    )


def _round(seed: int | None, again: tuple[str, ...], journal: Journal) -> Round:
    """The one that goes on, or a new one: with the seed that was asked for, or with one that nobody has been told.

    What was to be judged again in one that has not ended is judged again in the one that takes its place, since nobody
    could say of whom it is true already. A seed that is asked for by itself has everybody graded as a whole.
    """
    last, version = journal.round, course_version()
    if last is None or not journal.is_open:
        return Round(_new_seed() if seed is None else seed, again, version)
    is_as_a_whole = last.version != version or (seed is not None and not again)
    wanted = {*again, *(() if is_as_a_whole else last.again)}
    again = tuple(name for name in EXERCISES if name in wanted)
    if seed is None:
        seed = last.seed if again == last.again else _new_seed()
    return Round(seed, again, version)


def _new_seed() -> int:
    return random.SystemRandom().randrange(SEEDS)


@dataclass(frozen=True)
class Run:
    """One run: who is in the class, on which terms, and what has become of them so far."""

    plan: Plan
    roster: Sequence[Entry]
    terms: Terms
    journal: Journal
    round: Round
    outcome: Outcome

    @property
    def begins_at_once(self) -> bool:
        """Whether the round is needed, whatever is found: not where all may have been graded in one that has ended."""
        return bool(self.round.again) or self.journal.round is None or self.journal.is_open

    def begin(self) -> None:
        """Note that the round has begun, where it has not."""
        if self.journal.round != self.round or not self.journal.is_open:
            self.journal.begin(self.round)

    def end(self) -> None:
        """Note that everybody's turn has come."""
        self.journal.end()
        assert self.journal.round is not None
        self.outcome.seed, self.outcome.ended = self.journal.round.seed, True

    def grade(self, mark: Callable[[str], str]) -> None:
        """Grade what the journal has not, one record at a time."""
        with (
            show_progress(len(self.roster)) as advance,
            closing(self._results(self._missing(advance), mark)) as results,
        ):
            for parcel, result in results:
                record = {"problem": str(result)} if isinstance(result, Lost) else json.loads(result)
                self._note(parcel, record)
                advance()

    def write_tables(self) -> None:
        """Write what the plan asks for, from all records that there are, also where the run came to no end."""
        for entry in self.roster:
            if entry.name not in self.outcome.graded and entry.name not in self.outcome.problems:
                self._look_up(entry)
        tally = Tally()
        for record in self._records():
            tally.add(record)
        self.outcome.changes, self.outcome.seeds = tally.changes, len(tally.seeds)
        write_table(self.plan.csv, course_rows(self._records()))
        if self.plan.nbgrader is not None:
            write_table(self.plan.nbgrader, nbgrader_rows(self._records()))
        if self.plan.canvas is not None:
            write_table(self.plan.canvas, canvas_rows(self._records(), self.terms.lessons))
        if self.plan.moodle is not None:
            write_table(self.plan.moodle, moodle_rows(self._records(), self.terms.lessons))
        if self.plan.html is not None:
            write_overview(self.plan.html, tally, self.terms, self._records, self.round.again)

    def _missing(self, advance: Callable[[], None]) -> Iterator[Parcel]:
        """What is left to grade, read when its turn comes."""
        for entry in self.roster:
            parcel = self._look_up(entry)
            if parcel is None:
                advance()
            else:
                self.begin()
                yield self._cut(parcel)

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
        if not self._is_done(parcel):
            return parcel
        self.outcome.graded.add(entry.name)
        return None

    def _is_done(self, parcel: Parcel) -> bool:
        """Whether the journal has all that is wanted of this submission."""
        if self.journal.key(parcel.name) != parcel.key:
            return False
        if self.round.again:
            return self.journal.is_new(parcel.name)
        if self.plan.seed is None:
            return True
        record = self.journal.record(parcel.name)
        return record is not None and record["seed"] == self.plan.seed

    def _cut(self, parcel: Parcel) -> Parcel:
        """`parcel`, of which no more is judged than has to be: all of it, unless it has been graded as it is."""
        former = self.journal.record(parcel.name) if self.round.again else None
        if former is None or former["work"] != parcel.work:
            return parcel
        known = {one["name"] for one in former["exercises"]}
        missing = {one.name for one in EXERCISES.values() if one.lesson in self.terms.lessons} - known
        wanted = missing.union(self.round.again)
        return replace(parcel, exercises=tuple(name for name in EXERCISES if name in wanted))

    def _results(self, parcels: Iterator[Parcel], mark: Callable[[str], str]) -> Results:
        if self.plan.scheduler is not None:
            return mark_on_cluster(parcels, self.plan.scheduler, mark)
        return mark_locally(parcels, self.plan.jobs or len(usable()), mark)

    def _note(self, parcel: Parcel, record: Record) -> None:
        former = self.journal.record(parcel.name)
        if "problem" in record:
            self.outcome.problems[parcel.name] = record["problem"]
            if self.journal.key(parcel.name) == parcel.key:
                self.journal.forget(parcel.name)
            return
        if parcel.exercises and former is not None:
            record = merged(former, record)
        elif self.round.again:
            record["notes"] = [WHOLE if former else FIRST, *record.get("notes", ())]
        self.journal.append({**record, "work": parcel.work})
        self.outcome.graded.add(parcel.name)

    def _records(self) -> Iterator[Record]:
        """What is known of everybody, in the order of the roster; of seeds, those that may be told."""
        for entry in self.roster:
            if entry.name in self.outcome.graded:
                yield self._record(entry)
            elif entry.name in self.outcome.problems:
                yield self._problem(entry.name)

    def _record(self, entry: Entry) -> Record:
        lessons, record = self.terms.lessons, self.journal.record(entry.name)
        assert record is not None
        before = self.journal.before(entry.name) if self.journal.is_new(entry.name) else None
        record = compared(record, before, lessons)
        exercises = [self._told(one) for one in record["exercises"] if one["lesson"] in lessons]
        intake = self.outcome.notes.get(entry.name, ())
        more = {"exercises": exercises, "intake": intake, "system": entry.system, "number": entry.number}
        return self._told({**record, **more})

    def _problem(self, name: str) -> Record:
        former = self.journal.record(name)
        before = {} if former is None else {"before": {"points": points_of(former, self.terms.lessons)}}
        return {"submission": name, "problem": self.outcome.problems[name], **before}

    def _told(self, one: Record) -> Record:
        """With no seed that is still a secret."""
        is_secret = not self.outcome.ended and one.get("seed") == self.round.seed
        return {**one, "seed": ""} if is_secret else one
