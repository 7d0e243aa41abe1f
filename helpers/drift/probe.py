"""What the SDK of this environment is made of, and what it does: as JSON, for whoever runs this file in it.

    python -I probe.py < questions.json

It needs Python and some `anthropic`, of whatever age, and nothing of the course. A question is the name of an ending
with the address of a server that answers so, and how many seconds of silence are a timeout; the answer is what a caller
meets there, unstreamed and streamed. What the SDK waits before it tries again is noted, and not waited.
"""

from __future__ import annotations

import json
import sys
import time
import typing
from typing import Any, Callable  # noqa: UP035 - an old Python may run this

import anthropic
from anthropic import types
from anthropic.resources.messages import messages

HTTP = next(
    name
    for name in ("httpx2", "httpx")
    if any(one.__module__.partition(".")[0] == name for one in anthropic.DefaultHttpxClient.__mro__)
)
STATUSES = (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529)
FAMILIES = ("APIStatusError", "APITimeoutError", "APIConnectionError", "APIError", "TransportError", "ValueError")
"""The nearest of these is what people catch."""
UNIONS = {
    "events of a stream": "RawMessageStreamEvent",
    "content blocks": "ContentBlock",
    "deltas": "RawContentBlockDelta",
}
LITERALS = {"models": "Model", "stop reasons": "StopReason"}
SHAPES = ("Message", "Usage", "MessageDeltaUsage", "TextBlock", "ToolUseBlock", "ThinkingBlock")
BATCH_SHAPES = ("MessageBatch", "MessageBatchRequestCounts", "MessageBatchIndividualResponse")
MANY_TOKENS = 100_000
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds that the SDK waits of itself, before it takes off up to a quarter by chance."""
INSTANT = 0.001
"""Seconds: such a wait is one that the replay has shortened."""
THERE = "there"

waited: list[float] = []


def main() -> None:
    """Answer the questions on stdin."""
    setattr(time, "sleep", waited.append)  # noqa: B010 - it takes whatever can be a number, and is given a float
    questions = json.load(sys.stdin)
    topics = made_of()
    endings = {name: met_at(**question) for name, question in questions.items()}
    json.dump({"version": anthropic.__version__, "topics": topics, "endings": endings}, sys.stdout)


def made_of() -> dict[str, dict[str, str]]:
    """What there is, by topic."""
    with anthropic.Anthropic(api_key="replay", base_url="http://127.0.0.1:9") as client:
        return {
            "the client": facts(client),
            "exceptions": {one.__name__: f"of the family {kin(one)}" for one in exceptions()},
            "exceptions by status": {str(status): exception(client, status) for status in STATUSES},
            "parameters of messages.create": parameters(types.message_create_params.MessageCreateParamsNonStreaming),
            **{topic: there(members(getattr(types, name))) for topic, name in {**UNIONS, **LITERALS}.items()},
            "models that are deprecated": dict(vars(messages)["DEPRECATED_MODELS"]),
            **{f"fields of {name}": fields(getattr(types, name)) for name in SHAPES},
            **{f"fields of {name}": fields(getattr(types.messages, name)) for name in BATCH_SHAPES},
            "methods of messages": public(client.messages),
            "methods of batches": public(client.messages.batches),
            "methods of a stream": public(anthropic.MessageStream),
        }


def facts(client: Any) -> dict[str, str]:
    """A client as it comes."""
    return {
        "its HTTP library": HTTP,
        "attempts": str(1 + client.max_retries),
        "seconds to connect": f"{client.timeout.connect:g}",
        "seconds between two bytes": f"{client.timeout.read:g}",
        "its key": ", ".join(f"{name.lower()}: {told.replace('replay', '…')}" for name, told in key(client).items()),
        f"an unstreamed request for {MANY_TOKENS:,} tokens": met(lambda: create(client, max_tokens=MANY_TOKENS)),
    }


def key(client: Any) -> dict[str, str]:
    """The headers that it sends its key in."""
    return {name: str(told) for name, told in client.auth_headers.items()}


def exception(client: Any, status: int) -> str:
    """The class for this status."""
    request = client._client.build_request("POST", "http://127.0.0.1/")
    response = sys.modules[HTTP].Response(status, request=request, json={"type": "error", "error": {}})
    return type(client._make_status_error("", body=None, response=response)).__name__


def exceptions() -> list[type[Exception]]:
    """Those that the package names."""
    found = [getattr(anthropic, name) for name in anthropic.__all__]
    return [one for one in found if isinstance(one, type) and issubclass(one, Exception)]


def kin(exception: type[BaseException]) -> str:
    """The nearest family that catches it."""
    names = [one.__name__ for one in exception.__mro__[1:]]
    return next((name for name in (*FAMILIES, *names) if name in names), "")


def parameters(params: Any) -> dict[str, str]:
    """What a request may hold, and must."""
    hints = typing.get_type_hints(params, include_extras=True)
    return {
        name: "required" if getattr(typing.get_origin(hint), "_name", "") == "Required" else "optional"
        for name, hint in hints.items()
    }


def members(annotation: Any) -> list[str]:
    """The words of a literal, or the types of what a union is of, whatever they are wrapped in."""
    if typing.get_origin(annotation) is typing.Literal:
        return [str(word) for word in typing.get_args(annotation)]
    if hasattr(annotation, "model_fields"):
        return members(annotation.model_fields["type"].annotation)
    return [name for one in typing.get_args(annotation) for name in members(one)]


def fields(shape: Any) -> dict[str, str]:
    """The fields of a model, and whether each is always there."""
    return {name: "may be null" if optional(field) else "always there" for name, field in shape.model_fields.items()}


def optional(field: Any) -> bool:
    """Whether it may be missing, or null."""
    return not field.is_required() or type(None) in typing.get_args(field.annotation)


def public(thing: Any) -> dict[str, str]:
    """What can be called, or read, of it."""
    return there(name for name in dir(thing) if not name.startswith("_"))


def there(names: Any) -> dict[str, str]:
    """Names of which no more is to be said."""
    return dict.fromkeys(names, THERE)


def met_at(url: str, seconds: float) -> dict[str, str]:
    """What comes of both ways at one address, with the waits between the SDK's own attempts."""
    kept: list[str] = []
    with anthropic.Anthropic(base_url=url, api_key="replay", timeout=seconds) as client:
        unstreamed = met(lambda: create(client, max_tokens=100))
        streamed = met(lambda: stream(client, kept))
    return {
        "unstreamed": unstreamed,
        "streamed": streamed + (f", after {len(''.join(kept))} characters" if kept else ""),
    }


def create(client: Any, max_tokens: int) -> str:
    """An unstreamed call, and what the caller has of it."""
    message = client.messages.create(**asked(max_tokens))
    text = "".join(getattr(block, "text", "") for block in message.content)
    return f"a message of {len(text)} characters, stop reason {message.stop_reason}"


def stream(client: Any, kept: list[str]) -> str:
    """A streamed call, and what the caller has of it besides the pieces that are `kept`."""
    with client.messages.stream(**asked(100)) as answer:
        for text in answer.text_stream:
            kept.append(text)
        return f"no exception, stop reason {answer.get_final_message().stop_reason}"


def asked(max_tokens: int) -> dict[str, Any]:
    """A request."""
    return {"model": "claude-opus-4-8", "max_tokens": max_tokens, "messages": [{"role": "user", "content": "Hello"}]}


def met(way: Callable[[], str]) -> str:
    """What a caller meets: what is returned; or what is raised, and which family catches it."""
    waited.clear()
    try:
        found = way()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the caller meets
        found = f"{type(error).__name__}, of the family {kin(type(error))}"
    waits = [told(seconds) for seconds in waited if seconds > INSTANT]
    return found + (f", waits of {' and '.join(waits)} s" if waits else "")


def told(seconds: float) -> str:
    """A wait: what chance was taken off from, or what a header said."""
    return f"{next((most for most in WAITS if 0.75 * most <= seconds <= most), seconds):g}"


if __name__ == "__main__":
    main()
