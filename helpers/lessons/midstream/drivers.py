"""How the functions of lesson 08 are called."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

import httpx2
from anthropic import APIRequest, APIResponse, CallNext

from helpers.calling.stage import Stage

INTERRUPTIONS: Final[dict[str, type[BaseException]]] = {
    "KeyboardInterrupt": KeyboardInterrupt,
    "CancelledError": asyncio.CancelledError,
}
"""What ends a call from outside. No `Exception`, so that nobody takes it for a failure."""


def write_until_interrupted(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`; where a case says so, interrupt it while it writes the second piece.

    What is noted is whether the interruption went through.
    """
    inputs = dict(stage.inputs)
    interruption = INTERRUPTIONS.get(inputs.pop("interruption", ""))

    def write(text: str) -> None:
        """Show `text` to the user."""
        stage.write(text)
        if interruption is not None and len(stage.wrote) == 2:
            raise interruption

    if interruption is None:
        return function(stage.client, **inputs, write=write)
    try:
        return function(stage.client, **inputs, write=write)
    except interruption:
        stage.notes["went_through"] = True
        return None


PIECES: Final = 4


class Interruption(KeyboardInterrupt):
    """Ctrl-C, but ours: a real one passes through."""


class _Interrupted(httpx2.SyncByteStream):
    """A body in which somebody presses Ctrl-C after a few pieces."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from islice(self._body, PIECES)
        raise Interruption

    def close(self) -> None:
        self._body.close()


def _interrupting(request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
    response = call_next(request)
    if response.http_response.is_stream_consumed:
        raise Interruption
    response.http_response.stream = _Interrupted(response.http_response.stream)
    return response


def ask_until_interrupted(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs)`; where the case says so, interrupt it in the middle of every answer.

    What is noted is whether the interruption went through.
    """
    inputs = dict(stage.inputs)
    if not inputs.pop("interrupted"):
        return function(stage.client, **inputs)
    try:
        return function(stage.client.with_options(middleware=[_interrupting]), **inputs)
    except Interruption:
        stage.notes["went_through"] = True
        return None
