"""Stream events, the message they add up to, and the way back.

Event flow: https://platform.claude.com/docs/en/build-with-claude/streaming#event-types
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from helpers.replay.reply import Chunk

Json: TypeAlias = dict[str, Any]

CHARACTERS_PER_TOKEN: Final = 4
"""The replay has no tokenizer: it counts one token for every four characters, rounded up."""


@dataclass(frozen=True)
class Event:
    """One server-sent event, and the seconds of API time that pass before it."""

    name: str
    data: Json
    delay: float = 0.0

    @cached_property
    def wire(self) -> bytes:
        """The event as it is sent."""
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n".encode()

    @cached_property
    def chunk(self) -> Chunk:
        """The event as a chunk of a reply."""
        return Chunk(self.wire, self.delay, self.name)


def count_tokens(text: str) -> int:
    """How many tokens the replay counts for `text`."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def message_of(events: Iterable[Event]) -> Json:
    """The message that `events` add up to, as an unstreamed call answers it."""
    message: Json = {}
    partial_json: dict[int, str] = {}
    for event in events:
        match event.name:
            case "message_start":
                message = {**event.data["message"], "content": []}
            case "content_block_start":
                message["content"].append(dict(event.data["content_block"]))
            case "content_block_delta":
                _add_delta(message["content"][event.data["index"]], event.data, partial_json)
            case "message_delta":
                message.update(event.data["delta"])
                message["usage"] = {**message["usage"], **event.data["usage"]}
    for index, text in partial_json.items():
        message["content"][index]["input"] = json.loads(text or "{}")
    return message


def _add_delta(block: Json, data: Json, partial_json: dict[int, str]) -> None:
    delta = data["delta"]
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case "input_json_delta":
            partial_json[data["index"]] = partial_json.get(data["index"], "") + delta["partial_json"]


def events_of(
    content: Sequence[Mapping[str, Any]],
    *,
    stop_reason: str = "end_turn",
    stop_details: Mapping[str, Any] | None = None,
    first_delay: float = 0.4,
    delay: float = 0.2,
) -> tuple[Event, ...]:
    """The events that stream a message with these content blocks, `delay` seconds of API time apart.

    The text of a block is sent word by word, the input of a tool in one piece.
    """
    text = "".join(block.get("text", "") or json.dumps(block.get("input", "")) for block in content)
    start: Json = {
        "id": "msg_",
        "type": "message",
        "role": "assistant",
        "model": "",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 0, "output_tokens": 1},
    }
    end: Json = {"stop_reason": stop_reason, "stop_sequence": None}
    if stop_details is not None:
        end["stop_details"] = dict(stop_details)
    usage = {"output_tokens": max(1, count_tokens(text))}
    return (
        Event("message_start", {"type": "message_start", "message": start}, first_delay),
        *(event for index, block in enumerate(content) for event in _block_events(index, block, delay)),
        Event("message_delta", {"type": "message_delta", "delta": end, "usage": usage}, delay),
        Event("message_stop", {"type": "message_stop"}),
    )


def _block_events(index: int, block: Mapping[str, Any], delay: float) -> Iterator[Event]:
    if block["type"] in ("tool_use", "server_tool_use"):
        empty: Json = {**block, "input": {}}
        deltas: list[Json] = [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]
    else:
        empty = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": word} for word in re.findall(r"\s*\S+\s*\Z|\s*\S+", block["text"])]
    yield Event("content_block_start", {"type": "content_block_start", "index": index, "content_block": empty})
    for delta in deltas:
        yield Event("content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}, delay)
    yield Event("content_block_stop", {"type": "content_block_stop", "index": index})


def at_most(events: Sequence[Event], max_tokens: int) -> Sequence[Event]:
    """`events`, cut off as the API cuts off an answer that reaches `max_tokens`: properly, with that stop reason."""
    if events[-2].data["usage"]["output_tokens"] <= max_tokens:
        return events
    kept: list[Event] = []
    sent = ""
    for event in events:
        delta = event.data.get("delta", {})
        if event.name == "content_block_delta":
            sent += delta.get("text", "") or delta.get("partial_json", "")
            if count_tokens(sent) > max_tokens:
                continue
        if event.name == "message_delta":
            stop = {**event.data["delta"], "stop_reason": "max_tokens"}
            event = Event(
                event.name, {**event.data, "delta": stop, "usage": {"output_tokens": max_tokens}}, event.delay
            )
        kept.append(event)
    return kept
