"""The API, held against the replay: the same few requests to both, and what is other in the answers' shape.

Two of them are answered by a model, with one token: less than a tenth of a cent. No text of an answer is compared but
the sentence of an error, in which ids are no difference.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx2

from helpers.facts.models import MODELS, model_facts
from helpers.settings import MODEL

API_VERSION: Final = "2026-10-21"
HEADERS: Final = ("anthropic-", "request-id", "retry-after", "x-should-retry", "content-type")
"""Beginnings of the headers that a client can build on. All others are of whoever stands between."""
PLAIN: Final[Mapping[str, Any]] = {"model": MODEL, "max_tokens": 1, "messages": [{"role": "user", "content": "Hello"}]}
REQUESTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "a message": PLAIN,
    "a stream": {**PLAIN, "stream": True},
    "an unknown model": {**PLAIN, "model": "claude-no-such-model"},
    "no max_tokens": {name: value for name, value in PLAIN.items() if name != "max_tokens"},
    "no messages": {**PLAIN, "messages": []},
    "an empty text block": {**PLAIN, "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
    "an unknown field": {**PLAIN, "no_such_field": 1},
    "too many max_tokens": {**PLAIN, "max_tokens": 10_000_000},
}
MODELS_PATH: Final = "/v1/models?limit=1000"
_ID: Final = re.compile(r"\b(req|msg|org|wrkspc)_\w+")


@dataclass(frozen=True)
class Shape:
    """What can be compared of an answer."""

    status: int
    headers: frozenset[str]
    fields: frozenset[str]
    """Where something stands, dotted, behind the name of its event if it has one."""
    sentence: str
    """Of an error."""


def api_differences(api: httpx2.Client, replay: httpx2.Client) -> list[str]:
    """A line for each thing that the API does and the replay does not, or the other way round.

    Raises `httpx2.HTTPError` where the API can't be reached.
    """
    found: list[str] = []
    for what, body in REQUESTS.items():
        found += _differences(what, _shape(asked(api, body)), _shape(asked(replay, body)))
    return [*found, *_model_differences(_json(api.get(MODELS_PATH).text).get("data", []))]


def asked(client: httpx2.Client, body: Mapping[str, Any]) -> httpx2.Response:
    """The answer to a request for a message."""
    return client.post("/v1/messages", json=dict(body))


def _shape(response: httpx2.Response) -> Shape:
    is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
    documents = _events(response.text) if is_stream else [_json(response.text)]
    fields = frozenset(place for document in documents for place in _fields(document, str(document.get("type", ""))))
    headers = frozenset(name for name in response.headers if name.startswith(HEADERS))
    error = documents[0].get("error") if documents else None
    sentence = _ID.sub(r"\1_…", str(error.get("message"))) if isinstance(error, dict) else ""
    return Shape(response.status_code, headers, fields, sentence)


def _events(text: str) -> list[dict[str, Any]]:
    return [_json(line.removeprefix("data:")) for line in text.splitlines() if line.startswith("data:")]


def _json(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _fields(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _fields(one, f"{place}[]")
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{place}.{name}"
            yield from _fields(inner, f"{place}.{name}")


def _differences(what: str, api: Shape, replay: Shape) -> Iterator[str]:
    if api.status != replay.status:
        yield f"{what}: the API answers {api.status}, the replay {replay.status}"
        return
    if api.sentence != replay.sentence:
        yield f"{what}: the API says “{api.sentence}”, the replay “{replay.sentence}”"
    for kind, there, here in (("header", api.headers, replay.headers), ("field", api.fields, replay.fields)):
        if there - here:
            yield f"{what}: the API sends, and the replay does not, the {kind} {', '.join(sorted(there - here))}"
        if here - there:
            yield f"{what}: the replay sends, and the API does not, the {kind} {', '.join(sorted(here - there))}"


def _model_differences(listed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    names = {str(one.get("id")) for one in listed}
    for name in sorted(name for name in names if model_facts(name) is None):
        yield f"models: the API lists {name}, and the course does not know it"
    for name, facts in MODELS.items():
        if not {name, facts.snapshot} & names:
            yield f"models: the course knows {name}, and the API does not list it"
    for one in listed:
        yield from _limits(one)


def _limits(listed: Mapping[str, Any]) -> Iterator[str]:
    facts = model_facts(str(listed.get("id")))
    for limit in ("max_input_tokens", "max_tokens"):
        known, told = getattr(facts, limit, None), listed.get(limit)
        if known is not None and told is not None and known != told:
            yield f"models: {listed['id']} has {limit} {told:,} at the API, {known:,} here"
