"""Tries again after whatever goes wrong: also after a 400."""

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
            except anthropic.APIStatusError as error:
                failed = error
                time.sleep(2**attempt / 10)
    return {"outcome": failed}


def mended(wire: Wire) -> Said:
    with wire.client() as client:
        try:
            return {"outcome": client.messages.create(**question()).content}
        except anthropic.APIStatusError as error:
            return {"outcome": error}


APP = App(
    "again_400",
    "tries again after a 400",
    "retried_4xx",
    faulty,
    mended,
    SCENARIOS["no_credit"],
    [{"type": "fail", "status": 400, "times": None}],
)
