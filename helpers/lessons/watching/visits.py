"""Visits to a page: what each asked, when its browser left, and what upstream sent after that."""

from dataclasses import dataclass, field

import anthropic
import httpx2
from starlette.types import Message, Receive, Send

from helpers.client import REPLAY_KEY, REPLAY_URL
from helpers.display.timeline import Row
from helpers.replay import Engine, Exchange
from helpers.replay.sending import SendingTransport


@dataclass
class Visit:
    """One question, and what came of it. Every visit has a client of its own, on the wire that all of them share."""

    number: int
    engine: Engine
    left_after: int | None = None
    """Events that upstream had sent when the browser left; None where it stayed to the end."""
    raised: str = ""
    """What the relay raised, where it did."""
    _request_ids: list[str] = field(default_factory=list)
    _answered: bool = False

    def client(self) -> anthropic.AsyncAnthropic:
        """A client on the replayed wire, where an answer goes on, read or not, until it is closed.

        What it asks belongs to this visit.
        """
        http_client = httpx2.AsyncClient(
            transport=SendingTransport(self.engine), event_hooks={"response": [self._note]}
        )
        return anthropic.AsyncAnthropic(api_key=REPLAY_KEY, base_url=REPLAY_URL, http_client=http_client)

    @property
    def exchanges(self) -> list[Exchange]:
        """What went over the wire for this visit."""
        return [exchange for exchange in self.engine.log if exchange.request_id in self._request_ids]

    @property
    def sent(self) -> int:
        """Events that upstream has sent so far."""
        return sum(len(exchange.events) for exchange in self.exchanges)

    @property
    def sent_after(self) -> int:
        """Of them, those that came after the browser had left: nobody saw them, and they are paid."""
        return 0 if self.left_after is None else self.sent - self.left_after

    def rows(self) -> list[Row]:
        """The visit as rows of a timeline."""
        label = f"visit {self.number}"
        return [Row(label, exchange, self._words()) for exchange in self.exchanges] or [Row(label, None, self._words())]

    def receiving(self, receive: Receive) -> Receive:
        """`receive`, which notes when the browser leaves."""

        async def noting() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and not self._answered and self.left_after is None:
                self.left_after = self.sent
            return message

        return noting

    async def listen(self, receive: Receive) -> None:
        """Hear what the browser says, and so note when it leaves, where nobody else listens. `receive` must note it."""
        while (await receive())["type"] != "http.disconnect":
            pass

    async def is_left(self) -> bool:
        """Whether the browser has left."""
        return self.left_after is not None

    def sending(self, send: Send) -> Send:
        """`send`, which notes when everything was said: who leaves then has missed nothing."""

        async def noting(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._answered = True

        return noting

    async def _note(self, response: httpx2.Response) -> None:
        self._request_ids.append(response.headers.get("request-id", ""))

    def _words(self) -> str:
        left = (
            ""
            if self.left_after is None
            else f"left after event {self.left_after}, {self.sent_after or 'none'} after that"
        )
        return "; ".join(filter(None, (left, self.raised)))
