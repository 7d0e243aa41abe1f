"""Grading: the cases, drivers and verdicts of the notebook, with the learner's code on the other side of a boundary."""

import random
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation
from helpers.errors import CourseError
from helpers.grading.artefacts import TooLong, bring
from helpers.grading.budget import SECONDS_PER_SUBMISSION, Budget, UsedUp
from helpers.grading.dialogue import Dialogue, Ended, OverBudget, Overdue
from helpers.grading.languages import Languages
from helpers.grading.messages import Contents, read_observation, read_preparation
from helpers.grading.missing import find_missing, nowhere
from helpers.grading.nursery import Isolation, Nursery
from helpers.grading.plain import one_line
from helpers.grading.process import Kind, Process
from helpers.grading.report import Report, made_plain
from helpers.grading.submission import Submission, Unread, read_submission
from helpers.grading.transport import SPEED
from helpers.grading.turns import Turn, draw_turns, still_to_run, verdict_on
from helpers.judging.check import Case, Check, Run
from helpers.judging.checking import engine_for
from helpers.judging.conduct import misbehaved
from helpers.judging.verdict import Verdict, checker_broken, not_available, not_started, signature_changed
from helpers.lessons.found import EXERCISES, check_of, exercise_named
from helpers.replay import Engine, Exchange, RefuseConnection, Scenario
from helpers.replay.allowance import Allowance
from helpers.replay.chance import Seed
from helpers.replay.server import ReplayServer

SECONDS_PER_CASE: Final = 10.0
GRACE: Final = 2.0
"""Seconds more for the child itself to stop its function, and to say where it was. Then the child is ended."""
TO_LOAD_NODE: Final = 15.0
"""The same where the function's process may be a new one, which loads the SDK for TypeScript first."""
SEEDS: Final = 2**128
"""So many that nobody finds the seed of the cases by trying them."""
USED_UP: Final = "used_up_its_time"
"""The misconception of an exercise for which no time was left."""
FOR_ONE_CASE: Final = Allowance(
    connections=64, opened=500, held=1_000_000, arrived=1_000_000, head=16_384, idle=60.0, arriving=60.0, unread=60.0
)
"""What the whole of a submission may have of the server. Of our attempts, right and wrong, none sends as many as
150,000 bytes in a case, opens as many as 60 connections, or more than eight at once.
"""
MOST_HELD: Final = 8_000_000
"""Bytes of what the cases of one exercise answered and sent, while it is judged."""
MOST_KEPT: Final = 1_500_000
"""Bytes of that which a verdict keeps, of which there is one for every exercise."""
TRY_IT: Final = "Run its cell and check(…) in the notebook, then grade it again."


def grade(
    path: Path,
    *,
    only: str | Collection[str] | None = None,
    seed: int | None = None,
    seconds_per_case: float = SECONDS_PER_CASE,
    seconds_per_submission: float = SECONDS_PER_SUBMISSION,
    nursery: Nursery | None = None,
    isolation: Isolation | None = None,
    unread: Sequence[Unread] = (),
    lessons: Collection[str] = (),
) -> Report:
    """The report on the submission at `path`. Raises `CourseError` when it cannot be graded.

    Where `lessons` are named, only their exercises count; where exercises are, `only` these are judged.
    `unread` are files of it that were left out before it was put there.

    A submission that takes longer than `seconds_per_submission` keeps what it has by then.
    The cases are drawn anew every time: `seed` repeats those of an earlier report. Whoever grades many submissions
    keeps a `nursery` for them all; the one that is made here is of this `isolation`, or of the strongest that there is.
    """
    submission = read_submission(path)
    submission = replace(submission, unread=(*unread, *submission.unread))
    wanted = [exercise_named(name) for name in ([only] if isinstance(only, str) else only or ())]
    seed = random.SystemRandom().randrange(SEEDS) if seed is None else seed
    budget = Budget(seconds_per_submission)
    with (
        nullcontext(nursery) if nursery else Nursery(isolation) as kept,
        open_grader(submission, seed, seconds_per_case, kept, budget) as grader,
    ):
        exercises = wanted or grader.exercises(lessons)
        budget.share_among(len(exercises))
        verdicts = tuple(map(grader.verdict, exercises))
        return Report(submission.name, seed, verdicts, grader.notes, grader.isolation, submission.unread)


@contextmanager
def open_grader(
    submission: Submission,
    seed: int,
    seconds_per_case: float = SECONDS_PER_CASE,
    nursery: Nursery | None = None,
    budget: Budget | None = None,
) -> Iterator["Grader"]:
    """A grader of `submission`, with a server and a process of its own while the `with` block runs.

    Without a `budget` it may take as long as it likes.
    """
    budget = budget or Budget()
    with (
        nullcontext(nursery) if nursery else Nursery() as kept,
        kept.lent(),
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        ReplayServer(_idle(), allowance=FOR_ONE_CASE) as server,
        Languages(
            submission.files, kept.compiler, lambda kind: _started(kept, kind, server, Path(folder)), budget
        ) as languages,
    ):
        server.on_exhausted = languages.exhaust
        yield Grader(languages, server, submission, seed, seconds_per_case, kept.isolation, budget)


def _idle() -> Engine:
    return Engine(Scenario("idle", "nothing is expected"))


def _started(nursery: Nursery, kind: Kind, server: ReplayServer, folder: Path) -> Process:
    process = nursery.start(folder, kind)
    if process.listener is not None:
        server.listen_on(process.listener)
    return process


@dataclass(frozen=True)
class Grader:
    """One submission on one side, the server, the seed and the verdicts on the other."""

    languages: Languages
    server: ReplayServer
    submission: Submission
    seed: int
    seconds_per_case: float
    isolation: Isolation
    budget: Budget

    @property
    def dialogue(self) -> Dialogue:
        """The one with the submission's Python."""
        return self.languages.python

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out of the submission: a sentence for each file, and for each cell."""
        return (*self.submission.notes, *(one_line(note.said) for note in self.dialogue.contents.left_out))

    def exercises(self, lessons: Collection[str] = ()) -> list[Exercise]:
        """All of them for a folder; for one notebook those of its lesson, and those that it defines besides.

        Of these lessons alone, where any are named.
        """
        wanted = [exercise for exercise in EXERCISES.values() if not lessons or exercise.lesson in lessons]
        chosen = [exercise for exercise in wanted if self._concerns(exercise)]
        if not chosen:
            message = f"{self.submission.name} holds no exercise of the course: name the notebook of a lesson."
            raise CourseError(" ".join([message, *self.notes]))
        return chosen

    def verdict(self, exercise: Exercise) -> Verdict:
        """The verdict on one exercise, where the submission first makes something of it."""
        if (why_not := self.languages.why_not(exercise.language)) is not None:
            return made_plain(not_available(exercise, why_not))
        with self.budget.spending_on(exercise.name):
            verdict, places = nowhere(exercise, self.submission), self._places(exercise)
            missing = find_missing(exercise, self.submission, self._contents(exercise))
            for file in places:
                verdict = self.verdict_on(exercise, file)
                if verdict.outcome != "not_started":
                    return made_plain(missing.besides(verdict))
        return made_plain(missing.verdict(exercise, verdict, is_there=bool(places)))

    def verdict_on(self, exercise: Exercise, file: int) -> Verdict:
        """The verdict on the function in one of the files, whatever it does to the process that it runs in."""
        try:
            verdict = self._verdict_on(exercise, {"exercise": exercise.name, "file": file})
        except CourseError:
            raise
        except UsedUp:
            verdict = self._used_up(exercise)
        except Exception as error:  # noqa: BLE001 - whatever fails here is ours, and is said to be
            verdict = checker_broken(exercise, error)
        return made_plain(verdict)

    def _contents(self, exercise: Exercise) -> Contents:
        """What was found in the submission that is in the language of the exercise."""
        return self.languages.contents(exercise.language)

    def _concerns(self, exercise: Exercise) -> bool:
        if self.submission.whole or any(file.is_of(exercise.lesson) for file in self.submission.files):
            return True
        if any(exercise.name in names for names in self._contents(exercise).found):
            return True
        return find_missing(exercise, self.submission, self._contents(exercise)).is_anything

    def _places(self, exercise: Exercise) -> list[int]:
        """The files that define the exercise: its own lesson's first. There, anything of its name is meant for it."""
        name, files = exercise.name, list(enumerate(self.submission.files))
        own = [place for place, file in files if file.is_of(exercise.lesson)]
        contents = self._contents(exercise)
        found = [place for place, names in enumerate(contents.found) if name in names]
        found += [place for place in own if name in contents.assigned[place]]
        return sorted(found, key=lambda place: (place not in own, files[place][1].stem != exercise.lesson))

    def _used_up(self, exercise: Exercise) -> Verdict:
        most = max((*self.budget.spent, exercise.name), key=self.budget.spent_on)
        message = (
            f"The time for this submission is used up: {self.budget.seconds:g} seconds for all of its exercises. "
            f"Of these, {most} took the most: {self.budget.spent_on(most):.0f} seconds."
        )
        next_step = f"Give what {most} does, and what it needs to be defined, an end that comes sooner. {TRY_IT}"
        return Verdict(exercise, "misconception", message, next_step, USED_UP)

    def _verdict_on(self, exercise: Exercise, place: dict[str, Any]) -> Verdict:
        try:
            with self._granted(self.seconds_per_case) as seconds:
                dialogue = self.languages.dialogue(exercise.language)
                prepared = dialogue.ask({"do": "prepare", **place}, read_preparation, seconds)
        except Ended as error:
            return _spoilt(exercise, f"While {exercise.name} was being defined, your code {error}.")
        match prepared.state:
            case "ready":
                return _with_reasons(self._judged(exercise, place, dialogue), prepared.left_out)
            case "stub":
                verdict = not_started(exercise)
                return replace(verdict, message=f"{verdict.message} {prepared.said}".strip(), seen=prepared.said)
            case "signature":
                return signature_changed(exercise, prepared.said)
            case "unusable":
                return _with_reasons(_spoilt(exercise, prepared.said), prepared.left_out)

    @contextmanager
    def _granted(self, wanted: float) -> Iterator[float]:
        """The seconds to ask with: those that are wanted, or what is left.

        Raises `UsedUp` when there is no answer within less than a function may take: that is not held against it.
        """
        seconds = self.budget.grant(wanted)
        try:
            yield seconds
        except Overdue as error:
            if seconds < wanted:
                raise UsedUp from error
            raise

    def _judged(self, exercise: Exercise, place: dict[str, Any], dialogue: Dialogue) -> Verdict:
        runs: dict[Turn, Run] = {}
        check = check_of(exercise)
        turns = draw_turns(check, self.seed)
        held = -dialogue.weight
        while turns:
            turn = turns.pop(0)
            try:
                runs[turn] = self._run(check, turn.case, place, turn.engine_seed, dialogue)
                held += sum(map(_weight, runs[turn].wire))
                if held + dialogue.weight > MOST_HELD:
                    raise Ended(f"has returned and sent more than {MOST_HELD:,} bytes so far")
            except (Ended, TooLong) as error:
                name = turn.case.name
                return replace(_spoilt(exercise, f"In {name}: your code {error}."), case=name, draw=turn.draw)
            if misbehaved(check, runs[turn]):
                turns = still_to_run(turns, turn, runs[turn])
        verdict = verdict_on(check, runs)
        verdict = _not_whole(verdict) if verdict.outcome == "passed" else verdict
        return verdict if held + dialogue.weight <= MOST_KEPT else replace(verdict, runs=(), said={})

    def _run(self, check: Check, case: Case, place: dict[str, Any], seed: Seed, dialogue: Dialogue) -> Run:
        exercise, process = check.exercise, dialogue.process
        engine = _engine(exercise, case, seed)
        # What still runs from an earlier case knows neither this address nor this folder.
        name = secrets.token_hex(8)
        observation = Observation()
        wanted = self.seconds_per_case * exercise.patience
        # A client that was told the time would be Python's.
        self.server.tells_time = exercise.language == "python"
        with self.server.answering(engine, f"/{name}"), suppress(OverBudget), self._granted(wanted) as seconds:
            where = {"url": self.server.url, "folder": str(process.folder / name)}
            question = {"do": "run", **place, **where, "inputs": dict(case.inputs), "seconds": seconds}
            grace = GRACE if exercise.language == "python" else TO_LOAD_NODE
            observation = dialogue.ask(question, read_observation, seconds + grace)
        if self.server.excess:
            observation = Observation(stopped=self.server.excess)
        # Who has computed for too long is stopped before that, whatever is left.
        if seconds < wanted and (observation.conduct.overran or 0) >= seconds:
            raise UsedUp
        if self.server.failure is not None:
            raise self.server.failure
        return Run(case, observation, tuple(engine.log), _artefacts(check, process.folder_here / name))


def _artefacts(check: Check, folder: Path) -> Any:
    if check.inspect is None:
        return None
    with TemporaryDirectory(ignore_cleanup_errors=True) as here:
        bring(folder, Path(here), check.inspect.files)
        return check.inspect.read(Path(here))


def _weight(exchange: Exchange) -> int:
    """About how many bytes it takes."""
    return len(exchange.sent) + len(exchange.path) + sum(map(len, exchange.headers.values()))


def _engine(exercise: Exercise, case: Case, seed: Seed) -> Engine:
    engine = engine_for(exercise, _logged(exercise, case), seed)
    # As in a notebook, where the timers of JavaScript are faster than the clock.
    engine.clock.speed = SPEED if exercise.language == "python" else 0.0
    return engine


def _logged(exercise: Exercise, case: Case) -> Case:
    """The case, so that each of its requests is seen.

    Where every connection is refused the server does not listen, and nothing of what the learner's code tried would be
    in the wire log. With an end to its script, the server takes each connection and resets it.
    """
    scenario = case.scenario
    if not all(isinstance(step, RefuseConnection) for step in (*scenario.script, scenario.then)):
        return case
    script = (*scenario.script, *[RefuseConnection()] * exercise.max_requests)
    return replace(case, scenario=replace(scenario, script=script, then=None))


def _spoilt(exercise: Exercise, message: str) -> Verdict:
    return Verdict(exercise, "raised", message, TRY_IT)


def _with_reasons(verdict: Verdict, left_out: list[str]) -> Verdict:
    """What the function needed and did not get may be why it failed."""
    if verdict.outcome == "passed" or not left_out:
        return verdict
    return replace(verdict, message=f"{verdict.message} Before that, {'; '.join(left_out)}.")


def _not_whole(verdict: Verdict) -> Verdict:
    """A function that had to be stopped has not passed, whatever it did before."""
    for run in verdict.runs:
        if run.observation.stopped:
            message = f"In {run.case.name}: your function was stopped: {run.observation.stopped}."
            wrong = frozenset([run.case.name])
            case = run.case.name
            return replace(verdict, outcome="raised", message=message, next_step=TRY_IT, wrong=wrong, case=case)
    return verdict
