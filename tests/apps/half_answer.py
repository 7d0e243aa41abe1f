"""Hands on what a stream brought, whether or not it came to its end."""

from helpers import Unfinished
from helpers.replay import SCENARIOS
from tests.apps import App, Said, Wire, question


def faulty(wire: Wire) -> Said:
    with wire.client() as client, client.messages.stream(**question()) as stream:
        return {"outcome": "".join(stream.text_stream)}


def mended(wire: Wire) -> Said:
    with wire.client() as client, client.messages.stream(**question()) as stream:
        text = "".join(stream.text_stream)
        reason = stream.get_final_message().stop_reason
    return {"outcome": text if reason == "end_turn" else Unfinished(text)}


APP = App(
    "half_answer",
    "takes half a stream for a whole one",
    "taken_for_whole",
    faulty,
    mended,
    SCENARIOS["truncate"],
    [{"type": "stream_fault", "kind": "truncate", "after_chunks": 3}],
)
