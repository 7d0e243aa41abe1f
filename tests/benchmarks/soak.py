"""Whether the replay stands a crowd: `python -m tests.benchmarks.soak --clients 50 --seconds 120`.

So many clients, synchronous and asynchronous, most over one server and some in its process, ask one engine for every
ending and every error that there is, streamed and not, and for the results of batches now and then. A prompt names the
case that it wants, and no prompt comes twice: each call knows what it must see, to the letter of its own text.

Rounds of twenty seconds. Between them nobody asks: the wire log, which grows by design, is counted and cleared, and the
process is measured. What is there after the last round, when server and clients are gone, is compared with what was
there after a first round with a server of its own, which does not count. Exits with 1 if anything leaked or was wrong.

What leaks in Python are blocks: every object takes one at least. What the system gave the process is a coarser measure,
because the allocator keeps what it may need again: after 35,000 requests it held 6 MB more, all of them free, while
what was in use had grown from 24.91 to 24.93 MB. With a heap for every few threads, as is glibc's default, it would
hold more still, so here all threads share one.
"""

import ctypes
import gc
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias

import anyio
import click
import httpx2
import psutil
from anthropic import Anthropic, APIStatusError, AsyncAnthropic
from anthropic.types import Message
from anthropic.types.messages import MessageBatchIndividualResponse

from helpers.client import async_replay_client, replay_client
from helpers.facts.errors import ERROR_MAP
from helpers.replay import Answer, Choose, EmptyBody, Engine, Fail, RefuseConnection, Request, Scenario, WireLog, says
from helpers.replay.events import text_pieces
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import PAGE, Step
from helpers.replay.server import ReplayServer
from helpers.replay.wire import Ending
from helpers.settings import MODEL

ROUND: Final = 20.0
"""Seconds of a round."""
BATCH_EVERY: Final = 40
"""After one in so many calls of a round a synchronous client has a batch."""
WHOLE_ANSWERS: Final = 12
"""How often a whole answer is in a deck that has each other case twice, streamed and not."""
REST: Final = "the quick brown fox jumps over the lazy dog, and nobody asks it why it always has to be this one"
IN_PROCESS_PATIENCE: Final = 60.0
"""Seconds of API time: only a stall lasts longer there."""
SLOWEST: Final = 60.0
"""Real seconds after which a server that is only busy would have answered."""
MEGABYTE: Final = 1_000_000
MOST_GROWTH: Final = 16 * MEGABYTE
"""Of memory, most of it free: within two minutes 300 bytes a request are more."""
MOST_BLOCKS: Final = 3_000
"""That may be there in addition: caches, and what is imported late. One for every tenth request is more."""
ARENA_MAX: Final = -8
"""The name that glibc's `mallopt` has for the number of heaps."""
SHOWN: Final = 10
"""Wrong answers that are printed."""


class Seen(NamedTuple):
    """What a call showed: `text` is `whole`, `part`, `page`, nothing, or what else it is."""

    error: str | None = None
    status: int | None = None
    type: str | None = None
    text: str = ""
    stop_reason: str | None = None


@dataclass(frozen=True)
class Case:
    """What a prompt can ask for, and what a call then sees."""

    step: Callable[[str], Step]
    """Given the text of the answer."""
    streamed: Seen
    unstreamed: Seen
    ending: Ending | None = None
    """The ending that it is the case of."""


def _broken(ending: Ending, streamed: Seen, unstreamed: Seen) -> Case:
    return Case(lambda text: Answer(says(text), ending), streamed, unstreamed, ending)


def _same(step: Step, seen: Seen) -> Case:
    return Case(lambda _: step, seen, seen)


LOST: Final = Seen("APIConnectionError")
LATE: Final = Seen("APITimeoutError")
NOT_JSON: Final = Seen("JSONDecodeError")
NO_MESSAGE: Final = Seen("AssertionError")
OVERLOADED: Final = Seen("OverloadedError", 529, "overloaded_error")
HALF: Final = Seen(text="part")
FULL: Final = Seen(text="whole", stop_reason="end_turn")

CASES: Final[Mapping[str, Case]] = {
    "clean": _broken("clean", FULL, FULL),
    "cut": _broken("cut", HALF._replace(error="RemoteProtocolError"), LOST),
    "reset": _broken("reset", HALF._replace(error="ReadError"), LOST),
    "stall": _broken("stall", HALF._replace(error="ReadTimeout"), LATE),
    "warm_stall": _broken("warm_stall", HALF, LATE),
    "truncate": _broken("truncate", HALF, NOT_JSON),
    "malformed": _broken("malformed", HALF._replace(error="JSONDecodeError"), NOT_JSON),
    "garbled": _broken("garbled", HALF._replace(error="DecodingError"), LOST),
    "error_event": _broken("error_event", Seen("APIStatusError", 200, "overloaded_error", "part"), OVERLOADED),
    "error_first": Case(
        lambda text: Answer(says(text), "error_event", after=0),
        Seen("APIStatusError", 200, "overloaded_error"),
        OVERLOADED,
    ),
    "empty": Case(lambda _: EmptyBody(), NO_MESSAGE, NOT_JSON, "empty"),
    "page": Case(lambda _: PAGE, NO_MESSAGE, Seen(text="page"), "page"),
    "refused": _same(RefuseConnection(), LOST),
    **{
        f"status_{row.status}": _same(Fail(row.status), Seen(row.exception, row.status, row.type))
        for row in ERROR_MAP.values()
    },
}
STALLS: Final = ("stall", "warm_stall")

BATCH: Final[Mapping[str, str]] = {"late": "expired", "left": "canceled", "failed": "api_error"}
"""What becomes of the requests of a batch, by custom id; the others succeed, but for one with an unknown model."""
SUCCEEDING: Final = 6
UNKNOWN: Final = "unknown"


def answer_to(prompt: str) -> str:
    """The text of the answer that belongs to a prompt, and to no other."""
    return f"{prompt}: {REST}"


def _step(request: Request, log: WireLog) -> Step:
    name = request.prompt.partition(" ")[0]
    return CASES[name].step(answer_to(request.prompt)) if name else Answer()


SCENARIO: Final = Scenario(
    "soak", "the prompt says what happens", then=Choose(_step), batch_polls=2, batch_outcomes=BATCH
)


@dataclass
class Tally:
    """What was asked and what was wrong with the answers, of one client or of many."""

    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count the other one's in."""
        self.asked += other.asked
        self.wrong += other.wrong

    def note(self, what: str, expected: object, seen: object) -> None:
        """Count one call."""
        self.asked[what.partition(" ")[0]] += 1
        if seen != expected:
            self.wrong.append(f"{what}: {seen} instead of {expected}")


Ask: TypeAlias = tuple[str, bool]
"""The name of a case, and whether the answer is streamed."""


def deck(number: int) -> Iterator[Ask]:
    """What client `number` asks for, without end: all there is, shuffled, and again."""
    cards = [(name, streamed) for name in CASES for streamed in (False, True)]
    cards += [("clean", streamed) for streamed in (False, True)] * (WHOLE_ANSWERS // 2 - 1)
    source = random.Random(number)
    while True:
        source.shuffle(cards)
        yield from cards


@dataclass(frozen=True)
class Length:
    """How long a client asks in a round: so many calls or, without a number, until the time is up."""

    calls: int | None = None

    def turns(self) -> Iterator[int]:
        """A number for each call."""
        until = time.monotonic() + ROUND
        for number in count():
            if number >= self.calls if self.calls is not None else time.monotonic() >= until:
                return
            yield number


class Worker:
    """One of the clients: over the server or in its process, synchronous or not."""

    def __init__(self, number: int, patience: float) -> None:
        self._number = number
        self._deck = deck(number)
        self._numbers = count()
        self._patience = patience
        self.in_process = number % 4 == 3
        self.is_async = number % 8 in (2, 3, 6)

    def work(self, server: ReplayServer, length: Length) -> Tally:
        """Ask for the length of a round, with a new client that is closed at the end."""
        tally = Tally()
        if self.is_async:
            anyio.run(self._work_async, server, length, tally)
            return tally
        over_server = partial(Anthropic, base_url=server.url, api_key="replay")
        with replay_client(server.engine) if self.in_process else over_server() as client:
            for number in length.turns():
                prompt, streamed, params = self._next()
                self._note(tally, prompt, streamed, (_streamed if streamed else _created)(client, params))
                if number % BATCH_EVERY == 0:
                    tally.note(f"batch {self._number}", *_batch(client, f"client {self._number}"))
        return tally

    async def _work_async(self, server: ReplayServer, length: Length, tally: Tally) -> None:
        over_server = partial(AsyncAnthropic, base_url=server.url, api_key="replay")
        async with async_replay_client(server.engine) if self.in_process else over_server() as client:
            for _ in length.turns():
                prompt, streamed, params = self._next()
                seen = await (_streamed_async if streamed else _created_async)(client, params)
                self._note(tally, prompt, streamed, seen)

    def _next(self) -> tuple[str, bool, dict[str, Any]]:
        name, streamed = next(self._deck)
        prompt = f"{name} {self._number}-{next(self._numbers)}"
        # At speed 0 the delays of a stream pass in a client's timeout only where they do so in API time.
        read = IN_PROCESS_PATIENCE if self.in_process else self._patience if name in STALLS else SLOWEST
        messages = [{"role": "user", "content": prompt}]
        timeout = httpx2.Timeout(SLOWEST, read=read)
        return prompt, streamed, {"model": MODEL, "max_tokens": 200, "messages": messages, "timeout": timeout}

    def _note(self, tally: Tally, prompt: str, streamed: bool, seen: Seen) -> None:
        case = CASES[prompt.partition(" ")[0]]
        kind = f"{'async' if self.is_async else 'sync'}, {'in process' if self.in_process else 'over the server'}"
        how = "streamed" if streamed else "unstreamed"
        told = seen._replace(text=_told(seen.text, answer_to(prompt)))
        tally.note(f"{prompt} ({how}, {kind})", case.streamed if streamed else case.unstreamed, told)


def _told(text: str, whole: str) -> str:
    part = "".join(text_pieces(whole)[: int(Answer.after) - 2])
    return {whole: "whole", part: "part", CAPTIVE_PORTAL.body: "page"}.get(text, text)


def _raised(error: Exception, text: str = "") -> Seen:
    name = type(error).__name__
    return (
        Seen(name, error.status_code, error.type, text) if isinstance(error, APIStatusError) else Seen(name, text=text)
    )


def _returned(message: Message | str) -> Seen:
    if isinstance(message, str):
        return Seen(text=message)
    return Seen(
        text="".join(block.text for block in message.content if block.type == "text"), stop_reason=message.stop_reason
    )


def _created(client: Anthropic, params: dict[str, Any]) -> Seen:
    try:
        return _returned(client.messages.create(**params))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked at
        return _raised(error)


async def _created_async(client: AsyncAnthropic, params: dict[str, Any]) -> Seen:
    try:
        return _returned(await client.messages.create(**params))
    except Exception as error:  # noqa: BLE001
        return _raised(error)


def _streamed(client: Anthropic, params: dict[str, Any]) -> Seen:
    text = ""
    try:
        with client.messages.stream(**params) as stream:
            for piece in stream.text_stream:
                text += piece
            return Seen(text=text, stop_reason=stream.get_final_message().stop_reason)
    except Exception as error:  # noqa: BLE001
        return _raised(error, text)


async def _streamed_async(client: AsyncAnthropic, params: dict[str, Any]) -> Seen:
    text = ""
    try:
        async with client.messages.stream(**params) as stream:
            async for piece in stream.text_stream:
                text += piece
            return Seen(text=text, stop_reason=(await stream.get_final_message()).stop_reason)
    except Exception as error:  # noqa: BLE001
        return _raised(error, text)


def _batch(client: Anthropic, prompt: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What becomes of a batch's requests and what its results say, by custom id. The batch is deleted."""
    names = [*(f"task-{number}" for number in range(SUCCEEDING)), UNKNOWN, *BATCH]
    requests: Any = [
        {
            "custom_id": name,
            "params": {
                "model": "nobody-knows" if name == UNKNOWN else MODEL,
                "max_tokens": 100,
                "messages": [{"role": "user", "content": f"{prompt}, {name}"}],
            },
        }
        for name in names
    ]
    expected = {name: BATCH.get(name, f"In short: {prompt}, {name}") for name in names} | {UNKNOWN: "not_found_error"}
    batches = client.messages.batches
    try:
        batch = batches.create(requests=requests)
        while batch.processing_status != "ended":
            batch = batches.retrieve(batch.id)
        results = {one.custom_id: _outcome(one) for one in batches.results(batch.id)}
        batches.delete(batch.id)
    except Exception as error:  # noqa: BLE001
        return expected, {"raised": repr(error)}
    return expected, results


def _outcome(one: MessageBatchIndividualResponse) -> str:
    match one.result.type:
        case "succeeded":
            return _returned(one.result.message).text
        case "errored":
            return one.result.error.error.type
    return one.result.type


@dataclass(frozen=True)
class Measured:
    """What the process has. Memory is what the system gave it, blocks are those that Python has in use."""

    threads: int
    files: int
    sockets: int
    memory: int
    blocks: int

    @classmethod
    def now(cls) -> "Measured":
        """Once all that nobody needs any more is gone."""
        gc.collect()
        process = psutil.Process()
        # Windows has handles, of which Python itself opens and closes some.
        files = process.num_fds() if hasattr(process, "num_fds") else 0
        sockets, memory = len(process.net_connections("all")), process.memory_info().rss
        return cls(threading.active_count(), files, sockets, memory, sys.getallocatedblocks())

    def leaked(self, before: "Measured") -> Iterator[str]:
        """What there is more of than before, in words."""
        for name in ("threads", "files", "sockets"):
            more = getattr(self, name) - getattr(before, name)
            if more > 0:
                yield f"{more} {name}"
        if self.blocks - before.blocks > MOST_BLOCKS:
            yield f"{self.blocks - before.blocks:,} blocks"
        if self.memory - before.memory > MOST_GROWTH:
            yield f"{(self.memory - before.memory) / MEGABYTE:.1f} MB of memory"

    def __str__(self) -> str:
        memory = f"{self.memory / MEGABYTE:.1f} MB, {self.blocks:,} blocks"
        return f"{self.threads} threads, {self.files} files, {self.sockets} sockets, {memory}"


@dataclass
class Soak:
    """So many clients, their rounds, and what came of them."""

    workers: Sequence[Worker]
    length: Length
    tally: Tally = field(default_factory=Tally)
    requests: int = 0
    endings: Counter[str] = field(default_factory=Counter)

    def rounds(self, number: int) -> Iterator[Measured]:
        """Let them ask one server, so many times over; what the process has after each of them."""
        with ReplayServer(Engine(SCENARIO, models=(MODEL,))) as server:
            for _ in range(number):
                self._round(server)
                yield Measured.now()

    def _round(self, server: ReplayServer) -> None:
        with ThreadPoolExecutor(len(self.workers)) as pool:
            for tally in pool.map(lambda worker: worker.work(server, self.length), self.workers):
                self.tally.add(tally)
        log = server.engine.log
        if not server.settle(5.0) or server.failure is not None or any(one.ending is None for one in log):
            self.tally.wrong.append(f"the server has not come to an end; it raised {server.failure!r}")
        self.requests += len(log)
        self.endings.update(str(one.ending) for one in log)
        log.clear()


def share_one_heap() -> None:
    """Where threads have heaps of their own, let them share one."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(ARENA_MAX, 1)


def settled(before: Measured) -> Measured:
    """What the process has when threads that were told to end have had the time to."""
    until = time.monotonic() + 5.0
    while (after := Measured.now()).threads > before.threads and time.monotonic() < until:
        time.sleep(0.01)
    return after


@click.command()
@click.option("--clients", default=50, show_default=True, help="Clients that ask at the same time.")
@click.option("--seconds", default=120.0, show_default=True, help="How long they ask, in rounds of twenty seconds.")
@click.option("--calls", type=int, help="Calls of each client instead, in one round.")
@click.option(
    "--patience", default=0.5, show_default=True, help="Read timeout where a stall over the server is asked for."
)
def main(clients: int, seconds: float, calls: int | None, patience: float) -> None:
    """Print what was asked, what was wrong and what leaked."""
    share_one_heap()
    workers = [Worker(number, patience) for number in range(clients)]
    length = Length(calls)
    first, soak = Soak(workers, length), Soak(workers, length)
    for _ in first.rounds(1):
        pass
    before = settled(Measured.now())
    click.echo(f"before             {before}")
    began = time.monotonic()
    for number, measured in enumerate(soak.rounds(1 if calls else max(1, round(seconds / ROUND))), 1):
        click.echo(f"after round {number:<6} {measured}")
    taken = time.monotonic() - began
    after = settled(before)
    click.echo(f"after all          {after}")
    for line in lines(soak, taken):
        click.echo(line)
    wrong = [*first.tally.wrong, *soak.tally.wrong]
    for one in wrong[:SHOWN]:
        click.echo(f"WRONG: {one}")
    leaked = list(after.leaked(before))
    told = f"Leaked: {', '.join(leaked)}" if leaked else "Nothing leaked"
    click.echo(f"{told}, and {len(wrong) or 'no'} answers were wrong.")
    sys.exit(1 if wrong or leaked else 0)


def lines(soak: Soak, seconds: float) -> Iterator[str]:
    """What was asked, and how it ended on the wire."""
    local, waiting = (sum(getattr(one, name) for one in soak.workers) for name in ("in_process", "is_async"))
    calls = soak.tally.asked.total()
    yield f"{len(soak.workers)} clients, {local} of them in process and {waiting} asynchronous"
    yield f"{calls:,} calls, {soak.requests:,} requests in {seconds:.0f} s ({soak.requests / seconds:.0f} a second)"
    yield f"asked: {_counts(soak.tally.asked)}"
    yield f"ended: {_counts(soak.endings)}"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counter.most_common())


if __name__ == "__main__":
    main()
