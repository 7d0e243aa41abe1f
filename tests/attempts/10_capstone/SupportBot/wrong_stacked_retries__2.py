"""I believed: one more try on top is no harm."""

import uuid

import anthropic

from helpers import MODEL, Unfinished
from helpers.lessons.capstone.shop import REFUND_TOOL


class SupportBot:
    """Answers a shop's customers, pays back what they are owed, and files a digest at night.

    Every call of the API leaves a line in the log: the ticket, the action, whether it is `ok`
    (the whole answer is there), how many seconds it took, and the id of its request.
    """

    WHOLE = ("end_turn", "stop_sequence")

    def __init__(self, client, ledger, log, clock):
        self.client = client
        self.ledger = ledger
        self.log = log
        self.clock = clock

    def answer(self, ticket, question, write):
        """Answer a customer, who watches the text being written. Raises when it broke off."""
        began = self.clock.now()
        text, request_id, ok = "", None, False
        try:
            with self.client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
            ) as stream:
                request_id = stream.request_id
                for piece in stream.text_stream:
                    text += piece
                    write(piece)
                ok = stream.get_final_message().stop_reason in self.WHOLE
        except BaseException as error:
            request_id = request_id or getattr(error, "request_id", None)
            raise
        finally:
            self._line(ticket, "answer", began, request_id, ok=ok)
        if not ok:
            raise Unfinished("the answer ended before it was whole")
        return text

    def suggest(self, ticket, question):
        """What an agent could say, who has the customer on the phone."""
        return self._text(self._ask(ticket, "suggest", [{"role": "user", "content": question}]))

    def triage(self, ticket, complaint):
        """The department that a complaint belongs to."""
        turns = [{"role": "user", "content": f"Which department? {complaint}"}]
        return self._text(self._ask(ticket, "triage", turns))

    def refund(self, ticket, request):
        """Pay back what the customer asks for, and say so."""
        turns = [{"role": "user", "content": request}]
        message = self._ask(ticket, "refund", turns, tools=[REFUND_TOOL])
        while message.stop_reason == "tool_use":
            turns.append({"role": "assistant", "content": message.content})
            results = [
                {"type": "tool_result", "tool_use_id": call.id, "content": self._pay_back(call)}
                for call in message.content
                if call.type == "tool_use"
            ]
            turns.append({"role": "user", "content": results})
            message = self._ask(ticket, "refund", turns, tools=[REFUND_TOOL])
        return self._text(message)

    def digest(self, night, complaints):
        """The day's complaints in one sentence each, by ticket. Nobody waits for it."""
        began, request_id, ok = self.clock.now(), None, False
        try:
            batch = self.client.messages.batches.create(
                requests=[
                    {
                        "custom_id": ticket,
                        "params": {
                            "model": MODEL,
                            "max_tokens": 400,
                            "messages": [{"role": "user", "content": complaint}],
                        },
                    }
                    for ticket, complaint in complaints.items()
                ]
            )
            request_id = batch._request_id
            while batch.processing_status != "ended":
                self.clock.sleep(60)
                batch = self.client.messages.batches.retrieve(batch.id)
            texts = {
                row.custom_id: self._text(row.result.message)
                for row in self.client.messages.batches.results(batch.id)
                if row.result.type == "succeeded"
            }
            ok = len(texts) == len(complaints)
            return texts
        except anthropic.APIStatusError as error:
            request_id = request_id or error.request_id
            raise
        finally:
            self._line(night, "digest", began, request_id, ok=ok)

    def _ask(self, ticket, action, turns, **more):
        """A standard call. The SDK retries what can be retried; what leaves it is final."""
        began, request_id, ok = self.clock.now(), None, False
        try:
            try:
                message = self.client.messages.create(model=MODEL, max_tokens=400, messages=turns, **more)
            except anthropic.InternalServerError:
                message = self.client.messages.create(model=MODEL, max_tokens=400, messages=turns, **more)
            request_id = message._request_id
            ok = message.stop_reason in (*self.WHOLE, "tool_use")
        except BaseException as error:
            request_id = getattr(error, "request_id", None)
            raise
        finally:
            self._line(ticket, action, began, request_id, ok=ok)
        if not ok:
            raise Unfinished("the answer ended before it was whole")
        return message

    def _pay_back(self, call):
        """Pay back once, whoever asks how often: the shop gave every refund a number."""
        key = f"refund:{call.input['refund']}"
        with self.ledger:
            self.ledger.execute(
                "INSERT INTO refunds (key, amount, receipt) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (key, call.input["amount"], uuid.uuid4().hex),
            )
        row = self.ledger.execute("SELECT receipt FROM refunds WHERE key = ?", (key,)).fetchone()
        return str(row[0])

    def _text(self, message):
        return "".join(block.text for block in message.content if block.type == "text")

    def _line(self, ticket, action, began, request_id, *, ok):
        seconds = round(self.clock.now() - began, 1)
        self.log(
            {
                "ticket": ticket,
                "action": action,
                "ok": ok,
                "seconds": seconds,
                "request_id": request_id,
            }
        )
