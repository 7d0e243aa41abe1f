"""Better safe: ten seconds between two."""

from helpers import MODEL
from helpers.facts import RATES


class BusyDesk:
    """Shows customers their answers, sorts complaints, files a digest, and accounts for all of it.

    The process may be killed at any time. Then a new desk is made, on the same database.
    """

    TABLES = """
        CREATE TABLE IF NOT EXISTS nights (night TEXT PRIMARY KEY, batch_id TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS lines (
            id TEXT PRIMARY KEY, moment REAL, model TEXT, input INTEGER, output INTEGER,
            failed INTEGER, batched INTEGER
        );
    """

    def __init__(self, client, db, clock):
        self.client = client
        self.db = db
        self.clock = clock
        self.db.executescript(self.TABLES)

    def show(self, ticket, question, write):
        """Show a customer the answer. Whoever leaves ends the request with it."""
        text, left = "", False
        with self.client.messages.stream(model=MODEL, max_tokens=400, messages=self._turns(question)) as stream:
            try:
                for piece in stream.text_stream:
                    write(piece)
                    text += piece
            except BrokenPipeError:
                left = True
            finally:
                self._note(stream.request_id, stream.current_message_snapshot, left=left)
        return text

    def sort(self, complaints):
        """The department of each complaint, by ticket, as fast as the limit lets them through."""
        found = {}
        for ticket, complaint in complaints.items():
            raw = self.client.messages.with_raw_response.create(
                model=MODEL, max_tokens=20, messages=self._turns(complaint)
            )
            message = raw.parse()
            self._note(raw.request_id, message)
            found[ticket] = self._text(message)
            self.clock.sleep(10)
        return found

    def digest(self, night, complaints):
        """The night's complaints in one sentence each, by ticket. One batch a night."""
        row = self.db.execute("SELECT batch_id FROM nights WHERE night = ?", (night,)).fetchone()
        batch_id = row[0] if row else self._begin(night, complaints)
        while self._is_running(batch_id):
            self.clock.sleep(60)
        texts = {}
        for result in self.client.messages.batches.results(batch_id):
            if result.result.type == "succeeded":
                message = result.result.message
                self._note(f"{batch_id}/{result.custom_id}", message, batched=True)
                texts[result.custom_id] = self._text(message)
        return texts

    def _begin(self, night, complaints):
        batch = self.client.messages.batches.create(
            requests=[
                {
                    "custom_id": ticket,
                    "params": {
                        "model": MODEL,
                        "max_tokens": 400,
                        "messages": self._turns(complaint),
                    },
                }
                for ticket, complaint in complaints.items()
            ]
        )
        with self.db:
            self.db.execute("INSERT INTO nights VALUES (?, ?)", (night, batch.id))
        return batch.id

    def _is_running(self, batch_id):
        return self.client.messages.batches.retrieve(batch_id).processing_status != "ended"

    def costs(self):
        """What each request cost, by its id, in dollars; a result of a batch by `batch/ticket`."""
        costs = {}
        lines = self.db.execute("SELECT id, model, input, output, batched FROM lines")
        for key, model, read, written, batched in lines:
            rates = RATES[model]
            dollars = (read * rates.input + written * rates.output) / 1_000_000
            costs[key] = dollars * rates.batch_share if batched else dollars
        return costs

    def alarm(self):
        """Whether somebody is to be woken now: for the last hour."""
        calls, failed = self.db.execute(
            "SELECT count(*), total(failed) FROM lines WHERE moment > ?",
            (self.clock.now() - 3_600,),
        ).fetchone()
        return bool(failed >= 5 and failed >= 0.144 * calls)

    def _note(
        self,
        key,
        message,
        *,
        left=False,
        batched=False,
    ):
        """Write down a request, at once: another process may have to know of it."""
        usage, failed = message.usage, message.stop_reason is None and not left
        told = (usage.input_tokens, usage.output_tokens, failed, batched)
        with self.db:
            self.db.execute(
                "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, self.clock.now(), message.model, *told),
            )

    def _turns(self, text):
        return [{"role": "user", "content": text}]

    def _text(self, message):
        return "".join(block.text for block in message.content if block.type == "text")
