"""What a day of chaos says of a support bot: a score per failure, from the wire, the log lines and the ledger.

A score counts chances and failures: of 12 requests that were refused as wrong, 12 were sent again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, Literal

from helpers.lessons.capstone.checks.calls import (
    Call,
    batch_calls,
    calls_by_ticket,
    is_batch,
    tickets_in,
    untold_receipt,
)
from helpers.lessons.capstone.checks.lines import wrong_field
from helpers.lessons.capstone.jobs import ALWAYS_BUSY, BROKEN, FAILING, Job, rejected, ticket_of
from helpers.replay import Exchange

if TYPE_CHECKING:
    from helpers.judging.check import Run

Failure = Literal["retried_a_4xx", "logged_as_success", "user_in_a_batch", "paid_back_twice", "no_request_id"]

NOT_WHOLE: Final = (*BROKEN, *FAILING, "partial")

NAMES: Final[Mapping[Failure, str]] = {
    "retried_a_4xx": "4xx sent again",
    "logged_as_success": "failure not logged as failed",
    "user_in_a_batch": "customer served from a batch",
    "paid_back_twice": "refund paid twice",
    "no_request_id": "log line without its request id",
}
"""The five failures, in the order of the cheat sheet."""


@dataclass(frozen=True)
class Score:
    """How often one failure happened, of how many times that it could."""

    failure: Failure
    bad: int
    of: int

    @property
    def name(self) -> str:
        """What the failure is called on the card."""
        return NAMES[self.failure]

    @property
    def is_full(self) -> bool:
        """Whether it never happened."""
        return self.bad == 0


@dataclass(frozen=True)
class Day:
    """A finished day of chaos: what was to be done, what came of it, and every trace that it left."""

    run: Run

    @property
    def wire(self) -> Sequence[Exchange]:
        """Every request, in order."""
        return self.run.wire

    @property
    def lines(self) -> Sequence[Any]:
        """Every line that the bot logged, in order."""
        return as_list(self.run.observation.notes.get("lines"))

    @property
    def refunds(self) -> Sequence[Sequence[Any]]:
        """The ledger's rows: key, amount, receipt."""
        return self.run.artefacts or []

    @property
    def jobs(self) -> Sequence[Job]:
        """What the bot was asked to do."""
        found: Sequence[Job] = self.run.case.expected["jobs"]
        return found

    @property
    def stopped(self) -> str | None:
        """Why the day ended early; None when it did not."""
        raised = self.run.observation.raised
        return f"`{raised.type}`: {raised.message}" if raised else self.run.observation.stopped

    @cached_property
    def done(self) -> Mapping[str, Mapping[str, Any]]:
        """By ticket, what came of the last try: `value`, `wrote`, `raised`."""
        notes = as_list(self.run.observation.notes.get("jobs"))
        return {one["ticket"]: one for one in notes if isinstance(one, dict) and _is_done(one)}

    @cached_property
    def scores(self) -> Sequence[Score]:
        """One for each of the five failures."""
        return [
            Score("retried_a_4xx", *self._sent_again()),
            Score("logged_as_success", len(self.unlogged), sum(map(self._went_wrong, self.jobs))),
            Score("user_in_a_batch", len(self.in_a_batch), sum(job.action == "suggest" for job in self.jobs)),
            Score("paid_back_twice", *self._paid_twice()),
            Score("no_request_id", sum(not self.has_id(line) for line in self.lines), len(self.lines)),
        ]

    def score(self, failure: Failure) -> Score:
        """The score of one failure."""
        return next(one for one in self.scores if one.failure == failure)

    # What the scores are made of

    def _sent_again(self) -> tuple[int, int]:
        times = self.refused_bodies
        return sum(count > 1 for count in times.values()), len(times)

    @cached_property
    def refused_bodies(self) -> Counter[str]:
        """How often each body was sent that was refused as wrong."""
        return Counter(json.dumps(one.body, sort_keys=True) for one in self.wire if rejected(one) and one.sent)

    @cached_property
    def unlogged(self) -> Sequence[Job]:
        """Calls that failed or broke, and of which the log says nothing, or `ok`."""
        return [job for job in self.jobs if self._went_wrong(job) and self.oks(job.ticket) != {False}]

    def _went_wrong(self, job: Job) -> bool:
        if job.trouble == "flickers":  # then it is the bot's to look again, or to give up
            return bool(self.done.get(job.ticket, {}).get("raised"))
        return job.trouble in NOT_WHOLE and job not in self.in_a_batch

    def oks(self, ticket: str) -> set[bool]:
        """What the log says of a ticket: `{True}`, `{False}`, both, or nothing at all."""
        return {bool(line.get("ok")) for line in self._lines_of.get(ticket, ())}

    @cached_property
    def in_a_batch(self) -> Sequence[Job]:
        """Jobs of somebody who waits, whose question went into a batch."""
        return [job for job in self.jobs if job.action != "digest" and job.ticket in self._batched]

    @cached_property
    def _batched(self) -> set[str]:
        return {ticket for one in self.wire if is_batch(one) for ticket in tickets_in(one)}

    def _paid_twice(self) -> tuple[int, int]:
        owed = self._owed
        return (self._paid - owed - self._half).total(), owed.total()

    @property
    def half_calls_run(self) -> int:
        """Refunds that were paid although their tool call was not whole."""
        return ((self._paid - self._owed) & self._half).total()

    @property
    def _half(self) -> Counter[int]:
        """What would be paid for calls that were not whole, with the amount as it is, and as it came."""
        return Counter({amount // 10**cut: 1 for job in self.jobs for _, amount in job.half for cut in range(5)})

    @property
    def unpaid(self) -> int:
        """Refunds that were owed and are not in the ledger."""
        return (self._owed - self._paid).total()

    @property
    def _owed(self) -> Counter[int]:
        return Counter(amount for job in self.jobs for _, amount in job.refunds)

    @property
    def _paid(self) -> Counter[int]:
        # What is no integer is nobody's money.
        return Counter(row[1] for row in self.refunds if type(row[1]) is int)

    @cached_property
    def _lines_of(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for line in self.lines:
            if isinstance(line, dict):
                found.setdefault(str(line.get("ticket")), []).append(line)
        return found

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        """By request id, the ticket of its request; empty where a request names none, as the polls of a batch."""
        return {
            one.request_id: "" if is_batch(one) or not isinstance(one.body, dict) else ticket_of(one.body) or ""
            for one in self.wire
            if one.request_id
        }

    @cached_property
    def _nameless(self) -> set[str]:
        """The tickets of calls whose caller could not know a request id: the last response was a page, a 413, or none
        at all; it was not streamed, and broke or was interrupted.
        """
        ended = zip_longest(self.wire, self.wire[1:])
        interrupted = {job.ticket for job in self.jobs if job.trouble == "interrupted"}
        return interrupted | {
            ticket_of(one.body) or ""
            for one, following in ended
            if isinstance(one.body, dict)
            and (one.request_id is None or (one.ending != "clean" and not one.body.get("stream")))
            and (following is None or following.retry_count == 0)
        }

    def has_id(self, line: Any) -> bool:
        """Whether a line has an id that leads to a request of its own ticket, or says None where there was none."""
        if not isinstance(line, dict) or "request_id" not in line:
            return False
        if line["request_id"] is None:
            return line.get("ok") is False and line.get("ticket") in self._nameless
        if not isinstance(line["request_id"], str):
            return False
        ticket = self._ids.get(line["request_id"])
        return ticket == "" or (ticket is not None and ticket == line.get("ticket"))

    # What else a line must be

    @cached_property
    def calls(self) -> Mapping[str, Sequence[Call]]:
        """The calls for each ticket, from the wire."""
        return calls_by_ticket(self.wire)

    @cached_property
    def stacked(self) -> Sequence[tuple[Job, int]]:
        """Jobs whose one question was tried again on top of the SDK's retries, and how often it was sent."""
        always = {job.ticket: job for job in self.jobs if job.trouble in ALWAYS_BUSY}
        return [
            (always[ticket], len(call.requests))
            for ticket, calls in self.calls.items()
            for call in calls
            if ticket in always and call.is_stacked
        ]

    @cached_property
    def wrong_line(self) -> tuple[Any, str] | None:
        """The first line that lacks a field, or has something else in it, and what is wrong with it."""
        actions = {job.ticket: job.action for job in self.jobs}
        return next(
            ((line, wrong) for line in self.lines if (wrong := wrong_field(line, actions)) is not None),
            None,
        )

    @cached_property
    def silent(self) -> Sequence[tuple[str, int, int]]:
        """Tickets of which there are fewer lines than calls: how many calls, and how many lines."""
        needed = {ticket: len(calls) for ticket, calls in self.calls.items()}
        needed |= {job.ticket: 1 for job in self.jobs if job.action == "digest"}
        lines = {ticket: len(self._lines_of.get(ticket, ())) for ticket in needed}
        return [(ticket, calls, lines[ticket]) for ticket, calls in needed.items() if lines[ticket] < calls]

    @cached_property
    def repeated(self) -> str | None:
        """A request id that two lines have: one call was written down twice."""
        told = Counter(line["request_id"] for line in self.lines if isinstance(line, dict) and line.get("request_id"))
        return next((id for id, count in told.items() if count > 1 and self._ids.get(id)), None)

    @cached_property
    def mistimed(self) -> tuple[Mapping[str, Any], float] | None:
        """The first line whose seconds are not those of its call, and those that were meant."""
        for ticket, lines in self._lines_of.items() if self.wrong_line is None else ():
            for line in lines:
                near = [call for call in self._calls_for(ticket) if line.get("request_id") in {None, *call.ids}]
                if near and not any(call.took(line["seconds"]) for call in near):
                    return line, near[0].longest
        return None

    def _calls_for(self, ticket: str) -> Sequence[Call]:
        digests = [call for tickets, call in self._batch_calls if tickets & self._complaints.get(ticket, set())]
        return digests or self.calls.get(ticket, ())

    @cached_property
    def _batch_calls(self) -> Sequence[tuple[set[str], Call]]:
        return batch_calls(self.wire)

    @cached_property
    def _complaints(self) -> Mapping[str, set[str]]:
        return {job.ticket: set(job.complaints) for job in self.jobs if job.action == "digest"}

    @cached_property
    def telling_line(self) -> Any:
        """The first line that holds what a customer wrote or was told; None where there is none."""
        said = [text for job in self.jobs for text in _words_of(job)]
        written = ((line, json.dumps(line, ensure_ascii=False)) for line in self.lines)
        return next((line for line, text in written if any(words in text for words in said)), None)

    @property
    def untold(self) -> Any:
        """What the model was told of a refund other than its receipt; None where it was always told that."""
        return untold_receipt(self.wire, self.refunds)

    @property
    def swallowed(self) -> Sequence[Job]:
        """Jobs that somebody interrupted, and that went on."""
        return [job for job in self.jobs if self.done.get(job.ticket, {}).get("interrupted") is False]

    # What worked before

    def broken_jobs(self) -> Iterator[tuple[Job, str]]:
        """Jobs that the bot did before it was repaired, and does no more, each with what is wrong."""
        for job in self.jobs:
            if job.ticket not in self.done:
                yield job, "it was never done"
            elif (problem := self._problem(job)) is not None:
                yield job, problem

    def _problem(self, job: Job) -> str | None:
        came = self.done[job.ticket]
        raised, value = came["raised"], came["value"]
        if job.trouble in BROKEN or (job.trouble == "flickers" and raised and raised["type"] == "NotFoundError"):
            return None
        if job.trouble in FAILING and (job.action != "digest" or job.complaints.keys() <= self._batched):
            return None if raised else f"its request was refused, and it returned {value!r} as if nothing had been"
        if raised:
            place = f" in `{raised['source']}`" if raised.get("source") else ""
            return f"it raised {raised.get('type')}{place}: {raised['message'][:120]}"
        if job.action == "digest":
            return self._wrong_digest(job, value if isinstance(value, dict) else {})
        if True not in self.oks(job.ticket):
            return "it went well, and no line of the log says `ok`"
        return self._wrong_text(job, value, came["wrote"])

    def _wrong_digest(self, job: Job, digest: Mapping[str, Any]) -> str | None:
        lost = job.complaints.keys() - job.lost.keys() - digest.keys()
        if lost:
            return f"{len(lost)} of {len(job.complaints)} complaints are not in the digest"
        if not all(isinstance(text, str) and text for text in digest.values()):
            return "there are complaints in the digest without a sentence"
        if not job.lost and True not in self.oks(job.ticket):
            return "it went well, and no line of the log says `ok`"
        if job.trouble != "flickers" and any(call.is_hammered for call in self._calls_for(job.ticket)):
            return "it looks at its batch again and again, without a pause"
        return None

    def _wrong_text(self, job: Job, value: Any, wrote: str) -> str | None:
        if job.ticket in {one.ticket for one in self.in_a_batch}:
            return None if value else "there is no answer"
        if value != job.reply:
            return f"it returned {value!r}, the answer was {job.reply!r}"
        if job.action == "answer" and wrote != job.reply:
            return f"the customer saw {wrote!r}, the answer was {job.reply!r}"
        return None

    @property
    def digest_in_batch(self) -> bool:
        """Whether the night's digest still went into a batch, and into nothing else."""
        complaints = {ticket for job in self.jobs for ticket in job.complaints}
        return complaints <= self._batched and not complaints & self.calls.keys()


def as_list(note: Any) -> Sequence[Any]:
    """A note of the driver's that is to be a list; nothing where it is none."""
    return note if isinstance(note, list) else []


def _is_done(note: Mapping[str, Any]) -> bool:
    """Whether this is what the driver notes of a job."""
    if not isinstance(note.get("ticket"), str) or not {"value", "wrote", "raised"} <= note.keys():
        return False
    raised = note["raised"]
    return raised is None or (isinstance(raised, dict) and isinstance(raised.get("message"), str))


def _words_of(job: Job) -> Iterator[str]:
    """How what was written to the bot, or by it, begins. A customer's words begin with the ticket, and go on."""
    yield from (text[:16] for text in (job.said, *job.complaints.values()) if text)
    if len(job.reply) > 16:
        yield job.reply[:24]
