"""The client of the child: the official one, over real sockets to the grader's server, with its patience scaled.

A stream that stalls ends when the client's read timeout is over: 600 seconds with the SDK's default. Grading does not
wait that long. A synchronous client is told when its patience is over: nobody waits, and how busy the machine is makes
no difference. An asynchronous one may do something else meanwhile, so for it time really passes. The server runs at
`SPEED` real seconds per second of API time, and the transport here shrinks the client's read timeouts to the same
scale, so that what would time out still does and what would not still does not. Below `SHORTEST_TIMEOUT` they do not
go, so that a busy machine is not taken for a silent one: the server outwaits whoever says that their patience ends
before the answer does.
"""

import ssl
from typing import Final

import httpx2
from anthropic import Anthropic, AsyncAnthropic

from helpers.client import REPLAY_KEY, REPLAY_URL
from helpers.grading.clock import ToldClock
from helpers.replay import Request, RequestBudgetExceeded
from helpers.replay.reply import Reply
from helpers.replay.script import PLAYED_HEADER, PLAYED_PATH, SCRIPT_HEADER, Played, from_script
from helpers.replay.sending import InTheTimeOfTheLoop, SendingTransport
from helpers.replay.telling import MOMENT, SILENCE_HEADER
from helpers.replay.transport import FOREVER

SPEED: Final = 1 / 600
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loopback is plain HTTP, so this is never used: one is made here, that none is made for every client."""
SHORTEST_TIMEOUT: Final = 2.0
"""Real seconds. Who is told waits for no timeout: this one is for a machine that is busy."""


class Gate:
    """What every request to the grader's server passes: the budget, the scaled timeouts and the clock.

    The first request over the budget raises, as the replay in a notebook does. The next one is sent, and the server's
    own count ends the process: code that catches everything does not go on for ever.

    `wire` is what its synchronous clients send over. It stays open when they are closed, for the next gate.
    """

    def __init__(self, url: str, max_requests: int, wire: httpx2.BaseTransport) -> None:
        self.url = url
        self.clock = ToldClock()
        self.wire = wire
        self.told = ToldReplies(self)
        self._max_requests = max_requests
        self._sent = 0

    def admit(self, request: httpx2.Request) -> float:
        """Make `request` ready to be sent. Returns its patience in seconds of API time.

        Raises `RequestBudgetExceeded` once.
        """
        self._sent += 1
        if self._sent == self._max_requests + 1:
            raise RequestBudgetExceeded(f"more than {self._max_requests} requests")
        timeouts = request.extensions.get("timeout", {})
        patience = FOREVER if timeouts.get("read") is None else float(timeouts["read"])
        request.extensions["timeout"] = {**timeouts, "read": scaled(patience)}
        self.clock.ask(request)
        return patience

    def played_client(self) -> AsyncAnthropic:
        """As `async_client`, for a loop in API time: replies are handed over, played there, and told of afterwards."""
        http_client = httpx2.AsyncClient(transport=SendingTransport(InTheTimeOfTheLoop(self.told)), trust_env=False)
        return AsyncAnthropic(api_key=REPLAY_KEY, base_url=REPLAY_URL, http_client=http_client)

    def client(self) -> Anthropic:
        """The official client, wired to the grader's server."""
        http_client = httpx2.Client(transport=ScaledTransport(self), trust_env=False)
        return Anthropic(api_key=REPLAY_KEY, base_url=self.url, http_client=http_client)

    def async_client(self) -> AsyncAnthropic:
        """As `client`, asynchronous."""
        http_client = httpx2.AsyncClient(transport=AsyncScaledTransport(self), trust_env=False)
        return AsyncAnthropic(api_key=REPLAY_KEY, base_url=self.url, http_client=http_client)


class ToldReplies:
    """The replies of the grader's engine, handed over by its server."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._played = Played()

    def reply(self, request: Request) -> Reply:
        """What the engine would send. Raises `RequestBudgetExceeded` once, and `httpx2.TransportError`."""
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        headers |= {SCRIPT_HEADER: "1", PLAYED_HEADER: self._played.told()}
        url = f"{self._gate.url}{request.path}"
        asked = httpx2.Request(request.method, url, headers=headers, content=request.body)
        asked.extensions[MOMENT] = request.moment
        self._gate.admit(asked)
        reply = from_script(self._sent(asked))
        self._played.replies.append(reply)
        return reply

    def tell(self) -> None:
        """Say how far each of them has come, when no more are going to be asked for."""
        if self._played.replies:
            headers = {PLAYED_HEADER: self._played.told()}
            self._sent(httpx2.Request("POST", f"{self._gate.url}{PLAYED_PATH}", headers=headers))

    def _sent(self, request: httpx2.Request) -> bytes:
        response = self._gate.wire.handle_request(request)
        try:
            return response.read()
        finally:
            response.close()


class ScaledTransport(httpx2.BaseTransport):
    """Sends what the gate admits."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`. Raises `RequestBudgetExceeded` once."""
        patience = self._gate.admit(request)
        request.headers[SILENCE_HEADER] = "1"
        sent = self._gate.clock.now()
        try:
            return self._gate.clock.read(self._gate.wire.handle_request(request), request, patience)
        except httpx2.ReadTimeout:
            self._gate.clock.reach(sent + patience)
            raise


class AsyncScaledTransport(httpx2.AsyncBaseTransport):
    """As `ScaledTransport`, asynchronous."""

    def __init__(self, gate: Gate) -> None:
        self._inner = httpx2.AsyncHTTPTransport(verify=_NO_TLS, trust_env=False)
        self._gate = gate

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`. Raises `RequestBudgetExceeded` once."""
        patience = self._gate.admit(request)
        sent = self._gate.clock.now()
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.ReadTimeout:
            self._gate.clock.reach(sent + patience)
            raise
        return self._gate.clock.read(response, request, patience)

    async def aclose(self) -> None:
        await self._inner.aclose()


def new_wire() -> httpx2.BaseTransport:
    """What connects to the server, and keeps its connections for the next request."""
    return httpx2.HTTPTransport(verify=_NO_TLS, trust_env=False)


def scaled(patience: float) -> float:
    """Real seconds for a timeout in seconds of API time."""
    return max(patience * SPEED, SHORTEST_TIMEOUT)
