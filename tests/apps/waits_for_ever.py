"""Has no timeout of its own: the SDK's is ten minutes."""

import anthropic
import httpx2

from helpers.replay import SCENARIOS
from tests.apps import App, Said, Wire, question


def _ask(wire: Wire, timeout: float | None) -> Said:
    options = {} if timeout is None else {"timeout": timeout}
    try:
        with wire.client(**options) as client, client.messages.stream(**question()) as stream:
            text = "".join(stream.text_stream)
            complete = stream.get_final_message().stop_reason == "end_turn"
    except (httpx2.HTTPError, anthropic.APIError) as error:
        return {"outcome": error}
    return {"outcome": text if complete else False}


def faulty(wire: Wire) -> Said:
    return _ask(wire, None)


def mended(wire: Wire) -> Said:
    return _ask(wire, 1.0)


APP = App(
    "waits_for_ever",
    "has no timeout",
    "no_timeout",
    faulty,
    mended,
    SCENARIOS["stall"],
    [{"type": "stream_fault", "kind": "stall", "after_chunks": 3, "stall_seconds": 3}],
)
