"""A day of chaos for a support bot: some 120 jobs and everything that goes wrong with them, scripted from a seed.

What happens to a request depends on the ticket that it is about, and on what the wire has seen of that ticket before.
So the same things go wrong for every bot, however many requests it makes of a job.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from helpers.judging.check import Case
from helpers.judging.tables import rows_of
from helpers.judging.words import DAYS, GOODS, TOWNS
from helpers.lessons.capstone.drivers import LEDGER, SCHEMA
from helpers.lessons.capstone.jobs import Action, Job, Trouble, ticket_of
from helpers.replay import Answer, Choose, EmptyBody, Fail, Fixture, Request, Scenario, WireLog, blocks, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

POLLS: Final = 3
DEPARTMENTS: Final = ("shipping", "billing", "repairs", "returns")
TOO_LONG: Final = "prompt is too long: 214358 tokens > 200000 maximum"
DELAY: Final = 0.05


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
    },
    "suggest": {"none": 11, "busy": 5, "gateway": 4},
    "triage": {"none": 10, "limited": 5, "overloaded": 4, "down": 3, "rejected": 8, "too_large": 4},
    "refund": {"none": 12, "lost": 7, "half_a_call": 2},
}
"""How many jobs of each kind, by what goes wrong with them."""
DIGESTED: Final = 60
"""Complaints that the digest is made of."""


def chaos_case(source: random.Random) -> Case:
    """The day as a case."""
    return case_of(draw_jobs(source))


def case_of(jobs: Sequence[Job]) -> Case:
    """A day with these jobs as a case: what the bot is told, and what is known of it."""
    script = Script({job.ticket: job for job in jobs})
    scenario = Scenario("chaos", "a day on which much goes wrong", then=Choose(script.step), batch_polls=POLLS)
    told = [
        {"ticket": job.ticket, "action": job.action, "said": job.said, "complaints": job.complaints, "runs": job.runs}
        for job in jobs
    ]
    return Case("the chaos run", scenario, {"jobs": told}, {"jobs": jobs})


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
    complaints = {ticket: _complaint(source, ticket) for ticket, _ in zip(tickets, range(DIGESTED), strict=False)}
    return [*jobs, Job(next(tickets), "digest", "none", "", complaints=complaints)]


def _draw_job(
    source: random.Random, ticket: str, action: Action, trouble: Trouble, amounts: Iterator[int], *, pair: bool
) -> Job:
    match action:
        case "refund":
            amount = next(amounts)
            refunds = tuple((f"R{ticket[2:]}-{number}", amount) for number in range(1, 3 if pair else 2))
            numbers = " and ".join(number for number, _ in refunds)
            said = f"[{ticket}] The {source.choice(GOODS)} was broken. Please pay back {numbers}."
            if trouble == "half_a_call":
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
            return Answer()
        match job.trouble:
            case "busy" if request.retry_count < 2:
                return Fail(529)
            case "gateway" if request.retry_count < 2:
                return Fail((502, 503)[request.retry_count])
            case "limited" if request.retry_count < 1:
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
        message = _message(job, request, log)
        return Answer(message, ending=_ending(job), after=0 if job.trouble == "error_first" else message.counted // 2)


def _ending(job: Job) -> Ending:
    match job.trouble:
        case "error_first":
            return "error_event"
        case "truncate" | "cut" | "reset" | "malformed" | "garbled" | "error_event" as ending:
            return ending
    return "clean"


def _message(job: Job, request: Request, log: WireLog) -> Fixture:
    if job.trouble == "max_tokens":
        return says(job.reply[: len(job.reply) // 2], stop_reason="max_tokens", delay=DELAY)
    if job.trouble == "half_a_call" and not _has_results(request.fields):
        # The API hands on what was written of the input: here the amount has lost its last digit.
        return _calls(job.half, f"toolu_{job.ticket[2:]}", "Bro", divisor=10, stop_reason="max_tokens")
    if job.action != "refund" or _has_results(request.fields):
        return says(job.reply, delay=DELAY)
    asked = _times_asked(job, log)
    return _calls(job.refunds, f"toolu_{job.ticket[2:]}{asked:02}", f"Broken on arrival ({asked})")


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
    return '"tool_result"' in json.dumps(fields.get("messages", ""))


def _times_asked(job: Job, log: WireLog) -> int:
    """How often the model has been asked for these refunds from the beginning, this time included."""
    return sum(
        1
        for one in log
        if isinstance(one.body, dict) and ticket_of(one.body) == job.ticket and not _has_results(one.body)
    )


def read_refunds(folder: Path) -> list[list[Any]]:
    """What is committed in the ledger of the day."""
    return rows_of(folder / LEDGER, SCHEMA, "rowid")
