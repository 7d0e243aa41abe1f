"""Stream events, the message they add up to, and the way back.

Event flow: https://platform.claude.com/docs/en/build-with-claude/streaming#event-types. Fields, pings and the sizes of
pieces are those of recorded streams.
"""

import json
import math
import random
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from pydantic_core import from_json as partial_json

from helpers.replay.encoding import to_json
from helpers.replay.reply import Chunk

Json: TypeAlias = dict[str, Any]

CHARACTERS_PER_TOKEN: Final = 4
"""The replay has no tokenizer: it counts one token for every four characters, rounded up."""
MOST_PADDING: Final = 16
"""Spaces before the last brace of an event, fewer than this: the API pads nearly every one of them."""
TEXT_PIECE: Final = (6, 20)
"""Characters of a piece of text, at least and at most: the recorded median is 12."""
BLIND_CUTS: Final = 0.32
"""The share of pieces that end wherever they are long enough: then 18 % of all end inside a word, as recorded."""
INPUT_PIECE: Final = (2, 9)
"""Characters of a piece of a tool's input, at least and at most."""
CACHE: Final[Mapping[str, int]] = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
USAGE: Final[Mapping[str, Any]] = {
    "input_tokens": 0,
    **CACHE,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 1,
    "service_tier": "standard",
    "inference_geo": "not_available",
}
"""The usage at the start of a message: every field that each answer since July 2026 was recorded with."""
GENERATED: Final = ("text", "partial_json", "thinking")
"""The fields of deltas that count as output."""


@dataclass(frozen=True)
class Event:
    """One server-sent event, and the seconds of API time that pass before it."""

    name: str
    data: Json
    delay: float = 0.0

    @cached_property
    def wire(self) -> bytes:
        """The event as it is sent."""
        data = to_json(self.data)
        padding = b" " * (zlib.crc32(data) % MOST_PADDING)
        return b"event: %b\ndata: %b%b}\n\n" % (self.name.encode(), data[:-1], padding)

    @cached_property
    def chunk(self) -> Chunk:
        """The event as a chunk of a reply."""
        return Chunk(self.wire, self.delay, self.name)


PING: Final = Event("ping", {"type": "ping"})


def count_tokens(text: str) -> int:
    """How many tokens the replay counts for `text`."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def message_of(events: Iterable[Event]) -> Json:
    """The message that `events` add up to, as an unstreamed call answers it. A tool's input may be cut short."""
    message: Json = {}
    inputs: dict[int, str] = {}
    for event in events:
        match event.name:
            case "message_start":
                message = {**event.data["message"], "content": []}
            case "content_block_start":
                message["content"].append(dict(event.data["content_block"]))
            case "content_block_delta":
                _add_delta(message["content"][event.data["index"]], event.data, inputs)
            case "message_delta":
                message.update(event.data["delta"])
                message["usage"] = {**message["usage"], **event.data["usage"]}
    for index, text in inputs.items():
        message["content"][index]["input"] = partial_json(text or "{}", allow_partial=True)
    return message


def _add_delta(block: Json, data: Json, inputs: dict[int, str]) -> None:
    delta = data["delta"]
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case "input_json_delta":
            inputs[data["index"]] = inputs.get(data["index"], "") + delta["partial_json"]


def events_of(
    content: Sequence[Mapping[str, Any]],
    *,
    stop_reason: str = "end_turn",
    stop_details: Mapping[str, Any] | None = None,
    first_delay: float = 0.4,
    delay: float = 0.2,
) -> tuple[Event, ...]:
    """The events that stream a message with these content blocks, `delay` seconds of API time apart.

    Texts and the inputs of tools are cut where the API cuts them: anywhere. After the first block has begun, there is
    a ping.
    """
    text = "".join(_generated(block) for block in content)
    thought = "".join(block.get("thinking", "") for block in content)
    start: Json = {
        "model": "",
        "id": "msg_",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": dict(USAGE),
    }
    details = None if stop_details is None else dict(stop_details)
    end: Json = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": details}
    usage: Json = {"input_tokens": 0, **CACHE, "output_tokens": max(1, count_tokens(text + thought))}
    if any(block["type"] == "thinking" for block in content):
        usage["output_tokens_details"] = {"thinking_tokens": count_tokens(thought)}
    return (
        Event("message_start", {"type": "message_start", "message": start}, first_delay),
        *(event for index, block in enumerate(content) for event in _block_events(index, block, delay)),
        Event("message_delta", {"type": "message_delta", "delta": end, "usage": usage}, delay),
        Event("message_stop", {"type": "message_stop"}),
    )


def _generated(block: Mapping[str, Any]) -> str:
    return block.get("text", "") or (json.dumps(block["input"]) if "input" in block else "")


def _block_events(index: int, block: Mapping[str, Any], delay: float) -> Iterator[Event]:
    empty, deltas = _start_and_deltas(block)
    yield Event("content_block_start", {"type": "content_block_start", "index": index, "content_block": empty})
    if index == 0:
        yield PING
    for delta in deltas:
        yield Event("content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}, delay)
    yield Event("content_block_stop", {"type": "content_block_stop", "index": index})


def _start_and_deltas(block: Mapping[str, Any]) -> tuple[Json, list[Json]]:
    """How a content block begins, and what is added to it; one of a kind that doesn't grow is there at once."""
    match block["type"]:
        case "text":
            texts = [{"type": "text_delta", "text": piece} for piece in text_pieces(block["text"])]
            return {"type": "text", "text": ""}, texts
        case "thinking":
            thoughts = [{"type": "thinking_delta", "thinking": piece} for piece in text_pieces(block["thinking"])]
            signature = {"type": "signature_delta", "signature": block["signature"]}
            return {"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signature]
        case "tool_use" | "server_tool_use" as kind:
            caller = {"caller": {"type": "direct"}} if kind == "tool_use" else {}
            inputs = [{"type": "input_json_delta", "partial_json": piece} for piece in input_pieces(block["input"])]
            return {**caller, **block, "input": {}}, inputs
    return dict(block), []


def text_pieces(text: str) -> list[str]:
    """`text`, cut as the API cuts it: by size, nearly every fifth time inside a word. The same text, the same cuts."""
    source = random.Random(text)
    pieces = []
    while text:
        end = source.randint(*TEXT_PIECE)
        if source.random() >= BLIND_CUTS:
            end = _word_end(text, end)
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def _word_end(text: str, end: int) -> int:
    """The end of the word that goes on at `end`."""
    space = text.find(" ", end)
    return len(text) if space < 0 else space


def input_pieces(value: object) -> list[str]:
    """A tool's input as JSON, cut anywhere. The first piece is always empty, and of an empty input the only one."""
    text = json.dumps(value, ensure_ascii=False) if value else ""
    source = random.Random(text)
    pieces = [""]
    while text:
        end = source.randint(*INPUT_PIECE)
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def at_most(events: Sequence[Event], max_tokens: int) -> Sequence[Event]:
    """`events`, cut off as the API cuts off an answer that reaches `max_tokens`: properly, with that stop reason."""
    usage = next((event.data["usage"] for event in events if event.name == "message_delta"), None)
    if usage is None or usage["output_tokens"] <= max_tokens:
        return events
    return list(_cut(events, max_tokens, usage))


def _cut(events: Iterable[Event], max_tokens: int, usage: Json) -> Iterator[Event]:
    room = max_tokens * CHARACTERS_PER_TOKEN
    for event in events:
        if max_tokens == 0 and (event.name.startswith("content_block") or event.name == "ping"):
            continue
        if event.name == "content_block_delta":
            delta = event.data["delta"]
            field = next((name for name in GENERATED if name in delta), None)
            if field is not None:
                kept = delta[field][:room]
                if len(kept) < len(delta[field]) and not kept:
                    continue
                room -= len(kept)
                event = _with(event, delta={**delta, field: kept})
        if event.name == "message_delta":
            stop = {**event.data["delta"], "stop_reason": "max_tokens"}
            event = _with(event, delta=stop, usage={**usage, "output_tokens": max_tokens})
        yield event


def _with(event: Event, **fields: Json) -> Event:
    return Event(event.name, {**event.data, **fields}, event.delay)
