"""The class that lesson 10 hands out, as it hands it out: with all five failures in it.

It is here so that an untouched class can be told from a repaired one. A test holds it against the lesson's cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import anthropic
from anthropic import Anthropic
from anthropic.types import Message, MessageParam, ToolResultBlockParam, ToolUseBlock

from helpers.calling.pauses import Clock
from helpers.lessons.capstone.shop import REFUND_TOOL
from helpers.settings import MODEL

if TYPE_CHECKING:
    # A Python in a browser can be without it, and has other lessons to run.
    import sqlite3


class SupportBot:
    """Answers a shop's customers, pays back what they are owed, and files a digest at night.

    Every call of the API leaves a line in the log: the ticket, the action, whether it is `ok`
    (the whole answer is there) and how many seconds it took.
    """

    def __init__(
        self,
        client: Anthropic,
        ledger: sqlite3.Connection,
        log: Callable[[dict[str, object]], None],
        clock: Clock,
    ) -> None:
        self.client = client
        self.ledger = ledger
        self.log = log
        self.clock = clock

    def answer(self, ticket: str, question: str, write: Callable[[str], None]) -> str:
        """Answer a customer, who watches the text being written."""
        began = self.clock.now()
        text = ""
        try:
            with self.client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
            ) as stream:
                for piece in stream.text_stream:
                    text += piece
                    write(piece)
        except anthropic.APIError:
            self._line(ticket, "answer", began, ok=False)
            raise
        self._line(ticket, "answer", began, ok=True)
        return text

    def suggest(self, ticket: str, question: str) -> str:
        """What an agent could say, who has the customer on the phone. By batch: half the price."""
        began = self.clock.now()
        texts = self._batch({ticket: question})
        self._line(ticket, "suggest", began, ok=ticket in texts)
        return texts[ticket]

    def triage(self, ticket: str, complaint: str) -> str:
        """The department that a complaint belongs to."""
        turns: list[MessageParam] = [{"role": "user", "content": f"Which department? {complaint}"}]
        return self._text(self._ask(ticket, "triage", turns))

    def refund(self, ticket: str, request: str) -> str:
        """Pay back what the customer asks for, and say so."""
        turns: list[MessageParam] = [{"role": "user", "content": request}]
        message = self._ask(ticket, "refund", turns, tools=[REFUND_TOOL])
        while message.stop_reason == "tool_use":
            turns.append({"role": "assistant", "content": message.content})
            results: list[ToolResultBlockParam] = [
                {"type": "tool_result", "tool_use_id": call.id, "content": self._pay_back(call)}
                for call in message.content
                if call.type == "tool_use"
            ]
            turns.append({"role": "user", "content": results})
            message = self._ask(ticket, "refund", turns, tools=[REFUND_TOOL])
        return self._text(message)

    def digest(self, night: str, complaints: Mapping[str, str]) -> dict[str, str]:
        """The day's complaints in one sentence each, by ticket. Nobody waits for it."""
        began = self.clock.now()
        texts = self._batch(complaints)
        self._line(night, "digest", began, ok=len(texts) == len(complaints))
        return texts

    def _ask(self, ticket: str, action: str, turns: list[MessageParam], **more: Any) -> Message:
        """A standard call that does not give up at the first error."""
        attempts = 3
        while True:
            began = self.clock.now()
            attempts -= 1
            try:
                message: Message = self.client.messages.create(model=MODEL, max_tokens=400, messages=turns, **more)
            except anthropic.APIError:
                self._line(ticket, action, began, ok=False)
                if attempts == 0:
                    raise
            else:
                self._line(ticket, action, began, ok=True)
                return message

    def _batch(self, questions: Mapping[str, str]) -> dict[str, str]:
        """The answers to many questions, by the same names."""
        batch = self.client.messages.batches.create(
            requests=[
                {
                    "custom_id": name,
                    "params": {
                        "model": MODEL,
                        "max_tokens": 400,
                        "messages": [{"role": "user", "content": question}],
                    },
                }
                for name, question in questions.items()
            ]
        )
        while batch.processing_status != "ended":
            self.clock.sleep(60)
            batch = self.client.messages.batches.retrieve(batch.id)
        return {
            row.custom_id: self._text(row.result.message)
            for row in self.client.messages.batches.results(batch.id)
            if row.result.type == "succeeded"
        }

    def _pay_back(self, call: ToolUseBlock) -> str:
        """Pay back once: the id of a tool call is unique, so no refund is made twice."""
        receipt = f"receipt for {call.id}"
        with self.ledger:
            self.ledger.execute(
                "INSERT OR IGNORE INTO refunds (key, amount, receipt) VALUES (?, ?, ?)",
                (call.id, call.input["amount"], receipt),
            )
        return receipt

    def _text(self, message: Message) -> str:
        return "".join(block.text for block in message.content if block.type == "text")

    def _line(self, ticket: str, action: str, began: float, *, ok: bool) -> None:
        seconds = round(self.clock.now() - began, 1)
        self.log({"ticket": ticket, "action": action, "ok": ok, "seconds": seconds})
