"""One table of JSON, a pause between two complaints, and a generator that is closed."""

import json
from decimal import Decimal

from helpers import MODEL
from helpers.facts.prices import MILLION, RATES

LIMIT = 30


class BusyDesk:
    def __init__(self, client, db, clock):
        self.client, self.db, self.clock = client, db, clock
        with self.db as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, told TEXT)")

    def tell(self, name, told):
        self.db.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET told = excluded.told", (name, told))
        self.db.commit()

    def written_down(self, kind):
        rows = self.db.execute("SELECT name, told FROM facts WHERE name LIKE ?", (f"{kind}:%",))
        return {name.removeprefix(f"{kind}:"): json.loads(told) for name, told in rows.fetchall()}

    def record(self, request_id, message, **more):
        told = {
            "at": self.clock.now(),
            "model": message.model,
            "usage": [message.usage.input_tokens, message.usage.output_tokens],
            "whole": message.stop_reason is not None,
            **more,
        }
        self.tell(f"call:{request_id}", json.dumps(told))

    def show(self, ticket, question, write):
        ask = {"model": MODEL, "max_tokens": 400, "messages": [{"role": "user", "content": question}]}
        shown = []
        manager = self.client.messages.stream(**ask)
        stream = manager.__enter__()
        gone = False
        try:
            for event in stream:
                if event.type == "text":
                    write(event.text)
                    shown.append(event.text)
        except BrokenPipeError:
            gone = True
        finally:
            stream.close()
            self.record(stream.request_id, stream.current_message_snapshot, gone=gone)
        return "".join(shown)

    def sort(self, complaints):
        found = {}
        for ticket, said in complaints.items():
            self.clock.sleep(60 / LIMIT)
            ask = {"model": MODEL, "max_tokens": 20, "messages": [{"role": "user", "content": said}]}
            message = self.client.messages.create(**ask)
            self.record(message._request_id, message)
            found[ticket] = "".join(getattr(block, "text", "") for block in message.content)
        return found

    def digest(self, night, complaints):
        known = self.written_down("night").get(night)
        if known is None:
            requests = []
            for ticket, said in complaints.items():
                params = {"model": MODEL, "max_tokens": 400, "messages": [{"role": "user", "content": said}]}
                requests.append({"custom_id": ticket, "params": params})
            known = self.client.messages.batches.create(requests=requests).id
            self.tell(f"night:{night}", json.dumps(known))
        while True:
            if self.client.messages.batches.retrieve(known).processing_status == "ended":
                break
            self.clock.sleep(30)
        texts = {}
        for entry in self.client.messages.batches.results(known):
            if entry.result.type != "succeeded":
                continue
            texts[entry.custom_id] = entry.result.message.content[0].text
            self.record(f"{known}/{entry.custom_id}", entry.result.message, batch=True)
        return texts

    def costs(self):
        bill = {}
        for request_id, call in self.written_down("call").items():
            rates = RATES[call["model"]]
            read, written = call["usage"]
            share = rates.batch_share if call.get("batch") else Decimal(1)
            bill[request_id] = (
                share * (Decimal(read) * rates.input + Decimal(written) * rates.output) / Decimal(MILLION)
            )
        return bill

    def alarm(self):
        since = self.clock.now() - 3600
        recent = [call for call in self.written_down("call").values() if call["at"] >= since and not call.get("gone")]
        cut = [call for call in recent if not call["whole"]]
        return len(cut) >= 5 and len(cut) / len(recent) > 0.14
