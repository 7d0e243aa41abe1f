"""What `POST /v1/messages` answers: a fixture under an id of its own, as JSON or as events."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.facts.models import answered_as
from helpers.replay.content import EVENT_STREAM, Content, as_json
from helpers.replay.encoding import filled, to_json
from helpers.replay.events import Event, Json, at_most, count_tokens, message_of
from helpers.replay.fixture import Fixture
from helpers.replay.reply import Chunk
from helpers.replay.request import Request
from helpers.replay.rules import check_window

OF_THE_ANSWER: Final = ("message_start", "message_delta")
"""The events that say what is an answer's own: its id, its model, its input tokens."""
_ENCODER: Final = json.JSONEncoder(check_circular=False)
"""For what came as JSON: it holds no circle."""


def input_tokens(request: Request) -> int:
    """How many input tokens the replay counts for a request."""
    return tokens_of(request.fields)


def tokens_of(fields: Mapping[str, Any]) -> int:
    """How many input tokens the replay counts for the parameters of a message."""
    # The shape of the messages costs as little as their text is worth counting: close enough for a replay, and said so.
    return max(1, count_tokens(_ENCODER.encode([fields.get("system", ""), fields["messages"]])))


def message_content(fixture: Fixture, request: Request, message_id: str) -> Content:
    """`fixture` as the answer to `request`: at most `max_tokens` long, from the model that was asked, under its full
    name. Raises `Refusal` for a prompt that is too long for it.
    """
    tokens = input_tokens(request)
    check_window(request.fields["model"], tokens)
    events = at_most(fixture.events, request.fields["max_tokens"])
    identity = {"model": answered_as(request.fields["model"]), "id": message_id}
    whole = events is fixture.events
    output = fixture.output_tokens if whole else request.fields["max_tokens"]
    if whole and len(fixture.pieces) == 4 and not request.wants_stream:
        # What nearly every answer is.
        body = filled(fixture.pieces, to_json(identity["model"]), to_json(message_id), tokens)
        return Content((Chunk(body),), fixture.seconds, input_tokens=tokens, output_tokens=output)
    if request.wants_stream:
        content = Content(_streamed(fixture, events, identity, tokens), _first_delay(events), EVENT_STREAM)
    else:
        message = message_of(events)
        usage = {**message.get("usage", {}), "input_tokens": tokens}
        content = as_json({**message, **identity, "usage": usage}, sum(event.delay for event in events))
    return content._replace(input_tokens=tokens, output_tokens=output)


def _first_delay(events: Sequence[Event]) -> float:
    return events[0].delay if events else 0.0


def _streamed(fixture: Fixture, events: Sequence[Event], identity: Json, tokens: int) -> list[Chunk]:
    """The events as they are sent: the first without its delay, which is that of the headers."""
    chunks = list(fixture.chunks) if events is fixture.events else [event.chunk for event in events]
    for place, event in enumerate(events):
        if event.name in OF_THE_ANSWER:
            chunks[place] = Event(event.name, _with_usage(event.data, identity, tokens), event.delay).chunk
    if chunks:
        chunks[0] = chunks[0]._replace(delay=0.0)
    return chunks


def _with_usage(data: Json, identity: Json, tokens: int) -> Json:
    if "message" in data:
        message = data["message"]
        usage = {**message["usage"], "input_tokens": tokens}
        return {**data, "message": {**message, **identity, "usage": usage}}
    if "input_tokens" in data["usage"]:
        return {**data, "usage": {**data["usage"], "input_tokens": tokens}}
    return data
