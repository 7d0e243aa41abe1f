"""Exchanges to draw."""

from typing import Any

from helpers.replay import Exchange


def exchange(**fields: Any) -> Exchange:
    """A whole, unstreamed answer to one request, but for `fields`."""
    usual: dict[str, Any] = {
        "number": 1,
        "method": "POST",
        "path": "/v1/messages",
        "headers": {},
        "sent": b"",
        "request_bytes": 100,
        "retry_count": 0,
        "started": 0.0,
        "status": 200,
        "request_id": "req_1",
        "first_byte": 1.0,
        "ended": 1.0,
        "bytes": 300,
        "ending": "clean",
    }
    return Exchange(**{**usual, **fields})


def stream(ending: str = "clean", *, events: int = 4, pings: int = 0, **fields: Any) -> Exchange:
    """A streamed answer: its first byte at 0.5 s and an event every half second, then a ping every 5 s."""
    names = ["message_start", *["content_block_delta"] * (events - 2), "message_stop"][:events]
    moments = [(name, 0.5 + 0.5 * index) for index, name in enumerate(names)]
    last = moments[-1][1]
    moments += [("ping", last + 5.0 * (index + 1)) for index in range(pings)]
    return exchange(first_byte=0.5, ended=moments[-1][1], events=moments, ending=ending, **fields)
