"""A step that the request chooses: for callers whose requests nobody can number beforehand."""

from helpers.replay import Answer, Choose, Fail, Request, WireLog, says
from helpers.replay.scenario import Step
from tests.unit.replay.asking import PARAMS, ask, engine_for


def _asked(text: str) -> dict[str, object]:
    return {**PARAMS, "messages": [{"role": "user", "content": text}]}


def _by_prompt(request: Request, log: WireLog) -> Step:
    return Fail(400) if "bad" in request.prompt else Answer(says(f"You are number {len(log)}."))


def test_by_the_request() -> None:
    """The request decides, wherever in the script it comes; the log ends with its own exchange."""
    engine = engine_for(then=Choose(_by_prompt))
    assert ask(engine, body=_asked("a bad one"))[0].status == 400
    assert ask(engine, body=_asked("a good one"))[1]["content"][0]["text"] == "You are number 2."


def test_in_its_place() -> None:
    """It may stand among other steps."""
    engine = engine_for(Fail(529), Choose(_by_prompt), Fail(500))
    assert [ask(engine, body=_asked("a good one"))[0].status for _ in range(3)] == [529, 200, 500]
