"""What `POST /v1/messages` answers: a fixture under an id of its own, as JSON or as events."""

import json
from collections.abc import Sequence
from typing import Final

from helpers.replay.content import EVENT_STREAM, Content, as_json, to_json
from helpers.replay.events import Event, Json, at_most, count_tokens, message_of
from helpers.replay.fixture import Fixture
from helpers.replay.reply import Chunk
from helpers.replay.request import Request

_ENCODER: Final = json.JSONEncoder(check_circular=False)
"""For what came as JSON: it holds no circle."""


def input_tokens(request: Request) -> int:
    """How many input tokens the replay counts for a request."""
    # The shape of the messages costs as little as their text is worth counting: close enough for a replay, and said so.
    return max(1, count_tokens(_ENCODER.encode([request.fields.get("system", ""), request.fields["messages"]])))


def message_content(fixture: Fixture, request: Request, message_id: str) -> Content:
    """`fixture` as the answer to `request`: at most `max_tokens` long, from the model that was asked."""
    events = at_most(fixture.events, request.fields["max_tokens"])
    identity = {"id": message_id, "model": request.fields["model"]}
    tokens = input_tokens(request)
    if request.wants_stream:
        return _streamed(events, identity, tokens)
    if events is fixture.events and len(fixture.pieces) == 4:
        return Content((Chunk(_filled(fixture.pieces, message_id, identity["model"], tokens)),), fixture.seconds)
    message = message_of(events)
    whole = {**message, **identity, "usage": {**message["usage"], "input_tokens": tokens}}
    return as_json(whole, sum(event.delay for event in events))


def _filled(pieces: Sequence[bytes], message_id: str, model: str, tokens: int) -> bytes:
    start, after_id, after_model, end = pieces
    return b"".join((start, to_json(message_id), after_id, to_json(model), after_model, b"%d" % tokens, end))


def _streamed(events: Sequence[Event], identity: Json, tokens: int) -> Content:
    first = events[0]
    empty = first.data["message"]
    message = {**empty, **identity, "usage": {**empty["usage"], "input_tokens": tokens}}
    opening = Event(first.name, {**first.data, "message": message})
    return Content([_chunk(opening), *map(_chunk, events[1:])], first.delay, EVENT_STREAM)


def _chunk(event: Event) -> Chunk:
    return event.chunk
