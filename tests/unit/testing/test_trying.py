"""Tests of an app where there is no pytest: the same fixtures, the same verdict."""

from types import SimpleNamespace

import pytest

from helpers.errors import CourseError
from helpers.replay.server import ReplayServer
from helpers.testing import AppLog, MessagesApi, assert_survives, try_tests, trying
from helpers.testing.clock import ApiClock
from tests.apps import wire_of
from tests.apps.half_answer import faulty, mended


def half(messages_api: MessagesApi, wire_log: AppLog) -> None:
    messages_api.scenario("truncate")
    assert_survives(wire_log, outcome=faulty(wire_of(messages_api))["outcome"])


def whole(wire_log: AppLog, messages_api: MessagesApi) -> None:
    messages_api.scenario("truncate")
    assert_survives(wire_log, outcome=mended(wire_of(messages_api))["outcome"])


def waits(api_clock: ApiClock) -> None:
    api_clock.sleep(3600)
    assert api_clock.now() == 3600


def crashes() -> None:
    raise ZeroDivisionError("by zero")


def captured(capsys: object) -> None:
    raise AssertionError


def test_said() -> None:
    """In the order in which they were given: what was found, or what else failed, or that it passes."""
    assert [(one.name, one.said) for one in try_tests(half, whole, waits, crashes)] == [
        ("half", "taken_for_whole"),
        ("whole", "passes"),
        ("waits", "passes"),
        ("crashes", "ZeroDivisionError: by zero"),
    ]


def test_each_has_a_wire_of_its_own() -> None:
    """What one test sent is in no other's log."""
    assert [one.found for one in try_tests(half, half)] == [["taken_for_whole"]] * 2


def test_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are no sockets, none is asked for: the transport is enough."""
    monkeypatch.setattr(trying, "sys", SimpleNamespace(platform="emscripten"))
    monkeypatch.setattr(ReplayServer, "__enter__", lambda self: pytest.fail("a browser has no sockets"))
    assert [one.said for one in try_tests(half, whole)] == ["taken_for_whole", "passes"]


def test_another_fixture() -> None:
    """What pytest alone has is refused with a sentence, before the test runs."""
    with pytest.raises(CourseError, match=r"captured takes 'capsys', and here are only messages_api, wire_log"):
        try_tests(captured)


def test_why_nothing_was_sent(wire_log: AppLog) -> None:
    """Where the log is empty, what left the app is told: the test has caught it, so nobody else has seen it."""
    with pytest.raises(AssertionError, match="What came of it was NameError: no such name") as failed:
        assert_survives(wire_log, outcome=NameError("no such name"))
    assert isinstance(failed.value.__cause__, NameError)
