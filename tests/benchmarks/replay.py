"""What the replay costs, side by side with the least that a replay can cost: `python -m tests.benchmarks.replay`.

One `messages.create` and one streamed event through `ReplayTransport` and through a bare `httpx2.MockTransport`, and
`import helpers` over `import anthropic`. Rounds are interleaved, so that whatever else the machine does hits all alike;
medians are printed. Differences under 15 % are noise on a shared machine.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any, Final, TypeAlias

import click
import httpx2
from anthropic import Anthropic

from helpers.client import REPLAY_URL, replay_client
from helpers.replay import Answer, Engine, Fixture, Scenario, says
from helpers.replay.ratelimits import RateLimits
from helpers.settings import MODEL

Contender: TypeAlias = Callable[[], object]

EVENTS: Final = 200
ANSWER: Final = says(" ".join(f"word{n}" for n in range(EVENTS - 5)))
"""With the start and stop of message and block, and the message's delta, as many events as that."""
PARAMS: Final[Mapping[str, Any]] = {
    "model": MODEL,
    "max_tokens": 1000,
    "messages": [{"role": "user", "content": "Write a haiku"}],
}
WARM_UP: Final = 5
"""Calls at the beginning of a turn that do not count."""
TARGETS: Final = {"create": 1.2, "event": 1.1, "import": 1.05}


class Chunks(httpx2.SyncByteStream):
    """A body that arrives in chunks."""

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def replay(answer: Fixture | None = None) -> Anthropic:
    """A client that the replay answers: with the fixture that fits the prompt, or with this one."""
    return replay_client(Engine(Scenario("benchmark", "always the same", then=Answer(message=answer))))


def mock(respond: Callable[[], httpx2.Response]) -> Anthropic:
    """A client that a bare mock answers."""
    http_client = httpx2.Client(transport=httpx2.MockTransport(lambda _: respond()))
    return Anthropic(api_key="replay", base_url=REPLAY_URL, http_client=http_client)


def chunks(answer: Fixture | None = None, *, streamed: bool = False) -> list[bytes]:
    """What the replay sends."""
    with httpx2.Client(transport=replay(answer)._client._transport, timeout=None) as client:
        headers = {"authorization": "Bearer replay", "anthropic-version": "2026-10-21"}
        body = {**PARAMS, "stream": streamed}
        with client.stream("POST", f"{REPLAY_URL}/v1/messages", json=body, headers=headers) as response:
            return list(response.iter_bytes())


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


def creating() -> dict[str, Contender]:
    """One `messages.create`, all ways: a mock with the same response, one that leaves out all that it can, the replay.

    The floor is the same response: what the SDK makes of the API's headers is no cost of a replay.
    """
    body = b"".join(chunks())
    headers = {"content-type": "application/json", "request-id": "req_1"}
    all_headers = {**headers, **RateLimits().headers()}
    return {
        "httpx2.MockTransport": create(mock(lambda: httpx2.Response(200, headers=all_headers, content=body))),
        "httpx2.MockTransport, two headers": create(mock(lambda: httpx2.Response(200, headers=headers, content=body))),
        "ReplayTransport": create(replay()),
    }


def streaming() -> dict[str, Contender]:
    """One streamed call, all ways."""
    parts = chunks(ANSWER, streamed=True)
    body = b"".join(parts)
    headers = {"content-type": "text/event-stream; charset=utf-8", "request-id": "req_1"}
    return {
        "httpx2.MockTransport, chunks": stream(
            mock(lambda: httpx2.Response(200, headers=headers, stream=Chunks(parts)))
        ),
        "httpx2.MockTransport, one block": stream(mock(lambda: httpx2.Response(200, headers=headers, content=body))),
        "ReplayTransport": stream(replay(ANSWER)),
    }


def importing() -> dict[str, Contender]:
    """A fresh interpreter that imports, both ways."""
    return {
        name: lambda name=name: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)  # type: ignore[misc]
        for name in ("anthropic", "helpers")
    }


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


def children() -> float:
    """Processor seconds of the interpreters started so far; real seconds where a system does not tell."""
    times = os.times()
    return times.children_user + times.children_system or time.perf_counter()


def table(title: str, seconds: Mapping[str, float], parts: int, target: float) -> Iterator[str]:
    """The lines of one comparison; the first contender is the floor."""
    floor = next(iter(seconds.values()))
    yield f"{title} (target: at most {target:.2f} of the first line)"
    for name, taken in seconds.items():
        yield f"    {name:<32} {taken / parts * 1e6:10.1f} µs   {taken / floor:.2f}"


@click.command()
@click.option("--rounds", default=21, show_default=True, help="Interleaved rounds.")
@click.option("--repeats", default=20, show_default=True, help="Calls in a round.")
@click.option("--imports", default=11, show_default=True, help="Rounds of fresh interpreters; 0 leaves them out.")
def main(rounds: int, repeats: int, imports: int) -> None:
    """Print what the replay costs."""
    comparisons = [
        ("one messages.create", measured(creating(), rounds, repeats), 1, TARGETS["create"]),
        (f"one event of a stream of {EVENTS}", measured(streaming(), rounds, repeats), EVENTS, TARGETS["event"]),
    ]
    if imports:
        comparisons.append(
            (
                "import in a fresh interpreter",
                measured(importing(), imports, 1, children, warm_up=0),
                1,
                TARGETS["import"],
            )
        )
    for comparison in comparisons:
        for line in table(*comparison):
            click.echo(line)


if __name__ == "__main__":
    main()
