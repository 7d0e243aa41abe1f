"""A second day, for a desk that is busy: what happens on it, scripted from a seed, and what it says of the desk."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any, Final, Literal

from helpers.facts.models import answered_as
from helpers.facts.prices import MILLION, RATES, Rates
from helpers.judging.check import Case
from helpers.judging.words import DAYS, GOODS
from helpers.lessons.capstone.checks.day import as_list
from helpers.replay import Answer, Choose, Exchange, Fixture, Quota, Request, Scenario, WireLog, blocks, says
from helpers.replay.batches import EXCERPT
from helpers.replay.events import count_tokens
from helpers.replay.messages import tokens_of
from helpers.replay.request import prompt_of
from helpers.replay.rules import KNOWN_MODELS, Refusal, check_line
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending
from helpers.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from helpers.judging.check import Run

Fault = Literal["read_on", "over_the_limit", "paid_again", "misbilled", "false_alarm"]

FAULTS: Final[Mapping[Fault, str]] = {
    "read_on": "stream read on, the customer gone",
    "over_the_limit": "complaint refused by the limit",
    "paid_again": "batch paid again",
    "misbilled": "request missing or wrong on the bill",
    "false_alarm": "alarm that rang, or did not, wrongly",
}
"""What the second day is about, in the order of its lessons."""

PER_MINUTE: Final = 30
COMPLAINTS: Final = 70
SLOWEST: Final = 3.0
"""How many times the shortest time it may take to sort them."""
STAYING: Final = 10
LEAVING: Final = 5
FEW_OF_MANY: Final = 6
FEW: Final = 4
EVENING: Final = 5
"""Answers that are cut short: a small share of the afternoon's, too few at night, and all of the evening's."""
LONG_REST: Final = 4_000.0
"""Seconds after which the last hour knows nothing of what was before."""
THOUGHT: Final = "Which?"
NIGHT: Final = 8
REST: Final = 1_800.0
"""Seconds between two parts of the day: after them, the limit is full again."""
PAUSE: Final = 2.0
"""Seconds between two looks at a batch, at least."""
LATE: Final = 6
"""Events beyond those that a customer saw, after which a stream has been read on."""
LONG: Final = 1_000
"""More events than any answer has."""
DELAY: Final = 0.1
DEPARTMENTS: Final = ("shipping", "billing", "repairs", "returns")
TICKET: Final = re.compile(r"\[(D-\d{5})\]")
POLLS: Final = 3


@dataclass(frozen=True)
class Part:
    """A step of the day. `leaves` is after how many pieces the customer does; `rings` what an alarm is to do."""

    action: Literal["show", "sort", "digest", "alarm"]
    name: str
    said: str = ""
    reply: str = ""
    leaves: int = 0
    ending: Ending = "clean"
    complaints: Mapping[str, str] | None = None
    replies: Mapping[str, str] | None = None
    lost: str = ""
    """Of a digest, the ticket that has no result."""
    kills: tuple[int, ...] = ()
    """Before which request of it the process is killed, each time it is begun."""
    rings: bool = False
    after: float = 0.0

    @property
    def summaries(self) -> Mapping[str, str]:
        """Of a digest, the sentences by ticket."""
        return {ticket: _summary(said) for ticket, said in (self.complaints or {}).items() if ticket != self.lost}

    def told(self) -> dict[str, Any]:
        """What the driver knows of it."""
        return {
            "action": self.action,
            "name": self.name,
            "said": self.said,
            "leaves": self.leaves,
            "complaints": self.complaints or {},
            "kills": list(self.kills),
            "after": self.after,
        }


def second_day_case(source: random.Random) -> Case:
    """The day as a case."""
    parts = draw_parts(source)
    scenario = Scenario(
        "second day",
        "customers leave, a limit refuses, a process is killed, streams are cut short",
        then=Choose(_Script(parts).step),
        quota=Quota(requests=PER_MINUTE),
        batch_polls=POLLS,
        batch_outcomes={part.lost: "expired" for part in parts if part.lost},
    )
    return Case("the second day", scenario, {"steps": [part.told() for part in parts]}, {"parts": parts})


def draw_parts(source: random.Random) -> Sequence[Part]:
    """The day's parts, in their order."""
    tickets = iter([f"D-{number}" for number in source.sample(range(10_000, 99_999), 300)])
    shown = [_shown(source, next(tickets)) for _ in range(STAYING)]
    shown += [_shown(source, next(tickets), leaves=source.randrange(2, 5)) for _ in range(LEAVING)]
    source.shuffle(shown)
    shown[-2] = replace(shown[-2], kills=(0,))
    nights = [_digest(source, tickets, next(tickets), kills) for kills in ((1,), (), (4, 1))]
    evening = [_shown(source, next(tickets), ending="truncate") for _ in range(EVENING)]
    evening[0] = replace(evening[0], after=LONG_REST)
    evening[2] = replace(evening[2], ending="reset")
    return [
        *shown,
        Part("alarm", "noon"),
        _sorting(source, tickets),
        *(_shown(source, next(tickets), ending="truncate") for _ in range(FEW_OF_MANY)),
        Part("alarm", "afternoon"),
        *nights,
        *(_shown(source, next(tickets), ending="truncate") for _ in range(FEW)),
        Part("alarm", "night"),
        *evening,
        Part("alarm", "evening", rings=True),
    ]


def _shown(source: random.Random, ticket: str, *, leaves: int = 0, ending: Ending = "clean") -> Part:
    goods, day = source.choice(GOODS), source.choice(DAYS)
    said = f"[{ticket}] Where is my {goods}, order {source.randrange(1_000, 9_999)}?"
    reply = (
        f"Your {goods} left our house this morning. It is with you on {day}, before {source.randrange(9, 18)}:00. "
        "If it is not, write to us again with the number of your order, and we send another one at once."
    )
    return Part("show", ticket, said, reply, leaves, ending, after=3.0)


def _sorting(source: random.Random, tickets: Iterator[str]) -> Part:
    named = [next(tickets) for _ in range(COMPLAINTS)]
    complaints = {ticket: f"[{ticket}] The {source.choice(GOODS)} is not what I ordered." for ticket in named}
    replies = {ticket: source.choice(DEPARTMENTS) for ticket in named}
    return Part("sort", "complaints", complaints=complaints, replies=replies, after=REST)


def _digest(source: random.Random, tickets: Iterator[str], night: str, kills: tuple[int, ...]) -> Part:
    named = [next(tickets) for _ in range(NIGHT)]
    complaints = {ticket: f"[{ticket}] The {source.choice(GOODS)} came too late." for ticket in named}
    return Part("digest", night, complaints=complaints, lost=source.choice(named), kills=kills, after=REST)


class _Script:
    """What happens to a request: that of the part that it is about."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._shown = {part.name: part for part in parts if part.action == "show"}
        self._sorted = {ticket: reply for part in parts for ticket, reply in (part.replies or {}).items()}

    def step(self, request: Request, log: WireLog) -> Step:
        """The answer to `request`."""
        found = TICKET.search(json.dumps(request.fields.get("messages", "")))
        ticket = found[1] if found else ""
        if ticket in self._sorted:
            return Answer(_department(ticket, self._sorted[ticket]))
        if ticket not in self._shown:
            return Answer()
        part = self._shown[ticket]
        message = says(part.reply, delay=DELAY)
        return Answer(message, ending=part.ending, after=message.counted // 2)


def _is_thought_over(ticket: str) -> bool:
    """Whether the model thinks before it answers: of one complaint in ten."""
    return ticket.endswith("7")


def _department(ticket: str, name: str) -> Fixture:
    if not _is_thought_over(ticket):
        return says(name, delay=DELAY)
    thinking = {"type": "thinking", "thinking": THOUGHT, "signature": "EqoBCkYIBxgCKkDk"}
    return blocks([thinking, *({"type": "text", "text": part} for part in (name[:3], name[3:]))])


def _summary(complaint: str) -> str:
    return f"In short: {' '.join(complaint.split())[:EXCERPT]}"


@dataclass(frozen=True)
class FaultScore:
    """How often one fault happened, of how many times that it could."""

    fault: Fault
    bad: int
    of: int

    @property
    def name(self) -> str:
        """What the fault is called on the card."""
        return FAULTS[self.fault]

    @property
    def is_full(self) -> bool:
        """Whether it never happened."""
        return self.bad == 0


@dataclass(frozen=True)
class SecondDay:
    """A finished second day: what was to be done, what came of it, and what the wire saw."""

    run: Run

    @property
    def wire(self) -> Sequence[Exchange]:
        """Every request, in order."""
        return self.run.wire

    @property
    def parts(self) -> Sequence[Part]:
        """What the desk was given to do."""
        found: Sequence[Part] = self.run.case.expected["parts"]
        return found

    @property
    def stopped(self) -> str | None:
        """Why the day ended early; None when it did not."""
        raised, stopped = self.run.observation.raised, self.run.observation.stopped
        if raised or stopped:
            return f"`{raised.type}`: {raised.message}" if raised else stopped
        return None if len(self.done) == len(self.parts) else "Of some parts nothing is known."

    @cached_property
    def done(self) -> Sequence[tuple[Part, Mapping[str, Any]]]:
        """Each part with what came of it."""
        steps = as_list(self.run.observation.notes.get("steps"))
        known = [step for step in steps if isinstance(step, dict)]
        return list(zip(self.parts, known, strict=False))

    @cached_property
    def scores(self) -> Sequence[FaultScore]:
        """One for each fault."""
        return [
            FaultScore("read_on", len(self.read_on), LEAVING),
            FaultScore("over_the_limit", len(self.refused), COMPLAINTS),
            FaultScore("paid_again", len(self.paid_again), len(self._nights)),
            FaultScore("misbilled", len(self.misbilled), len(self.owed)),
            FaultScore("false_alarm", len(self.false_alarms), sum(part.action == "alarm" for part in self.parts)),
        ]

    def score(self, fault: Fault) -> FaultScore:
        """The score of one fault."""
        return next(one for one in self.scores if one.fault == fault)

    # What the wire says

    @cached_property
    def read_on(self) -> Sequence[Exchange]:
        """The streams that went on although the customer had left."""
        leaving = {part.name: part.leaves for part in self.parts if part.leaves}
        return [
            one
            for one in self._answered
            if (ticket := _ticket_of(one)) in leaving
            and self._closed.get(str(one.request_id), LONG) > leaving[ticket] + LATE
        ]

    @property
    def _closed(self) -> Mapping[str, int]:
        """By request id, after how many pieces an answer was closed that had not ended."""
        closed = self.run.observation.notes.get("closed")
        return {key: read for key, read in closed.items() if isinstance(read, int)} if isinstance(closed, dict) else {}

    @cached_property
    def refused(self) -> set[str]:
        """The complaints that the limit refused, however often."""
        return {_ticket_of(one) for one in self.wire if one.status == 429}

    @cached_property
    def paid_again(self) -> Sequence[str]:
        """The nights of which there is more than one batch."""
        created = [_tickets_in(one) for one in self.wire if one.method == "POST" and one.path.endswith("/batches")]
        return [
            part.name
            for part in self._nights
            if sum(bool(tickets & {*(part.complaints or ())}) for tickets in created) > 1
        ]

    @cached_property
    def owed(self) -> Mapping[str, Decimal]:
        """What each request cost, by its id, as far as anybody was told."""
        replies = {part.name: part.reply for part in self.parts if part.action == "show"}
        replies |= {
            ticket: THOUGHT * _is_thought_over(ticket) + reply
            for part in self.parts
            for ticket, reply in (part.replies or {}).items()
        }
        costs = {
            str(one.request_id): _cost(one.body, replies[_ticket_of(one)], whole=self._is_whole(one))
            for one in self._answered
            if _ticket_of(one) in replies
        }
        return {**costs, **self._batched}

    def _is_whole(self, exchange: Exchange) -> bool:
        """Whether an answer told at its end what it had come to."""
        return exchange.ending == "clean" and str(exchange.request_id) not in self._closed

    @cached_property
    def _batched(self) -> Mapping[str, Decimal]:
        """What each result that was read cost, by `batch/ticket`."""
        lost = {part.lost for part in self.parts}
        costs: dict[str, Decimal] = {}
        for created, read in self._batches:
            if read is not None:
                told = ((ticket, cost) for ticket, cost in _costs_of(created).items() if ticket not in lost)
                costs |= {f"{read.path.split('/')[-2]}/{ticket}": cost for ticket, cost in told}
        return costs

    @cached_property
    def unread(self) -> Decimal:
        """What the batches cost that nobody has read the results of, in dollars."""
        costs = (sum(_costs_of(created).values(), Decimal(0)) for created, read in self._batches if read is None)
        return sum(costs, Decimal(0))

    @cached_property
    def _batches(self) -> Sequence[tuple[Exchange, Exchange | None]]:
        """Each batch that was created, and the request that read its results."""
        found: list[tuple[Exchange, Exchange | None]] = []
        for one in self.wire:
            is_created = one.method == "POST" and one.path.endswith("/batches") and one.status == 200
            if is_created and isinstance(one.body, dict):
                found.append((one, None))
            elif one.path.endswith("/results") and one.status == 200 and found:
                found[-1] = (found[-1][0], one)
        return found

    @cached_property
    def billed(self) -> Mapping[str, Decimal | None]:
        """The desk's own bill. None for an amount that is no exact number."""
        costs = self.run.observation.notes.get("costs")
        return {key: _amount(cost) for key, cost in costs.items()} if isinstance(costs, dict) else {}

    @cached_property
    def misbilled(self) -> Sequence[str]:
        """The requests whose amount is missing, wrong, or of nothing that was sent."""
        wrong = [key for key, cost in self.owed.items() if self.billed.get(key) != cost]
        # Of what the day has no answer for, such as a question of the desk's own, nobody knows what it was told.
        known = {*self.owed, *(str(one.request_id) for one in self._answered)}
        return [*wrong, *(key for key in self.billed if key not in known)]

    # What the desk said

    @cached_property
    def false_alarms(self) -> Sequence[Part]:
        """The alarms that rang for nothing, or not at all."""
        return [part for part, came in self.done if part.action == "alarm" and came.get("value") is not part.rings]

    @cached_property
    def broken(self) -> Sequence[tuple[Part, str]]:
        """The parts that the desk did wrong, and how."""
        found = [(part, problem) for part, came in self.done if (problem := _problem(part, came)) is not None]
        hammered = "its batch is looked at again and again without a pause"
        return [*found, *((part, hammered) for part in self._nights if not part.kills and self._is_hammered(part))]

    def _is_hammered(self, night: Part) -> bool:
        """Whether there was no pause between looks. One follows another anyway: the SDK's, before it reads results."""
        created = next((one for one, _ in self._batches if _tickets_in(one) & {*(night.complaints or ())}), None)
        after = [one for one in self.wire if created is not None and one.number > created.number]
        looks = list(takewhile(lambda one: one.method == "GET", after))
        return sum(later.started - earlier.started < PAUSE for earlier, later in pairwise(looks)) > 3

    @property
    def seconds_sorting(self) -> float:
        """How long it took to sort the complaints."""
        return next((float(came["seconds"]) for part, came in self.done if part.action == "sort"), 0.0)

    @property
    def shortest_sorting(self) -> float:
        """How long it takes at least: the first minute's worth at once, the others as the limit fills again."""
        return (COMPLAINTS - PER_MINUTE) / PER_MINUTE * 60

    @property
    def _nights(self) -> Sequence[Part]:
        return [part for part in self.parts if part.action == "digest"]

    @property
    def _answered(self) -> Sequence[Exchange]:
        return [one for one in self.wire if one.path == "/v1/messages" and one.status == 200 and _is_priced(one.body)]


def _problem(part: Part, came: Mapping[str, Any]) -> str | None:
    """What is wrong with what came of a part that was to go well."""
    if part.action == "alarm" or part.leaves or part.ending != "clean":
        return None
    if came.get("raised"):
        return f"it raises `{came['raised']['type']}`: {came['raised']['message'][:120]}"
    value = came.get("value")
    if part.action == "show":
        whole = part.reply == came.get("wrote") == value
        return None if whole else "the customer does not see the whole answer, or it is not returned"
    if part.action == "sort":
        return None if value == part.replies else "the departments are not those that the model named"
    return None if value == part.summaries else "the sentences are not those of the results that succeeded"


def _ticket_of(exchange: Exchange) -> str:
    found = TICKET.search(exchange.sent.decode("utf-8", "replace"))
    return found[1] if found else ""


def _tickets_in(exchange: Exchange) -> set[str]:
    return set(TICKET.findall(exchange.sent.decode("utf-8", "replace")))


def _costs_of(created: Exchange) -> Mapping[str, Decimal]:
    """What each request of a batch costs, by its custom id. One that is itself at fault costs nothing."""
    costs: dict[str, Decimal] = {}
    for request in as_list(created.body.get("requests")):
        params = request.get("params") if isinstance(request, dict) else None
        if not isinstance(params, dict):
            continue
        with suppress(Refusal):
            check_line(params, KNOWN_MODELS)
            costs[str(request.get("custom_id"))] = (
                _cost(params, _summary(prompt_of(params)), whole=True) * _rates(params).batch_share
            )
    return costs


def _cost(params: Mapping[str, Any], reply: str, *, whole: bool) -> Decimal:
    """What a request with these parameters costs that is answered with `reply`; of one that was not whole, what its
    first event told.
    """
    rates = _rates(params)
    written = min(count_tokens(reply), params["max_tokens"]) if whole else 1
    return (tokens_of(params) * rates.input + written * rates.output) / MILLION


def _is_priced(body: Any) -> bool:
    """Whether a body has what its price is reckoned from."""
    return (
        isinstance(body, dict)
        and isinstance(body.get("model"), str)
        and isinstance(body.get("max_tokens"), int)
        and isinstance(body.get("messages"), list)
    )


def _rates(params: Mapping[str, Any]) -> Rates:
    """What the model's tokens cost. One that has no price is told so where it is looked up: by the desk."""
    return RATES.get(answered_as(params["model"]), RATES[DEFAULT_MODEL])


def _amount(cost: Any) -> Decimal | None:
    if not isinstance(cost, dict) or not isinstance(cost.get("decimal"), str):
        return None
    try:
        amount = Decimal(cost["decimal"])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
