"""The API, played on loopback: live mode is pointed at a server of ours, with a key that is nobody's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import pytest

import helpers.client
from helpers.live import Purse
from helpers.replay import Engine, Scenario
from helpers.replay.server import ReplayServer

SECRET: Final = "sk-ant-api03-" + "Rk7TqLz9wXc2VbNm4HsJd8FgYp0" * 3
"""Whoever finds it in an output, a log or another process has found a leak."""

Serve = Callable[[Scenario], ReplayServer]


@pytest.fixture
def purse(monkeypatch: pytest.MonkeyPatch) -> Purse:
    """This test's own, in place of the process's."""
    fresh = Purse()
    monkeypatch.setattr(helpers.client, "PURSE", fresh)
    return fresh


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, purse: Purse) -> Iterator[Serve]:
    """Begins to serve a scenario as if it were the API, which live mode then calls."""
    with ExitStack() as stack:

        def serve(scenario: Scenario) -> ReplayServer:
            server = stack.enter_context(ReplayServer(Engine(scenario)))
            monkeypatch.setenv("COURSE_MODE", "live")
            monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
            return server

        yield serve
