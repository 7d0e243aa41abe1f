"""A careful app: nothing is found in it under any ending that can be scripted, wherever that comes."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import get_args

import pytest

from helpers.replay import SCENARIOS, Answer, Fail, Scenario, fixtures, says, thinking_first
from helpers.replay.wire import Ending
from helpers.testing import AppLog, MessagesApi, assert_survives
from tests.apps import Said, Wire, careful, wire_of

APPS = (careful.streamed, careful.watched, careful.whole)
ANSWERS = (says("Yes, within 30 days."), thinking_first("Yes, of course."))
PLACES = tuple(place / 2 for place in range(2 * max(answer.counted for answer in ANSWERS) + 1))
"""Every place of a stream, and the middle of every event."""
ENDINGS: Sequence[Ending] = tuple(ending for ending in get_args(Ending) if ending != "warm_stall")
STATUSES = (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 520, 522, 524, 529)
each_app = pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__)


def survives(
    api: MessagesApi, log: AppLog, app: Callable[[Wire], Said], scenario: Scenario, speed: float = 0.0
) -> None:
    """Judge `app` in `scenario`."""
    api.scenario(scenario, speed=speed)
    assert_survives(log, **app(wire_of(api)))


@each_app
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_place(messages_api: MessagesApi, wire_log: AppLog, app: Callable[[Wire], Said], ending: Ending) -> None:
    """In a stream it may end after each event and in the middle of each; an answer in one piece has one such place."""
    for answer in ANSWERS:
        for place in PLACES if app is not careful.whole else (1.0,):
            step = Answer(answer, ending=ending, after=place)
            survives(messages_api, wire_log, app, Scenario(f"{ending} after {place}", ending, then=step))


@each_app
@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "warm_stall"])
def test_every_scenario(messages_api: MessagesApi, wire_log: AppLog, app: Callable[[Wire], Said], name: str) -> None:
    """Every scenario that has a name."""
    survives(messages_api, wire_log, app, SCENARIOS[name])


@each_app
@pytest.mark.parametrize("status", STATUSES)
def test_every_status(messages_api: MessagesApi, wire_log: AppLog, app: Callable[[Wire], Said], status: int) -> None:
    """Every error, always and once."""
    failed = Fail(status)
    survives(messages_api, wire_log, app, Scenario("always", "always", then=failed))
    survives(messages_api, wire_log, app, Scenario("once", "once", (failed,), Answer()))


def test_warm_stall(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Who looks at a clock beside the loop leaves: a ping takes a twentieth of a second here, so six come at most."""
    survives(messages_api, wire_log, careful.watched, SCENARIOS["warm_stall"], speed=0.01)
    assert wire_log[0].ending == "abandoned"


@pytest.mark.parametrize("reason", ["max_tokens", "refusal", "pause_turn", "something_new"])
@each_app
def test_every_stop_reason(
    messages_api: MessagesApi, wire_log: AppLog, app: Callable[[Wire], Said], reason: str
) -> None:
    """An answer that a limit cut is whole on the wire, and said not to be."""
    survives(messages_api, wire_log, app, Scenario(reason, reason, then=Answer(says("Yes.", stop_reason=reason))))


@each_app
def test_every_fixture(messages_api: MessagesApi, wire_log: AppLog, app: Callable[[Wire], Said]) -> None:
    """Every message that the replay has."""
    for fixture in fixtures().values():
        survives(messages_api, wire_log, app, Scenario(fixture.name, fixture.name, then=Answer(fixture)))


@pytest.mark.parametrize("name", ["overloaded", "overloaded_twice", "rate_limited"])
def test_threads(messages_api: MessagesApi, wire_log: AppLog, name: str) -> None:
    """The same question of many users at once, whoever of them is first."""
    messages_api.scenario(name)
    wire = wire_of(messages_api)
    threads = [Thread(target=careful.whole, args=(wire,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_survives(wire_log, outcome=False)
