"""What a page asks for beyond its own server, and what goes wrong in it."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, WebSocket

WITHIN_THE_PAGE: Final = ("data", "blob")


@dataclass
class Visits:
    """Requests and web sockets to other places than `server` (host and port), and errors that no script caught."""

    server: str
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note all that `page` does from now on."""
        page.on("request", self._note)
        page.on("websocket", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, visit: Request | WebSocket) -> None:
        address = urlsplit(visit.url)
        if address.scheme not in WITHIN_THE_PAGE and address.netloc != self.server:
            self.elsewhere.append(visit.url)
