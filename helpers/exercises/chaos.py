"""A day of chaos for a support bot: some 120 jobs and everything that goes wrong with them, scripted from a seed.

What happens to a request depends on the ticket that it is about, and on what the wire has seen of that ticket before.
So the same things go wrong for every bot, however many requests it makes of a job.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from helpers.exercises.exercise import Case
from helpers.exercises.observation import describe, encode
from helpers.exercises.stage import Stage
from helpers.exercises.tables import rows_of
from helpers.exercises.words import DAYS, GOODS, TOWNS
from helpers.replay import Answer, Choose, Exchange, Fail, Fixture, Request, Scenario, WireLog, blocks, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

SCHEMA: Final = "CREATE TABLE refunds (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, receipt TEXT NOT NULL)"
LEDGER: Final = "ledger.db"
TICKET: Final = re.compile(r"T-\d{5}")
POLLS: Final = 3
DEPARTMENTS: Final = ("shipping", "billing", "repairs", "returns")
TOO_LONG: Final = "prompt is too long: 214358 tokens > 200000 maximum"
DELAY: Final = 0.05

Action = Literal["answer", "suggest", "triage", "refund", "digest"]
Trouble = Literal[
    "none", "busy", "limited", "overloaded", "rejected", "too_large", "lost", "truncate", "cut", "reset", "error_event"
]
"""What goes wrong with a job. `busy`: 529 first. `overloaded`: 529 always. `lost`: the answer after the refund is."""

PLAN: Final[Mapping[Action, Mapping[Trouble, int]]] = {
    "answer": {"none": 18, "busy": 8, "truncate": 7, "error_event": 4, "cut": 3, "reset": 4},
    "suggest": {"none": 12, "busy": 8},
    "triage": {"none": 12, "limited": 6, "overloaded": 4, "rejected": 8, "too_large": 4},
    "refund": {"none": 14, "lost": 7},
}
"""How many jobs of each kind, by what goes wrong with them."""
BROKEN: Final = ("truncate", "cut", "reset", "error_event")
FAILING: Final = ("overloaded", "rejected", "too_large")
DIGESTED: Final = 60
"""Complaints that the digest is made of."""


@dataclass(frozen=True)
class Job:
    """One thing that the bot is asked to do. `refunds` are numbers and amounts; `runs` how often it may be tried."""

    ticket: str
    action: Action
    trouble: Trouble
    said: str
    reply: str = ""
    refunds: tuple[tuple[str, int], ...] = ()
    complaints: Mapping[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How often the caller tries: a refund whose answer was lost is asked for again."""
        return 2 if self.trouble == "lost" else 1


def chaos_case(source: random.Random) -> Case:
    """The day as a case: what the bot is told, and what is known of it."""
    jobs = draw_jobs(source)
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
            case "limited" if request.retry_count < 1:
                return Fail(429, headers={"retry-after": "7"})
            case "overloaded":
                return Fail(529)
            case "rejected":
                return Fail(400, TOO_LONG)
            case "too_large":
                return Fail(413)
            case "lost" if _has_results(request.fields) and _times_asked(job, log) < 2:
                return Fail(529)
        return Answer(_message(job, request, log), ending=_ending(job), after=8)


def ticket_of(fields: Mapping[str, Any]) -> str | None:
    """The first ticket that the body of a request names."""
    found = TICKET.search(json.dumps(fields.get("messages", "")))
    return found[0] if found else None


def _ending(job: Job) -> Ending:
    return job.trouble if job.trouble in BROKEN else "clean"


def _message(job: Job, request: Request, log: WireLog) -> Fixture:
    if job.action != "refund" or _has_results(request.fields):
        return says(job.reply, delay=DELAY)
    asked = _times_asked(job, log)
    calls = [
        {
            "type": "tool_use",
            "id": f"toolu_{job.ticket[2:]}{asked:02}{place:02}",
            "name": "refund",
            "input": {"refund": number, "amount": amount, "reason": f"Broken on arrival ({asked})"},
        }
        for place, (number, amount) in enumerate(job.refunds, 1)
    ]
    return blocks([{"type": "text", "text": "I pay that back."}, *calls], stop_reason="tool_use")


def _has_results(fields: Mapping[str, Any]) -> bool:
    return '"tool_result"' in json.dumps(fields.get("messages", ""))


def _times_asked(job: Job, log: WireLog) -> int:
    """How often the model has been asked for these refunds from the beginning, this time included."""
    return sum(
        1
        for one in log
        if isinstance(one.body, dict) and ticket_of(one.body) == job.ticket and not _has_results(one.body)
    )


# The driver and what is left behind


def run_day(bot_class: Callable[..., Any], stage: Stage) -> Any:
    """Make a bot and give it every job of the day, one after the other. What came of each goes into the notes."""
    # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
    import sqlite3

    lines: list[Any] = []
    done: list[dict[str, Any]] = []
    stage.notes.update(lines=lines, jobs=done)
    with closing(sqlite3.connect(stage.folder / LEDGER)) as ledger:
        # Nobody pulls the plug here, so nobody waits for the disk.
        ledger.execute("PRAGMA synchronous = OFF")
        ledger.execute(SCHEMA)
        bot = bot_class(stage.client, ledger, lambda line: lines.append(encode(line)), stage.clock)
        for job in stage.inputs["jobs"]:
            for _ in range(job["runs"]):
                done.append(_do(bot, job))
                if done[-1]["raised"] is None:
                    break
    return len(done)


def _do(bot: Any, job: Mapping[str, Any]) -> dict[str, Any]:
    """Give the bot one job."""
    wrote: list[str] = []
    value, raised = None, None
    try:
        match job["action"]:
            case "answer":
                value = bot.answer(job["ticket"], job["said"], wrote.append)
            case "digest":
                value = bot.digest(job["ticket"], job["complaints"])
            case action:
                value = getattr(bot, action)(job["ticket"], job["said"])
    except Exception as error:  # noqa: BLE001 - it is what came of this job, and the day goes on
        raised = encode(describe(error))
    return {"ticket": job["ticket"], "value": encode(value), "wrote": "".join(map(str, wrote)), "raised": raised}


def read_refunds(folder: Path) -> list[list[Any]]:
    """What is committed in the ledger of the day."""
    return rows_of(folder / LEDGER, SCHEMA, "rowid")


def rejected(exchange: Exchange) -> bool:
    """Whether an exchange ended with an error of the caller's, which is the same however often it is sent."""
    return exchange.status is not None and 400 <= exchange.status < 500 and exchange.status not in (408, 409, 429)
