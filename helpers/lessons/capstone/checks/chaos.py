"""A day of chaos for a support bot: some 140 jobs and everything that goes wrong with them, scripted from a seed.

What happens to a request depends on the ticket that it is about, and on what the wire has seen of that ticket before.
So the same things go wrong for every bot, however many requests it makes of a job.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from helpers.facts.keys import draw_key
from helpers.judging.check import Case
from helpers.judging.tables import rows_of
from helpers.judging.words import DAYS, GOODS, TOWNS
from helpers.lessons.capstone.drivers import LATER, LEDGER, SCHEMA
from helpers.lessons.capstone.jobs import STOPPED, Action, Job, Trouble, ticket_of
from helpers.replay import Answer, Choose, EmptyBody, Fail, Fixture, Request, Scenario, WireLog, blocks, says
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

POLLS: Final = 3
DEPARTMENTS: Final = ("shipping", "billing", "repairs", "returns")
TOO_LONG: Final = "prompt is too long: 214358 tokens > 200000 maximum"
DELAY: Final = 0.05
BATCHES: Final = "/v1/messages/batches"
NO_TOOL: Final = "I have no way to pay anything back."
NEW_REASON: Final = "paused_for_review"
AMOUNT: Final = re.compile(r'"amount": \d')


PLAN: Final[Mapping[Action, Mapping[Trouble, int]]] = {
    "answer": {
        "none": 14,
        "busy": 6,
        "truncate": 5,
        "empty": 2,
        "max_tokens": 2,
        "cut": 3,
        "reset": 3,
        "malformed": 3,
        "garbled": 2,
        "error_event": 2,
        "error_first": 2,
        **dict.fromkeys(STOPPED, 1),
        "stop_sequence": 1,
        "thinking": 2,
        "overloaded": 1,
        "interrupted": 1,
        "interrupted_later": 1,
    },
    "suggest": {"none": 9, "busy": 5, "gateway": 4, "max_tokens": 1, "refusal": 1, "truncate": 1, "thinking": 1},
    "triage": {
        "none": 6,
        "limited": 5,
        "overloaded": 4,
        "down": 3,
        "rejected": 8,
        "too_large": 4,
        "max_tokens": 1,
        **dict.fromkeys(STOPPED, 1),
        "stop_sequence": 1,
        "thinking": 2,
        "portal": 2,
        "interrupted": 1,
    },
    "refund": {"none": 10, "one_by_one": 2, "lost": 7, "half_a_call": 2, "broken_call": 2},
}
"""How many jobs of each kind, by what goes wrong with them."""
DIGESTS: Final[Mapping[Trouble, int]] = {
    "partial": 8,
    "flickers": 4,
    "rejected": 4,
    "interrupted": 4,
    "interrupted_later": 4,
    "none": 36,
}
"""Complaints that a digest is made of, by what goes wrong with it."""
LOST: Final = ("expired", "canceled", "errored")


def chaos_case(source: random.Random) -> Case:
    """The day as a case."""
    return case_of(draw_jobs(source), draw_key(source))


def case_of(jobs: Sequence[Job], key: str) -> Case:
    """A day with these jobs as a case, on which the bot's client has this key: what the bot is told, and what is known
    of it.
    """
    script = Script({job.ticket: job for job in jobs})
    lost = {ticket: outcome for job in jobs for ticket, outcome in job.lost.items()}
    scenario = Scenario(
        "chaos",
        "a day on which much goes wrong",
        then=Choose(script.step),
        batch_polls=POLLS,
        batch_outcomes=lost,
    )
    told = [
        {
            "ticket": job.ticket,
            "action": job.action,
            "said": job.said,
            "complaints": job.complaints,
            "runs": job.runs,
            "interrupted": {"interrupted": 1, "interrupted_later": LATER}.get(job.trouble, 0),
        }
        for job in jobs
    ]
    return Case("the chaos run", scenario, {"jobs": told, "key": key}, {"jobs": jobs})


def draw_jobs(source: random.Random) -> Sequence[Job]:
    """The jobs of the day in the order in which they come."""
    tickets = (f"T-{number}" for number in source.sample(range(10_000, 99_999), 1_000))
    amounts = iter(source.sample(range(500, 50_000), 100))
    jobs = [
        _draw_job(source, next(tickets), action, trouble, amounts, pair=number % 4 == 0)
        for action, troubles in PLAN.items()
        for trouble, count in troubles.items()
        for number in range(count)
    ]
    source.shuffle(jobs)
    return [*jobs, *(_draw_digest(source, tickets, trouble, count) for trouble, count in DIGESTS.items())]


def _draw_digest(source: random.Random, tickets: Iterator[str], trouble: Trouble, count: int) -> Job:
    complaints = {ticket: _complaint(source, ticket) for ticket in islice(tickets, count)}
    lost = dict(zip(source.sample(sorted(complaints), len(LOST)), LOST, strict=True)) if trouble == "partial" else {}
    return Job(next(tickets), "digest", trouble, "", complaints=complaints, lost=lost)


def _draw_job(
    source: random.Random, ticket: str, action: Action, trouble: Trouble, amounts: Iterator[int], *, pair: bool
) -> Job:
    match action:
        case "refund":
            amount = next(amounts)
            refunds = tuple(
                (f"R{ticket[2:]}-{number}", amount) for number in range(1, 3 if pair or trouble == "one_by_one" else 2)
            )
            numbers = " and ".join(number for number, _ in refunds)
            said = f"[{ticket}] The {source.choice(GOODS)} was broken. Please pay back {numbers}."
            if trouble in ("half_a_call", "broken_call"):
                return Job(ticket, action, trouble, said, f"Done: {numbers}.", half=refunds[:1])
            return Job(ticket, action, trouble, said, f"Done: {numbers}.", refunds)
        case "triage":
            return Job(ticket, action, trouble, _complaint(source, ticket), source.choice(DEPARTMENTS))
    said = f"[{ticket}] Where is order {source.randrange(1000, 9999)}, the {source.choice(GOODS)}?"
    return Job(ticket, action, trouble, said, _reply(source))


def _reply(source: random.Random) -> str:
    return (
        f"It left {source.choice(TOWNS)} on {source.choice(DAYS)} as parcel {source.randrange(10_000, 99_999)} and "
        f"reaches {source.choice(TOWNS)} in {source.randrange(2, 9)} days."
    )


def _complaint(source: random.Random, ticket: str) -> str:
    return (
        f"[{ticket}] My {source.choice(GOODS)} came on {source.choice(DAYS)} from {source.choice(TOWNS)} and is broken."
    )


@dataclass(frozen=True)
class Script:
    """What happens to each request of the day."""

    jobs: Mapping[str, Job]

    def step(self, request: Request, log: WireLog) -> Step:
        """A pure function of the request and of what the wire has seen before."""
        job = self.jobs.get(ticket_of(request.fields) or "")
        if job is None or request.path != "/v1/messages":
            return self._batch_step(request, log)
        # Counted by ticket, not by the SDK: it is all the same who tries again.
        match job.trouble:
            case "busy" if _times_sent(job, log) < 3:
                return Fail(529)
            case "gateway" if _times_sent(job, log) < 3:
                return Fail((502, 503)[_times_sent(job, log) - 1])
            case "limited" if _times_sent(job, log) < 2:
                return Fail(429, headers={"retry-after": "7"})
            case "overloaded":
                return Fail(529)
            case "down":
                return Fail(502)
            case "rejected":
                return Fail(400, TOO_LONG)
            case "too_large":
                return Fail(413)
            case "lost" if _has_results(request.fields) and _times_asked(job, log) < 2:
                return Fail(529)
            case "empty":
                return EmptyBody()
            case "portal":
                return Fail(200, body=CAPTIVE_PORTAL.body)
        message = _message(job, request, log)
        ending = "clean" if _has_results(request.fields) else _ending(job)
        return Answer(message, ending=ending, after=_after(job, message))

    def _batch_step(self, request: Request, log: WireLog) -> Step:
        """What happens to a request for a batch: that of the digest that was sent last."""
        digest = self._digest_of(log)
        if digest is None or not request.path.startswith(BATCHES):
            return Answer()
        if request.method == "POST":
            return Fail(400) if digest.trouble == "rejected" else Answer()
        looks = sum(one.path == request.path and one.method == "GET" for one in log)
        missing = (1,) if request.path.endswith("/results") else (1, 3)
        return Fail(404) if digest.trouble == "flickers" and looks in missing else Answer()

    def _digest_of(self, log: WireLog) -> Job | None:
        last = next((one.sent for one in reversed(tuple(log)) if one.method == "POST" and one.path == BATCHES), b"")
        digests = (job for job in self.jobs.values() if job.complaints)
        return next((job for job in digests if next(iter(job.complaints)).encode() in last), None)


def _times_sent(job: Job, log: WireLog) -> int:
    """How often something has been sent about this ticket, this time included."""
    return sum(job.ticket.encode() in one.sent for one in log)


def _after(job: Job, message: Fixture) -> int:
    match job.trouble:
        case "error_first":
            return 0
        case "broken_call":
            return _amid_the_amount(message)
    return message.counted // 2


def _amid_the_amount(message: Fixture) -> int:
    """After how many events some of a tool call's amount has come: all of it only where it came in one piece."""
    written = ""
    events = [event for event in message.events if event.name != "ping"]
    for place, event in enumerate(events, 1):
        written += event.data.get("delta", {}).get("partial_json", "")
        if AMOUNT.search(written):
            return place
    return len(events) // 2


def _ending(job: Job) -> Ending:
    match job.trouble:
        case "error_first":
            return "error_event"
        case "broken_call":
            return "truncate"
        case "truncate" | "cut" | "reset" | "malformed" | "garbled" | "error_event" as ending:
            return ending
    return "clean"


def _message(job: Job, request: Request, log: WireLog) -> Fixture:
    if job.trouble in ("max_tokens", *STOPPED):
        return says(job.reply[: len(job.reply) // 2], stop_reason=_stop_reason(job), delay=DELAY)
    if job.trouble == "stop_sequence":
        return says(job.reply, stop_reason="stop_sequence", delay=DELAY)
    if job.trouble == "thinking":
        return _thinking_first(job.reply)
    if job.trouble == "broken_call" and not _has_results(request.fields):
        return _calls(job.half, f"toolu_{job.ticket[2:]}", "Bro")
    if job.trouble == "half_a_call" and not _has_results(request.fields):
        # The API hands on what was written of the input: here the amount has lost its last digit.
        return _calls(job.half, f"toolu_{job.ticket[2:]}", "Bro", divisor=10, stop_reason="max_tokens")
    told = _results_in(request.fields)
    if job.action != "refund" or told >= len(job.refunds) or (told and job.trouble != "one_by_one"):
        return says(job.reply, delay=DELAY)
    if not request.fields.get("tools"):
        return says(NO_TOOL, delay=DELAY)
    asked = _times_asked(job, log)
    if job.trouble == "one_by_one":
        return _calls(job.refunds[told : told + 1], f"toolu_{job.ticket[2:]}{told}", "Broken on arrival")
    return _calls(job.refunds, f"toolu_{job.ticket[2:]}{asked:02}", f"Broken on arrival ({asked})")


def _stop_reason(job: Job) -> str:
    return NEW_REASON if job.trouble == "new_reason" else job.trouble


def _thinking_first(text: str) -> Fixture:
    """A message that thinks first, and then says `text` in two blocks."""
    thinking = {"type": "thinking", "thinking": "Where is it?", "signature": "EqoBCkYIBxgCKkDk"}
    return blocks([thinking, *({"type": "text", "text": part} for part in (text[:5], text[5:]))])


def _calls(
    refunds: Sequence[tuple[str, int]], id: str, reason: str, *, divisor: int = 1, stop_reason: str = "tool_use"
) -> Fixture:
    """A message with a tool call for each refund."""
    calls = [
        {
            "type": "tool_use",
            "id": f"{id}{place:02}",
            "name": "refund",
            "input": {"refund": number, "amount": amount // divisor, "reason": reason},
        }
        for place, (number, amount) in enumerate(refunds, 1)
    ]
    return blocks([{"type": "text", "text": "I pay that back."}, *calls], stop_reason=stop_reason)


def _has_results(fields: Mapping[str, Any]) -> bool:
    return _results_in(fields) > 0


def _results_in(fields: Mapping[str, Any]) -> int:
    """How many results of tools the model is told."""
    return json.dumps(fields.get("messages", "")).count('"tool_result"')


def _times_asked(job: Job, log: WireLog) -> int:
    """How often the model has been asked for these refunds from the beginning, this time included."""
    # Only those are read that may be meant: reading all took a sixth of the day.
    bodies = [one.body for one in log if job.ticket.encode() in one.sent]
    return sum(
        1 for body in bodies if isinstance(body, dict) and ticket_of(body) == job.ticket and not _has_results(body)
    )


def read_refunds(folder: Path) -> list[list[Any]]:
    """What is committed in the ledger of the day."""
    return rows_of(folder / LEDGER, SCHEMA, "rowid")
