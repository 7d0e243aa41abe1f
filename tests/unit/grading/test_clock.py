"""The child's clock: every ending looks over its wire as it does in a notebook, in text, error and time."""

from typing import get_args

import pytest
from anthropic import Anthropic

from helpers.client import replay_client
from helpers.grading.transport import Gate, new_wire
from helpers.replay import Answer, EmptyBody, Engine, Fail, Scenario, says
from helpers.replay.connection import Connection
from helpers.replay.scenario import Step
from helpers.replay.server import ReplayServer
from helpers.replay.wire import Ending
from tests.unit.replay.asking import PARAMS

ANSWER = says("Yes, within thirty days. Send it back in its box, and you have the money three days after it is here.")


def step_of(ending: Ending) -> Step:
    """What a script says for a reply that ends like this."""
    if ending == "empty":
        return EmptyBody()
    return Fail(200, body="<html></html>") if ending == "page" else Answer(ANSWER, ending=ending, after=6)


def seen(client: Anthropic) -> tuple[str, str | None]:
    """The text of a stream, and what it raised."""
    text = ""
    with client:
        try:
            with client.messages.stream(**PARAMS) as stream:
                for piece in stream.text_stream:
                    text += piece
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be the same
            return text, type(error).__name__
    return text, None


@pytest.mark.parametrize("ending", get_args(Ending))
def test_same_in_both(ending: Ending) -> None:
    """The same text, the same error, the same log, and the same time on the clock."""
    scenario = Scenario("ending", "ends so", then=step_of(ending))
    here, there = Engine(scenario), Engine(scenario)
    with ReplayServer(there, tells_time=True) as server:
        wire = new_wire()
        gate = Gate(server.url, 10, wire)
        over_a_socket = seen(gate.client().with_options(timeout=30.0))
        wire.close()
        assert server.settle(5)
    assert over_a_socket == seen(replay_client(here).with_options(timeout=30.0))
    assert [(one.ending, one.events) for one in there.log] == [(one.ending, one.events) for one in here.log]
    assert there.log[0].ended == pytest.approx(here.log[0].ended)
    # What can't be decompressed tells no time either.
    if ending != "garbled":
        assert gate.clock.now() == pytest.approx(here.clock.now())


@pytest.mark.parametrize("step", [Answer(ANSWER, ending="stall", after=6), Answer(says("Late.", first_delay=700.0))])
def test_nobody_waits(step: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who loses its patience, in the middle of an answer or before it, is told so: neither side waits for that."""
    waits: list[object] = []
    monkeypatch.setattr(Connection, "_hear_nothing", lambda *_: waits.append(_))
    scenario = Scenario("silent", "says nothing more", then=step)
    here, there = Engine(scenario), Engine(scenario)
    with ReplayServer(there, tells_time=True) as server:
        wire = new_wire()
        over_a_socket = seen(Gate(server.url, 10, wire).client().with_options(timeout=30.0, max_retries=0))
        wire.close()
        assert server.settle(5)
    assert over_a_socket == seen(replay_client(here).with_options(timeout=30.0, max_retries=0))
    assert over_a_socket[1] in ("ReadTimeout", "APITimeoutError")
    assert waits == []
