"""The checks as an instructor writes them for otter-grader and nbgrader: the same cases, calls and properties as ours.

They run in the learner's own process, as everything does there. What only ours does besides (naming the misconception,
looking at conduct) is left out of them.
"""

from collections.abc import Callable
from typing import Final

from anthropic import Anthropic
from anthropic.types import Message

from helpers import MODEL, make_client
from helpers.client import wire_log
from helpers.judging.check import Case
from helpers.judging.drawing import draw_cases
from helpers.lessons.found import check_named

SEED: Final = 1
"""Theirs are the same for everybody; ours are drawn anew."""


def check_first_answer(first_answer: Callable[..., str]) -> None:
    """The whole text, also of two blocks and after a 529."""
    for case in _cases("first_answer"):
        assert first_answer(make_client(case.scenario), **case.inputs) == _text(case), case.name


def check_request_id_of(request_id_of: Callable[[Message], str]) -> None:
    """The id of the request that was answered."""
    for case in _cases("request_id_of"):
        client = make_client(case.scenario)
        message = _ask(client, case.inputs["prompt"])
        assert request_id_of(message) == wire_log(client)[-1].request_id, case.name


def check_long_report(long_report: Callable[..., Message]) -> None:
    """The whole message for any `max_tokens`, in one request."""
    for case in _cases("long_report"):
        client = make_client(case.scenario)
        message = long_report(client, **case.inputs)
        assert message.type == "message", case.name
        assert "".join(block.text for block in message.content if block.type == "text") == _text(case), case.name
        assert len(wire_log(client)) == 1, case.name


def _cases(name: str) -> list[Case]:
    return list(draw_cases(check_named(name), SEED))


def _text(case: Case) -> str:
    return "".join(case.expected["texts"])


def _ask(client: Anthropic, prompt: str) -> Message:
    return client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
