"""A loop of its own around an SDK that tries again by itself."""

import time

import anthropic

from helpers.replay import SCENARIOS
from tests.apps import App, Said, Wire, question


def faulty(wire: Wire) -> Said:
    failed: Exception | None = None
    with wire.client() as client:
        for attempt in range(3):
            try:
                return {"outcome": client.messages.create(**question()).content}
            except anthropic.InternalServerError as error:
                failed = error
                time.sleep(2**attempt)
    return {"outcome": failed}


def mended(wire: Wire) -> Said:
    with wire.client() as client:
        try:
            return {"outcome": client.messages.create(**question()).content}
        except anthropic.InternalServerError as error:
            return {"outcome": error}


APP = App(
    "stacked",
    "retries around the SDK's retries",
    "stacked_retries",
    faulty,
    mended,
    SCENARIOS["overloaded"],
    [{"type": "fail", "status": 529, "times": None}],
)
