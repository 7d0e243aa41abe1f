"""The engine: takes a request and the scenario's state, and returns a reply. It opens no connection and never forwards.

What the scenario does not expect is answered with an error that names the scenario, the nearest request it would have
answered, and the field that differs.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.facts.errors import ERROR_MAP, status_of, type_of
from helpers.replay.batches import Batches
from helpers.replay.chance import Seed
from helpers.replay.clock import Clock
from helpers.replay.content import EVENT_STREAM, JSON, LATENCY, Content, as_json, edge_error_body, error_body
from helpers.replay.endpoints import Endpoints
from helpers.replay.events import Event, Json
from helpers.replay.identifiers import Identifiers
from helpers.replay.messages import input_tokens
from helpers.replay.moments import http_date
from helpers.replay.pages import PAGES, Page
from helpers.replay.ratelimits import Exceeded, RateLimits
from helpers.replay.reply import Chunk, Reply
from helpers.replay.request import Request
from helpers.replay.routes import Route, find_route, nearest_route
from helpers.replay.rules import NOT_JSON, Refusal, check_body, check_key, check_size
from helpers.replay.scenario import Answer, Choose, EmptyBody, Fail, RefuseConnection, Scenario
from helpers.replay.script import HandedOver
from helpers.replay.waits import SHORTEST_WAIT, backoff, is_retried, wait_after
from helpers.replay.wire import KEPT_BODY, Ending, Exchange, WireLog, kept

UNEXPECTED: Final = 501
"""Not a status of the API: nobody can take this for an answer of it, and nothing retries it."""
ERROR_EVENT_DELAY: Final = 0.2
ORGANIZATION: Final = "5f2c9a4e-7d31-4b8a-9c60-1e8f3a7b2d45"
OF_THE_ACCOUNT: Final[Mapping[str, str]] = {
    "anthropic-organization-id": ORGANIZATION,
    "anthropic-workspace-id": "wrkspc_01Kq7VbTzL4mXeR9sWcYhN2d",
}
"""Who asked: known once the key is."""
NO_HEADERS: Final[Mapping[str, str]] = {}
WITHOUT_RESPONSE: Final = ("cut", "reset", "stall", "warm_stall", "garbled")
"""The endings that the SDK notices while it reads an unstreamed body, and tries again after."""
OF_THE_EDGE: Final[Mapping[str, str]] = {
    "server": "cloudflare",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
}


class RequestBudgetExceeded(BaseException):
    """The caller sent more requests than the replay was told to expect of anyone.

    Not an `Exception`: code that tries for ever also catches for ever.
    """


class ReplayFailure(BaseException):
    """The replay itself failed, or a function of its scenario did: its cause is what was raised.

    Not an `Exception`: the SDK would take it for a lost connection, and try again.
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
        seed: Seed = 0,
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
        self._limits = RateLimits(self.scenario.quota)
        batches = Batches(self.scenario, self._identifiers, self.seed)
        self._endpoints = Endpoints(batches, self._identifiers, self.models)
        self._position = 0
        self.handed_over = HandedOver()
        """The replies of which only their client knows how far they have come."""
        self._waits_pass = speed == 1

    def restart(self) -> None:
        """Start the script again, with an empty log and no batches. Identifiers go on, so that none comes twice."""
        with self._lock:
            self.log.clear()
            self._begin(self.clock.speed)

    def reply(self, request: Request) -> Reply:
        """What to send back for `request`. Raises `RequestBudgetExceeded` when there were too many, and
        `ReplayFailure`.
        """
        with self._lock:
            if self.max_requests is not None and len(self.log) >= self.max_requests:
                raise RequestBudgetExceeded(f"more than {self.max_requests} requests")
            exchange = self._open(request)
            try:
                return self._answer(request, exchange)
            except Refusal as refusal:
                return self._error(exchange, refusal.status, refusal.message)
            except RecursionError:
                return self._error(exchange, 400, f"{NOT_JSON}recursion limit exceeded")
            except Exception as error:
                name = self.scenario.name
                raise ReplayFailure(f"The replay scenario {name!r} can't answer: it raised {error!r}.") from error

    def _open(self, request: Request) -> Exchange:
        started = self._start_of(request)
        self.clock.reach(started)
        self._waits_pass = self.clock.speed == 1 or request.moment is not None
        length = request.length
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
        """A retry of the SDK starts when its wait is over, anything else now; where its caller says when, then."""
        if request.moment is not None:
            return request.moment
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
        if route.name == "messages" and self.scenario.quota is not None:
            exceeded = self._limits.spend(exchange.started, input_tokens(request))
            if exceeded is not None:
                return self._over_quota(request, exchange, exceeded)
        step = self.scenario.step(self._position)
        self._position += 1
        if isinstance(step, Choose):
            step = step.step(request, self.log)
        match step:
            case None:
                return self._unexpected(exchange, f"its {len(self.scenario.script)} replies have all been given")
            case RefuseConnection():
                return self._refused(exchange)
            case Fail():
                return self._failed(request, exchange, step)
            case EmptyBody():
                content_type = EVENT_STREAM if request.wants_stream else JSON
                return self._success(exchange, Content((), content_type=content_type), "empty")
            case Answer():
                return self._whole_or_broken(route, argument, request, step, exchange)

    def _whole_or_broken(
        self, route: Route, argument: str, request: Request, step: Answer, exchange: Exchange
    ) -> Reply:
        differing = _differing_field(step.expects, request.fields)
        if differing is not None:
            return self._unexpected(exchange, f"the nearest is {route.method} {route.shown} with {differing}")
        is_message = route.name == "messages"
        streamed = is_message and request.wants_stream
        if step.ending == "error_event" and not streamed:
            return self._error(exchange, status_of(step.error))
        content = self._endpoints.answer(route, argument, request, step, self.clock.now())
        limits = self._counted(exchange, content) if is_message else {}
        content = content.ending(step.ending, step.after)
        if step.ending == "error_event":
            content = self._with_error_event(exchange, content, step.error)
        elif not streamed and step.ending in WITHOUT_RESPONSE:
            exchange.retry_wait = backoff(exchange.retry_count)
        return self._success(exchange, content, step.ending, limits)

    def _counted(self, exchange: Exchange, content: Content) -> Mapping[str, str]:
        """The rate limit headers of a message, whose tokens are counted with it."""
        if self.scenario.quota is None:
            self._limits.spend(exchange.started, content.input_tokens)
        self._limits.produce(exchange.started, content.output_tokens)
        return self._limits.headers(exchange.started)

    def _success(
        self, exchange: Exchange, content: Content, ending: Ending, extra: Mapping[str, str] = NO_HEADERS
    ) -> Reply:
        exchange.status = 200
        headers = {**self._headers(exchange, content.content_type), **content.headers, **extra}
        if content.is_stream:
            headers["cache-control"] = "no-cache"
        # Over a connection that stays silent, no answer that is not streamed can show that it is alive.
        ending = "stall" if ending == "warm_stall" and not content.is_stream else ending
        return Reply(200, headers, content.chunks, exchange, self.clock, content.latency, ending)

    def _with_error_event(self, exchange: Exchange, content: Content, kind: str) -> Content:
        exchange.error_type = kind
        message = next((row.example for row in ERROR_MAP.values() if row.type == kind), "Error")
        body = error_body(kind, message, exchange.request_id)
        body["error"] = {"details": None, **body["error"]}
        return content.then(Event("error", body, ERROR_EVENT_DELAY).chunk)

    def _refused(self, exchange: Exchange) -> Reply:
        exchange.request_id = None
        exchange.retry_wait = backoff(exchange.retry_count)
        return Reply(None, {}, (), exchange, self.clock)

    def _failed(self, request: Request, exchange: Exchange, step: Fail) -> Reply:
        """The error, or the page, that a script says."""
        page = None if step.body is None else Page(step.body, step.content_type)
        if page is None and step.message is None and step.error_code is None:
            page = PAGES.get(step.status)
        if page is not None:
            return self._page(exchange, step, page)
        headers, message = step.headers, step.message
        if step.status == 429 and step.error_code is None and step.limits:
            exceeded = self._limits.scripted()
            headers = {**self._limits.headers(exchange.started, exceeded), **headers}
            message = message or exceeded.message(ORGANIZATION, str(request.fields.get("model")))
        details = None if step.error_code is None else {"error_code": step.error_code}
        return self._error(exchange, step.status, message, headers, details)

    def _over_quota(self, request: Request, exchange: Exchange, exceeded: Exceeded) -> Reply:
        """429, as recorded."""
        limits = self._limits
        headers = limits.headers(exchange.started, exceeded)
        if limits.quota.retry_after:
            headers["retry-after"] = exceeded.retry_after
        return self._error(exchange, 429, exceeded.message(ORGANIZATION, str(request.fields["model"])), headers)

    def _page(self, exchange: Exchange, step: Fail, page: Page) -> Reply:
        """What is not the API's: it has no request id, and nothing of the account."""
        exchange.request_id = None
        exchange.status = step.status
        headers = {**self._headers(exchange, page.content_type), **step.headers}
        if is_retried(step.status, headers):
            self._shorten_wait(exchange, headers)
        chunks = (Chunk(page.body.encode()),)
        ending: Ending = "page" if step.status < 400 else "clean"
        return Reply(step.status, headers, chunks, exchange, self.clock, LATENCY, ending)

    def _error(
        self,
        exchange: Exchange,
        status: int,
        message: str | None = None,
        extra: Mapping[str, str] | None = None,
        details: Json | None = None,
    ) -> Reply:
        row = ERROR_MAP.get(status)
        kind = "unexpected_request" if status == UNEXPECTED else type_of(status)
        exchange.status = status
        exchange.error_type = kind
        if status == 413:
            # It comes from the edge, which numbers no request.
            exchange.request_id = None
        says = "false" if status == UNEXPECTED else row.x_should_retry if row else None
        # What it says of an error with a cause of its own, such as a spent budget, is not known.
        retry = {} if says is None or details is not None else {"x-should-retry": says}
        headers = {**self._headers(exchange), **retry, **(extra or {})}
        if is_retried(status, headers):
            self._shorten_wait(exchange, headers)
        sentence = message or (row.example if row else "Error")
        if exchange.request_id is None:
            body = edge_error_body(kind, sentence)
        else:
            body = error_body(kind, sentence, exchange.request_id, details)
        content = as_json(body)
        return Reply(status, headers, content.chunks, exchange, self.clock, content.latency)

    def _shorten_wait(self, exchange: Exchange, headers: dict[str, str]) -> None:
        """Note the wait before the SDK's next attempt in API time, and make it pass at the clock's speed.

        The SDK honours `retry-after-ms` before anything else.
        """
        exchange.retry_wait = wait_after(headers, exchange.retry_count)
        if not self._waits_pass and "retry-after-ms" not in headers:
            headers["retry-after-ms"] = f"{1000 * max(exchange.retry_wait * self.clock.speed, SHORTEST_WAIT):.3f}"

    def _unexpected(self, exchange: Exchange, why: str) -> Reply:
        place = f"{exchange.method} {exchange.path}"
        exchange.unexpected = (
            f"The replay scenario {self.scenario.name!r} does not expect {place} as request {exchange.number}: {why}."
        )
        return self._error(exchange, UNEXPECTED, exchange.unexpected)

    def _headers(self, exchange: Exchange, content_type: str = JSON) -> dict[str, str]:
        headers = {
            "date": http_date(exchange.started),
            "content-type": content_type,
            "cf-ray": self._identifiers.draw_ray(),
            **OF_THE_EDGE,
        }
        if exchange.request_id is not None:
            headers["request-id"] = exchange.request_id
            if exchange.status != 401:
                headers.update(OF_THE_ACCOUNT)
        return headers


def _differing_field(expects: Mapping[str, Any], fields: Mapping[str, Any]) -> str | None:
    for name, value in expects.items():
        if fields.get(name) != value:
            return f"{name} = {value!r} (the field {name!r} differs: it is {fields.get(name)!r})"
    return None
