"""The class that the second day of lesson 10 hands out, as it hands it out: it does its work, and costs too much.

It is here so that an untouched class can be told from a repaired one. A test holds it against the lesson's cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import anthropic
from anthropic import Anthropic
from anthropic.types import Message, MessageParam

from helpers.calling.pauses import Clock
from helpers.facts.prices import RATES
from helpers.settings import MODEL

if TYPE_CHECKING:
    # A Python in a browser can be without it, and has other lessons to run.
    import sqlite3


class BusyDesk:
    """Shows customers their answers, sorts complaints, files a digest, and accounts for all of it.

    The process may be killed at any time. Then a new desk is made, on the same database.
    """

    def __init__(self, client: Anthropic, db: sqlite3.Connection, clock: Clock) -> None:
        self.client = client.with_options(max_retries=0)  # `sort` tries again by itself
        self.db = db
        self.clock = clock
        self.lines: list[dict[str, Any]] = []
        self.errors: list[float] = []

    def show(self, ticket: str, question: str, write: Callable[[str], None]) -> str:
        """Show a customer the answer. `write` raises `BrokenPipeError` when they have left."""
        text = ""
        with self.client.messages.stream(model=MODEL, max_tokens=400, messages=self._turns(question)) as stream:
            for piece in stream.text_stream:
                text += piece
                with suppress(BrokenPipeError):
                    write(piece)
            self._note(stream.request_id, stream.current_message_snapshot)
        return text

    def sort(self, complaints: Mapping[str, str]) -> dict[str, str]:
        """The department of each complaint, by ticket. Nobody waits, but not for long."""
        found: dict[str, str] = {}
        while len(found) < len(complaints):
            ticket = next(one for one in complaints if one not in found)
            try:
                message = self.client.messages.create(
                    model=MODEL, max_tokens=20, messages=self._turns(complaints[ticket])
                )
            except anthropic.RateLimitError:
                self.errors.append(self.clock.now())
                self.clock.sleep(1)
            else:
                self._note(message._request_id, message)
                found[ticket] = self._text(message)
        return found

    def digest(self, night: str, complaints: Mapping[str, str]) -> dict[str, str]:
        """The night's complaints in one sentence each, by ticket."""
        batch = self.client.messages.batches.create(
            requests=[
                {
                    "custom_id": ticket,
                    "params": {"model": MODEL, "max_tokens": 400, "messages": self._turns(complaint)},
                }
                for ticket, complaint in complaints.items()
            ]
        )
        while batch.processing_status != "ended":
            self.clock.sleep(60)
            batch = self.client.messages.batches.retrieve(batch.id)
        texts: dict[str, str] = {}
        for row in self.client.messages.batches.results(batch.id):
            if row.result.type == "succeeded":
                self._note(f"{batch.id}/{row.custom_id}", row.result.message)
                texts[row.custom_id] = self._text(row.result.message)
        return texts

    def costs(self) -> dict[str, Decimal]:
        """What each request cost, by its id, in dollars; a result of a batch by `batch/ticket`."""
        costs: dict[str, Decimal] = {}
        for line in self.lines:
            rates = RATES[line["model"]]
            dollars = (line["input"] * rates.input + line["output"] * rates.output) / 1_000_000
            costs[line["id"]] = dollars
        return costs

    def alarm(self) -> bool:
        """Whether somebody is to be woken now: for the last hour."""
        return sum(moment > self.clock.now() - 3_600 for moment in self.errors) >= 5

    def _note(self, key: str | None, message: Message) -> None:
        self.lines.append(
            {
                "id": key,
                "model": message.model,
                "input": message.usage.input_tokens,
                "output": message.usage.output_tokens,
            }
        )

    def _turns(self, text: str) -> list[MessageParam]:
        return [{"role": "user", "content": text}]

    def _text(self, message: Message) -> str:
        return "".join(block.text for block in message.content if block.type == "text")
