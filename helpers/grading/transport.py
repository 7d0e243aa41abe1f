"""The client of the child: the official one, over real sockets to the grader's server, with its patience scaled.

A stream that stalls ends when the client's read timeout is over: 600 seconds with the SDK's default. Grading does not
wait that long. Its server runs at `SPEED` real seconds per second of API time, and the transport here shrinks the
client's read timeouts to the same scale, so that what would time out still does and what would not still does not.
Below `SHORTEST_TIMEOUT` they do not go, so that a busy machine is not taken for a silent one.
"""

from typing import Final

import httpx2
from anthropic import Anthropic

from helpers.client import REPLAY_KEY
from helpers.replay import RequestBudgetExceeded
from helpers.replay.transport import FOREVER

SPEED: Final = 1 / 600
SHORTEST_TIMEOUT: Final = 0.8
"""Real seconds."""


class ScaledTransport(httpx2.BaseTransport):
    """Sends requests to the grader's server, with their read timeouts scaled.

    The first request over the budget raises, as the replay in a notebook does. The next one is sent, and the server's
    own count ends the process: code that catches everything does not go on for ever.
    """

    def __init__(self, max_requests: int) -> None:
        # Loopback is plain HTTP: no certificates to load.
        self._inner = httpx2.HTTPTransport(verify=False, trust_env=False)
        self._max_requests = max_requests
        self._sent = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`. Raises `RequestBudgetExceeded` once."""
        self._sent += 1
        if self._sent == self._max_requests + 1:
            raise RequestBudgetExceeded(f"more than {self._max_requests} requests")
        timeouts = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {**timeouts, "read": scaled(timeouts.get("read"))}
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def scaled(timeout: float | None) -> float:
    """Real seconds for a timeout in seconds of API time."""
    return max((FOREVER if timeout is None else timeout) * SPEED, SHORTEST_TIMEOUT)


def loopback_client(url: str, max_requests: int) -> Anthropic:
    """The official client, wired to the grader's server."""
    http_client = httpx2.Client(transport=ScaledTransport(max_requests), trust_env=False)
    return Anthropic(api_key=REPLAY_KEY, base_url=url, http_client=http_client)
