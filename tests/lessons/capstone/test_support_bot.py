"""The capstone's machinery: what was given is known again, the day is the same for everybody, and the scores add up."""

import ast
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring.cells import GIVEN, REPAIR, tags
from helpers.authoring.source import read_lesson
from helpers.calling.signature import is_untouched
from helpers.errors import CourseError
from helpers.judging.checking import check_function
from helpers.judging.solutions import solution_source
from helpers.lessons.capstone import LESSON
from helpers.lessons.capstone.checks.chaos import DIGESTS, PLAN, chaos_case, draw_jobs
from helpers.lessons.capstone.checks.day import NAMES, Day
from helpers.lessons.capstone.checks.supportbot import CHECK
from helpers.lessons.capstone.rehearsal import chaos_run
from helpers.lessons.capstone.score_card import score_card
from helpers.lessons.capstone.support_bot import SupportBot

ROOT = Path(__file__).parents[3]
GIVEN_SOURCE = (ROOT / "helpers/lessons/capstone/support_bot.py").read_text("utf-8")


def class_in(source: str) -> str:
    """The last class that `source` defines, without comments and line breaks."""
    return ast.unparse(next(node for node in reversed(ast.parse(source).body) if isinstance(node, ast.ClassDef)))


def cells_tagged(tag: str) -> list[str]:
    """Those of the first day: the second has a class of its own."""
    notebook = read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook
    return [cell.source for cell in notebook.cells if tag in tags(cell) and "class SupportBot" in cell.source]


def defined(source: str) -> Any:
    """The class `SupportBot` that `source` defines below a few lines of other code."""
    namespace: dict[str, Any] = {"__name__": "elsewhere"}
    exec(compile("\n\n\n" + source, "<cell>", "exec"), namespace)
    return namespace["SupportBot"]


@pytest.fixture(scope="module")
def before() -> Day:
    """The day of the bot that is given."""
    return chaos_run(SupportBot)


@pytest.fixture(scope="module")
def after() -> Day:
    """The day of our repaired bot."""
    (source,) = cells_tagged(REPAIR)
    imports = "\n".join(
        cell.source
        for cell in read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook.cells[2:8]
        if cell.cell_type == "code" and "import" in cell.source
    )
    return chaos_run(defined(f"{imports}\nfrom helpers import MODEL\n{source}"))


def test_given_in_the_lesson() -> None:
    """The class that the lesson hands out is the one that an untouched class is held against."""
    (source,) = cells_tagged(GIVEN)
    assert class_in(source) == class_in(GIVEN_SOURCE)


def test_solution_is_the_repaired_one() -> None:
    """`solution(SupportBot)` shows the class as we repaired it."""
    (source,) = cells_tagged(REPAIR)
    assert class_in(solution_source(CHECK.exercise)) == class_in(source)


def test_untouched_wherever_it_stands() -> None:
    """The same class in another file, at other lines and with other words in its docstrings, is untouched."""
    copy = GIVEN_SOURCE.replace("who watches the text being written.", "who watches.")
    assert is_untouched(CHECK.exercise, defined(copy))
    assert check_function(CHECK, defined(copy)).outcome == "not_started"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("attempts = 3", "attempts = 2"),
        ('{"ticket": ticket, ', '{"ticket": str(ticket), '),
        ("if row.result.type", "if row.result and row.result.type"),
        ("    def _text(", "    RETRIES = 2\n\n    def _text("),
    ],
)
def test_touched(old: str, new: str) -> None:
    """Any change of what it does is a start, in a comprehension too."""
    assert old in GIVEN_SOURCE
    assert not is_untouched(CHECK.exercise, defined(GIVEN_SOURCE.replace(old, new)))


def test_not_a_class() -> None:
    """What is no class gets a sentence."""
    function: Callable[..., Any] = chaos_run
    with pytest.raises(CourseError, match="SupportBot is a class, not function"):
        check_function(CHECK, function)


def test_same_day_for_everybody() -> None:
    """A seed is a day, and another seed another one with the same troubles."""
    first, again, other = (draw_jobs(random.Random(seed)) for seed in (1, 1, 2))
    assert first == again
    assert {job.ticket for job in first} != {job.ticket for job in other}
    assert sorted((job.action, job.trouble) for job in first) == sorted((job.action, job.trouble) for job in other)
    assert len(first) == len(DIGESTS) + sum(sum(troubles.values()) for troubles in PLAN.values())


def test_case_is_json() -> None:
    """What the bot is told crosses the boundary; what is known of the day stays behind."""
    case = chaos_case(random.Random(3))
    assert all(isinstance(job["said"], str) for job in case.inputs["jobs"])
    assert "trouble" not in case.inputs["jobs"][0]


def test_scores_of_the_given(before: Day) -> None:
    """The given bot has every failure, and does its work all the same."""
    assert [score.failure for score in before.scores if not score.is_full] == list(NAMES)
    assert list(before.broken_jobs()) == []
    assert (before.unpaid, before.digest_in_batch) == (0, True)


def test_only_a_nameless_answer_lacks_an_id(after: Day) -> None:
    """A line without a request id is right where the last response of a failed call had none, and nowhere else."""
    unknown = ("down", "too_large", "portal", "broken_call", "interrupted")
    nameless = {
        job.ticket
        for job in after.jobs
        if job.trouble in unknown or (job.action == "suggest" and job.trouble == "truncate")
    }
    lines = [line for line in after.lines if line["request_id"] is None]
    assert {line["ticket"] for line in lines} == nameless
    assert not any(after.has_id({**line, "ok": True}) for line in lines)
    assert not any(after.has_id({**line, "request_id": None}) for line in after.lines if line["ok"])


def test_half_a_call_is_seen(before: Day) -> None:
    """A refund of a tool call that was not whole is told from one that was paid twice."""
    (amount, *_) = (amount for job in before.jobs for _, amount in job.half)
    run = replace(before.run, artefacts=[["a key", amount // 10, "a receipt"]])
    assert Day(run).half_calls_run == 1
    assert Day(run).score("paid_back_twice").bad == 0


def test_scores_of_the_repaired(after: Day) -> None:
    """The repaired bot scores full, on a day of at least 200 requests."""
    assert all(score.is_full and score.of for score in after.scores)
    assert list(after.broken_jobs()) == []
    assert len(after.wire) >= 200


def test_card(before: Day, after: Day) -> None:
    """The card says in words what its bars show."""
    card = score_card(before, after)
    assert "4xx sent again                   ✗ 12 of 13    ✓ 0 of 13" in card.text
    assert "before: 0 of 5 failures are gone; after: 5 of 5 failures are gone." in card.text
    assert card.html.count('class="bad"') == 5


def test_no_day() -> None:
    """A bot that can't be made has no scores, and the card says why."""

    class Broken:
        def __init__(self, client: object, ledger: object, log: object, clock: object) -> None:
            raise ValueError("no clock")

    assert "did not get through the day. `ValueError`: no clock" in score_card(chaos_run(Broken)).text
