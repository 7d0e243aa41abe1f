"""A server on loopback between a lesson's kernel and the API, which keeps what goes through it.

It holds the key; the kernel has a token that is good for this relay alone, so no process but ours ever has more.
Nothing that goes through touches a disk.
"""

import contextlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import anthropic
import httpx2

from helpers.errors import CourseError
from helpers.live import Purse, hooks
from helpers.recording.exchange import Kept, Piece

HOST: Final = "127.0.0.1"
SENT_ON: Final = (
    "accept",
    "anthropic-beta",
    "anthropic-version",
    "authorization",
    "content-type",
    "user-agent",
    "x-api-key",
)
"""The headers of a request that the API gets to see, besides those that the SDK says of itself."""
OF_THE_SDK: Final = "x-stainless-"
NOT_SENT_BACK: Final = ("connection", "content-encoding", "content-length", "transfer-encoding", "retry-after-ms")
LAST: Final = b"0\r\n\r\n"


class Relay:
    """Passes on what is asked of it, to `base_url`, with `api_key`, while there is money in `purse`.

    `failure` is why it could not: the first sentence of that kind.
    """

    def __init__(self, api_key: str, base_url: str, purse: Purse) -> None:
        self.token = f"relay-{secrets.token_hex(16)}"
        self.kept: list[Kept] = []
        self.failure: CourseError | None = None
        self._key, self._base = api_key, base_url.rstrip("/")
        self._client = anthropic.DefaultHttpxClient(event_hooks=hooks(purse))
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((HOST, 0), type("_Handler", (_Handler,), {"relay": self}))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Passes on what comes while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=[0.05], name="relay", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()
            self._client.close()

    def begin(self, method: str, path: str, body: bytes) -> Kept:
        """A place for one more exchange."""
        with self._lock:
            kept = Kept(len(self.kept) + 1, method, path.partition("?")[0], body)
            self.kept.append(kept)
        return kept

    def fail(self, error: CourseError) -> None:
        """Remember why it could not pass something on."""
        self.failure = self.failure or error

    @contextmanager
    def asked(self, path: str, kept: Kept, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
        """The API's answer."""
        sent = {name: value.replace(self.token, self._key) for name, value in headers.items()}
        # What came in between has to be seen as it is, piece by piece.
        sent["accept-encoding"] = "identity"
        url = f"{self._base}{path}"
        with self._client.stream(kept.method, url, headers=sent, content=kept.body, timeout=600) as response:
            if "content-encoding" in response.headers:
                raise CourseError("The API's answer came compressed, although that was asked not to be: try once more.")
            yield response


class _Handler(BaseHTTPRequestHandler):
    """One connection of the kernel's."""

    protocol_version = "HTTP/1.1"
    relay: Relay

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a log is a file too."""

    def do_GET(self) -> None:
        """Pass one request on, whatever its method."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        if self.relay.token not in "".join(headers.get(name, "") for name in ("authorization", "x-api-key")):
            self._refuse(401, "This relay is for the lesson that is recorded.")
            return
        kept = self.relay.begin(self.command, self.path, body)
        sent = {name: value for name, value in headers.items() if name in SENT_ON or name.startswith(OF_THE_SDK)}
        try:
            self._pass_on(kept, sent)
        except CourseError as error:
            self.relay.fail(error)
            self._refuse(400, "It was not passed on.")
        except httpx2.HTTPError as error:
            kept.broken = True
            if not kept.status:
                self.relay.fail(CourseError(f"The API could not be reached ({type(error).__name__}): try once more."))
                self._refuse(400, "It was not passed on.")

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def _pass_on(self, kept: Kept, headers: Mapping[str, str]) -> None:
        began = time.monotonic()
        with self.relay.asked(self.path, kept, headers) as response:
            kept.status, kept.headers = response.status_code, dict(response.headers)
            self.close_connection = True
            with contextlib.suppress(OSError):
                self._head(response)
            for data in response.iter_bytes():
                kept.pieces.append(Piece(data, time.monotonic() - began))
                with contextlib.suppress(OSError):  # the lesson has left, and what is recorded is whole all the same
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            with contextlib.suppress(OSError):
                self.wfile.write(LAST)

    def _head(self, response: httpx2.Response) -> None:
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            if name not in NOT_SENT_BACK:
                self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.send_header("connection", "close")
        self.end_headers()

    def _refuse(self, status: int, sentence: str) -> None:
        """An answer that nobody tries again after."""
        self.close_connection = True
        error: dict[str, Any] = {"type": "error", "error": {"type": "relay_error", "message": sentence}}
        body = json.dumps(error).encode()
        with contextlib.suppress(OSError):
            self.send_response_only(status)
            for name, value in {"content-type": "application/json", "x-should-retry": "false"}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
