"""What the replay costs, side by side with the least that a replay can cost: `python -m tests.benchmarks.replay`.

One `messages.create`, one streamed event and one result of a large batch through `ReplayTransport` and through a bare
`httpx2.MockTransport` that sends the same headers and the same chunks.
Rounds are interleaved, so that whatever else the machine does hits all alike; medians are printed. Differences under
15 % are noise on a shared machine.

Reading the results is also done once under `tracemalloc`, untimed: the most memory that was taken at once while the
first tenth was read, and while the others were. Where results piled up, the second would be nine times the first.
"""

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any, Final, TypeAlias

import click
import httpx2
from anthropic import Anthropic

from helpers.client import REPLAY_URL, replay_client
from helpers.replay import Answer, Engine, Fixture, Scenario, says
from helpers.settings import MODEL

Contender: TypeAlias = Callable[[], object]

ANSWER: Final = says(" ".join(f"word{n}" for n in range(400)))
EVENTS: Final = len(ANSWER.events)
"""As many as a long answer has: what a call costs beside its events must not hide them."""
PARAMS: Final[Mapping[str, Any]] = {
    "model": MODEL,
    "max_tokens": 1000,
    "messages": [{"role": "user", "content": "Write a haiku"}],
}
WARM_UP: Final = 5
"""Calls at the beginning of a turn that do not count."""
TARGETS: Final = {"create": 1.2, "event": 1.1, "result": 1.2}
MOCK: Final = "httpx2.MockTransport"
REPLAY: Final = "ReplayTransport"
KEY: Final = {"authorization": "Bearer replay", "anthropic-version": "2026-10-21"}


class Chunks(httpx2.SyncByteStream):
    """A body that arrives in chunks."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


@dataclass(frozen=True)
class Sent:
    """A reply of the replay, kept so that a mock can send the same."""

    headers: Mapping[str, str]
    chunks: Sequence[bytes]

    @property
    def body(self) -> bytes:
        """All of it."""
        return b"".join(self.chunks)

    def in_chunks(self) -> httpx2.Response:
        """As the replay sends it."""
        return httpx2.Response(200, headers=self.headers, stream=Chunks(self.chunks))


def replay(answer: Fixture | None = None) -> Anthropic:
    """A client that the replay answers: with the fixture that fits the prompt, or with this one."""
    return replay_client(Engine(Scenario("benchmark", "always the same", then=Answer(message=answer))))


def mock(respond: Callable[[httpx2.Request], httpx2.Response]) -> Anthropic:
    """A client that a bare mock answers."""
    http_client = httpx2.Client(transport=httpx2.MockTransport(respond))
    return Anthropic(api_key="replay", base_url=REPLAY_URL, http_client=http_client)


def sent(client: Anthropic, method: str, path: str, body: Mapping[str, Any] | None = None) -> Sent:
    """What the replay sends to this request."""
    bare = httpx2.Client(transport=client._client._transport, timeout=None)
    with bare, bare.stream(method, f"{REPLAY_URL}{path}", json=body, headers=KEY) as response:
        return Sent(dict(response.headers), list(response.iter_bytes()))


def message_sent(answer: Fixture | None = None, *, streamed: bool = False) -> Sent:
    """What the replay sends to the message that is asked for here."""
    return sent(replay(answer), "POST", "/v1/messages", {**PARAMS, "stream": streamed})


def create(client: Anthropic) -> Contender:
    """One unstreamed call."""
    return lambda: client.messages.create(**PARAMS)


def stream(client: Anthropic) -> Contender:
    """One streamed call, read to its end."""

    def call() -> None:
        with client.messages.stream(**PARAMS) as events:
            for _ in events:
                pass

    return call


def read(client: Anthropic, batch_id: str) -> Contender:
    """All results of a batch, read to their end."""

    def call() -> None:
        for _ in client.messages.batches.results(batch_id):
            pass

    return call


def creating() -> dict[str, Contender]:
    """One `messages.create`, all ways: a mock with the same response, one that leaves out all that it can, the replay.

    The floor is the same response: what the SDK makes of the API's headers is no cost of a replay.
    """
    reply = message_sent()
    body, headers = reply.body, reply.headers
    two = {name: headers[name] for name in ("content-type", "request-id")}
    return {
        MOCK: create(mock(lambda _: httpx2.Response(200, headers=headers, content=body))),
        f"{MOCK}, two headers": create(mock(lambda _: httpx2.Response(200, headers=two, content=body))),
        REPLAY: create(replay()),
    }


def streaming() -> dict[str, Contender]:
    """One streamed call, all ways."""
    reply = message_sent(ANSWER, streamed=True)
    body, headers = reply.body, reply.headers
    return {
        f"{MOCK}, chunks": stream(mock(lambda _: reply.in_chunks())),
        f"{MOCK}, one block": stream(mock(lambda _: httpx2.Response(200, headers=headers, content=body))),
        REPLAY: stream(replay(ANSWER)),
    }


def reading(count: int) -> dict[str, tuple[Anthropic, str]]:
    """Clients for which a batch of so many requests has ended, and its id: a mock that has all in memory, the replay.

    Both are asked for the batch first: the SDK looks there where its results are.
    """
    client = replay()
    requests: Any = [{"custom_id": f"task-{number}", "params": PARAMS} for number in range(count)]
    batch_id = client.messages.batches.create(requests=requests).id
    path = f"/v1/messages/batches/{batch_id}"
    replies = {one: sent(client, "GET", one) for one in (path, f"{path}/results")}
    return {MOCK: (mock(lambda request: replies[request.url.path].in_chunks()), batch_id), REPLAY: (client, batch_id)}


def measured(
    contenders: Mapping[str, Contender],
    rounds: int,
    repeats: int,
    clock: Callable[[], float] = time.process_time,
    warm_up: int = WARM_UP,
) -> dict[str, float]:
    """Median seconds of one call of each, over so many interleaved rounds of so many calls.

    Processor time: nothing here waits, and what other processes take is not ours. Each turn begins with calls that do
    not count: else who comes after an unlike contender would pay for what that one left in the processor's caches.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            for _ in range(warm_up):
                contender()
            began = clock()
            for _ in range(repeats):
                contender()
            seconds[name].append((clock() - began) / repeats)
    return {name: median(taken) for name, taken in seconds.items()}


def peaks(client: Anthropic, batch_id: str, count: int) -> tuple[int, int]:
    """The most bytes that reading took at once: while the first tenth of the results was read, and after that."""
    tracemalloc.start()
    try:
        results = client.messages.batches.results(batch_id)
        read_early = sum(1 for _ in islice(results, count // 10))
        _, early = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert read_early + sum(1 for _ in results) == count
        return early, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def table(title: str, seconds: Mapping[str, float], parts: int, target: float) -> Iterator[str]:
    """The lines of one comparison; the first contender is the floor."""
    floor = next(iter(seconds.values()))
    yield f"{title} (target: at most {target:.2f} of the first line)"
    for name, taken in seconds.items():
        yield f"    {name:<32} {taken / parts * 1e6:10.1f} µs   {taken / floor:.2f}"


def result_lines(count: int, rounds: int) -> Iterator[str]:
    """The lines of the comparison of a batch of so many results, with what reading them takes of memory."""
    clients = reading(count)
    contenders = {name: read(client, batch_id) for name, (client, batch_id) in clients.items()}
    title = f"one of {count:,} results of a batch"
    yield from table(title, measured(contenders, rounds, 1, warm_up=0), count, TARGETS["result"])
    yield "most memory at once while a tenth of them is read, and after that"
    for name, (client, batch_id) in clients.items():
        early, late = peaks(client, batch_id, count)
        yield f"    {name:<32} {early / 1000:10.0f} kB {late / 1000:7.0f} kB"


@click.command()
@click.option("--rounds", default=21, show_default=True, help="Interleaved rounds.")
@click.option("--repeats", default=20, show_default=True, help="Calls in a round.")
@click.option("--results", default=100_000, show_default=True, help="Results of a batch; 0 leaves them out.")
@click.option("--result-rounds", default=5, show_default=True, help="Rounds of reading all of them.")
def main(rounds: int, repeats: int, results: int, result_rounds: int) -> None:
    """Print what the replay costs."""
    for line in lines(rounds, repeats, results, result_rounds):
        click.echo(line)


def lines(rounds: int, repeats: int, results: int, result_rounds: int) -> Iterator[str]:
    """Everything that is printed, each comparison as soon as it is made."""
    yield from table("one messages.create", measured(creating(), rounds, repeats), 1, TARGETS["create"])
    title = f"one event of a stream of {EVENTS}"
    yield from table(title, measured(streaming(), rounds, repeats), EVENTS, TARGETS["event"])
    if results:
        yield from result_lines(results, result_rounds)


if __name__ == "__main__":
    main()
