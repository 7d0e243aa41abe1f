"""The rules by which the API refuses a request before it does any work (https://platform.claude.com/docs/en/api/errors)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final, get_args

from anthropic.types import MessageCountTokensParams
from anthropic.types.message_create_params import MessageCreateParamsBase
from anthropic.types.model import Model

from helpers.facts.limits import LIMITS, MAX_BATCH_REQUESTS, Endpoint
from helpers.facts.models import answered_as, model_facts
from helpers.replay.request import Request, why_not
from helpers.replay.shapes import names_of, shape_error

KEYS_THAT_FAIL: Final = ("invalid",)
SAMPLING: Final = ("temperature", "top_p", "top_k")
"""Refused since `NO_SAMPLING` (https://platform.claude.com/docs/en/api/migration-2026-10-21)."""
NO_SAMPLING: Final = "2026-10-21"
"""An API version. Clients that send an earlier one are served as before."""
HEADER_PARAMETERS: Final = frozenset({"user_profile_id", "workspace_id"})
"""Parameters of the SDK's methods that travel as headers, not in the body."""
CHECKED_BY_HAND: Final = ("model", "max_tokens", "stream")
CUSTOM_ID: Final = re.compile(r"[a-zA-Z0-9_-]+")
"""https://platform.claude.com/docs/en/api/messages/batches/create"""
LONGEST_CUSTOM_ID: Final = 64
"""Characters."""
PREFILL_MODELS: Final = re.compile(r"-4-5\b")
"""The models of the list below that still take a prefilled assistant turn
(https://platform.claude.com/docs/en/api/errors#prefill-not-supported)."""
NO_PREFILL: Final = (
    "This model does not support assistant message prefill. The conversation must end with a user message."
)
EMPTY_CONTENT: Final = "all messages must have non-empty content except for the optional final assistant message"
NO_TEXT: Final = "messages: text content blocks must be non-empty"
ONLY_SPACES: Final = "messages: text content blocks must contain non-whitespace text"
NOT_JSON: Final = "The request body is not valid JSON: "
KNOWN_MODELS: Final = frozenset(get_args(get_args(Model)[0]))


class Refusal(Exception):  # noqa: N818 - what the API does, not what went wrong in our code
    """A request that the API answers with an error: its status and message."""

    def __init__(self, status: int, message: str | None = None) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


def check_key(request: Request) -> None:
    """401 for a missing, empty or revoked key."""
    authorization = request.headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    bears = scheme.lower() == "bearer"
    key = (token if bears else request.headers.get("x-api-key", "")).strip()
    if not key:
        raise Refusal(401, "x-api-key header is required")
    if key in KEYS_THAT_FAIL:
        raise Refusal(401, "Invalid bearer token" if bears else "invalid x-api-key")


def check_size(request: Request, endpoint: Endpoint) -> None:
    """413 for a body over the endpoint's limit."""
    if request.length > LIMITS[endpoint]:
        raise Refusal(413)


def check_body(endpoint: Endpoint, request: Request, models: Iterable[str]) -> None:
    """400 or 404 for a body that its endpoint does not take."""
    if not isinstance(request.parsed, dict):
        raise Refusal(400, f"{NOT_JSON}{why_not(request.body) or 'it must be an object'}")
    version = request.headers.get("anthropic-version")
    if version is None:
        raise Refusal(400, "anthropic-version: header is required")
    fields = request.fields
    if version < NO_SAMPLING:
        fields = {name: value for name, value in fields.items() if name not in SAMPLING}
    match endpoint:
        case "count_tokens":
            check_count(fields, models)
        case "batches":
            check_batch(fields)
        case _:
            check_message(fields, models)


def check_query(query: Mapping[str, str]) -> None:
    """400 for a `limit` of a list that is not 1 to 1000."""
    limit = query.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise Refusal(400, "limit: Input should be a valid integer from 1 to 1000")


def check_window(model: str, tokens: int) -> None:
    """400 for a prompt of more `tokens` than the model's window holds, where that is known."""
    facts = model_facts(model)
    if facts is not None and facts.max_input_tokens is not None and tokens > facts.max_input_tokens:
        raise Refusal(400, f"prompt is too long: {tokens} tokens > {facts.max_input_tokens} maximum")


def check_output(model: str, max_tokens: int) -> None:
    """400 for more `max_tokens` than the model writes, where that is known."""
    facts = model_facts(model)
    if facts is not None and facts.max_tokens is not None and max_tokens > facts.max_tokens:
        raise Refusal(
            400,
            f"max_tokens: {max_tokens} > {facts.max_tokens}, which is the maximum allowed number of output tokens for "
            f"{answered_as(model)}",
        )


def check_message(fields: Mapping[str, Any], models: Iterable[str]) -> None:
    """400 or 404 for parameters that `POST /v1/messages` does not take."""
    _check_names(fields, _parameters(MessageCreateParamsBase, "stream"), ("model", "max_tokens", "messages"))
    if type(fields["max_tokens"]) is not int or fields["max_tokens"] < 0:
        raise Refusal(400, "max_tokens: Input should be a valid integer, 0 or greater")
    if not isinstance(fields.get("stream", False), bool):
        raise Refusal(400, "stream: Input should be a valid boolean")
    _check_shapes(MessageCreateParamsBase, fields)
    _check_turns(fields, models)
    check_output(fields["model"], fields["max_tokens"])


def check_line(fields: Mapping[str, Any], models: Iterable[str]) -> None:
    """400 or 404 for parameters that a request of a batch may not have, beside those that no message may have."""
    if fields.get("stream"):
        raise Refusal(400, '"stream=True" is not supported in the Message Batches API')
    check_message(fields, models)
    if fields["max_tokens"] < 1:
        raise Refusal(400, "max_tokens: Input should be greater than or equal to 1")


def check_count(fields: Mapping[str, Any], models: Iterable[str]) -> None:
    """400 or 404 for parameters that `POST /v1/messages/count_tokens` does not take."""
    _check_names(fields, _parameters(MessageCountTokensParams), ("model", "messages"))
    _check_shapes(MessageCountTokensParams, fields)
    _check_turns(fields, models)


def check_batch(fields: Mapping[str, Any]) -> None:
    """400 for a batch that the API does not take. The parameters of each request are looked at when it is processed."""
    _check_names(fields, frozenset({"requests"}), ("requests",))
    requests = fields["requests"]
    if not isinstance(requests, list) or not requests:
        raise Refusal(400, "requests: List should have at least 1 item after validation, not 0")
    if len(requests) > MAX_BATCH_REQUESTS:
        raise Refusal(400, f"requests: List should have at most {MAX_BATCH_REQUESTS} items, not {len(requests)}")
    seen: set[str] = set()
    for index, request in enumerate(requests):
        _check_batch_request(index, request, seen)


def _check_batch_request(index: int, request: Any, seen: set[str]) -> None:
    place = f"requests.{index}"
    if not isinstance(request, dict) or not isinstance(request.get("params"), dict):
        raise Refusal(400, f"{place}.params: Field required")
    if "custom_id" not in request:
        raise Refusal(400, f"{place}.custom_id: Field required")
    custom_id = request["custom_id"]
    if not isinstance(custom_id, str):
        raise Refusal(400, f"{place}.custom_id: Input should be a valid string")
    if len(custom_id) > LONGEST_CUSTOM_ID:
        raise Refusal(400, f"{place}.custom_id: String should have at most {LONGEST_CUSTOM_ID} characters")
    if not CUSTOM_ID.fullmatch(custom_id):
        raise Refusal(400, f"{place}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
    if custom_id in seen:
        unique = "requests: custom_id's must be unique within a batch"
        raise Refusal(400, f"{unique}. Duplicate custom_id found: {custom_id}")
    seen.add(custom_id)


def _check_names(fields: Mapping[str, Any], known: frozenset[str], required: Iterable[str]) -> None:
    for name in SAMPLING:
        if name in fields:
            raise Refusal(400, f"{name}: not supported since API version {NO_SAMPLING}")
    for name in fields:
        if name not in known:
            raise Refusal(400, f"{name}: Extra inputs are not permitted")
    for name in required:
        if name not in fields:
            raise Refusal(400, f"{name}: Field required")


def _check_turns(fields: Mapping[str, Any], models: Iterable[str]) -> None:
    if not fields["messages"]:
        raise Refusal(400, "messages: at least one message is required")
    model = fields["model"]
    if model not in KNOWN_MODELS and model not in models:
        raise Refusal(404, f"model: {model}")
    last = fields["messages"][-1]
    if last["role"] == "assistant" and not PREFILL_MODELS.search(model) and not _is_paused(last):
        raise Refusal(400, NO_PREFILL)
    for index, turn in enumerate(fields["messages"]):
        if not turn["content"] and (turn["role"] == "user" or turn is not last):
            raise Refusal(400, f"messages.{index}: {EMPTY_CONTENT}")
        if isinstance(turn["content"], str):
            if turn["content"].isspace():
                raise Refusal(400, ONLY_SPACES)
        else:
            _check_blocks(f"messages.{index}.content", turn)
    _check_tool_results(fields["messages"])


def _is_paused(turn: Mapping[str, Any]) -> bool:
    """Whether an assistant turn is one that the API paused, sent back to be continued
    (https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons#pause-turn).
    """
    return bool(_ids(turn, "server_tool_use", "id"))


def _check_tool_results(turns: Sequence[Mapping[str, Any]]) -> None:
    """400 where a tool call and its result do not follow each other
    (https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls).
    """
    if all(isinstance(turn["content"], str) for turn in turns):
        return
    place = 0
    calls: list[str] = []
    # The API takes consecutive turns of one role for one turn.
    for role, group in groupby(turns, lambda turn: turn["role"]):
        together = list(group)
        results = [one for turn in together for one in _ids(turn, "tool_result", "tool_use_id")]
        if role == "user" and (missing := [one for one in calls if one not in results]):
            raise Refusal(
                400,
                f"messages.{place - 1}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the "
                "next message.",
            )
        place += len(together)
        if unasked := [one for one in results if one not in calls]:
            raise Refusal(
                400,
                f"messages.{place - 1}: unexpected `tool_use_id` found in `tool_result` blocks: {', '.join(unasked)}. "
                "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
            )
        calls = [one for turn in together for one in _ids(turn, "tool_use", "id")]


def _ids(turn: Mapping[str, Any], kind: str, name: str) -> list[str]:
    if isinstance(turn["content"], str):
        return []
    return [block[name] for block in turn["content"] if block["type"] == kind]


def _check_blocks(place: str, turn: Mapping[str, Any]) -> None:
    """What the shapes allow and the API has refused since version 2026-10-21."""
    for index, block in enumerate(turn["content"]):
        if block["type"] == "text":
            _check_text(block["text"])
        if turn["role"] == "assistant" and block["type"] == "document":
            raise Refusal(400, f"{place}.{index}: document blocks are not supported in an assistant message")
        if turn["role"] == "user" and block["type"] == "text" and block.get("citations"):
            raise Refusal(400, f"{place}.{index}.citations: not supported on a text block of a user message")


def _check_text(text: str) -> None:
    if not text:
        raise Refusal(400, NO_TEXT)
    if text.isspace():
        raise Refusal(400, ONLY_SPACES)


@cache
def _parameters(types: type, *more: str) -> frozenset[str]:
    return names_of(types).union(more) - HEADER_PARAMETERS


def _check_shapes(types: type, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name not in CHECKED_BY_HAND:
            error = shape_error(types, name, value)
            if error is not None:
                raise Refusal(400, error)
    if not isinstance(fields["model"], str):
        raise Refusal(400, "model: Input should be a valid string")
