"""The engine: takes a request and the scenario's state, and returns a reply. It opens no connection and never forwards.

What the scenario does not expect is answered with an error that names the scenario, the nearest request it would have
answered, and the field that differs.
"""

import difflib
import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

from helpers.errors import ERROR_MAP
from helpers.limits import Endpoint
from helpers.replay.batches import Batches, timestamp
from helpers.replay.clock import Clock
from helpers.replay.events import Event, Json, at_most, count_tokens, message_of
from helpers.replay.fixture import fixture_for
from helpers.replay.identifiers import Identifiers
from helpers.replay.reply import Chunk, Reply
from helpers.replay.request import Request
from helpers.replay.rules import (
    KNOWN_MODELS,
    Refusal,
    check_batch,
    check_count,
    check_key,
    check_message,
    check_size,
)
from helpers.replay.scenario import Answer, EmptyBody, Fail, RefuseConnection, Scenario
from helpers.replay.wire import KEPT_BODY, KEPT_HEADERS, Ending, Exchange, WireLog

UNEXPECTED: Final = 501
"""Not a status of the API: nobody can take this for an answer of it, and nothing retries it."""
LATENCY: Final = 0.3
"""Seconds of API time before an answer that needs no generation."""
TOKENS_PER_MINUTE: Final = 400_000
REQUESTS_PER_MINUTE: Final = 1_000
INITIAL_WAIT: Final = 0.5
LONGEST_WAIT: Final = 8.0
"""Seconds between the SDK's attempts: https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries"""
SHORTEST_WAIT_MS: Final = 0.001
"""The SDK honours `retry-after-ms` only above 0."""


class RequestBudgetExceeded(BaseException):
    """The caller sent more requests than the replay was told to expect of anyone.

    Not an `Exception`: code that tries for ever also catches for ever.
    """


class Route(NamedTuple):
    """One endpoint of the API."""

    name: str
    method: str
    path: re.Pattern[str]
    shown: str
    limit: Endpoint = "messages"


_BATCHES: Final = "/v1/messages/batches"
ROUTES: Final = (
    Route("messages", "POST", re.compile("/v1/messages"), "/v1/messages"),
    Route("count_tokens", "POST", re.compile("/v1/messages/count_tokens"), "/v1/messages/count_tokens", "count_tokens"),
    Route("create_batch", "POST", re.compile(_BATCHES), _BATCHES, "batches"),
    Route("list_batches", "GET", re.compile(_BATCHES), _BATCHES),
    Route("retrieve_batch", "GET", re.compile(f"{_BATCHES}/([^/]+)"), f"{_BATCHES}/BATCH_ID"),
    Route("delete_batch", "DELETE", re.compile(f"{_BATCHES}/([^/]+)"), f"{_BATCHES}/BATCH_ID"),
    Route("cancel_batch", "POST", re.compile(f"{_BATCHES}/([^/]+)/cancel"), f"{_BATCHES}/BATCH_ID/cancel"),
    Route("batch_results", "GET", re.compile(f"{_BATCHES}/([^/]+)/results"), f"{_BATCHES}/BATCH_ID/results"),
    Route("upload_file", "POST", re.compile("/v1/files"), "/v1/files", "files"),
    Route("list_models", "GET", re.compile("/v1/models"), "/v1/models"),
    Route("retrieve_model", "GET", re.compile("/v1/models/([^/]+)"), "/v1/models/MODEL"),
)


class Content(NamedTuple):
    """The body of a successful answer."""

    chunks: Iterable[Chunk]
    latency: float
    content_type: str = "application/json"


class Engine:
    """Answers requests as one scenario scripts it, and keeps the wire log."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int = 0,
        speed: float = 0.0,
        models: Sequence[str] = (),
        max_requests: int | None = None,
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.models = models
        self.max_requests = max_requests
        self.clock = Clock(speed)
        self.log = WireLog()
        self._identifiers = Identifiers(seed)
        self._batches = Batches(scenario, self._identifiers, seed)
        self._position = 0
        self._lock = threading.Lock()

    def reply(self, request: Request) -> Reply:
        """What to send back for `request`. Raises `RequestBudgetExceeded` when there were too many."""
        with self._lock:
            if self.max_requests is not None and len(self.log) >= self.max_requests:
                raise RequestBudgetExceeded(f"more than {self.max_requests} requests")
            exchange = self._open(request)
            try:
                return self._answer(request, exchange)
            except Refusal as refusal:
                return self._error(exchange, refusal.status, refusal.message)

    def _open(self, request: Request) -> Exchange:
        started = self._start_of(request)
        self.clock.reach(started)
        exchange = Exchange(
            number=len(self.log) + 1,
            method=request.method,
            path=request.path,
            headers={name: request.headers[name] for name in KEPT_HEADERS if name in request.headers},
            body=request.parsed if len(request.body) <= KEPT_BODY else None,
            request_bytes=len(request.body),
            retry_count=request.retry_count,
            started=started,
        )
        self.log.add(exchange)
        return exchange

    def _start_of(self, request: Request) -> float:
        """A retry of the SDK starts when its wait is over, anything else now."""
        if request.retry_count:
            for earlier in reversed(self.log):
                same = (earlier.path, earlier.request_bytes) == (request.path, len(request.body))
                if same and earlier.retry_count == request.retry_count - 1 and earlier.ended is not None:
                    return earlier.ended + (earlier.retry_wait or 0.0)
        return self.clock.now()

    def _answer(self, request: Request, exchange: Exchange) -> Reply:
        route, argument = self._route(request)
        if route is None:
            return self._unexpected(exchange, _nearest_route(request))
        check_key(request)
        check_size(request, route.limit)
        _check_body(route, request, self.models)
        step = self.scenario.step(self._position)
        self._position += 1
        match step:
            case None:
                return self._unexpected(exchange, f"its {len(self.scenario.script)} replies have all been given")
            case RefuseConnection():
                exchange.retry_wait = _backoff(request.retry_count)
                return Reply(None, {}, (), exchange, self.clock)
            case Fail(status, message, headers):
                return self._error(exchange, status, message, headers)
            case EmptyBody():
                return self._success(exchange, Content((), LATENCY, "text/event-stream; charset=utf-8"), "clean")
        differing = _differing_field(step.expects, request.fields)
        if differing is not None:
            return self._unexpected(exchange, f"the nearest is {route.method} {route.shown} with {differing}")
        return self._whole_or_broken(route, argument, request, step, exchange)

    def _route(self, request: Request) -> tuple[Route | None, str]:
        for route in ROUTES:
            match = route.path.fullmatch(request.path)
            if match and route.method == request.method:
                return route, match[1] if match.lastindex else ""
        return None, ""

    def _whole_or_broken(
        self, route: Route, argument: str, request: Request, step: Answer, exchange: Exchange
    ) -> Reply:
        streamed = route.name == "messages" and request.wants_stream
        if step.ending == "error_event" and not streamed:
            return self._error(exchange, 529)
        content = self._content(route, argument, request, step)
        chunks = content.chunks
        if step.ending != "clean":
            if not streamed and step.ending != "truncate":
                exchange.retry_wait = _backoff(request.retry_count)
            chunks = _broken(list(chunks) if streamed else _halves(chunks), step.after if streamed else 1)
        if step.ending == "error_event":
            chunks = [*chunks, self._error_event(exchange)]
        return self._success(exchange, content._replace(chunks=chunks), step.ending)

    def _content(self, route: Route, argument: str, request: Request, step: Answer) -> Content:
        now = self.clock.now()
        match route.name:
            case "messages":
                return self._message(request, step)
            case "count_tokens":
                return _json({"input_tokens": _input_tokens(request)})
            case "create_batch":
                return _json(self._batches.create(request.fields["requests"], now, self.models).to_json(request.origin))
            case "list_batches":
                return _json(self._batches.page(request.query, request.origin))
            case "retrieve_batch":
                return _json(self._batches.poll(argument, now).to_json(request.origin))
            case "cancel_batch":
                return _json(self._batches.cancel(argument, now).to_json(request.origin))
            case "delete_batch":
                return _json(self._batches.delete(argument))
            case "batch_results":
                pieces = (Chunk(piece) for piece in self._batches.results(argument))
                return Content(pieces, LATENCY, "application/x-jsonl")
            case "upload_file":
                raise Refusal(UNEXPECTED, "The replay keeps no files: of this endpoint it knows only the size limit.")
            case "list_models":
                return _json(_model_page(sorted({*KNOWN_MODELS, *self.models})))
        if argument not in {*KNOWN_MODELS, *self.models}:
            raise Refusal(404, f"model: {argument}")
        return _json(_model(argument))

    def _message(self, request: Request, step: Answer) -> Content:
        fixture = step.message or fixture_for(request.prompt)
        events = at_most(fixture.events, request.fields["max_tokens"])
        identity = {"id": self._identifiers.draw("msg"), "model": request.fields["model"]}
        input_tokens = _input_tokens(request)
        if not request.wants_stream:
            message = dict(fixture.message if events is fixture.events else message_of(events))
            message["usage"] = {**message["usage"], "input_tokens": input_tokens}
            return _json({**message, **identity}, sum(event.delay for event in events))
        first = events[0]
        start = {**first.data["message"], **identity}
        start["usage"] = {**start["usage"], "input_tokens": input_tokens}
        opening = Event(first.name, {**first.data, "message": start}, 0.0)
        chunks = [Chunk(event.wire, event.delay, event.name) for event in (opening, *events[1:])]
        return Content(chunks, first.delay, "text/event-stream; charset=utf-8")

    def _success(self, exchange: Exchange, content: Content, ending: Ending) -> Reply:
        exchange.status = 200
        headers = {**self._headers(exchange), "content-type": content.content_type}
        return Reply(200, headers, content.chunks, exchange, self.clock, content.latency, ending)

    def _error_event(self, exchange: Exchange) -> Chunk:
        exchange.error_type = "overloaded_error"
        data = _error_body("overloaded_error", "Overloaded", exchange.request_id)
        return Chunk(Event("error", data).wire, 0.2, "error")

    def _error(
        self, exchange: Exchange, status: int, message: str | None = None, extra: Mapping[str, str] | None = None
    ) -> Reply:
        row = ERROR_MAP.get(status)
        kind = row.type if row else "unexpected_request" if status == UNEXPECTED else "api_error"
        exchange.status = status
        exchange.error_type = kind
        headers = {**self._headers(exchange), "content-type": "application/json", **(extra or {})}
        if row and row.retried_by_sdk and headers.get("x-should-retry") != "false":
            self._shorten_wait(exchange, headers)
        body = _error_body(kind, message or (row.example if row else "Error"), exchange.request_id)
        chunk = Chunk(json.dumps(body, ensure_ascii=False).encode())
        return Reply(status, headers, (chunk,), exchange, self.clock, LATENCY)

    def _shorten_wait(self, exchange: Exchange, headers: dict[str, str]) -> None:
        """Note the wait before the SDK's next attempt in API time, and make it pass at the clock's speed.

        The SDK honours `retry-after-ms` before anything else.
        """
        try:
            asked = float(headers.get("retry-after", ""))
        except ValueError:
            asked = 0.0
        exchange.retry_wait = asked if asked > 0 else _backoff(exchange.retry_count)
        if self.clock.speed != 1 and "retry-after-ms" not in headers:
            headers["retry-after-ms"] = f"{max(exchange.retry_wait * self.clock.speed * 1000, SHORTEST_WAIT_MS):.3f}"

    def _unexpected(self, exchange: Exchange, why: str) -> Reply:
        place = f"{exchange.method} {exchange.path}"
        message = f"The replay scenario {self.scenario.name!r} does not expect {place} as request {exchange.number}: {why}."
        exchange.unexpected = message
        return self._error(exchange, UNEXPECTED, message, {"x-should-retry": "false"})

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        exchange.request_id = self._identifiers.draw("req")
        reset = timestamp(60.0 * (exchange.started // 60 + 1))
        remaining = {
            "requests": (REQUESTS_PER_MINUTE, REQUESTS_PER_MINUTE - exchange.number),
            "tokens": (TOKENS_PER_MINUTE, TOKENS_PER_MINUTE - exchange.request_bytes // 4),
            "input-tokens": (TOKENS_PER_MINUTE, TOKENS_PER_MINUTE - exchange.request_bytes // 4),
            "output-tokens": (TOKENS_PER_MINUTE, TOKENS_PER_MINUTE),
        }
        headers = {"request-id": exchange.request_id}
        for name, (limit, left) in remaining.items():
            headers[f"anthropic-ratelimit-{name}-limit"] = str(limit)
            headers[f"anthropic-ratelimit-{name}-remaining"] = str(max(left, 0))
            headers[f"anthropic-ratelimit-{name}-reset"] = reset
        return headers


def _check_body(route: Route, request: Request, models: Sequence[str]) -> None:
    if request.method != "POST" or route.name in ("upload_file", "cancel_batch"):
        return
    if not isinstance(request.parsed, dict):
        raise Refusal(400, "The request body is not valid JSON: it must be an object")
    if "anthropic-version" not in request.headers:
        raise Refusal(400, "anthropic-version: header is required")
    if route.name == "messages":
        check_message(request.fields, models)
    elif route.name == "count_tokens":
        check_count(request.fields, models)
    else:
        check_batch(request.fields)


def _nearest_route(request: Request) -> str:
    """The route most like what was asked, and what differs."""
    same_path = [route for route in ROUTES if route.path.fullmatch(request.path)]
    if same_path:
        return f"the nearest is {same_path[0].method} {same_path[0].shown} (the method differs)"
    shown = difflib.get_close_matches(request.path, [route.shown for route in ROUTES], 1, cutoff=0.0)[0]
    route = next(route for route in ROUTES if route.shown == shown)
    return f"the nearest is {route.method} {shown} (the path differs)"


def _differing_field(expects: Mapping[str, Any], fields: Mapping[str, Any]) -> str | None:
    for name, value in expects.items():
        if fields.get(name) != value:
            return f"{name} = {value!r} (the field {name!r} differs: it is {fields.get(name)!r})"
    return None


def _backoff(retry_count: int) -> float:
    """Seconds before the SDK's next attempt, before jitter takes up to a quarter off."""
    return float(min(INITIAL_WAIT * 2**retry_count, LONGEST_WAIT))


def _input_tokens(request: Request) -> int:
    # The shape of the messages costs as little as their text is worth counting: close enough for a replay, and said so.
    return max(1, count_tokens(json.dumps([request.fields.get("system", ""), request.fields["messages"]])))


def _json(body: Json, latency: float = LATENCY) -> Content:
    return Content((Chunk(json.dumps(body, ensure_ascii=False).encode()),), latency)


def _error_body(kind: str, message: str, request_id: str | None) -> Json:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}


def _broken(chunks: Sequence[Chunk], after: float) -> Sequence[Chunk]:
    """The first `after` chunks: 6.5 are six and half of the seventh. The last two are never among them."""
    whole = min(int(after), max(len(chunks) - 2, 0))
    kept = list(chunks[:whole])
    if after % 1:
        half = chunks[whole]
        kept.append(Chunk(half.data[: len(half.data) // 2], half.delay))
    return kept


def _halves(chunks: Iterable[Chunk]) -> list[Chunk]:
    """An unstreamed body in two parts and an empty third, so that what breaks off after one part breaks in mid-body."""
    body = b"".join(chunk.data for chunk in chunks)
    edges = (0, len(body) // 2, len(body))
    return [*(Chunk(body[start:end]) for start, end in pairwise(edges)), Chunk(b"")]


def _model(name: str) -> Json:
    return {"type": "model", "id": name, "display_name": name, "created_at": timestamp(0)}


def _model_page(names: Sequence[str]) -> Json:
    return {"data": [_model(name) for name in names], "has_more": False, "first_id": names[0], "last_id": names[-1]}


