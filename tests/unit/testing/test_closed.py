"""It fails closed: where nothing can be said, that is no pass."""

import asyncio
import json
import time
import urllib.request
from typing import Any

import anthropic
import httpx2
import pytest

from helpers.client import new_engine
from helpers.errors import CourseError
from helpers.replay import Answer, Choose, Request, Scenario, WireLog, says
from helpers.replay.server import ReplayServer
from helpers.settings import Settings
from helpers.testing import AppLog, DidNotSurvive, MessagesApi, assert_survives
from helpers.testing.clock import ApiClock
from tests.apps import Wire, pausing, question, wire_of

HEADERS = {"authorization": "Bearer any", "anthropic-version": "2026-10-21"}


def test_empty(wire_log: AppLog) -> None:
    """An app that never asked has not been seen."""
    with pytest.raises(AssertionError, match=r"wire log is empty.*base_url"):
        assert_survives(wire_log)


def test_no_such_scenario(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """A name that there is not is no scenario, here or there."""
    with pytest.raises(CourseError, match="no scenario 'overlodaed'"):
        messages_api.scenario("overlodaed")
    with pytest.raises(CourseError, match="no scenario 'nope'"):
        assert_survives(wire_log, scenario="nope")


def test_no_such_finding(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """What is allowed has to exist."""
    wire_of(messages_api).client().messages.create(**question())
    with pytest.raises(CourseError, match="did you mean 'gave_up'"):
        assert_survives(wire_log, allow=["gaveup"])
    with pytest.raises(CourseError, match="collection of names"):
        assert_survives(wire_log, allow="gave_up")


def test_not_finished(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Who judges in the middle of an answer is told so."""
    stream = wire_of(messages_api).client().messages.create(**question(), stream=True)
    next(iter(stream))
    with pytest.raises(AssertionError, match=r"Request 1 .*has not ended"):
        assert_survives(wire_log)
    stream.close()
    assert_survives(wire_log)


@pytest.mark.parametrize("outcomes", [[], ["a", "b"]])
def test_outcomes(messages_api: MessagesApi, wire_log: AppLog, outcomes: list[str]) -> None:
    """There is one for each call, or nobody knows which is whose."""
    wire_of(messages_api).client().messages.create(**question())
    with pytest.raises(AssertionError, match=f"`outcomes` has {len(outcomes)} entries, and 1 calls"):
        assert_survives(wire_log, outcomes=outcomes)
    with pytest.raises(CourseError, match="not both"):
        assert_survives(wire_log, outcomes=["a"], outcome="a")


def test_scenario_after_scenario(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """What nobody has judged is not forgotten."""
    client = wire_of(messages_api).client()
    client.messages.create(**question())
    with pytest.raises(CourseError, match="1 requests were sent in the scenario 'plain'"):
        messages_api.scenario("overloaded")
    assert_survives(wire_log)
    messages_api.scenario("overloaded_twice")
    assert len(wire_log) == 0
    client.messages.create(**question())
    assert [one.status for one in wire_log] == [529, 529, 200]


@pytest.mark.parametrize("log", [[{}], [{"number": 1}], [None]])
def test_no_wire_log(log: Any) -> None:
    """Something else is none."""
    with pytest.raises(CourseError, match="This is no wire log"):
        assert_survives(log)


def test_broken_scenario(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """A function of the scenario that raises is not an answer."""

    def broken(request: Request, log: WireLog) -> Answer:
        raise KeyError("mine")

    messages_api.scenario(Scenario("broken", "broken", then=Choose(broken)))
    with httpx2.Client(base_url=messages_api.base_url) as client:
        client.post("/v1/messages", headers=HEADERS, json=question())
    with pytest.raises(AssertionError, match=r"The replay failed.*mine"):
        assert_survives(wire_log)


@pytest.mark.parametrize("left", [True, False])
def test_too_fast_to_leave(messages_api: MessagesApi, wire_log: AppLog, left: bool) -> None:
    """Over a socket, what takes no time is there at once, so nobody can be seen to leave it, or to wait."""
    messages_api.scenario("plain" if left else "warm_stall")
    with (
        wire_of(messages_api, in_process=False).client() as client,
        client.messages.stream(**question()) as stream,
    ):
        stream.get_final_text()
    with pytest.raises(AssertionError, match=r"faster than anybody could leave it.*speed="):
        assert_survives(wire_log, left=left, outcome=False)


def test_left_over_a_socket(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Where time passes, it is seen. The stream would take a minute: nobody is too slow to leave it."""
    long = Scenario("long", "long", then=Answer(says("word " * 300)))
    messages_api.scenario(long, speed=1.0)
    wire = wire_of(messages_api, in_process=False)
    with wire.client() as client, client.messages.stream(**question()) as stream:
        next(iter(stream.text_stream))
    assert_survives(wire_log, left=True)
    assert wire_log[0].ending == "abandoned"


def test_served_elsewhere() -> None:
    """The list that `GET /_wire` of `course serve` answers is a log too, for tests in any language."""
    engine = new_engine("no_credit", Settings())
    with ReplayServer(engine, doors=True) as server, httpx2.Client(base_url=server.url) as client:
        for _ in range(2):
            client.post("/v1/messages", headers=HEADERS, json=question())
        with urllib.request.urlopen(f"{server.url}/_wire") as answer:
            log = json.load(answer)
    with pytest.raises(DidNotSurvive, match="retried_4xx"):
        assert_survives(log, scenario="no_credit")


def test_pauses(messages_api: MessagesApi, api_clock: ApiClock) -> None:
    """A pause passes in API time, and nobody waits."""
    began = api_clock.now()
    pausing.pause(3600.0)
    asyncio.run(pausing.pause_async(3600.0))
    assert api_clock.now() - began == pytest.approx(7200.0)
    assert list(api_clock.pauses) == [3600.0, 3600.0]
    with pytest.raises(CourseError, match="no end"):
        api_clock.sleep(float("inf"))


def test_pauses_are_real_again() -> None:
    """What was taken by its name, also by a module that is imported in the middle of a test, is real afterwards."""
    taken, before = vars(pausing), repr(time.sleep)
    with MessagesApi() as api, api.clock.in_place_of_sleep():
        assert taken["sleep"] is time.sleep
        assert repr(time.sleep) != before
        taken["imported_meanwhile"] = time.sleep
    assert taken["sleep"] is taken.pop("imported_meanwhile") is time.sleep
    assert repr(time.sleep) == before
    assert taken["later"] is asyncio.sleep


def test_refused(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Where every connection is refused the log says so, also over a socket."""
    messages_api.scenario("refused")
    with (
        wire_of(messages_api, in_process=False).client() as client,
        pytest.raises(anthropic.APIConnectionError),
    ):
        client.messages.create(**question())
    assert [one.ending for one in wire_log] == ["refused"] * 3
    assert_survives(wire_log, outcome=False)


def test_environment(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """An app that is told nothing reads the address and the key where it always does."""
    with anthropic.Anthropic() as client:
        client.messages.create(**question())
    assert (str(client.base_url).rstrip("/"), client.api_key) == (messages_api.base_url, messages_api.key)
    assert_survives(wire_log, logs=[f"request {wire_log[0].request_id}"])


def test_two_at_once() -> None:
    """Two of them do not see each other: every process, and every test, has its own."""
    with MessagesApi() as one, MessagesApi() as other:
        assert one.key != other.key
        with Wire(one.base_url, one.key).client() as client:
            client.messages.create(**question())
        assert (len(one.log), len(other.log)) == (1, 0)
