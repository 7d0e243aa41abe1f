"""I believed: one place logs, whatever is called."""

import sqlite3
from contextlib import contextmanager
from functools import partial

import anthropic

from helpers import MODEL
from helpers.lessons.capstone.shop import REFUND_TOOL


@contextmanager
def logged(log, clock, ticket, action):
    """Write one line, whatever happens; the caller fills in the request id, and says when it went well."""
    line = {"ticket": ticket, "action": action, "ok": False, "seconds": 0.0, "request_id": None}
    began = clock.now()
    try:
        yield line
    except anthropic.APIStatusError as error:
        line["request_id"] = error.request_id or line["request_id"]
        raise
    finally:
        line["seconds"] = clock.now() - began
        log(line)


class SupportBot:
    def __init__(self, client, ledger, log, clock):
        self.client, self.ledger = client, ledger
        self.logged = partial(logged, log, clock)
        self.sleep = clock.sleep

    def answer(self, ticket, question, write):
        with self.logged(ticket, "answer") as line:
            return self._stream(line, question, write)

    def suggest(self, ticket, question):
        with self.logged(ticket, "suggest") as line:
            return self._stream(line, question, lambda text: None)

    def triage(self, ticket, complaint):
        with self.logged(ticket, "triage") as line:
            return self._text(self._ask(line, [{"role": "user", "content": complaint}]))

    def refund(self, ticket, request):
        turns = [{"role": "user", "content": request}]
        while True:
            with self.logged(ticket, "refund") as line:
                message = self._ask(line, turns, tools=[REFUND_TOOL])
            if message.stop_reason != "tool_use":
                return self._text(message)
            calls = [block for block in message.content if block.type == "tool_use"]
            results = [
                {"type": "tool_result", "tool_use_id": call.id, "content": self._pay(call.input)} for call in calls
            ]
            turns += [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]

    def digest(self, night, complaints):
        with self.logged(night, "digest") as line:
            requests = [
                {
                    "custom_id": ticket,
                    "params": {"model": MODEL, "max_tokens": 400, "messages": [{"role": "user", "content": text}]},
                }
                for ticket, text in complaints.items()
            ]
            batches = self.client.messages.batches
            batch = batches.create(requests=requests)
            line["request_id"] = batch._request_id
            while batches.retrieve(batch.id).processing_status != "ended":
                self.sleep(300)
            rows = {row.custom_id: row.result for row in batches.results(batch.id)}
            texts = {ticket: self._text(row.message) for ticket, row in rows.items() if row.type == "succeeded"}
            line["ok"] = texts.keys() == complaints.keys()
            return texts

    def _stream(self, line, question, write):
        turns = [{"role": "user", "content": question}]
        with self.client.messages.stream(model=MODEL, max_tokens=1000, messages=turns) as stream:
            line["request_id"] = stream.request_id
            for text in stream.text_stream:
                write(text)
            message = stream.get_final_message()
        line["ok"] = message.stop_reason in ("end_turn", "stop_sequence")
        if not line["ok"]:
            raise RuntimeError(f"half an answer: {message.stop_reason}")
        return self._text(message)

    def _ask(self, line, turns, **more):
        message = self.client.messages.create(model=MODEL, max_tokens=400, messages=turns, **more)
        line["request_id"] = message._request_id
        if message.stop_reason not in ("end_turn", "stop_sequence", "tool_use"):
            raise RuntimeError(f"half an answer: {message.stop_reason}")
        line["ok"] = True
        return message

    def _pay(self, refund):
        try:
            with self.ledger:
                row = (refund["refund"], refund["amount"], f"R-{refund['refund']}")
                self.ledger.execute("INSERT INTO refunds VALUES (?, ?, ?)", row)
        except sqlite3.IntegrityError:
            pass
        query = "SELECT receipt FROM refunds WHERE key = ?"
        return self.ledger.execute(query, (refund["refund"],)).fetchone()[0]

    def _text(self, message):
        return "".join(block.text for block in message.content if block.type == "text")
