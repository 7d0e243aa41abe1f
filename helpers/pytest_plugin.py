"""Fixtures for the tests of your own app, on the replayed wire. pytest finds them where the course is installed.

    def test_is_overloaded(messages_api, wire_log):
        messages_api.scenario("overloaded_twice")
        assert my_app.ask("Hello")  # it reads ANTHROPIC_BASE_URL, or gets messages_api.base_url
        assert_survives(wire_log)

pytest imports this in every project beside which the course is installed, so nothing heavy is imported before a test
asks for it. Every process has a server of its own: pytest-xdist may run as many as it likes.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from helpers.testing import AppLog, MessagesApi
    from helpers.testing.clock import ApiClock


@pytest.fixture
def messages_api(monkeypatch: pytest.MonkeyPatch) -> "Iterator[MessagesApi]":
    """The replayed API: `.base_url`, `.transport`, `.key` and `.scenario(NAME or Scenario)`; at first it is `plain`."""
    from helpers.testing import MessagesApi

    with MessagesApi() as api, api.clock.in_place_of_sleep():
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.base_url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", api.key)
        monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
        # A proxy would be asked for the loopback address too.
        monkeypatch.setenv("NO_PROXY", ",".join(filter(None, ["127.0.0.1", os.environ.get("NO_PROXY")])))
        yield api


@pytest.fixture
def wire_log(messages_api: "MessagesApi") -> "AppLog":
    """Every exchange of this test, since its scenario began: what `assert_survives` judges."""
    return messages_api.log


@pytest.fixture
def api_clock(messages_api: "MessagesApi") -> "ApiClock":
    """API time: `.now()` and `.sleep(seconds)`. The pauses of the app pass on it, and nobody waits for them."""
    return messages_api.clock
