"""Batches and their lifecycle (https://platform.claude.com/docs/en/build-with-claude/batch-processing).

A batch ends at the poll, or after the time, that the scenario names. Of each request only what its result needs is
kept, and results are made while they are read, so that 100,000 of them need no more memory than one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from helpers.facts.errors import ERROR_MAP, type_of
from helpers.facts.models import answered_as
from helpers.replay.chance import Seed, source_of
from helpers.replay.content import error_body
from helpers.replay.encoding import BLANK, blanks, filled, to_json
from helpers.replay.events import Json, at_most, count_tokens, message_of
from helpers.replay.identifiers import Identifiers
from helpers.replay.messages import tokens_of
from helpers.replay.moments import timestamp
from helpers.replay.request import prompt_of
from helpers.replay.rules import Refusal, check_line, check_window
from helpers.replay.scenario import Scenario, says

DAY: Final = 86_400.0
LIFE: Final = DAY
"""Seconds that a batch may take."""
KEPT_FOR: Final = 29 * DAY
"""Seconds after a batch was created during which its results can be had."""
EXCERPT: Final = 60
"""Characters of a prompt that its result quotes."""
LINES_PER_CHUNK: Final = 100

_SAYS: Final = says(BLANK).message
_USAGE: Final = {**_SAYS["usage"], "input_tokens": BLANK, "output_tokens": BLANK, "service_tier": "batch"}
WHOLE: Final = blanks({**_SAYS, "model": BLANK, "id": BLANK, "usage": _USAGE})
"""A message's JSON, cut where its model, id, text, input tokens and output tokens are to stand."""
EXAMPLES: Final = {row.type: row.example for row in reversed(list(ERROR_MAP.values()))}
"""What an error of each type says; of the rows of one type, the first."""

DETAILS: Final = {"error_visibility": "user_facing"}
"""What every recorded error of a batch's request had beside its type and message."""

Outcome = Literal["succeeded", "errored", "canceled", "expired"]


class Item(NamedTuple):
    """What is kept of one request of a batch. `refusal` says why it is itself at fault, when it is."""

    custom_id: str
    model: str
    excerpt: str
    input_tokens: int
    max_tokens: int
    refusal: Refusal | None


@dataclass
class Batch:
    """One batch, from creation to its results."""

    id: str
    created: float
    items: Sequence[Item]
    troubles: Mapping[int, str]
    """By place, what becomes of a request that does not succeed: an outcome, or the type of its error."""
    polls: int = 0
    ended: float | None = None
    cancel_initiated: float | None = None
    archived: float | None = None
    order: list[int] = field(default_factory=list)

    @property
    def has_results(self) -> bool:
        """Whether its results are there: no longer, once they are archived (recorded: 13 of 13 have no address)."""
        return self.ended is not None and self.archived is None

    def outcome(self, index: int) -> Outcome:
        """What became of the request at `index`."""
        if self.items[index].refusal is not None:
            return "errored"
        if self.cancel_initiated is not None:
            return "canceled"
        trouble = self.troubles.get(index)
        if trouble is None:
            return "succeeded"
        return cast("Outcome", trouble) if trouble in get_args(Outcome) else "errored"

    def error_type(self, index: int) -> str:
        """The type of the error of a request that errored through no fault of its own."""
        trouble = self.troubles.get(index, "errored")
        return "api_error" if trouble == "errored" else trouble

    def to_json(self, origin: str) -> Json:
        """The batch as the API shows it."""
        status = "ended" if self.ended is not None else "in_progress" if self.cancel_initiated is None else "canceling"
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": status,
            "request_counts": self._counts(),
            "ended_at": _moment(self.ended),
            "created_at": timestamp(self.created),
            "expires_at": timestamp(self.created + LIFE),
            "archived_at": _moment(self.archived),
            "cancel_initiated_at": _moment(self.cancel_initiated),
            "results_url": f"{origin}/v1/messages/batches/{self.id}/results" if self.has_results else None,
        }

    def _counts(self) -> dict[str, int]:
        counts = {"processing": 0, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
        if self.ended is None:
            return {**counts, "processing": len(self.items)}
        for index in range(len(self.items)):
            counts[self.outcome(index)] += 1
        return counts


class Batches:
    """Every batch of one replay."""

    def __init__(self, scenario: Scenario, identifiers: Identifiers, seed: Seed) -> None:
        self._scenario = scenario
        self._identifiers = identifiers
        self._random = source_of(seed, "batches")
        self._batches: dict[str, Batch] = {}
        self._times: Counter[str] = Counter()
        """How many batches held a custom id, of those whose outcome the scenario names."""

    def create(self, requests: Sequence[Mapping[str, Any]], now: float, models: Sequence[str]) -> Batch:
        """A new batch of these requests."""
        items = [_item(request["custom_id"], request["params"], models) for request in requests]
        order = list(range(len(items)))
        self._random.shuffle(order)
        batch = Batch(self._identifiers.draw("msgbatch"), now, items, self._troubles(items), order=order)
        self._batches[batch.id] = batch
        return batch

    def _troubles(self, items: Sequence[Item]) -> dict[int, str]:
        named = self._scenario.batch_outcomes
        if named:
            places = enumerate(item.custom_id for item in items)
            return {index: self._named(custom_id) for index, custom_id in places if custom_id in named}
        if not self._scenario.batch_troubles or len(items) < 4:
            return {}
        errored, expired, canceled = self._random.sample(range(len(items)), 3)
        return {errored: "errored", expired: "expired", canceled: "canceled"}

    def _named(self, custom_id: str) -> str:
        """What the scenario says becomes of it this time."""
        outcomes = self._scenario.batch_outcomes[custom_id]
        if isinstance(outcomes, str):
            return outcomes
        self._times[custom_id] += 1
        return outcomes[min(self._times[custom_id], len(outcomes)) - 1]

    def find(self, batch_id: str) -> Batch:
        """The batch with this id. Raises `Refusal` (404) when there is none."""
        if batch_id not in self._batches:
            raise Refusal(404, f"Message Batch {batch_id} not found.")
        return self._batches[batch_id]

    def poll(self, batch_id: str, now: float) -> Batch:
        """The batch with this id, looked at once more: it has ended when the scenario says so."""
        batch = self.find(batch_id)
        batch.polls += 1
        return self._settled(batch, now)

    def _settled(self, batch: Batch, now: float) -> Batch:
        """`batch`, with what has become of it meanwhile."""
        if batch.ended is None and self._is_due(batch, now):
            batch.ended = now
        elif batch.ended is not None:
            self._archive(batch, now)
        return batch

    def _archive(self, batch: Batch, now: float) -> None:
        """Note that the results are gone, once they are."""
        gone = batch.created + KEPT_FOR
        if batch.archived is None and now + self._scenario.batch_rests >= gone:
            batch.archived = gone

    def _is_due(self, batch: Batch, now: float) -> bool:
        if batch.cancel_initiated is not None:
            return now >= batch.cancel_initiated + self._scenario.batch_cancel_seconds
        return batch.polls >= self._scenario.batch_polls and now >= batch.created + self._scenario.batch_seconds

    def cancel(self, batch_id: str, now: float) -> Batch:
        """Ask for the end of a batch; one that has ended stays as it is."""
        batch = self.find(batch_id)
        if batch.ended is None and batch.cancel_initiated is None:
            batch.cancel_initiated = now
        return batch

    def delete(self, batch_id: str) -> Json:
        """Forget a batch that has ended. Raises `Refusal` (400) while it is being processed."""
        if self.find(batch_id).ended is None:
            raise Refusal(400, "In progress batches cannot be deleted. Consider canceling the batch instead.")
        del self._batches[batch_id]
        return {"id": batch_id, "type": "message_batch_deleted"}

    def page(self, query: Mapping[str, str], origin: str, now: float) -> Json:
        """One page of the list, newest first. It tells what is, and is no poll of any batch."""
        ids = list(reversed(self._batches))
        limit = int(query.get("limit", "20"))
        if "before_id" in query:
            end = ids.index(self.find(query["before_id"]).id)
            start = max(end - limit, 0)
            more = start > 0
        else:
            start = ids.index(self.find(query["after_id"]).id) + 1 if "after_id" in query else 0
            end = start + limit
            more = end < len(ids)
        batches = [self._settled(self._batches[one], now) for one in ids[start:end]]
        data = [batch.to_json(origin) for batch in batches]
        first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
        return {"data": data, "has_more": more, "first_id": first, "last_id": last}

    def results(self, batch_id: str, now: float) -> Iterator[bytes]:
        """The results, out of order, as pieces of a .jsonl file. Raises `Refusal` (404) before the batch has ended, and
        once its results are gone.
        """
        batch = self.find(batch_id)
        if batch.ended is not None:
            self._archive(batch, now)
        if not batch.has_results:
            raise Refusal(404, f"Message Batch {batch_id} has no available results.")
        return self._pieces(batch)

    def _pieces(self, batch: Batch) -> Iterator[bytes]:
        places = iter(batch.order)
        while chosen := list(islice(places, LINES_PER_CHUNK)):
            yield b"".join(self._line(batch, index) for index in chosen)

    def _line(self, batch: Batch, index: int) -> bytes:
        item = batch.items[index]
        outcome = batch.outcome(index)
        if outcome == "succeeded":
            result = b'{"type":"succeeded","message":%b}' % self._message(item)
        elif outcome == "errored":
            result = to_json({"type": outcome, "error": _error(item, batch.error_type(index))})
        else:
            result = b'{"type":"%b"}' % outcome.encode()
        # No character of a custom id needs to be escaped.
        return b'{"custom_id":"%b","result":%b}\n' % (item.custom_id.encode(), result)

    def _message(self, item: Item) -> bytes:
        text = f"In short: {item.excerpt}"
        tokens = count_tokens(text)
        message_id, model = self._identifiers.draw("msg"), answered_as(item.model)
        if tokens <= item.max_tokens:
            # What nearly every result is, without streaming it first.
            return filled(WHOLE, to_json(model), to_json(message_id), to_json(text), item.input_tokens, tokens)
        message = message_of(at_most(says(text).events, item.max_tokens))
        usage = {**message["usage"], "input_tokens": item.input_tokens, "service_tier": "batch"}
        return to_json({**message, "model": model, "id": message_id, "usage": usage})


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)


def _error(item: Item, kind: str) -> Json:
    """The error of one request. It has no request id: what failed was no request of its own."""
    message = EXAMPLES.get(kind, "Error")
    if item.refusal is not None:
        kind, message = type_of(item.refusal.status), item.refusal.message or "invalid request"
    return error_body(kind, message, None, DETAILS)


def _item(custom_id: str, params: Mapping[str, Any], models: Sequence[str]) -> Item:
    refusal = None
    tokens = 0
    try:
        check_line(params, models)
        tokens = tokens_of(params)
        check_window(params["model"], tokens)
    except Refusal as error:
        refusal = error
    prompt = prompt_of(params)
    max_tokens = params.get("max_tokens")
    return Item(
        custom_id,
        str(params.get("model")),
        " ".join(prompt.split())[:EXCERPT],
        tokens,
        max_tokens if isinstance(max_tokens, int) else 1,
        refusal,
    )
