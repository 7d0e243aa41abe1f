"""A submission holds nobody up: what waits for its code has so many seconds, by a clock that these tests turn."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import pytest
from click.testing import CliRunner

from helpers.classroom.overview import overview
from helpers.classroom.parcel import Terms
from helpers.classroom.tables import course_rows, write_table
from helpers.classroom.tally import Tally
from helpers.cli import main
from helpers.errors import CourseError
from helpers.grading.budget import Budget, UsedUp
from helpers.grading.dialogue import Overdue
from helpers.grading.formats import as_json, as_junit, as_markdown
from helpers.grading.grader import USED_UP, Grader, open_grader
from helpers.grading.languages import Languages
from helpers.grading.messages import Contents, Preparation
from helpers.grading.nursery import Nursery
from helpers.grading.report import Report, format_report
from helpers.grading.submission import SourceFile, Submission, read_submission
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, exercise_named

ROOT: Final = Path(__file__).parents[3]
SOLUTION: Final = ROOT / "solutions/00_start_here.py"
FILES: Final = 3
SEED: Final = 20_261


class Clock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all, which takes a second to start."""
    with Nursery() as nursery:
        yield nursery


class Slow:
    """A dialogue with code that is never done: each question takes as long as it may. From `until` on it is quick."""

    def __init__(self, clock: Clock, until: int = 10**6) -> None:
        self.contents = Contents([list(EXERCISES)] * FILES, [[]] * FILES, [], [])
        self.granted: list[float] = []
        self._clock = clock
        self._until = until

    def ask(self, question: Mapping[str, Any], read: Callable[[Any], Any], seconds: float) -> Preparation:
        self.granted.append(seconds)
        if len(self.granted) > self._until:
            return Preparation("stub", "", [])
        self._clock.now += seconds
        raise Overdue("was still running")


class OneForAll:
    """Languages that are all asked in the same dialogue."""

    def __init__(self, dialogue: Slow) -> None:
        self.python = dialogue
        self.contents = lambda language: dialogue.contents
        self.dialogue = lambda language: dialogue
        self.why_not = lambda language: None


def slow_grader(dialogue: Slow, budget: Budget) -> Grader:
    files = tuple(SourceFile(f"{number}.py", str(number), ()) for number in range(FILES))
    budget.share_among(len(EXERCISES))
    submission = Submission("anna", files, whole=True)
    nobody: Any = None
    return Grader(cast("Languages", OneForAll(dialogue)), nobody, submission, SEED, 10.0, "guard", budget)


def test_all_there_is() -> None:
    """Alone, a turn may take everything; then there is no more."""
    clock = Clock()
    budget = Budget(60, clock)
    budget.share_among(1)
    with budget.spending_on("ask"):
        assert budget.grant(10) == 10
        clock.now += 45
        assert budget.grant(20) == 15
        clock.now += 15
        assert budget.spent_on("ask") == 60
        with pytest.raises(UsedUp):
            budget.grant(1)


def test_begins_with_the_first_question() -> None:
    """Whatever went before, such as starting Python, is not the submission's."""
    clock = Clock()
    budget = Budget(60, clock)
    clock.now += 1_000
    assert budget.grant(100) == 60


def test_shares() -> None:
    """Who comes first may take half of it and their share; who comes later has theirs, and what was left over."""
    clock = Clock()
    budget = Budget(60, clock)
    budget.share_among(3)
    with budget.spending_on("first"):
        assert budget.grant(100) == 40
        clock.now += 40
        with pytest.raises(UsedUp):
            budget.grant(100)
    with budget.spending_on("second"):
        assert budget.grant(100) == 10
    with budget.spending_on("third"):
        assert budget.grant(100) == 20


def test_without_end() -> None:
    """By default, for whoever asks few questions, there is no limit."""
    assert Budget().grant(10) == 10


def test_bounded() -> None:
    """Code that never comes to an end, in each of three files, takes its seconds and no more, and every exercise has
    had its turn.
    """
    clock = Clock()
    dialogue = Slow(clock)
    grader = slow_grader(dialogue, Budget(60, clock))
    verdicts = [grader.verdict(exercise) for exercise in EXERCISES.values()]
    assert clock.now <= 1_060
    assert len(dialogue.granted) == len(EXERCISES)
    # Half of it is kept in shares.
    assert min(dialogue.granted) >= 0.99 * 30 / len(EXERCISES)
    held = [verdict for verdict in verdicts if verdict.misconception == USED_UP]
    assert verdicts[0].outcome == "raised"
    assert len(held) >= len(EXERCISES) - 4
    (longest,) = {verdict.message.split("Of these, ")[1] for verdict in held}
    assert longest == f"{next(iter(EXERCISES))} took the most: 10 seconds."


def test_who_comes_later() -> None:
    """Ten exercises that hang take from none of the others what they need."""
    clock = Clock()
    grader = slow_grader(Slow(clock, until=10), Budget(60, clock))
    verdicts = [grader.verdict(exercise) for exercise in EXERCISES.values()]
    assert {verdict.outcome for verdict in verdicts[10:]} == {"not_started"}


def test_a_process_that_is_new_each_time(nursery: Nursery) -> None:
    """What it costs to start another process is the submission's, too."""
    clock = Clock()
    budget = Budget(60, clock)
    with open_grader(read_submission(SOLUTION), SEED, nursery=nursery, budget=budget) as one:
        one.dialogue.end()
        clock.now += 61
        with pytest.raises(UsedUp):
            _ = one.dialogue.process
        verdict = one.verdict(exercise_named("request_id_of"))
    assert verdict.misconception == USED_UP


def test_cells_that_are_never_read(nursery: Nursery) -> None:
    """Then there is nothing to grade, which is said."""
    clock = Clock()
    budget = Budget(60, clock)
    budget.grant(1)
    clock.now += 60
    with (
        pytest.raises(CourseError, match="no Python"),
        open_grader(read_submission(SOLUTION), SEED, nursery=nursery, budget=budget),
    ):
        raise AssertionError("it was read")


@pytest.fixture(scope="module")
def report(nursery: Nursery) -> Report:
    """The first exercise was judged when the time was over."""
    clock = Clock()
    budget = Budget(60, clock)
    verdicts: list[Verdict] = []
    with open_grader(read_submission(SOLUTION), SEED, nursery=nursery, budget=budget) as grader:
        for name in ("request_id_of", "first_answer"):
            verdicts.append(grader.verdict(exercise_named(name)))
            clock.now += 100
    return Report("anna", SEED, tuple(verdicts))


def test_what_was_judged_stays(report: Report) -> None:
    """The other one is said to have used up its time, in the words of every format."""
    assert [verdict.outcome for verdict in report.verdicts] == ["passed", "misconception"]
    for text in (as_json(report), as_junit(report)):
        assert USED_UP in text
    for text in (as_json(report), as_junit(report), as_markdown(report), format_report(report)):
        assert "The time for this submission is used up: 60 seconds for all of its exercises." in text


def test_what_was_judged_stays_in_a_class(report: Report, tmp_path: Path) -> None:
    """… and in those of a class."""
    record = {"submission": "anna", "isolation": "guard", **report.to_json()}
    write_table(tmp_path / "a.csv", course_rows([record]))
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert [(row["outcome"], row["misconception"], row["points"]) for row in rows][1] == ("misconception", USED_UP, "0")
    tally = Tally()
    tally.add(record)
    assert USED_UP in "".join(overview(tally, Terms(SEED, ("00_start_here",), "1"), lambda: [record]))


@pytest.mark.parametrize("command", ["grade", "grade-class", "grade-ci"])
def test_can_be_chosen(command: str) -> None:
    """Each command that grades has the option."""
    help_text = CliRunner().invoke(main, [command, "--help"]).output
    assert "--seconds-per-submission" in help_text
