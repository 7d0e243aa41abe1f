"""What really passes between two requests counts, where nobody else knows of it."""

from itertools import count
from types import SimpleNamespace

import httpx2
import pytest

from helpers.testing import MessagesApi, engine
from tests.apps import question

HEADERS = {"authorization": "Bearer any", "anthropic-version": "2026-10-21"}


@pytest.fixture
def clock_on_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on by five seconds whenever somebody looks at it."""
    seconds = count(step=5)
    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=lambda: float(next(seconds))))


@pytest.mark.usefixtures("clock_on_the_wall")
@pytest.mark.parametrize(("in_process", "waited"), [(False, 5.0), (True, 0.0)])
def test_wait_of_another_process(in_process: bool, waited: float) -> None:
    """Over a socket a wait is known by the clock on the wall; in this process by the pause that was asked for."""
    with MessagesApi() as api:
        api.scenario("overloaded")
        transport = api.transport if in_process else None
        with httpx2.Client(base_url=api.base_url, transport=transport, headers=HEADERS) as client:
            for _ in range(2):
                client.post("/v1/messages", json=question())
        first, second = api.log
    assert first.ended is not None
    assert second.started - first.ended == pytest.approx(waited)
