"""The capstone's second day: what was given is known again, a killed process is dead, and the scores are the wire's."""

import ast
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from anthropic.types import MessageParam

from helpers.authoring.cells import GIVEN, REPAIR, tags
from helpers.authoring.source import read_lesson
from helpers.calling.signature import is_untouched
from helpers.judging.checking import check_function
from helpers.lessons.capstone import LESSON
from helpers.lessons.capstone.busy_desk import BusyDesk
from helpers.lessons.capstone.checks.busydesk import CHECK
from helpers.lessons.capstone.checks.second_day import FAULTS, SecondDay, draw_parts, second_day_case
from helpers.lessons.capstone.rehearsal import second_day
from helpers.lessons.capstone.score_card import score_card
from helpers.lessons.capstone.shift import Killed
from helpers.settings import MODEL

ROOT = Path(__file__).parents[3]
ATTEMPTS = ROOT / "tests/attempts/10_capstone/BusyDesk"


def class_in(source: str) -> str:
    """The last class that `source` defines, without comments and line breaks."""
    return ast.unparse(next(node for node in reversed(ast.parse(source).body) if isinstance(node, ast.ClassDef)))


def cell_tagged(tag: str) -> str:
    notebook = read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook
    (source,) = (cell.source for cell in notebook.cells if tag in tags(cell) and "class BusyDesk" in cell.source)
    return str(source)


def attempt(name: str) -> Any:
    """The class of an attempt."""
    namespace: dict[str, Any] = {"__name__": "elsewhere"}
    exec(compile((ATTEMPTS / f"{name}.py").read_text("utf-8"), name, "exec"), namespace)
    return namespace["BusyDesk"]


@pytest.fixture(scope="module")
def before() -> SecondDay:
    """The day of the desk that is given."""
    return second_day(BusyDesk)


@pytest.fixture(scope="module")
def after() -> SecondDay:
    """The day of our repaired desk."""
    return second_day(attempt("right_repaired"))


def test_given_in_the_lesson() -> None:
    """The class that the lesson hands out is the one that an untouched class is held against."""
    given = (ROOT / "helpers/lessons/capstone/busy_desk.py").read_text("utf-8")
    assert class_in(cell_tagged(GIVEN)) == class_in(given)
    assert class_in(cell_tagged(REPAIR)) != class_in(given)
    assert is_untouched(CHECK.exercise, BusyDesk)
    assert check_function(CHECK, BusyDesk).outcome == "not_started"


def test_same_day_for_everybody() -> None:
    """A seed is a day; what the desk is told does not say what an alarm is to do."""
    first, again, other = (draw_parts(random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert [part.action for part in first] == [part.action for part in other]
    case = second_day_case(random.Random(3))
    assert not {"rings", "ending", "lost", "replies", "reply"} & case.inputs["steps"][0].keys()


def test_score_of_the_given_desk(before: SecondDay) -> None:
    """It does its work, and has every fault."""
    assert before.broken == []
    assert {score.fault: (score.bad, score.of) for score in before.scores} == {
        "read_on": (5, 5),
        "over_the_limit": (24, 70),
        "paid_again": (2, 3),
        "misbilled": (113, 121),
        "false_alarm": (2, 4),
    }


def test_score_of_the_repaired_desk(after: SecondDay) -> None:
    """It has none of them, and sends each request once."""
    assert [score.bad for score in after.scores] == [0] * len(FAULTS)
    assert all(one.status == 200 and one.retry_count == 0 for one in after.wire)
    assert [one.ending for one in after.wire].count("abandoned") == 5


def test_reconciles_with_the_wire(before: SecondDay, after: SecondDay) -> None:
    """The repaired desk's bill is what was told on the wire, to the last digit; the other one paid for more."""
    assert after.billed == after.owed
    assert sum(after.owed.values()) < sum(before.owed.values())
    assert after.unread == Decimal(0) < before.unread


def test_cards(before: SecondDay, after: SecondDay) -> None:
    """One card for both days, in words as in bars."""
    said = repr(score_card(before, after))
    assert "stream read on, the customer gone     ✗ 5 of 5      ✓ 0 of 5" in said
    assert said.endswith("before: 0 of 5 failures are gone; after: 5 of 5 failures are gone.")


class Undying(BusyDesk):
    """A desk that goes on after its death, and writes down what it knows in `finally`."""

    def digest(self, night: str, complaints: Mapping[str, str]) -> dict[str, str]:
        """As before, whatever happens."""
        while True:
            with suppress(BaseException):
                return super().digest(night, complaints)
            with suppress(Exception):
                self.db.execute("CREATE TABLE IF NOT EXISTS survived (night TEXT)")
                self.db.commit()
            if not self._alive():
                return dict.fromkeys(complaints, "")

    def _alive(self) -> bool:
        try:
            self.client.messages.batches.list()
        except Killed:
            return False
        return True


def test_dead_is_dead() -> None:
    """A desk that swallows its death sends nothing more, keeps nothing, and what it returns reaches nobody."""
    day = second_day(Undying)
    assert day.stopped is None
    assert len(day.paid_again) == 2
    assert not any(one.method == "GET" and one.path.endswith("/batches") for one in day.wire)


def test_raising_in_a_dead_process() -> None:
    """What is raised on the way out of a killed process, as by its closed database, is not what came of the step."""
    day = second_day(attempt("wrong_paid_again__3"))
    assert day.broken == []
    assert len(day.paid_again) >= 1


class Chatty(BusyDesk):
    """A desk that asks a question of its own, which no customer asked, and bills it."""

    def show(self, ticket: str, question: str, write: Callable[[str], None]) -> str:
        """As before, after a word with the model."""
        self.client.messages.create(model=MODEL, max_tokens=20, messages=self._turns("Are you there?"))
        return super().show(ticket, question, write)


def test_questions_of_its_own() -> None:
    """They are nobody's, and no part of the day's bill."""
    assert len(second_day(Chatty).owed) == 121


class Faulty(BusyDesk):
    """A desk whose batches are refused line by line, and whose bill is of everything but amounts."""

    def _turns(self, text: str) -> list[MessageParam]:
        return [{"role": "user", "content": ""}] if "too late" in text else super()._turns(text)

    def costs(self) -> dict[str, Decimal]:
        """Not a number, a signal, and too much."""
        return dict(zip(super().costs(), map(Decimal, ["NaN", "sNaN", "Infinity", "1e999"]), strict=False))


def test_judged_whatever_it_does() -> None:
    """Bodies that are no requests, and amounts that are no amounts, are told as what they are."""
    verdict = check_function(CHECK, Faulty)
    assert verdict.misconception == "broke_what_worked"
    assert len(second_day(Faulty).misbilled) >= 94
