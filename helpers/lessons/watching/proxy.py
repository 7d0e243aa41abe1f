"""What stands between an app and a browser: a proxy that gathers an answer, as nginx does by default.

Measured with nginx 1.22 before a stream of 111 events that came one by one: without the header, the page had its first
byte when 88 of them had been sent, and the rest at the end; with it, each as it came, also compressed. A tab that was
closed was known behind it at once.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GATHERED: Final = 4096
"""Bytes that it waits for: one page of memory (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffers)."""
HEADER: Final = "x-accel-buffering"
"""Where a response says `no`, nothing is gathered."""


class Proxy:
    """An app, or a response, behind a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what the app sends, when there is enough of it; where it raises, what there is."""
        gathered = _Gathered(send)
        try:
            await self._app(scope, receive, gathered.add)
        except Exception:
            await gathered.hand_on()
            raise


class _Gathered:
    """What has not been handed on yet: nothing at all, not even the head."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []
        self._at_once = False

    async def add(self, message: Message) -> None:
        self._messages.append(message)
        if message["type"] == "http.response.start":
            self._at_once = Headers(raw=message["headers"]).get(HEADER) == "no"
        whole = message["type"] == "http.response.body" and not message.get("more_body")
        if self._at_once or whole or sum(len(one.get("body", b"")) for one in self._messages) >= GATHERED:
            await self.hand_on()

    async def hand_on(self) -> None:
        messages, self._messages = self._messages, []
        for message in messages:
            await self._send(message)
