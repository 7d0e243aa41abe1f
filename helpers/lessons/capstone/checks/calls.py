"""The calls of a day, as the wire knows them: what was asked, however often it was sent, and how long that took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

from helpers.lessons.capstone.jobs import TICKET, ticket_of
from helpers.replay import Exchange

MESSAGES: Final = "/v1/messages"
BATCHES: Final = "/v1/messages/batches"
TOLERANCE: Final = 1.0
"""Seconds by which a line may be wrong, for whoever rounds them."""
PAUSE: Final = 1.0
"""Seconds that pass at least between two looks at a batch."""


@dataclass(frozen=True)
class Call:
    """One question to the API, with everything that was sent because of it: retries, or the looks at a batch."""

    requests: Sequence[Exchange]

    @property
    def longest(self) -> float:
        """Seconds from the first request to the last byte."""
        return _end(self.requests[-1]) - self.requests[0].started

    @property
    def shortest(self) -> float:
        """Seconds of the last request alone: whoever tries again by themselves may write a line for each try."""
        batch = is_batch(self.requests[0])
        return self.longest if batch else _end(self.requests[-1]) - self.requests[-1].started

    @property
    def ids(self) -> set[str | None]:
        """The request ids of its responses; None where one had none."""
        return {one.request_id for one in self.requests}

    def took(self, seconds: float) -> bool:
        """Whether that is how long it took, as far as one can say."""
        return self.shortest - TOLERANCE <= seconds <= self.longest + TOLERANCE

    @property
    def is_hammered(self) -> bool:
        """Whether a batch was looked at again and again without a pause. Once is the SDK, before it reads results."""
        looks = [one for one in self.requests if one.method == "GET" and not one.path.endswith("/results")]
        return sum(later.started - _end(earlier) < PAUSE for earlier, later in pairwise(looks)) > 1

    @property
    def is_stacked(self) -> bool:
        """Whether a loop sent it again on top of the SDK's own retries."""
        begun = sum(one.retry_count == 0 for one in self.requests)
        return 1 < begun < len(self.requests)


def calls_by_ticket(wire: Iterable[Exchange]) -> Mapping[str, Sequence[Call]]:
    """The calls for each ticket, in order. The same body, sent several times in a row, is one call."""
    found: dict[str, list[Call]] = {}
    asked = (one for one in wire if one.path == MESSAGES and isinstance(one.body, dict))
    for (ticket, _), requests in groupby(asked, key=lambda one: (ticket_of(one.body), one.sent)):
        found.setdefault(ticket or "", []).append(Call(tuple(requests)))
    return found


def batch_calls(wire: Iterable[Exchange]) -> Sequence[tuple[set[str], Call]]:
    """The batches of a day: which tickets each was about, and all that was sent for it."""
    begun: list[list[Exchange]] = []
    for one in filter(is_batch, wire):
        if one.method == "POST":
            begun.append([one])
        elif begun:
            begun[-1].append(one)
    return [(tickets_in(requests[0]), Call(requests)) for requests in begun]


def is_batch(exchange: Exchange) -> bool:
    """Whether an exchange is about a batch."""
    return exchange.path.startswith(BATCHES)


def tickets_in(exchange: Exchange) -> set[str]:
    """All tickets that a request names."""
    return set(TICKET.findall(exchange.sent.decode("utf-8", "replace"))) if exchange.method == "POST" else set()


def untold_receipt(wire: Iterable[Exchange], refunds: Iterable[Sequence[Any]]) -> Any:
    """What the model was told first of a refund that was paid, other than its receipt; None where there is none.

    `refunds` are the ledger's rows: key, amount, receipt.
    """
    receipts: dict[Any, list[str]] = {}
    for _, amount, receipt in refunds:
        receipts.setdefault(amount, []).append(str(receipt))
    for one in wire:
        for amount, result in _results(one):
            told = _text_of(result.get("content"))
            if result.get("is_error") or not any(receipt in told for receipt in receipts.get(amount, [])):
                return result.get("content", "nothing")
    return None


def _results(exchange: Exchange) -> Iterable[tuple[Any, Mapping[str, Any]]]:
    """The results of tools that a request tells the model, each with the amount of its call."""
    body = exchange.body
    turns = body.get("messages") if isinstance(body, dict) and exchange.path == MESSAGES else None
    blocks = [block for turn in _dicts(turns) for block in _dicts(turn.get("content"))]
    amounts = {
        str(block.get("id")): block["input"].get("amount")
        for block in blocks
        if block.get("type") == "tool_use" and isinstance(block.get("input"), dict)
    }
    for block in blocks:
        if block.get("type") == "tool_result" and str(block.get("tool_use_id")) in amounts:
            yield amounts[str(block["tool_use_id"])], block


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(str(block.get("text", "")) for block in _dicts(content))


def _end(exchange: Exchange) -> float:
    return exchange.started if exchange.ended is None else exchange.ended
