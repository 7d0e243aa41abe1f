"""The proxy of lesson 11: what it gathers, and what it hands on at once."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import pytest
from starlette.responses import StreamingResponse

from helpers.lessons.watching.proxy import GATHERED, Proxy

SCOPE: Final[dict[str, Any]] = {"type": "http", "asgi": {"spec_version": "2.4"}}
PIECE: Final = b"x" * (GATHERED // 4)


async def arrivals(headers: Mapping[str, str], pieces: int, error: Exception | None = None) -> list[int]:
    """How many messages had arrived behind the proxy when each of the pieces was made, and at the end."""
    arrived: list[Any] = []
    counts: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            counts.append(len(arrived))
            yield PIECE
        if error is not None:
            raise error

    async def send(message: Any) -> None:
        arrived.append(message)

    async def receive() -> Any:
        raise AssertionError

    try:
        await Proxy(StreamingResponse(body(), headers=headers))(SCOPE, receive, send)
    finally:
        counts.append(len(arrived))
        assert [message["type"] for message in arrived][:1] == ["http.response.start"]
        assert b"".join(message.get("body", b"") for message in arrived) == PIECE * pieces
    return counts


async def test_gathers() -> None:
    """Nothing comes before there is a page of it, not even the head; then the next one; then the rest."""
    assert await arrivals({}, 6) == [0, 0, 0, 0, 5, 5, 8]


async def test_at_once() -> None:
    """Where the response says so."""
    assert await arrivals({"X-Accel-Buffering": "no"}, 3) == [1, 2, 3, 5]


async def test_says_yes() -> None:
    """Any other word changes nothing."""
    assert await arrivals({"x-accel-buffering": "yes"}, 2) == [0, 0, 4]


async def test_breaks() -> None:
    """What there was before the app broke is handed on, and nothing says that it is all."""
    with pytest.raises(ValueError, match="broken"):
        await arrivals({}, 2, ValueError("broken"))
