"""Batches and their lifecycle (https://platform.claude.com/docs/en/build-with-claude/batch-processing).

A batch ends at the poll, or after the time, that the scenario names. Of each request only what its result needs is
kept, and results are made while they are read, so that 100,000 of them need no more memory than one.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from helpers.facts.errors import ERROR_MAP
from helpers.replay.content import error_body
from helpers.replay.events import Json, at_most, count_tokens, message_of
from helpers.replay.identifiers import Identifiers
from helpers.replay.request import prompt_of
from helpers.replay.rules import Refusal, check_message
from helpers.replay.scenario import Scenario, says

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where API time begins: no clock of the real world is read, so that every run is the same."""
LIFE: Final = timedelta(hours=24)
EXCERPT: Final = 60
"""Characters of a prompt that its result quotes."""
LINES_PER_CHUNK: Final = 100

EMPTY: Final = says("")
EXAMPLES: Final = {row.type: row.example for row in reversed(list(ERROR_MAP.values()))}
"""What an error of each type says; of the rows of one type, the first."""

Outcome = Literal["succeeded", "errored", "canceled", "expired"]


def timestamp(seconds: float) -> str:
    """A moment of API time in RFC 3339."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


class Item(NamedTuple):
    """What is kept of one request of a batch. `refusal` says why it is itself at fault, when it is."""

    custom_id: str
    model: str
    excerpt: str
    input_tokens: int
    max_tokens: int
    refusal: str | None


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
    order: list[int] = field(default_factory=list)

    def outcome(self, index: int) -> Outcome:
        """What became of the request at `index`."""
        if self.items[index].refusal is not None:
            return "errored"
        if self.cancel_initiated is not None:
            return "canceled"
        trouble = self.troubles.get(index, "succeeded")
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
            "created_at": timestamp(self.created),
            "expires_at": timestamp(self.created + LIFE.total_seconds()),
            "ended_at": None if self.ended is None else timestamp(self.ended),
            "cancel_initiated_at": None if self.cancel_initiated is None else timestamp(self.cancel_initiated),
            "archived_at": None,
            "results_url": None if self.ended is None else f"{origin}/v1/messages/batches/{self.id}/results",
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

    def __init__(self, scenario: Scenario, identifiers: Identifiers, seed: int) -> None:
        self._scenario = scenario
        self._identifiers = identifiers
        self._random = random.Random(seed)
        self._batches: dict[str, Batch] = {}

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
            return {index: named[item.custom_id] for index, item in enumerate(items) if item.custom_id in named}
        if not self._scenario.batch_troubles or len(items) < 4:
            return {}
        errored, expired, canceled = self._random.sample(range(len(items)), 3)
        return {errored: "errored", expired: "expired", canceled: "canceled"}

    def find(self, batch_id: str) -> Batch:
        """The batch with this id. Raises `Refusal` (404) when there is none."""
        if batch_id not in self._batches:
            raise Refusal(404, f"No message batch found with id {batch_id!r}")
        return self._batches[batch_id]

    def poll(self, batch_id: str, now: float) -> Batch:
        """The batch with this id, looked at once more: it has ended when the scenario says so."""
        batch = self.find(batch_id)
        batch.polls += 1
        if batch.ended is None and self._is_due(batch, now):
            batch.ended = now
        return batch

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
            raise Refusal(400, f"Message batch {batch_id!r} is still being processed: cancel it first")
        del self._batches[batch_id]
        return {"id": batch_id, "type": "message_batch_deleted"}

    def page(self, query: Mapping[str, str], origin: str) -> Json:
        """One page of the list, newest first."""
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
        data = [self._batches[one].to_json(origin) for one in ids[start:end]]
        first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
        return {"data": data, "has_more": more, "first_id": first, "last_id": last}

    def results(self, batch_id: str) -> Iterator[bytes]:
        """The results, out of order, as pieces of a .jsonl file. Raises `Refusal` (404) before the batch has ended."""
        batch = self.find(batch_id)
        if batch.ended is None:
            raise Refusal(404, f"Message batch {batch_id!r} has no results yet")
        return self._pieces(batch)

    def _pieces(self, batch: Batch) -> Iterator[bytes]:
        places = iter(batch.order)
        while chosen := list(islice(places, LINES_PER_CHUNK)):
            yield b"".join(json.dumps(self._result(batch, index)).encode() + b"\n" for index in chosen)

    def _result(self, batch: Batch, index: int) -> Json:
        item = batch.items[index]
        outcome = batch.outcome(index)
        result: Json = {"type": outcome}
        if outcome == "succeeded":
            result["message"] = self._message(item)
        elif outcome == "errored":
            result["error"] = self._error(item, batch.error_type(index))
        return {"custom_id": item.custom_id, "result": result}

    def _message(self, item: Item) -> Json:
        message = _summary(f"In short: {item.excerpt}", item.max_tokens)
        usage = {**message["usage"], "input_tokens": item.input_tokens, "service_tier": "batch"}
        return {**message, "id": self._identifiers.draw("msg"), "model": item.model, "usage": usage}

    def _error(self, item: Item, kind: str) -> Json:
        if item.refusal:
            return error_body("invalid_request_error", item.refusal, self._identifiers.draw("req"))
        return error_body(kind, EXAMPLES.get(kind, "Error"), self._identifiers.draw("req"))


def _summary(text: str, max_tokens: int) -> Json:
    """A message that says `text`."""
    tokens = count_tokens(text)
    if tokens > max_tokens:
        return message_of(at_most(says(text).events, max_tokens))
    # What nearly every result is, without streaming it first.
    return {**EMPTY.message, "content": [{"type": "text", "text": text}], "usage": {"output_tokens": tokens}}


def _item(custom_id: str, params: Mapping[str, Any], models: Sequence[str]) -> Item:
    refusal = None
    try:
        check_message(params, models)
    except Refusal as error:
        refusal = error.message or "invalid request"
    prompt = prompt_of(params)
    max_tokens = params.get("max_tokens")
    return Item(
        custom_id,
        str(params.get("model")),
        " ".join(prompt.split())[:EXCERPT],
        count_tokens(prompt),
        max_tokens if isinstance(max_tokens, int) else 1,
        refusal,
    )
