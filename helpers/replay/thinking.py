"""A message that begins with the model's thinking."""

from dataclasses import replace

from helpers.replay.events import Event
from helpers.replay.fixture import Fixture
from helpers.replay.scenario import says


def thinking_first(text: str) -> Fixture:
    """A message whose first block is the model's thinking, and whose second is `text`."""
    spoken = says(text).events
    later = (
        replace(event, data={**event.data, "index": 1}) if "index" in event.data else event for event in spoken[1:]
    )
    start = {"type": "thinking", "thinking": "", "signature": ""}
    deltas = (
        {"type": "thinking_delta", "thinking": "The customer wants to know where it is."},
        {"type": "signature_delta", "signature": "c2lnbmF0dXJl"},
    )
    thinking = (
        Event("content_block_start", {"type": "content_block_start", "index": 0, "content_block": start}),
        *(
            Event("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": one}, 0.4)
            for one in deltas
        ),
        Event("content_block_stop", {"type": "content_block_stop", "index": 0}),
    )
    return Fixture("thinking", (spoken[0], *thinking, *later))
