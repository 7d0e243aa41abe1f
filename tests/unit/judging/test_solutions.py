"""Ours and theirs: what is read of a solution, and what who has passed is told of it."""

from dataclasses import replace
from typing import Final

import pytest

from helpers import solution
from helpers.calling.observation import Observation
from helpers.judging.check import Check, Run
from helpers.judging.drawing import NOTEBOOK_SEED, draw_cases
from helpers.judging.solutions import FOLDER, solution_source, written_source
from helpers.judging.verdict import judge
from helpers.lessons.found import EXERCISES, check_named
from tests.unit.calling.conftest import define

SOURCE: Final = "def ask(client, prompt):\n    return 'mine'\n"


def passed(check: Check) -> Check:
    """`check`, so that everything is right."""
    return replace(check, right=lambda run: None, misconceptions=())


def test_beside_theirs() -> None:
    """`solution(ask)` shows what a learner wrote, and ours."""
    shown = repr(solution(define(SOURCE)))
    assert shown.index("return 'mine'") < shown.index(solution_source(check_named("ask").exercise))


def test_nothing_written() -> None:
    """A stub is not worth comparing, and neither is what has no source."""
    exercise = check_named("ask").exercise
    assert written_source(exercise, define("def ask(client, prompt): ...\n")) == ""
    assert written_source(exercise, eval("lambda client, prompt: 1")) == ""
    assert repr(solution(define("def ask(client, prompt): ...\n"))).startswith("Our solution of ask\n\ndef ask(")


def test_one_sentence_besides() -> None:
    """Who passes is shown the way to ours, and what it does besides, where its check says so."""
    check = passed(check_named("ask"))
    runs = [Run(case, Observation("x"), ()) for case in draw_cases(check, NOTEBOOK_SEED)]
    assert judge(replace(check, besides=""), runs).next_step == "`solution(ask)` puts ours beside yours."
    said = judge(replace(check, besides="Ours joins the blocks."), runs).next_step
    assert said == "`solution(ask)` puts ours beside yours. Ours joins the blocks."


@pytest.mark.parametrize("name", EXERCISES)
def test_every_solution_has_its_sentence(name: str) -> None:
    """One sentence, whose code is all there: no name in it that our lesson does not use."""
    check = check_named(name)
    assert check.besides[:1].isupper()
    assert check.besides.endswith(".")
    lesson = (FOLDER / f"{check.exercise.lesson}.py").read_text("utf-8")
    code = check.besides.split("`")[1::2]
    assert [one for one in code if one.removesuffix("()") not in lesson] == []
