"""One event loop for an asynchronous client: what a pool of real connections demands, also where there are none.

Connections belong to the loop in which they were opened. A client that is used in another one fails now and then, and
is saved by a retry now and then (https://github.com/pydantic/pydantic-ai/issues/6436). Here it always fails, so that a
verdict is the same in a notebook, where nothing is connected, and from outside.
"""

import asyncio

import httpx2
from anthropic import AsyncAnthropic


class _OneLoop(httpx2.AsyncBaseTransport):
    """Sends what comes from the loop in which it was made."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self._loop = asyncio.get_running_loop()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`. Raises `RuntimeError` in another loop."""
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError("this client's connections are bound to a different event loop")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what sends."""
        await self._inner.aclose()


def in_one_loop(client: AsyncAnthropic) -> AsyncAnthropic:
    """`client`, which from now on can be used in the running event loop only."""
    http_client = client._client
    http_client._transport = _OneLoop(http_client._transport)
    return client
