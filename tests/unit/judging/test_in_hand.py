"""Cases in the learner's own hands: the very case of the check, whichever exercise it is of."""

import ast
import asyncio
import inspect
import random
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, Final

import pytest

from helpers import case, check, make_client, wire_log
from helpers.calling.observation import encode
from helpers.calling.stage import run_to_end
from helpers.errors import CourseError
from helpers.judging.check import Check, Run
from helpers.judging.checking import check_function, run_case
from helpers.judging.drawing import NOTEBOOK_SEED, draw_cases
from helpers.judging.handing import draw
from helpers.judging.inhand import CaseInHand
from helpers.judging.offer import offer
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_named, check_of
from helpers.proofs.attempts import attempted, attempts_at, our_solution
from tests.unit.calling.conftest import define

ROOT: Final = Path(__file__).parents[3]
CASES: Final = [
    (check_of(exercise), one.name)
    for exercise in EXERCISES.values()
    for one in draw_cases(check_of(exercise), NOTEBOOK_SEED)
]
HALF: Final = "def stream_safely(client, prompt, write):\n    write('half')\n    return 'half'\n"


def as_checked(check: Check, name: str, function: Callable[..., Any], seed: int = NOTEBOOK_SEED) -> Run:
    """What the check sees of `function` in one case."""
    drawn = draw(check, name, seed)
    return run_case(check, drawn.case, function, drawn.engine_seed)


def result_of(call: Callable[[], Any]) -> tuple[Any, str | None]:
    """What comes of a call, as an observation tells it: a value as JSON, or the class of what was raised."""
    try:
        value = call()
        value = asyncio.run(value) if inspect.iscoroutine(value) else value
        return encode(value.value if isinstance(value, Enum) else value), None
    except BaseException as error:  # noqa: BLE001 - a case may be interrupted
        return None, type(error).__name__


def observed(run: Run) -> tuple[Any, str | None]:
    """The same of a run."""
    raised = run.observation.raised
    return run.value, raised.type if raised else None


def is_by_chance(run: Run, check: Check, function: Callable[..., Any]) -> bool:
    """Whether the function returns something else every time, such as a receipt of its own."""
    return observed(as_checked(check, run.case.name, function)) != observed(run)


@pytest.mark.parametrize(("check", "name"), CASES, ids=lambda one: one if isinstance(one, str) else one.exercise.name)
def test_the_very_case(check: Check, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our solution does in hand what it does in the check: by `call()`, and by itself where the offered code says so,
    with the same request ids on the wire.
    """
    function = our_solution(check, ROOT)
    run = as_checked(check, name, function)
    hand = case(function, name)
    assert result_of(hand.call) == observed(run) or is_by_chance(run, check, function)
    if "this.call()" in repr(hand):
        return
    client, inputs = hand
    has_client = "(client, **inputs)" in repr(hand)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    result_of(lambda: function(client, **inputs) if has_client else function(**inputs))
    sent = [(one.request_id, one.ending) for one in wire_log(client)]
    # What a driver sends afterwards, to see what the API makes of a value, is not the function's.
    assert sent == [(one.request_id, one.ending) for one in run.wire][: None if has_client else len(sent)]


def failing(check: Check) -> tuple[Callable[..., Any], Verdict] | None:
    """An attempt that fails in a case, and comes to its end there."""
    for attempt in attempts_at(check, ROOT, "wrong"):
        function = attempted(attempt)
        verdict = check_function(check, function)
        run = next((run for run in verdict.runs if run.case.name == verdict.case), None)
        if run is not None and not run.observation.stopped:
            return function, verdict
    return None


def evaluated(source: str, namespace: dict[str, Any]) -> Any:
    """What the last line of a cell is worth, as a notebook runs it: with `await` at its top."""
    *body, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(body, []), "cell", "exec"), namespace)
    code: CodeType = compile(ast.Expression(last.value), "cell", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return eval(code, namespace)


@pytest.mark.parametrize("name", EXERCISES)
def test_two_lines(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every exercise: the code that the card of a failed check offers runs as it stands, into what was seen."""
    check = check_named(name)
    found = failing(check)
    assert found is not None, "every attempt at it is stopped"
    function, verdict = found
    offered = offer(check, verdict)
    assert offered is not None
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    result = result_of(lambda: evaluated(offered.code, {name: function, "__name__": "__main__"}))
    seen = next(run for run in verdict.runs if run.case.name == offered.case)
    assert result == observed(seen) or is_by_chance(seen, check, function)
    assert len(offered.code.splitlines()) == 4


def test_what_is_written_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """`write` is given, and shows what it is given."""
    client, inputs = case("stream_safely", "cut")
    inputs["write"]("Hello")
    assert capsys.readouterr().out == "Hello"
    assert sorted(inputs) == ["prompt", "write"]
    assert len(wire_log(client)) == 0


def test_asynchronous() -> None:
    """An asynchronous client stays open after the call, so that there can be another one."""
    ask_all = our_solution(check_named("ask_all"), ROOT)
    client, inputs = case(ask_all, "one prompt")
    for _ in range(2):
        assert len(run_to_end(ask_all(client, **inputs))) == 1
    assert repr(case(ask_all, "one prompt")).endswith("await ask_all(client, **inputs)")


def test_a_ledger_is_open() -> None:
    """A ledger that the driver closes behind itself can be written to, and looked into afterwards."""
    run_tools = our_solution(check_named("run_tools"), ROOT)
    client, inputs = case(run_tools, "one charge")
    run_tools(client, **inputs)
    assert inputs["ledger"].execute("SELECT count(*) FROM charges").fetchone() == (1,)
    inputs["ledger"].close()


def test_from_the_beginning() -> None:
    """Each call of `call()` begins the script anew."""
    hand = case(our_solution(check_named("ask"), ROOT), "529, 529")
    assert hand.call() == hand.call()


def test_a_seed() -> None:
    """With a grader's seed, its cases come: other words and other ids than the notebook's."""
    ask = our_solution(check_named("ask"), ROOT)
    run = as_checked(check_named("ask"), "one block", ask, 99)
    hand = case(ask, "one block", seed=99)
    assert hand.call() == run.value != case(ask, "one block").call()
    assert repr(hand).splitlines()[2] == 'client, inputs = case(ask, "one block", seed=99)'


def test_expected_and_seen() -> None:
    """What the card says of it, as a text that a notebook shows line by line; nothing more for a stub."""
    hand = case(define(HALF), "cut")
    assert str(hand.expected).startswith("expected an `Outcome`")
    assert repr(hand.seen) == "you returned `'half'`\nyou wrote `'half'`"
    stub = case(define("def stream_safely(client, prompt, write): ...\n"), "cut")
    assert stub.expected == "Its body is still empty."
    ask = case(our_solution(check_named("ask"), ROOT), "one block")
    assert ask.expected == "Right in the one case."
    assert repr(ask.seen).endswith("one request went over the wire")


def test_raised_and_stopped() -> None:
    """What is raised is seen with its line, and what has no end is seen to have been stopped."""
    raising = case(define("def ask(client, prompt):\n    raise KeyError(prompt)\n"), "one block")
    assert repr(raising.seen) == "you raised KeyError, in your line 2: `raise KeyError(prompt)`"
    many = define(
        "def ask(client, prompt):\n    while True:\n        client.messages.create(max_tokens=1, model='x', "
        "messages=[{'role': 'user', 'content': prompt}], temperature=2) if False else client.models.list()\n"
    )
    assert "you were stopped: more than 30 requests" in case(many, "one block").seen


def test_curl() -> None:
    """The first request; the driver's own where no function is given, and a sentence where there is none."""
    assert '"stream": true' in case("usable_text", "None").curl
    assert "/v1/messages" in case(our_solution(check_named("ask"), ROOT), "one block").curl
    with pytest.raises(CourseError, match="no request is sent"):
        _ = case("choose", "a chat").curl


def test_no_such_case() -> None:
    """A name that is no case's is told from what may be meant."""
    with pytest.raises(CourseError, match="has no case 'trunkate': did you mean 'truncate'"):
        case("stream_safely", "trunkate")
    with pytest.raises(CourseError, match="they are 'one block', 'two blocks'"):
        case("first_answer", "xyz")
    with pytest.raises(CourseError, match="No exercise is called 'make_client'"):
        case(make_client, "one block")


def test_decorated() -> None:
    """A function is known below its decorators, also those that give it another name or make an object of it."""

    def renamed(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: function(*arguments, **named)

    class Kept:
        def __init__(self, function: Callable[..., Any]) -> None:
            self.function = function

        def __call__(self, *arguments: Any, **named: Any) -> Any:
            return self.function(*arguments, **named)

    right = our_solution(check_named("request_id_of"), ROOT)
    for decorated in (renamed(right), Kept(right), Kept(renamed(right)), partial(right)):
        assert "request_id_of — passed" in str(check(decorated))
        assert case(decorated, "one call").call() is not None


def test_no_function() -> None:
    """A name alone gives the inputs, and `call` takes any function of that name."""
    hand = case("ask", "one block")
    with pytest.raises(CourseError, match="Which function is to be called"):
        hand.call()
    assert hand.call(lambda client, prompt: prompt) == hand.inputs["prompt"]


def test_names_are_python() -> None:
    """Whatever a case is called, the code that is offered for it names it."""
    check = check_named("batch_savings")
    drawn = draw(check, "a night's work")
    assert 'case(batch_savings, "a night\'s work")' in repr(CaseInHand(drawn))
    for one, name in CASES:
        line = repr(CaseInHand(draw(one, name))).splitlines()[2]
        call = ast.parse(line).body[0].value  # type: ignore[attr-defined]
        assert ast.literal_eval(call.args[1]) == name


def test_nothing_to_offer() -> None:
    """Where a verdict is about no case, there is none to try."""
    check = check_named("ask")
    ask = our_solution(check, ROOT)
    assert offer(check, check_function(check, ask)) is None
    assert offer(check, check_function(check, define("def ask(client, prompt): ...\n"))) is None
    assert offer(check, check_function(check, define("def ask(prompt): return 1\n"))) is None


def test_said_once() -> None:
    """What the message says already is not offered again."""
    check = check_named("ask")
    verdict = check_function(check, define("def ask(client, prompt):\n    raise KeyError\n"))
    offered = offer(check, verdict)
    assert offered is not None
    assert offered.expected == verdict.fault
    wrong = replace(verdict, message=f"In `one block`: {verdict.fault}")
    assert replace(offered, expected="") == offer(check, wrong)


def test_every_case_is_drawn_alike() -> None:
    """No two cases of an exercise have one name: a name is enough to find it again, with any seed."""
    for exercise in EXERCISES.values():
        names = [one.name for one in check_of(exercise).cases(random.Random(20_261))]
        assert len(set(names)) == len(names)
