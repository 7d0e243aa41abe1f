"""One connection to the loopback server: it reads requests, asks the engine, and sends what the engine scripts."""

import json
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import LineTooLong
from http.server import BaseHTTPRequestHandler
from math import isfinite
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from helpers.replay.allowance import Meter, OverAllowance
from helpers.replay.content import error_body
from helpers.replay.engine import Engine, ReplayFailure, RequestBudgetExceeded
from helpers.replay.intake import BLOCK, Intake, length_in
from helpers.replay.owner import Owner
from helpers.replay.reply import BREAK, Reply
from helpers.replay.request import Request
from helpers.replay.routes import is_read
from helpers.replay.script import PLAYED_HEADER, PLAYED_PATH, SCRIPT_HEADER, to_script
from helpers.replay.telling import BLOCK_END, MOMENT_HEADER, SILENCE, SILENCE_HEADER, TIME_HEADER, marked
from helpers.replay.transport import FOREVER
from helpers.replay.wire import READ_TIMEOUT

LAST_CHUNK: Final = b"0\r\n\r\n"
RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER, on and for 0 seconds: closing then sends an RST instead of a FIN."""
TOLERANCE: Final = 0.05
"""Real seconds by which a client's clock may be ahead of ours."""
READ_BEFORE_RESET: Final = 0.0 if sys.platform == "linux" else 0.05
"""Real seconds that a client gets to read what came before a reset: only Linux keeps unread bytes when one arrives."""
FAREWELL: Final = 1.0
"""Real seconds in which a client that is refused in the middle of its request may read why."""


class NoRequest(Exception):  # noqa: N818 - a domain word
    """What a client sent is not HTTP/1.1."""


class Connection(BaseHTTPRequestHandler):
    """Serves one client until it leaves, an ending closes the connection, or the server stops."""

    protocol_version = "HTTP/1.1"
    # Of a request whose first line never came.
    request_version = "HTTP/1.1"
    command = ""
    disable_nagle_algorithm = True
    # Declared by the base class for socketserver's own servers; all that it asks of one is to be handed through.
    server: Owner  # type: ignore[assignment]

    _patience = 0.0
    """The read timeout that the SDK declares with this request, in seconds; 0 where a client declares none."""
    _told = False
    """Whether the client is told when its patience is over, rather than left to wait for it."""
    _unfelt = 0.0
    """The API time that need not really pass, because the client could not tell."""

    def setup(self) -> None:
        """Read through what keeps time, and no more than a head's worth of lines."""
        super().setup()
        self.rfile.close()
        self.rfile = self._intake = Intake(self.connection, self.server.meter.allowance)

    def handle_one_request(self) -> None:
        """Read a request, and answer it."""
        try:
            with self.server.at_rest(self.connection):
                self._intake.await_request()
            super().handle_one_request()
        except TimeoutError:
            self.close_connection = True
        except LineTooLong as error:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, str(error))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request, as the API says an error, and hang up."""
        self.close_connection = True
        self._send_json(code, error_body("invalid_request_error", message or HTTPStatus(code).phrase, None))

    def handle_expect_100(self) -> bool:
        """Whether to go on: what is asked for here is said once the head has been looked at."""
        return True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the wire log is the log."""

    def do_GET(self) -> None:
        """Answer one request, whatever its method."""
        with self.server.in_flight(self.connection):
            self._answer()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

    def _answer(self) -> None:
        engine, meter, base = self.server.engine, self.server.meter, self.server.path
        if base and not self.path.startswith(f"{base}/"):
            self.close_connection = True
            return
        try:
            meter.begin()
            with self._arrived(base, meter) as request:
                self.server.here(self.connection)
                self.connection.settimeout(meter.allowance.unread)
                self._reply_to(request, engine)
        except OverAllowance as error:
            self._refuse(error)
        except LineTooLong as error:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, str(error))
        except NoRequest:
            self.send_error(HTTPStatus.BAD_REQUEST, "This is not HTTP/1.1.")

    def _reply_to(self, request: Request, engine: Engine) -> None:
        if self.server.doors and request.path.startswith("/_"):
            self._open_door(request, engine)
            return
        if self.server.tells_time:
            engine.clock.reach(_seconds(request.headers.get(TIME_HEADER, "")))
            if MOMENT_HEADER in request.headers:
                request.moment = _seconds(request.headers[MOMENT_HEADER])
            try:
                engine.handed_over.hear(request.headers.get(PLAYED_HEADER, ""))
            except ValueError as error:
                raise NoRequest(str(error)) from None
            if request.path == PLAYED_PATH:
                self._send_json(200, {})
                return
        try:
            reply = engine.reply(request)
        except RequestBudgetExceeded as error:
            self.close_connection = True
            self.server.exhausted(str(error))
        except ReplayFailure as failure:
            self.server.failure = failure.__cause__
            self.close_connection = True
            self._send_json(500, error_body("replay_failure", str(failure), None))
        else:
            if self.server.tells_time and SCRIPT_HEADER in request.headers:
                engine.handed_over.add(reply)
                self._send_bytes(200, to_script(reply))
            else:
                self._send(request, reply)

    def _refuse(self, error: OverAllowance) -> None:
        """Say what was too much. Whoever is still sending gets a moment to read it: a reset would take it away."""
        self.close_connection = True
        self.server.exhausted(str(error))
        if error.status is None:
            return
        self._send_json(error.status, error_body("replay_limit", f"Too much for this server: {error}.", None))
        self.connection.shutdown(socket.SHUT_WR)
        end = time.monotonic() + FAREWELL
        while (left := end - time.monotonic()) > 0:
            self.connection.settimeout(left)
            if not self.connection.recv(BLOCK):
                return

    @contextmanager
    def _arrived(self, base: str, meter: Meter) -> Iterator[Request]:
        """The request, once all of it is here. What is kept of its body counts as long as the block runs."""
        kept = bytearray()
        try:
            request = self._read(base, kept, meter)
            yield request
        finally:
            meter.hold(-len(kept))

    def _read(self, base: str, kept: bytearray, meter: Meter) -> Request:
        try:
            request = self._request(base)
            self._read_body(request, kept, meter)
        except ValueError as error:
            raise NoRequest(str(error)) from None
        request.body = bytes(kept)
        return request

    def _request(self, base: str) -> Request:
        path = urlsplit(self.path.removeprefix(base))
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Request(
            method=self.command,
            path=path.path,
            headers=headers,
            query=dict(parse_qsl(path.query)),
            origin=f"http://{headers.get('host', '127.0.0.1')}{base}",
            size=0,
        )

    def _read_body(self, request: Request, kept: bytearray, meter: Meter) -> None:
        """Read the body to its end, and keep it if anybody looks into it.

        Answering 413 into a half-read request would reset the connection.
        """
        size = 0
        for block in self._blocks(request, meter):
            request.size = size = size + len(block)
            meter.take(len(block), size)
            if is_read(request):
                meter.hold(len(block))
                kept += block
            elif kept:
                meter.hold(-len(kept))
                kept.clear()

    def _blocks(self, request: Request, meter: Meter) -> Iterator[bytes]:
        headers = request.headers
        chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = 0 if chunked else length_in(headers.get("content-length", "0"))
        meter.expect(length)
        if headers.get("expect", "").lower() == "100-continue":
            self.send_response_only(HTTPStatus.CONTINUE)
            self.end_headers()
        return self._intake.chunks() if chunked else self._intake.exactly(length)

    def _send(self, request: Request, reply: Reply) -> None:
        self._patience = _seconds(request.headers.get(READ_TIMEOUT, ""))
        # Who is told the time, does nothing else meanwhile and is patient enough cannot tell whether it really passes.
        told = self.server.tells_time and request.headers.get("x-stainless-async") == "false"
        self._unfelt = self._patience if told else 0.0
        readable = "content-encoding" not in reply.headers
        self._told = told and readable and self._patience > 0 and SILENCE_HEADER in request.headers
        if reply.status is None:
            reply.finish("refused")
            self._reset()
            return
        try:
            status, reply.exchange.status = reply.exchange.status, None
            self._wait(reply, reply.latency)
            reply.exchange.status = status
            reply.respond()
            self._send_body(reply, self._head(reply))
        except OSError:
            reply.finish("abandoned")
            raise

    def _head(self, reply: Reply) -> bytes:
        assert reply.status is not None
        headers = {**reply.headers, "transfer-encoding": "chunked"}
        if self.server.tells_time:
            headers[TIME_HEADER] = f"{reply.moment:.6f}"
        phrase = self.responses.get(reply.status, ("",))[0]
        lines = [f"{self.protocol_version} {reply.status} {phrase}", *map(": ".join, headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    def _send_body(self, reply: Reply, head: bytes) -> None:
        """Send the head and every chunk; what needs no wait at once, and the last chunk with the end.

        So nobody sees the end before the log does. Nor a status: who means to try again does not wait for the rest.
        """
        if self.command == "HEAD":
            self.wfile.write(head)
        held = b""
        # Between what is compressed there is no room for a comment.
        compressed = "content-encoding" in reply.headers
        for chunk in reply.chunks:
            if self._is_felt(chunk.delay) or len(held) > BLOCK:
                self._write(head + _framed(held))
                head = held = b""
            elif chunk.event == BREAK:
                # A piece of its own, or else the client would take what came before for broken too.
                head, held = head + _framed(held), b""
            self._wait(reply, chunk.delay)
            reply.sent(chunk)
            told = self.server.tells_time and chunk.event is not None and not compressed
            held += marked(reply.moment, chunk.data) if told else chunk.data
        last = head + _framed(held)
        match reply.ending:
            case "cut":
                reply.finish()
                self._write(last)
                self.close_connection = True
            case "reset":
                reply.finish()
                self._write(last)
                self._reset()
            case "stall":
                self._write(last)
                self._stall(reply)
            case _:
                reply.finish()
                self._write(last + LAST_CHUNK)

    def _write(self, data: bytes) -> None:
        if data and self.command != "HEAD":
            self.wfile.write(data)

    def _wait(self, reply: Reply, seconds: float) -> None:
        """Let API time pass, unless the client leaves or the server stops meanwhile."""
        if self.server.tells_time and 0 < self._patience < seconds:
            self._outwait(reply)
        if not self._is_felt(seconds):
            return
        real = reply.clock.real(seconds)
        began = time.monotonic()
        if real > 0 and self._left_within(real):
            waited, patience = time.monotonic() - began, self._patience
            # Nobody says why a client left; one that left when its read timeout was over needs no other reason.
            timed_out = 0 < patience <= waited + TOLERANCE
            reply.pass_time((patience if timed_out else waited) * seconds / real)
            reply.finish("timeout" if timed_out else "abandoned")
            raise ConnectionAbortedError("nobody is waiting any more")

    def _outwait(self, reply: Reply) -> None:
        """Wait until the client has lost its patience, however long that really takes it, or say that it has."""
        with suppress(OSError):
            if self._told:
                self._say_silence(begun=reply.exchange.status is not None)
            else:
                self._hear_nothing()
        reply.pass_time(self._patience)
        reply.finish("timeout")
        raise ConnectionAbortedError("nobody is waiting any more")

    def _say_silence(self, *, begun: bool) -> None:
        """The body's last block, or a head that is no answer where none has been sent."""
        head = f"{self.protocol_version} 200 \r\n{SILENCE_HEADER}: 1\r\ncontent-length: 0\r\n\r\n"
        self._write(_framed(SILENCE + BLOCK_END) if begun else head.encode())
        self.close_connection = True

    def _hear_nothing(self, end: float | None = None) -> None:
        """Return when the client has left, or the server stops. Raises `TimeoutError` after `end` seconds."""
        self.connection.settimeout(end)
        while self.connection.recv(BLOCK):
            pass

    def _is_felt(self, seconds: float) -> bool:
        """Whether the client could tell if this much API time did not really pass."""
        return seconds > 0 and seconds >= self._unfelt

    def _left_within(self, seconds: float) -> bool:
        self.connection.settimeout(seconds)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        finally:
            self.connection.settimeout(self.server.meter.allowance.unread)

    def _reset(self) -> None:
        time.sleep(READ_BEFORE_RESET)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.close_connection = True

    def _stall(self, reply: Reply) -> None:
        """Say nothing until the client leaves or the server stops: either ends the read."""
        patience = self._patience
        try:
            if self._told:
                self._say_silence(begun=True)
            else:
                self._hear_nothing(self.server.meter.allowance.silence)
        except TimeoutError:
            patience = patience or FOREVER
        finally:
            reply.pass_time(patience)
            reply.finish()
            self.close_connection = True

    def _open_door(self, request: Request, engine: Engine) -> None:
        match request.method, request.path:
            case "GET", "/_wire":
                self._send_json(200, engine.log.to_json())
            case "POST", "/_reset":
                engine.restart()
                self._send_json(200, {})
            case _:
                self._send_json(404, {"error": "The doors of this server are GET /_wire and POST /_reset."})

    def _send_json(self, status: int, value: object) -> None:
        self._send_bytes(status, json.dumps(value).encode())

    def _send_bytes(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self._write(body)


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


def _seconds(text: str) -> float:
    """The number that a header holds; 0 where it holds none, or none that is finite."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if isfinite(number) else 0.0
