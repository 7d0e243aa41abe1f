"""Requests to an engine without a client between: what a seam hands over and gets back."""

import json
from collections.abc import Mapping
from typing import Any, Final

from helpers.replay import Answer, Engine, Request, Scenario
from helpers.replay.reply import Reply
from helpers.replay.scenario import Choose, Step
from helpers.settings import MODEL

HEADERS: Final = {"authorization": "Bearer replay", "anthropic-version": "2026-10-21"}
PARAMS: Final[Mapping[str, Any]] = {
    "model": MODEL,
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Write a haiku"}],
}


def engine_for(*steps: Step | Choose, then: Step | Choose | None = None, **options: Any) -> Engine:
    """An engine for these steps; without any it answers every valid request."""
    return Engine(Scenario("test", "a script of this test", steps, then or (None if steps else Answer())), **options)


def ask(
    engine: Engine,
    method: str = "POST",
    path: str = "/v1/messages",
    body: Any = None,
    *,
    headers: Mapping[str, str] = HEADERS,
    **details: Any,
) -> tuple[Reply, Any]:
    """The reply and its body, which is read to its end."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    reply = engine.reply(Request(method, path, headers, data, **details))
    reply.respond()
    content = b""
    for chunk in reply.chunks:
        reply.sent(chunk)
        content += chunk.data
    reply.finish()
    return reply, json.loads(content) if reply.headers.get("content-type") == "application/json" else content


def refusal(engine: Engine, *args: Any, **details: Any) -> tuple[int | None, str]:
    """Status and message of an error."""
    reply, body = ask(engine, *args, **details)
    return reply.status, body["error"]["message"]
