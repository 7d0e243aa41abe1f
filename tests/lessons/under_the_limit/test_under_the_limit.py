"""Lesson 12: the breaker that is given is known again, a rehearsal is the same every time, its picture says it all."""

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from anthropic import AsyncAnthropic

from helpers import MODEL
from helpers.authoring.cells import GIVEN, tags
from helpers.authoring.source import read_lesson
from helpers.calling.apitime import ApiClock
from helpers.judging.checking import check_function
from helpers.lessons.under_the_limit import LESSON
from helpers.lessons.under_the_limit.bounces import bounces
from helpers.lessons.under_the_limit.breaker import Breaker
from helpers.lessons.under_the_limit.checks.breaker import CHECK
from helpers.lessons.under_the_limit.rehearsal import Rehearsal, rehearse, room_for

ROOT: Final = Path(__file__).parents[3]
PROMPTS: Final = [f"Where is order {number}?" for number in range(4000, 4006)]


async def at_once(client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock) -> list[str]:
    """Asked one after the other, until one is refused."""
    once = client.with_options(max_retries=0)
    return [await ask(once, prompt) for prompt in prompts]


async def ask(client: AsyncAnthropic, prompt: str) -> str:
    message = await client.messages.create(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
    return str(message.stop_reason)


async def nothing(client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock) -> None:
    """As a function that is not written yet."""


def class_in(source: str) -> str:
    """The first class of `source`, as Python reads it."""
    return ast.dump(next(node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)))


def test_given_in_the_lesson() -> None:
    """The class that the lesson hands out is the one that an untouched class is held against."""
    cells = read_lesson(ROOT / f"solutions/{LESSON.name}.py", ROOT).notebook.cells
    (source,) = [cell.source for cell in cells if GIVEN in tags(cell)]
    given = (ROOT / "helpers/lessons/under_the_limit/breaker.py").read_text("utf-8")
    assert class_in(source) == class_in(given)
    assert check_function(CHECK, Breaker).outcome == "not_started"


@pytest.fixture(scope="module")
def refused() -> Rehearsal:
    """The quota of five a minute, six prompts one after the other."""
    return rehearse(at_once, PROMPTS, "quota")


def test_rehearsal(refused: Rehearsal) -> None:
    """What was sent, answered and refused, and what was raised."""
    assert refused.row == [6, 0, 6, "15 s"]
    assert (refused.raised, refused.value) == (None, ["end_turn"] * 6)


def test_room() -> None:
    """Who asks one after the other always finds room."""
    assert rehearse(at_once, PROMPTS, room_for(1)).answered == len(PROMPTS)


def test_raised() -> None:
    """An error of the function is what came of it."""
    rehearsed = rehearse(at_once, PROMPTS * 4, "quota")
    assert (rehearsed.raised, rehearsed.refused) == ("RateLimitError", 1)


def test_picture(refused: Rehearsal) -> None:
    """What is drawn is said in words too; what is not written yet says so."""
    card = bounces({"in a row": refused, "yours": rehearse(nothing, PROMPTS, "quota")})
    assert card.text.splitlines() == [
        "Requests, by when they went out",
        "in a row: ✓ 6 answered, ✗ 0 refused, the last answer after 15 s",
        "yours: not written yet",
    ]
    assert card.html.count("course-answered") == refused.answered
    assert "course-refused" not in card.html
