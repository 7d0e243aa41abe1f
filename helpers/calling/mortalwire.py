"""A client whose process may end at every edge of the wire: before a request leaves, when it has been taken and its
answer is still to come, and between the lines of a file of results."""

from collections.abc import Iterator
from typing import Final

import httpx2
from anthropic import Anthropic

from helpers.calling.life import Life

JSONL: Final = "application/x-jsonl"


def mortal_client(client: Anthropic, life: Life) -> Anthropic:
    """A client on the wire of `client`, as a process has that lives `life`."""
    transport = _MortalTransport(client._client._transport, life, client.base_url.path.rstrip("/"))
    return client.with_options(http_client=httpx2.Client(transport=transport, trust_env=False))


class _MortalTransport(httpx2.BaseTransport):
    """Sends over `inner`, which outlives it. `base` is what the path of every request begins with."""

    def __init__(self, inner: httpx2.BaseTransport, life: Life, base: str) -> None:
        self._inner = inner
        self._life = life
        self._base = base

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`. Raises `ProcessDied` before it, or instead of handing over what was answered."""
        what = f"{request.method} {request.url.path.removeprefix(self._base)}"
        self._life.reach("before the request", what)
        response = self._inner.handle_request(request)
        try:
            self._life.reach("taken", what)
        except BaseException:
            response.close()
            raise
        if response.headers.get("content-type") == JSONL:
            assert isinstance(response.stream, httpx2.SyncByteStream)
            response.stream = _MortalLines(response.stream, self._life)
        return response


class _MortalLines(httpx2.SyncByteStream):
    """A body of lines, which come one by one."""

    def __init__(self, inner: httpx2.SyncByteStream, life: Life) -> None:
        self._inner = inner
        self._life = life

    def __iter__(self) -> Iterator[bytes]:
        number = 0
        for chunk in self._inner:
            for line in chunk.splitlines(keepends=True):
                if number:
                    self._life.reach("between the lines", f"after {number} of them")
                number += 1
                yield line
        self._life.reach("between the lines", "after the last of them")

    def close(self) -> None:
        """Hang up, which the system does for the dead as well."""
        self._inner.close()
