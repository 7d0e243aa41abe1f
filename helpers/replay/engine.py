"""The engine: takes a request and the scenario's state, and returns a reply. It opens no connection and never forwards.

What the scenario does not expect is answered with an error that names the scenario, the nearest request it would have
answered, and the field that differs.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.facts.errors import ERROR_MAP
from helpers.replay.batches import Batches
from helpers.replay.clock import Clock
from helpers.replay.content import EVENT_STREAM, Content, as_json, error_body
from helpers.replay.endpoints import Endpoints
from helpers.replay.events import Event
from helpers.replay.identifiers import Identifiers
from helpers.replay.ratelimits import RateLimits
from helpers.replay.reply import Reply
from helpers.replay.request import Request
from helpers.replay.routes import Route, find_route, nearest_route
from helpers.replay.rules import Refusal, check_body, check_key, check_size
from helpers.replay.scenario import Answer, Choose, EmptyBody, Fail, RefuseConnection, Scenario
from helpers.replay.waits import SHORTEST_WAIT, backoff, is_retried, wait_after
from helpers.replay.wire import KEPT_BODY, Ending, Exchange, WireLog, kept

UNEXPECTED: Final = 501
"""Not a status of the API: nobody can take this for an answer of it, and nothing retries it."""
ERROR_EVENT_DELAY: Final = 0.2


class RequestBudgetExceeded(BaseException):
    """The caller sent more requests than the replay was told to expect of anyone.

    Not an `Exception`: code that tries for ever also catches for ever.
    """


class Engine:
    """Answers requests as one scenario scripts it, and keeps the wire log.

    `speed` is real seconds per second of API time, `models` are known beside those of the SDK, and beyond
    `max_requests` there is no answer at all.
    """

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
        self.log = WireLog()
        self._identifiers = Identifiers(seed)
        self._lock = threading.RLock()
        self._begin(speed)

    def _begin(self, speed: float) -> None:
        self.clock = Clock(speed)
        self._limits = RateLimits()
        batches = Batches(self.scenario, self._identifiers, self.seed)
        self._endpoints = Endpoints(batches, self._identifiers, self.models)
        self._position = 0

    def restart(self) -> None:
        """Start the script again, with an empty log and no batches. Identifiers go on, so that none comes twice."""
        with self._lock:
            self.log.clear()
            self._begin(self.clock.speed)

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
        length = request.length
        self._limits.spend(started, length // 4)
        exchange = Exchange(
            number=len(self.log) + 1,
            method=request.method,
            path=request.path,
            headers=kept(request.headers),
            sent=request.body if length <= KEPT_BODY else b"",
            request_bytes=length,
            retry_count=request.retry_count,
            started=started,
            request_id=self._identifiers.draw("req"),
        )
        self.log.add(exchange)
        return exchange

    def _start_of(self, request: Request) -> float:
        """A retry of the SDK starts when its wait is over, anything else now."""
        if request.retry_count:
            for earlier in reversed(self.log):
                same = (earlier.path, earlier.request_bytes) == (request.path, request.length)
                if same and earlier.retry_count == request.retry_count - 1 and earlier.ended is not None:
                    return earlier.ended + (earlier.retry_wait or 0.0)
        return self.clock.now()

    def _answer(self, request: Request, exchange: Exchange) -> Reply:
        route, argument = find_route(request.method, request.path)
        if route is None:
            return self._unexpected(exchange, nearest_route(request))
        # The order of the API: a 413 comes from the edge, before anybody looks at the key.
        check_size(request, route.limit)
        check_key(request)
        if route.takes_json:
            check_body(route.limit, request, self.models)
        step = self.scenario.step(self._position)
        self._position += 1
        if isinstance(step, Choose):
            step = step.step(request, self.log)
        match step:
            case None:
                return self._unexpected(exchange, f"its {len(self.scenario.script)} replies have all been given")
            case RefuseConnection():
                return self._refused(exchange)
            case Fail(status, message, headers, error_code):
                return self._error(exchange, status, message, headers, error_code)
            case EmptyBody():
                return self._success(exchange, Content((), content_type=EVENT_STREAM), "clean")
            case Answer():
                return self._whole_or_broken(route, argument, request, step, exchange)

    def _whole_or_broken(
        self, route: Route, argument: str, request: Request, step: Answer, exchange: Exchange
    ) -> Reply:
        differing = _differing_field(step.expects, request.fields)
        if differing is not None:
            return self._unexpected(exchange, f"the nearest is {route.method} {route.shown} with {differing}")
        streamed = route.name == "messages" and request.wants_stream
        if step.ending == "error_event" and not streamed:
            return self._error(exchange, 529)
        content = self._endpoints.answer(route, argument, request, step, self.clock.now())
        if step.ending != "clean":
            content = content.cut_off(step.after)
        if step.ending == "error_event":
            content = self._with_error_event(exchange, content, step.error)
        elif step.ending in ("cut", "reset", "stall") and not streamed:
            exchange.retry_wait = backoff(exchange.retry_count)
        return self._success(exchange, content, step.ending)

    def _success(self, exchange: Exchange, content: Content, ending: Ending) -> Reply:
        exchange.status = 200
        headers = self._headers(exchange, content.content_type)
        return Reply(200, headers, content.chunks, exchange, self.clock, content.latency, ending)

    def _with_error_event(self, exchange: Exchange, content: Content, kind: str) -> Content:
        exchange.error_type = kind
        message = next((row.example for row in ERROR_MAP.values() if row.type == kind), "Error")
        # Without a request id: an event has none, the response's header does (anthropic-sdk-python#688).
        event = Event("error", {"type": "error", "error": {"type": kind, "message": message}}, ERROR_EVENT_DELAY)
        return content.then(event.chunk)

    def _refused(self, exchange: Exchange) -> Reply:
        exchange.request_id = None
        exchange.retry_wait = backoff(exchange.retry_count)
        return Reply(None, {}, (), exchange, self.clock)

    def _error(
        self,
        exchange: Exchange,
        status: int,
        message: str | None = None,
        extra: Mapping[str, str] | None = None,
        error_code: str | None = None,
    ) -> Reply:
        row = ERROR_MAP.get(status)
        kind = row.type if row else "unexpected_request" if status == UNEXPECTED else "api_error"
        exchange.status = status
        exchange.error_type = kind
        headers = {**self._headers(exchange), **(extra or {})}
        if status == UNEXPECTED:
            headers["x-should-retry"] = "false"
        if is_retried(status, headers):
            self._shorten_wait(exchange, headers)
        sentence = message or (row.example if row else "Error")
        content = as_json(error_body(kind, sentence, exchange.request_id, error_code))
        return Reply(status, headers, content.chunks, exchange, self.clock, content.latency)

    def _shorten_wait(self, exchange: Exchange, headers: dict[str, str]) -> None:
        """Note the wait before the SDK's next attempt in API time, and make it pass at the clock's speed.

        The SDK honours `retry-after-ms` before anything else.
        """
        exchange.retry_wait = wait_after(headers, exchange.retry_count)
        if self.clock.speed != 1 and "retry-after-ms" not in headers:
            headers["retry-after-ms"] = f"{1000 * max(exchange.retry_wait * self.clock.speed, SHORTEST_WAIT):.3f}"

    def _unexpected(self, exchange: Exchange, why: str) -> Reply:
        place = f"{exchange.method} {exchange.path}"
        exchange.unexpected = (
            f"The replay scenario {self.scenario.name!r} does not expect {place} as request {exchange.number}: {why}."
        )
        return self._error(exchange, UNEXPECTED, exchange.unexpected)

    def _headers(self, exchange: Exchange, content_type: str = "application/json") -> dict[str, str]:
        return {
            "request-id": exchange.request_id or "",
            **self._limits.headers(exceeded=exchange.status == 429),
            "content-type": content_type,
        }


def _differing_field(expects: Mapping[str, Any], fields: Mapping[str, Any]) -> str | None:
    for name, value in expects.items():
        if fields.get(name) != value:
            return f"{name} = {value!r} (the field {name!r} differs: it is {fields.get(name)!r})"
    return None
