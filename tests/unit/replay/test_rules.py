"""What the API refuses before it does any work."""

import json
from typing import Any

import pytest
from anthropic import AuthenticationError, BadRequestError, ContentTooLargeError

from helpers.facts.limits import LIMITS
from helpers.replay import Answer, Request
from helpers.replay.rules import CUSTOM_ID, SAMPLING
from helpers.settings import MODEL
from tests.unit.replay.asking import HEADERS, PARAMS, ask, engine_for, refusal
from tests.unit.replay.wires import Wire

USER = {"role": "user", "content": "Hello"}
CITATION = {
    "type": "char_location",
    "cited_text": "a",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
VERSION = {"anthropic-version": "2026-10-21"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer "},
        {"authorization": "Bearer invalid"},
        {"authorization": "Basic cmVwbGF5"},
        {"x-api-key": ""},
        {"x-api-key": "invalid"},
    ],
)
def test_no_usable_key(headers: dict[str, str]) -> None:
    """A missing, empty or invalid key is a 401, wherever it stands."""
    reply, body = ask(engine_for(), body=PARAMS, headers={**VERSION, **headers})
    assert (reply.status, body["error"]["type"]) == (401, "authentication_error")


@pytest.mark.parametrize("headers", [{"authorization": "Bearer sk-1"}, {"x-api-key": "sk-1"}])
def test_any_other_key(headers: dict[str, str]) -> None:
    """Any other key is good, also where version 1 of the SDK put it."""
    assert ask(engine_for(), body=PARAMS, headers={**VERSION, **headers})[0].status == 200


def test_invalid_key_through_the_sdk(wire: Wire) -> None:
    """A revoked key is one attempt and an `AuthenticationError`."""
    seen = wire.create("plain", {"api_key": "invalid"})
    assert isinstance(seen.error, AuthenticationError)
    assert seen.attempts == 1


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/v1/messages", 32_000_000),
        ("/v1/messages/count_tokens", 32_000_000),
        ("/v1/messages/batches", 256_000_000),
        ("/v1/files", 500_000_000),
    ],
)
def test_sizes(path: str, limit: int) -> None:
    """One byte over an endpoint's limit is a 413; the limit itself is not. A seam need not keep what is too long."""
    engine = engine_for()
    over, body = ask(engine, path=path, size=limit + 1)
    assert (over.status, body["error"]["type"]) == (413, "request_too_large")
    assert ask(engine, path=path, size=limit)[0].status != 413
    assert engine.log[0].request_bytes == limit + 1


def test_size_before_key() -> None:
    """A 413 comes from the edge: nobody has looked at the key yet."""
    assert ask(engine_for(), size=32_000_001, headers={})[0].status == 413


@pytest.mark.parametrize(("excess", "error"), [(0, BadRequestError), (1, ContentTooLargeError)])
def test_size_through_the_sdk(wire: Wire, excess: int, error: type[BaseException]) -> None:
    """32 MB arrive, and are too long a prompt; one byte more is a 413 rather than a broken pipe."""
    empty = {**PARAMS, "messages": [{"role": "user", "content": ""}]}
    overhead = len(json.dumps(empty, separators=(",", ":")))
    seen = wire.create("plain", messages=[{"role": "user", "content": "x" * (LIMITS["messages"] - overhead + excess)}])
    assert isinstance(seen.error, error)
    assert seen.engine.log[0].request_bytes == LIMITS["messages"] + excess
    assert seen.attempts == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"temperature": 1.0}, "temperature: not supported"),
        ({"top_p": 0.9}, "top_p: not supported"),
        ({"top_k": 5}, "top_k: not supported"),
        ({"max_token": 5}, "max_token: Extra inputs are not permitted"),
        ({"max_tokens": "5"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": -1}, "max_tokens: Input should be a valid integer"),
        ({"stream": "yes"}, "stream: Input should be a valid boolean"),
        ({"model": 7}, "model: Input should be a valid string"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": "Hello"}, "messages: Input should be a valid list"),
        ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        ({"messages": [{"role": "robot", "content": "Hello"}]}, "messages.0.role: Input should be"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages.0.content.0.text: Field required"),
        (
            {"messages": [USER, {"role": "assistant", "content": [{"type": "tool_use", "id": "t"}]}, USER]},
            "messages.1.content.0.input: Field required",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "poem"}]}]},
            "messages.0.content.1.type: Input should be 'text', 'image', ",
        ),
        ({"messages": [{"role": "user", "content": []}]}, "messages.0: all messages must have non-empty content"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0: all messages must have non-empty content"),
        ({"messages": [USER, {"role": "assistant", "content": []}, USER]}, "messages.1: all messages must have"),
        ({"messages": [USER, {"role": "assistant", "content": "Well,"}]}, "This model does not support assistant"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a", "citations": [CITATION]}]}]},
            "messages.0.content.0.citations: not supported",
        ),
        (
            {
                "messages": [
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}
                        ],
                    },
                    USER,
                ]
            },
            "messages.0.content.0: document blocks are not supported",
        ),
        ({"tools": [{"name": 1}]}, "tools.0.input_schema: Field required"),
        ({"system": 7}, "system"),
    ],
)
def test_messages(changes: dict[str, Any], message: str) -> None:
    """A parameter that the endpoint does not take is a 400 that names it."""
    status, said = refusal(engine_for(), body={**PARAMS, **changes})
    assert status == 400
    assert said.startswith(message)


@pytest.mark.parametrize("parameter", SAMPLING)
def test_sampling_before(parameter: str) -> None:
    """A client that speaks an earlier version is served as before, whatever of this it sends."""
    earlier = {**HEADERS, "anthropic-version": "2023-06-01"}
    assert ask(engine_for(), body={**PARAMS, parameter: 1}, headers=earlier)[0].status == 200


def _called(*ids: str, kind: str = "tool_use") -> dict[str, Any]:
    return {
        "role": "assistant",
        "content": [{"type": kind, "id": one, "name": "web_search", "input": {}} for one in ids],
    }


def _answered(*ids: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": one, "content": "ok"} for one in ids]}


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ([_called("a", "b"), _answered("a")], "messages.1: `tool_use` ids were found without `tool_result` blocks"),
        ([_called("a"), USER], "messages.1: `tool_use` ids were found without `tool_result` blocks"),
        (
            [_called("a"), USER, _called("b"), USER],
            "messages.1: `tool_use` ids were found without `tool_result` blocks",
        ),
        ([_called("a"), _answered("b", "a")], "messages.2: unexpected `tool_use_id` found in `tool_result` blocks: b"),
        ([_answered("a")], "messages.1: unexpected `tool_use_id` found in `tool_result` blocks: a"),
    ],
)
def test_tool_results_follow_their_calls(turns: list[dict[str, Any]], message: str) -> None:
    """Every tool call has its result in the next turn, and no result is without its call."""
    status, said = refusal(engine_for(), body={**PARAMS, "messages": [USER, *turns]})
    assert status == 400
    assert said.startswith(message)


@pytest.mark.parametrize(
    "turns",
    [
        [_called("a", "b"), _answered("b", "a")],
        [_called("a", "b"), _answered("a"), _answered("b")],
        [_called("s", kind="server_tool_use")],
    ],
)
def test_tool_turns(turns: list[dict[str, Any]]) -> None:
    """Results in any order, in one turn or two, and a paused turn sent back to be continued: that is no prefill."""
    assert ask(engine_for(), body={**PARAMS, "messages": [USER, *turns]})[0].status == 200


@pytest.mark.parametrize("name", ["model", "max_tokens", "messages"])
def test_missing(name: str) -> None:
    """A parameter that must be there is named."""
    params = {key: value for key, value in PARAMS.items() if key != name}
    assert refusal(engine_for(), body=params) == (400, f"{name}: Field required")


def test_prefill_on_older_models() -> None:
    """The models that still take a prefilled turn do."""
    params = {**PARAMS, "model": "claude-haiku-4-5", "messages": [USER, {"role": "assistant", "content": "Well,"}]}
    assert ask(engine_for(), body=params)[0].status == 200


@pytest.mark.parametrize("changes", [{"system": "Be brief."}, {"thinking": {"type": "adaptive"}}, {"metadata": {}}])
def test_other_parameters(changes: dict[str, Any]) -> None:
    """What the SDK's own types know is taken."""
    assert ask(engine_for(), body={**PARAMS, **changes})[0].status == 200


def test_unknown_model() -> None:
    """A model that nobody knows is a 404; one that the course is set to is known."""
    params = {**PARAMS, "model": "claude-mythical-9"}
    assert refusal(engine_for(), body=params) == (404, "model: claude-mythical-9")
    assert ask(engine_for(models=("claude-mythical-9",)), body=params)[0].status == 200
    assert ask(engine_for(), "GET", "/v1/models/claude-mythical-9")[0].status == 404
    assert ask(engine_for(), "GET", f"/v1/models/{MODEL}")[1]["id"] == MODEL


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[]", "it must be an object"),
        (b"\xff", "invalid UTF-8"),
        (b"[" * 20_000, "recursion limit exceeded"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "recursion limit exceeded"),
        (b'{"model":"\\ud83d"}', "no low surrogate in string"),
        (b'{"model":"\\uDE00"}', "no low surrogate in string"),
        (b'{"max_tokens":NaN}', "NaN is not JSON"),
        (b'{"max_tokens":' + b"9" * 5_000 + b"}", "Exceeds the limit"),
    ],
)
def test_not_json(body: bytes, why: str) -> None:
    """A body that is not a JSON object, however broken or deep, is a 400 that says why, and the log stays."""
    engine = engine_for()
    status, said = refusal(engine, body=body)
    assert status == 400
    assert said.startswith(f"The request body is not valid JSON: {why}")
    assert json.dumps(engine.log.to_json())


def test_deep_enough() -> None:
    """As deep as a tool's schema may ever be."""
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(60):
        schema = {"type": "object", "properties": {"a": schema}}
    tool = {"name": "deep", "input_schema": schema}
    assert ask(engine_for(), body={**PARAMS, "tools": [tool] * 3})[0].status == 200


def test_surrogate_pairs() -> None:
    """Two halves that belong together are a character."""
    body = json.dumps({**PARAMS, "messages": [{"role": "user", "content": "\U0001f600"}]}).encode()
    assert b"\\ud83d" in body
    assert ask(engine_for(), body=body)[0].status == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "x" * 800_001}]},
            "prompt is too long: 200010 tokens > 200000 maximum",
        ),
        (
            {"model": "claude-haiku-4-5", "max_tokens": 64_001},
            "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for "
            "claude-haiku-4-5-20251001",
        ),
        ({"max_tokens": 100_000_000}, "max_tokens: 100000000 > 128000, which is the maximum allowed number of"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
            "messages: text content blocks must be non-empty",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": " \n"}]}]},
            "messages: text content blocks must contain non-whitespace text",
        ),
        (
            {"messages": [{"role": "user", "content": " \n"}]},
            "messages: text content blocks must contain non-whitespace text",
        ),
        (
            {"messages": [USER, {"role": "assistant", "content": [{"type": "text", "text": ""}]}, USER]},
            "messages: text content blocks must be non-empty",
        ),
    ],
)
def test_too_much_or_nothing(changes: dict[str, Any], message: str) -> None:
    """What the API was recorded to refuse: more than a model reads or writes, and texts of nothing."""
    status, said = refusal(engine_for(), body={**PARAMS, **changes})
    assert status == 400
    assert said.startswith(message)


def test_limits_of_a_model() -> None:
    """Exactly the limit is taken; of a model that nobody has looked up, no limit is known."""
    exact = {**PARAMS, "model": "claude-haiku-4-5", "max_tokens": 64_000}
    assert ask(engine_for(), body=exact)[0].status == 200
    unknown = {**PARAMS, "model": "claude-mythical-9", "max_tokens": 10_000_000}
    assert ask(engine_for(models=("claude-mythical-9",)), body=unknown)[0].status == 200


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "x-api-key header is required"),
        ({"authorization": "Bearer invalid"}, "Invalid bearer token"),
        ({"x-api-key": "invalid"}, "invalid x-api-key"),
    ],
)
def test_words_of_a_401(headers: dict[str, str], message: str) -> None:
    """What the API was recorded to say of a key that it does not know, by where the key stands."""
    assert refusal(engine_for(), body=PARAMS, headers={**VERSION, **headers}) == (401, message)


def test_models() -> None:
    """The list tells of each model what it takes and gives, the newest first; its alias finds a model too."""
    page = ask(engine_for(), "GET", "/v1/models")[1]
    haiku = ask(engine_for(), "GET", "/v1/models/claude-haiku-4-5")[1]
    assert haiku in page["data"]
    assert (haiku["id"], haiku["display_name"]) == ("claude-haiku-4-5-20251001", "Claude Haiku 4.5")
    assert (haiku["max_input_tokens"], haiku["max_tokens"]) == (200_000, 64_000)
    dates = [model["created_at"] for model in page["data"]]
    assert dates == sorted(dates, reverse=True)


def test_no_version() -> None:
    """The API must be told which version of it is spoken."""
    headers = {"authorization": "Bearer replay"}
    assert refusal(engine_for(), body=PARAMS, headers=headers) == (400, "anthropic-version: header is required")


def test_count_tokens() -> None:
    """Counting takes no max_tokens, and has the rules of a message otherwise."""
    path = "/v1/messages/count_tokens"
    params = {"model": MODEL, "messages": [USER]}
    assert ask(engine_for(), path=path, body=params)[1]["input_tokens"] > 0
    assert refusal(engine_for(), path=path, body=PARAMS) == (400, "max_tokens: Extra inputs are not permitted")
    assert refusal(engine_for(), path=path, body={"model": MODEL}) == (400, "messages: Field required")


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        (None, "requests: List should have at least 1 item after validation, not 0"),
        ([], "requests: List should have at least 1 item after validation, not 0"),
        ([7], "requests.0.params: Field required"),
        ([{"custom_id": "a"}], "requests.0.params: Field required"),
        ([{"params": {}}], "requests.0.custom_id: Field required"),
        ([{"custom_id": "", "params": {}}], "requests.0.custom_id: String should match"),
        ([{"custom_id": "a b", "params": {}}], "requests.0.custom_id: String should match"),
        ([{"custom_id": "a" * 65, "params": {}}], "requests.0.custom_id: String should have at most 64 characters"),
        ([{"custom_id": 7, "params": {}}], "requests.0.custom_id: Input should be a valid string"),
        (
            [{"custom_id": "a", "params": {}}] * 2,
            "requests: custom_id's must be unique within a batch. Duplicate custom_id found: a",
        ),
        ([{"custom_id": "a", "params": {}}] * 100_001, "requests: List should have at most 100000 items, not 100001"),
    ],
)
def test_batches(requests: Any, message: str) -> None:
    """A batch with duplicate or malformed ids, none or too many requests is a 400."""
    status, said = refusal(engine_for(), path="/v1/messages/batches", body={"requests": requests})
    assert status == 400
    assert said.startswith(message)


def test_custom_ids() -> None:
    """64 letters, digits, hyphens and underscores."""
    assert CUSTOM_ID.fullmatch("Doc_1-" + "a" * 58)


def test_files() -> None:
    """Of this endpoint only the limit is known, and it says so."""
    status, said = refusal(engine_for(), path="/v1/files", size=10)
    assert status == 501
    assert "only the size limit" in said


def test_refused_requests_cost_no_step() -> None:
    """What is refused for its own fault leaves the script where it was."""
    engine = engine_for(Answer(), then=None)
    assert ask(engine, body={})[0].status == 400
    assert ask(engine, body=PARAMS)[0].status == 200


def test_request_defaults() -> None:
    """A request built by hand needs no more than its four parts."""
    request = Request("POST", "/v1/messages", HEADERS, b"{}")
    assert (request.length, request.fields, request.wants_stream, request.retry_count) == (2, {}, False, 0)
