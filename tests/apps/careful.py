"""Apps that do what the lessons say: nothing may be found in them, however an answer ends."""

import asyncio
import json

import anthropic
import httpx2

from helpers import Outcome
from tests.apps import Said, Wire, question

TIMEOUT = 30.0
"""Seconds in which the next byte has to come."""
PATIENCE = 0.3
"""Real seconds in which something new has to come: pings are not."""
WHOLE = ("end_turn", "stop_sequence")
BROKEN = (anthropic.APIError, httpx2.HTTPError, json.JSONDecodeError, AssertionError, TimeoutError)


def streamed(wire: Wire) -> Said:
    """What a stream brought, and whether that is all."""
    text, request_id, reason, error = "", None, None, None
    try:
        with wire.client(timeout=TIMEOUT).messages.stream(**question()) as stream:
            request_id = stream.request_id
            for piece in stream.text_stream:
                text += piece
            reason = stream.get_final_message().stop_reason
    except BROKEN as failed:
        error, request_id = failed, request_id or getattr(failed, "request_id", None)
    return _said(text, request_id, reason, error)


def watched(wire: Wire) -> Said:
    """The same, asynchronous, with a deadline beside the loop that each sign of progress puts off."""
    return asyncio.run(_watched(wire))


async def _watched(wire: Wire) -> Said:
    text, request_id, reason, error = "", None, None, None
    now = asyncio.get_running_loop().time
    async with wire.async_client(timeout=TIMEOUT) as client:
        try:
            asked = client.messages.stream(**question())
            async with asyncio.timeout(PATIENCE) as deadline, asked as stream:
                request_id = stream.request_id
                async for event in stream:
                    deadline.reschedule(now() + PATIENCE)
                    text += event.text if event.type == "text" else ""
                reason = (await stream.get_final_message()).stop_reason
        except BROKEN as failed:
            error, request_id = failed, request_id or getattr(failed, "request_id", None)
    return _said(text, request_id, reason, error)


def whole(wire: Wire) -> Said:
    """An answer in one piece."""
    try:
        raw = wire.client(timeout=TIMEOUT).messages.with_raw_response.create(**question())
        message = raw.parse()
    except BROKEN as failed:
        return _said("", getattr(failed, "request_id", None), None, failed)
    text = "".join(block.text for block in getattr(message, "content", []) if block.type == "text")
    return _said(text, raw.headers.get("request-id"), getattr(message, "stop_reason", None), None)


def _said(text: str, request_id: str | None, reason: str | None, error: BaseException | None) -> Said:
    why = f"{type(error).__name__}" if error else None if reason in WHOLE else f"stop_reason is {reason}"
    outcome = Outcome(text, why is None, why, request_id)
    return {"outcome": outcome, "logs": [{"event": "answered", "request_id": request_id, "error": why}]}
