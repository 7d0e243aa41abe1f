"""Has retries of its own, and does not read when to come back."""

import time

import anthropic

from helpers.replay import Answer, Fail, Scenario
from tests.apps import App, Said, Wire, question


def faulty(wire: Wire) -> Said:
    with wire.client(max_retries=0) as client:
        for _ in range(3):
            try:
                return {"outcome": client.messages.create(**question()).content}
            except anthropic.RateLimitError:
                time.sleep(0.5)
    return {"outcome": False}


def mended(wire: Wire) -> Said:
    with wire.client() as client:
        return {"outcome": client.messages.create(**question()).content}


APP = App(
    "hasty",
    "comes back before `retry-after`",
    "retry_after_ignored",
    faulty,
    mended,
    Scenario("limited", "429 with retry-after: 2, then answered", (Fail(429, headers={"retry-after": "2"}),), Answer()),
    [{"type": "fail", "status": 429, "retry_after": 2}],
)
