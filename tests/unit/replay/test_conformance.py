"""What the official SDK does with failures, row by row, over both seams and with both kinds of client.

The rows are those of the course's ground truth, measured with `anthropic` 2.12. The run prints them as a table.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from json import JSONDecodeError
from typing import Any, get_args

import anthropic
import httpx2
import pytest
from anthropic import APIConnectionError, APIError, APIStatusError, APITimeoutError, OverloadedError
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from helpers import replay
from helpers.replay import Answer, EmptyBody, Fail, Fixture, RefuseConnection, blocks, says, thinking_first
from helpers.replay.clock import Clock
from helpers.replay.events import PING
from helpers.replay.wire import Ending
from tests.unit.replay.wires import RecordingEngine, Wire

BROKEN: dict[Ending, type[Exception]] = {
    "cut": httpx2.RemoteProtocolError,
    "reset": httpx2.ReadError,
    "stall": httpx2.ReadTimeout,
    "garbled": httpx2.DecodingError,
}
"""What is raised out of a stream, and kept as the cause where the SDK reads the body itself and tries again."""
RAISED: dict[Ending, type[Exception]] = {
    **BROKEN,
    "malformed": JSONDecodeError,
    "error_event": APIStatusError,
}
CLOSED = "peer closed connection without sending complete message body (incomplete chunked read)"
WORDS: dict[Ending, tuple[str, str]] = {
    "cut": (CLOSED, CLOSED),
    "reset": ("[Errno 104] Connection reset by peer", ""),
    "stall": ("The read operation timed out", ""),
}
"""What `str(error)` is, for a client and for an asynchronous one."""
SILENT: tuple[Ending, ...] = ("truncate", "warm_stall")
"""Partial text, and no word of it."""
NOTHING: tuple[Ending, ...] = ("empty", "page")
"""No text at all, and no word of it."""
CLASSES: dict[int, type[APIStatusError]] = {
    400: anthropic.BadRequestError,
    401: anthropic.AuthenticationError,
    402: anthropic.PaymentRequiredError,
    403: anthropic.PermissionDeniedError,
    404: anthropic.NotFoundError,
    408: anthropic.RequestTimeoutError,
    409: anthropic.ConflictError,
    413: anthropic.ContentTooLargeError,
    422: anthropic.UnprocessableEntityError,
    429: anthropic.RateLimitError,
    500: anthropic.InternalServerError,
    502: anthropic.InternalServerError,
    520: anthropic.InternalServerError,
    524: anthropic.InternalServerError,
    503: anthropic.ServiceUnavailableError,
    504: anthropic.GatewayTimeoutError,
    529: OverloadedError,
}
RETRIED = (408, 409, 429, 500, 502, 503, 504, 520, 524, 529)
NOT_RETRIED = (400, 401, 402, 403, 404, 413, 422)
ANSWER = says("Yes, within thirty days. Send it back in its box, and you have the money three days after it is here.")
PIECES = [event.data["delta"]["text"] for event in ANSWER.events if event.name == "content_block_delta"]
PARTIAL = "".join(PIECES[:4])
"""What six events of `ANSWER` say."""

_numbers = count(1)


def row(text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Name the row of the printed table that a test proves; tests that name the same row share it."""
    return pytest.mark.row(_rows.setdefault(text, next(_numbers)), text)


_rows: dict[str, int] = {}


class Unhurried(Clock):
    """A clock at the API's own speed whose delays take no time: what the SDK waits is then its own choice."""

    def __init__(self) -> None:
        super().__init__(1.0)

    def real(self, seconds: float) -> float:
        """No time."""
        return 0.0


def unhurried(engine: RecordingEngine) -> RecordingEngine:
    """An engine that does not shorten the SDK's waits."""
    engine.clock = Unhurried()
    return engine


@row("408, 409, 429, 5xx: three attempts, x-stainless-retry-count 0 1 2")
@pytest.mark.parametrize("status", RETRIED)
@pytest.mark.parametrize("streamed", [False, True])
def test_temporary(wire: Wire, status: int, streamed: bool) -> None:
    """A temporary failure is sent three times, each attempt saying which one it is, and then raised."""
    seen = (wire.stream if streamed else wire.create)(Fail(status))
    assert isinstance(seen.error, CLASSES[status])
    assert seen.attempts == 3
    assert [request.headers["x-stainless-retry-count"] for request in seen.engine.requests] == ["0", "1", "2"]


@row("408, 409, 429, 5xx: three attempts, x-stainless-retry-count 0 1 2")
def test_recovery(wire: Wire) -> None:
    """What succeeds at the third attempt is a success, and says nothing of the first two."""
    seen = wire.create("overloaded_twice")
    assert seen.error is None
    assert [exchange.status for exchange in seen.engine.log] == [529, 529, 200]


@row("your own loop of three on top: nine requests")
def test_stacked_retries(wire: Wire) -> None:
    """Retries multiply."""
    engine = wire.script(then=Fail(529))
    assert [type(wire.create(engine).error) for _ in range(3)] == [OverloadedError] * 3
    assert len(engine.log) == 9


@row("400, 401, 402, 403, 404, 413, 422: one attempt")
@pytest.mark.parametrize("status", NOT_RETRIED)
@pytest.mark.parametrize("streamed", [False, True])
def test_permanent(wire: Wire, status: int, streamed: bool) -> None:
    """A request that is at fault is sent once."""
    seen = (wire.stream if streamed else wire.create)(Fail(status))
    assert isinstance(seen.error, CLASSES[status])
    assert seen.attempts == 1
    assert wire.waits == []


@row("wait: 0.5 s · 2ⁿ, at most 8 s, less up to a quarter")
def test_backoff(wire: Wire) -> None:
    """Waits double from half a second to eight, and jitter only shortens them."""
    wire.create(unhurried(wire.script(then=Fail(500))), {"max_retries": 6})
    longest = [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert len(wire.waits) == 6
    assert all(0.75 * most <= wait <= most for wait, most in zip(wire.waits, longest, strict=True))


@row("wait: retry-after-ms, then retry-after (seconds or date), if > 0")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "20"}, 1.5),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "600"}, 600.0),
    ],
)
def test_retry_after(wire: Wire, headers: dict[str, str], seconds: float) -> None:
    """The SDK waits as long as it is asked to, also above a minute."""
    seen = wire.create(unhurried(wire.script(Fail(429, headers=headers), then=Answer())))
    assert wire.waits == [seconds]
    assert seen.engine.log[0].retry_wait == seconds


@row("wait: retry-after-ms, then retry-after (seconds or date), if > 0")
def test_retry_after_date(wire: Wire) -> None:
    """A date works as well as seconds."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    seen = wire.create(unhurried(wire.script(Fail(503, headers={"retry-after": date}), then=Answer())))
    assert wire.waits == [pytest.approx(90, abs=10)]
    assert seen.engine.log[0].retry_wait == pytest.approx(90, abs=10)


@row("wait: retry-after-ms, then retry-after (seconds or date), if > 0")
@pytest.mark.parametrize("headers", [{"retry-after": "0"}, {"retry-after-ms": "0"}, {"retry-after": "soon"}])
def test_useless_retry_after(wire: Wire, headers: dict[str, str]) -> None:
    """What asks for no wait, or for nonsense, leaves the SDK to its own."""
    seen = wire.create(unhurried(wire.script(Fail(429, headers=headers), then=Answer())))
    assert len(wire.waits) == 1
    assert 0.375 <= wire.waits[0] <= 0.5
    assert seen.engine.log[0].retry_wait == 0.5


@row("the replay shortens a wait with retry-after-ms and logs it in API time")
def test_shortened_wait(wire: Wire) -> None:
    """At speed 0 a wait of 20 seconds takes no time, and the log says 20 seconds."""
    seen = wire.create("rate_limited")
    first, second = seen.engine.log
    assert wire.waits == [pytest.approx(0.0, abs=1e-5)]
    assert first.retry_wait == 20.0
    assert first.ended == pytest.approx(0.3)
    assert second.started == pytest.approx(20.3)


@row("x-should-retry: true or false overrides the status")
@pytest.mark.parametrize(("status", "header", "attempts"), [(400, "true", 3), (529, "false", 1), (429, "false", 1)])
def test_should_retry(wire: Wire, status: int, header: str, attempts: int) -> None:
    """The API has the last word on whether to retry."""
    seen = wire.create(Fail(status, headers={"x-should-retry": header}))
    assert isinstance(seen.error, CLASSES[status])
    assert seen.attempts == attempts


@row("connection refused: APIConnectionError, three attempts")
@pytest.mark.parametrize("streamed", [False, True])
def test_refused(wire: Wire, streamed: bool) -> None:
    """Nobody listens: two waits between three attempts."""
    seen = (wire.stream if streamed else wire.create)("refused")
    assert type(seen.error) is APIConnectionError
    assert isinstance(seen.error.__cause__, httpx2.ConnectError)
    assert len(wire.waits) == 2
    # Over a socket a refused connection carries no request that anybody could log.
    assert seen.attempts == (3 if wire.seam == "in-process" else 0)


@row("connection refused: APIConnectionError, three attempts")
def test_refused_at_first(wire: Wire) -> None:
    """A service that comes back at the third attempt."""
    seen = wire.create(wire.script(RefuseConnection(), RefuseConnection(), then=Answer()))
    assert seen.error is None
    assert [exchange.ending for exchange in seen.engine.log] == ["refused", "refused", "clean"]


@row("no response within the read timeout: APITimeoutError, three attempts")
def test_timeout_before_the_response(wire: Wire) -> None:
    """A timeout is a connection error, is retried, and the request has arrived each time: at least once."""
    slow = says("too late", delay=600.0)
    engine = wire.script(then=Answer(message=slow))
    if wire.seam == "server":
        engine.clock.speed = 1.0
    seen = wire.create(engine, {"timeout": wire.patience})
    assert type(seen.error) is APITimeoutError
    assert issubclass(APITimeoutError, APIConnectionError)
    assert seen.attempts == 3
    assert len(wire.waits) == 2


@row("an exception class per status")
@pytest.mark.parametrize("status", CLASSES)
def test_classes(wire: Wire, status: int) -> None:
    """Each status has its class, and each is an `APIStatusError`."""
    seen = wire.create(Fail(status), {"max_retries": 0})
    assert type(seen.error) is CLASSES[status]
    assert isinstance(seen.error, APIStatusError)
    assert seen.error.status_code == status


@row("an exception class per status")
def test_families(wire: Wire) -> None:
    """503, 504 and 529 are kinds of `InternalServerError`: the order of `except` clauses matters."""
    for status in (503, 504, 529):
        seen = wire.create(Fail(status), {"max_retries": 0})
        assert isinstance(seen.error, anthropic.InternalServerError)
    alias = anthropic.RequestTooLargeError
    assert alias is anthropic.ContentTooLargeError


@row("status_code, type, api_message, request_id, body of an error")
def test_attributes(wire: Wire) -> None:
    """What a log line needs is on the error; `message` is the SDK's own sentence."""
    seen = wire.create(Fail(400, "max_tokens: Field required"))
    error = seen.error
    assert isinstance(error, APIStatusError)
    assert (error.status_code, error.type, error.api_message) == (
        400,
        "invalid_request_error",
        "max_tokens: Field required",
    )
    assert error.request_id == seen.engine.log[0].request_id
    assert error.body == {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "max_tokens: Field required"},
        "request_id": error.request_id,
    }
    assert error.message.startswith("Error code: 400 - ")


@row("status_code, type, api_message, request_id, body of an error")
def test_attributes_of_connection_errors(wire: Wire) -> None:
    """An error without a response has none of them."""
    seen = wire.create("refused", {"max_retries": 0})
    assert isinstance(seen.error, APIError)
    assert not any(hasattr(seen.error, name) for name in ("status_code", "type", "api_message", "request_id"))
    assert seen.error.body is None


@row("the header request-id, not the body's, is error.request_id")
def test_header_wins(wire: Wire) -> None:
    """Normally they are equal; the SDK reads the header."""
    equal = wire.create(Fail(404)).error
    assert isinstance(equal, APIStatusError)
    assert isinstance(equal.body, dict)
    assert equal.body["request_id"] == equal.request_id
    differing = wire.create(Fail(404, headers={"request-id": "req_header"})).error
    assert isinstance(differing, APIStatusError)
    assert differing.request_id == "req_header"


@row("max_tokens over 21,333 unstreamed: ValueError, nothing sent")
def test_streaming_required(wire: Wire) -> None:
    """What may take over ten minutes is refused before any request, and not as an `APIError`."""
    seen = wire.create("plain", max_tokens=21_334)
    assert isinstance(seen.error, ValueError)
    assert not isinstance(seen.error, APIError)
    assert str(seen.error).startswith("Streaming is required")
    assert seen.attempts == 0
    assert wire.create("plain", max_tokens=21_333).error is None
    assert wire.stream("plain", max_tokens=21_334).error is None


@row("error event after a 200: APIStatusError, status 200, one attempt")
def test_error_event(wire: Wire) -> None:
    """Neither `except OverloadedError` nor `status_code >= 500` sees it."""
    seen = wire.stream(Answer(message=ANSWER, ending="error_event"))
    error = seen.error
    assert type(error) is APIStatusError
    assert (error.status_code, error.type, error.api_message) == (200, "overloaded_error", "Overloaded")
    assert error.request_id == seen.request_id
    assert seen.attempts == 1
    assert seen.text == PARTIAL


@row("closed in a stream: httpx2.RemoteProtocolError, not an APIError")
def test_cut(wire: Wire) -> None:
    """`except anthropic.APIError` misses a dropped connection, and nothing is retried."""
    _assert_broken(wire, "cut")


@row("reset in a stream: httpx2.ReadError, not an APIError")
def test_reset(wire: Wire) -> None:
    """`except anthropic.APIError` misses a reset connection, and nothing is retried."""
    _assert_broken(wire, "reset")


@row("silence in a stream: httpx2.ReadTimeout, not an APIError")
def test_stall(wire: Wire) -> None:
    """`except anthropic.APIError` misses a timeout, and nothing is retried."""
    _assert_broken(wire, "stall")


@row("an asynchronous client is told no words: str(ReadError()) is empty")
@pytest.mark.parametrize("ending", ["cut", "reset", "stall"])
def test_words(wire: Wire, ending: Ending) -> None:
    """`error=str(error)` says nothing where the client is asynchronous, and the cause says no more."""
    error = wire.stream(Answer(message=ANSWER, ending=ending, after=6), _options(wire, ending)).error
    words, words_async = WORDS[ending]
    # Without TLS a timeout is told in fewer words.
    assert str(error) in ({words_async} if wire.kind == "async" else {words, words.removeprefix("The read operation ")})
    cause = error and error.__cause__
    assert cause is not None
    assert (type(cause).__name__, str(cause)) == (type(error).__name__, str(error))
    assert type(cause).__module__.partition(".")[0] == "httpcore2"


def _options(wire: Wire, ending: Ending) -> dict[str, Any]:
    """Short of patience only where that is what ends it: a busy machine is soon taken for a silent one."""
    return {"timeout": wire.patience} if ending == "stall" else {}


def _assert_broken(wire: Wire, ending: Ending) -> None:
    seen = wire.stream(Answer(message=ANSWER, ending=ending, after=6), _options(wire, ending))
    assert type(seen.error) is RAISED[ending]
    assert not isinstance(seen.error, APIError)
    assert seen.attempts == 1
    assert seen.text == PARTIAL
    exchange = seen.engine.log[0]
    assert (exchange.status, exchange.ending, len(exchange.events)) == (200, ending, 7)
    assert not exchange.whole


@row("an event that is not JSON: json.JSONDecodeError, neither of the two")
def test_malformed(wire: Wire) -> None:
    """`except (anthropic.APIError, httpx2.TransportError)` misses it: it is a `ValueError`, and nothing is retried."""
    _assert_broken(wire, "malformed")


@row("can't be decompressed: httpx2.DecodingError, not a TransportError")
def test_garbled(wire: Wire) -> None:
    """`except httpx2.TransportError` misses it."""
    _assert_broken(wire, "garbled")
    assert not issubclass(httpx2.DecodingError, httpx2.TransportError)


@row("pings and no more text: no timeout, no exception, stop_reason None")
def test_warm_stall(wire: Wire) -> None:
    """A read timeout counts bytes, and pings are bytes: it ends when the other side ends it, ten minutes later."""
    seen = wire.stream(Answer(message=ANSWER, ending="warm_stall"), {"timeout": httpx2.Timeout(10.0, read=6.0)})
    assert (seen.error, seen.final_error) == (None, None)
    assert seen.message is not None
    assert (seen.text, seen.message.stop_reason) == (PARTIAL, None)
    exchange = seen.engine.log[0]
    assert exchange.ending == "warm_stall"
    assert exchange.ended is not None
    assert exchange.ended - exchange.started > 600
    assert [name for name, _ in exchange.events[7:]] == ["ping"] * 120


@row("pings and no more text: no timeout, no exception, stop_reason None")
def test_warm_stall_unstreamed(wire: Wire) -> None:
    """An answer that is not streamed has no pings: it is silence, and a timeout ends it."""
    seen = wire.create(Answer(message=ANSWER, ending="warm_stall"), {"timeout": wire.patience})
    assert type(seen.error) is APITimeoutError
    assert [exchange.ending for exchange in seen.engine.log] == ["stall"] * 3


@row("error event as the very first event: the same, and no message yet")
@pytest.mark.parametrize("kind", ["overloaded_error", "api_error", "rate_limit_error", "invalid_request_error"])
def test_error_first(wire: Wire, kind: str) -> None:
    """A 200, and then nothing but an error: there is not even an empty message to look at."""
    seen = wire.stream(Answer(message=ANSWER, ending="error_event", after=0, error=kind))
    assert type(seen.error) is APIStatusError
    assert (seen.error.status_code, seen.error.type, seen.attempts) == (200, kind, 1)
    assert (seen.text, seen.snapshot) == ("", None)
    assert isinstance(seen.snapshot_error, AssertionError)
    assert seen.error.request_id == seen.engine.log[0].request_id


@row("error event: the body has the header's request id, details are null")
def test_body_of_an_error_event(wire: Wire) -> None:
    """Since January 2026; the SDK reads the header all the same."""
    seen = wire.stream(Answer(message=ANSWER, ending="error_event"))
    assert isinstance(seen.error, APIStatusError)
    assert seen.error.body == {
        "type": "error",
        "error": {"details": None, "type": "overloaded_error", "message": "Overloaded"},
        "request_id": seen.request_id,
    }


@row("error event unstreamed: the status of its type")
@pytest.mark.parametrize(
    ("kind", "status", "attempts"), [("overloaded_error", 529, 3), ("invalid_request_error", 400, 1)]
)
def test_error_event_unstreamed(wire: Wire, kind: str, status: int, attempts: int) -> None:
    """Who does not stream gets an error as an error."""
    seen = wire.create(Answer(message=ANSWER, ending="error_event", error=kind))
    assert isinstance(seen.error, APIStatusError)
    assert (seen.error.status_code, seen.error.type, seen.attempts) == (status, kind, attempts)


@row("a page instead of the API: type None, body str, request_id None")
@pytest.mark.parametrize(
    ("step", "attempts"),
    [
        *((Fail(status), 3) for status in (502, 503, 520, 524)),
        (Fail(504, body="<h1>504</h1>", content_type="text/html"), 3),
        (Fail(403, body="Forbidden", content_type="text/plain"), 1),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_page(wire: Wire, step: Fail, attempts: int, streamed: bool) -> None:
    """HTML or plain text of whoever stands between: it is retried by its status, and has nothing to quote."""
    seen = (wire.stream if streamed else wire.create)(step)
    error = seen.error
    assert isinstance(error, APIStatusError)
    assert (type(error), error.status_code, error.type, error.request_id) == (
        CLASSES[step.status],
        step.status,
        None,
        None,
    )
    assert isinstance(error.body, str)
    assert error.response.headers["cf-ray"]
    assert seen.attempts == attempts
    assert [exchange.request_id for exchange in seen.engine.log] == [None] * attempts


@row("200 with a page, unstreamed: create() returns a str")
@pytest.mark.parametrize("content_type", ["text/html", "text/plain"])
def test_captive_portal(wire: Wire, content_type: str) -> None:
    """It fails far from its cause: nothing is raised here."""
    seen = wire.create(Fail(200, body="<html>Welcome</html>", content_type=content_type))
    assert seen.error is None
    assert str(seen.message) == "<html>Welcome</html>"
    assert not seen.engine.log[0].whole


@row("200 with a page or with nothing, streamed: as an empty stream")
@pytest.mark.parametrize("step", [Fail(200, body="<html>Welcome</html>"), EmptyBody()])
def test_nothing_streamed(wire: Wire, step: Fail | EmptyBody) -> None:
    """No text, no exception, and no message either."""
    seen = wire.stream(step)
    assert (seen.error, seen.text) == (None, "")
    assert isinstance(seen.final_error, AssertionError)
    assert seen.engine.log[0].ending == ("empty" if isinstance(step, EmptyBody) else "page")
    assert not seen.engine.log[0].whole


@row("empty 200, unstreamed: json.JSONDecodeError, not retried")
def test_empty_unstreamed(wire: Wire) -> None:
    """A `ValueError` out of `create`, as for half a body that ends properly."""
    for step in (EmptyBody(), Answer(ending="truncate"), Answer(ending="malformed")):
        seen = wire.create(step)
        assert type(seen.error) is JSONDecodeError
        assert seen.attempts == 1


@row("413: no type and no request id in the body, none in the header")
def test_edge(wire: Wire) -> None:
    """It comes from the edge, which numbers no requests."""
    seen = wire.create(Fail(413))
    assert type(seen.error) is anthropic.ContentTooLargeError
    assert seen.error.body == {
        "error": {"type": "request_too_large", "message": "Request exceeds the maximum size"},
    }
    assert (seen.error.type, seen.error.request_id) == ("request_too_large", None)


@row("pings anywhere are dropped")
@pytest.mark.parametrize("place", [0, 1, 2, 5, -1])
@pytest.mark.parametrize("streamed", [False, True])
def test_pings(wire: Wire, place: int, streamed: bool) -> None:
    """First, in between and last but one: the message is the same."""
    events = [event for event in ANSWER.events if event != PING]
    events.insert(place, PING)
    seen = (wire.stream if streamed else wire.create)(Answer(Fixture("pings", tuple(events))))
    assert seen.message is not None
    assert seen.message.content[0].model_dump()["text"] == "".join(PIECES)
    assert seen.message.stop_reason == "end_turn"


@row("pings anywhere are dropped")
def test_nothing_but_pings(wire: Wire) -> None:
    """A stream of pings is an empty one."""
    seen = wire.stream(Answer(Fixture("pings", (PING,) * 3)))
    assert (seen.error, seen.text) == (None, "")
    assert isinstance(seen.final_error, AssertionError)


@row("the same endings unstreamed: APIConnectionError, three attempts")
@pytest.mark.parametrize("ending", BROKEN)
def test_broken_unstreamed(wire: Wire, ending: Ending) -> None:
    """Without a stream the SDK reads the body itself, and retries what breaks while it does."""
    seen = wire.create(Answer(ending=ending), _options(wire, ending))
    assert type(seen.error) is (APITimeoutError if ending == "stall" else APIConnectionError)
    assert isinstance(seen.error.__cause__, BROKEN[ending])
    assert seen.attempts == 3


@row("stream ends before message_stop: no exception, stop_reason None")
@pytest.mark.parametrize(("after", "text"), [(6, PARTIAL), (6.5, PARTIAL), (3.5, PIECES[0])])
def test_truncate(wire: Wire, after: float, text: str) -> None:
    """The silent one, also in the middle of an event: partial text that looks like an answer."""
    seen = wire.stream(Answer(message=ANSWER, ending="truncate", after=after))
    assert seen.error is None
    assert seen.final_error is None
    assert seen.message is not None
    assert seen.message.stop_reason is None
    assert seen.text == text
    assert [block.text for block in seen.message.content if block.type == "text"] == [text]


@row("empty 200: no text, get_final_message() raises AssertionError")
def test_empty(wire: Wire) -> None:
    """A body of nothing is a stream of nothing."""
    seen = wire.stream(EmptyBody())
    assert seen.error is None
    assert seen.text == ""
    assert isinstance(seen.final_error, AssertionError)


@row("after a broken stream: current_message_snapshot, request_id")
@pytest.mark.parametrize("ending", RAISED)
def test_what_is_left(wire: Wire, ending: Ending) -> None:
    """What was received can be kept and logged."""
    seen = wire.stream(Answer(message=ANSWER, ending=ending), _options(wire, ending))
    assert seen.snapshot is not None
    assert seen.snapshot.stop_reason is None
    assert [block.text for block in seen.snapshot.content if block.type == "text"] == [PARTIAL]
    assert seen.request_id == seen.engine.log[0].request_id


@row("request id: message._request_id, stream.request_id, raw headers")
def test_request_id(wire: Wire) -> None:
    """A streamed message has none of its own: log it from the stream object."""
    created = wire.create("plain")
    assert created.message is not None
    assert created.message._request_id == created.engine.log[0].request_id
    streamed = wire.stream("plain")
    assert streamed.message is not None
    assert not hasattr(streamed.message, "_request_id")
    assert streamed.request_id == streamed.engine.log[0].request_id
    engine = wire.script(then=Answer())
    assert wire.raw_headers(engine)["request-id"] == engine.log[0].request_id


@row("no idempotency key is sent")
def test_no_idempotency_key(wire: Wire) -> None:
    """The API has no such thing: the tool must deduplicate."""
    seen = wire.create("overloaded_twice")
    assert seen.attempts == 3
    assert not any("idempotency" in name for request in seen.engine.requests for name in request.headers)


@row("middleware: called once per attempt, sees every status")
def test_middleware(wire: Wire) -> None:
    """The place for a log line per attempt."""
    statuses: list[int] = []

    def note(request: Any, call_next: Any) -> Any:
        response = call_next(request)
        statuses.append(response.status_code)
        return response

    async def note_async(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        statuses.append(response.status_code)
        return response

    seen = wire.create("overloaded_twice", {"middleware": [note if wire.kind == "sync" else note_async]})
    assert seen.error is None
    assert statuses == [529, 529, 200]


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Where the spans of a registered tracer provider end up."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # Registering for good is possible once per process.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    return exporter


def _the_span(spans: InMemorySpanExporter) -> tuple[ReadableSpan, dict[str, Any]]:
    (span,) = spans.get_finished_spans()
    return span, dict(span.attributes or {})


@row("OpenTelemetry: one CLIENT span per call, none per attempt")
def test_span(wire: Wire, spans: InMemorySpanExporter) -> None:
    """On by default once a provider is registered; two retries are an attribute, and no prompt is in it."""
    seen = wire.create("overloaded_twice")
    span, attributes = _the_span(spans)
    assert (span.name, span.kind, span.status.status_code) == (
        "anthropic.messages.create",
        SpanKind.CLIENT,
        StatusCode.OK,
    )
    assert seen.message is not None
    assert attributes["gen_ai.request.model"] == seen.message.model
    assert attributes["gen_ai.usage.output_tokens"] == seen.message.usage.output_tokens
    assert attributes["anthropic.request.id"] == seen.message._request_id
    assert attributes["anthropic.message.stop_reason"] == "end_turn"
    assert attributes["http.request.resend_count"] == 2
    assert "Write a haiku" not in str(attributes)


@row("OpenTelemetry: one CLIENT span per call, none per attempt")
def test_span_of_a_stream(wire: Wire, spans: InMemorySpanExporter) -> None:
    """A stream's span also knows when the first chunk came."""
    seen = wire.stream("plain")
    span, attributes = _the_span(spans)
    assert span.status.status_code is StatusCode.OK
    assert attributes["anthropic.request.id"] == seen.request_id
    assert attributes["gen_ai.response.time_to_first_chunk"] > 0
    assert attributes["anthropic.message.stop_reason"] == "end_turn"


@row("OpenTelemetry: a truncated stream's span is an ERROR, api_error")
def test_span_of_a_truncated_stream(wire: Wire, spans: InMemorySpanExporter) -> None:
    """The trace knows what no exception told."""
    seen = wire.stream("truncate")
    assert seen.error is None
    span, attributes = _the_span(spans)
    assert span.status.status_code is StatusCode.ERROR
    assert attributes["error.type"] == "api_error"


@row("clean: text, tools, max_tokens and refusals arrive whole")
@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("fixture", "reason"),
    [
        (says("A whole answer."), "end_turn"),
        (says("Half an", stop_reason="max_tokens"), "max_tokens"),
        (says("", stop_reason="refusal"), "refusal"),
        (thinking_first("An answer.", ""), "end_turn"),
        (blocks([]), "end_turn"),
        (
            blocks(
                [
                    {"type": "text", "text": "I look it up."},
                    {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"order": 7}},
                ],
                stop_reason="tool_use",
            ),
            "tool_use",
        ),
    ],
)
def test_clean(wire: Wire, fixture: Fixture, reason: str, streamed: bool) -> None:
    """The same fixture is the same message, whether it comes as JSON or as events."""
    seen = (wire.stream if streamed else wire.create)(Answer(message=fixture))
    assert seen.error is None
    assert seen.message is not None
    assert seen.message.stop_reason == reason
    shown = [block.model_dump(include={"type", "text", "name", "input"}) for block in seen.message.content]
    kept = ("type", "text", "name", "input")
    expected = [{name: block[name] for name in kept if name in block} for block in fixture.message["content"]]
    assert shown == expected
    assert seen.engine.log[0].whole


def test_all_endings() -> None:
    """No ending without a row, and the table in the package's docstring has each of them once."""
    assert {*get_args(Ending)} == {"clean", *RAISED, *SILENT, *NOTHING}
    table = [line.split("|")[1].strip(" `") for line in (replay.__doc__ or "").splitlines() if line.startswith("| `")]
    assert table == list(get_args(Ending))
