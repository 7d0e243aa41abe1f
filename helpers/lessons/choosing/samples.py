"""Tasks and calls to look at in lesson 04, and to draw logs from."""

import random
from collections.abc import Callable, Mapping
from typing import Final

from helpers.facts.patterns import Call, Pattern, Task

TEN_TASKS: Final[Mapping[str, tuple[str, Task]]] = {
    "help page": ("customers ask, many a day", Task("person", 8, requests=20_000)),
    "summaries": ("yesterday's mails, for a search index", Task("nobody", 8, requests=6_000)),
    "contract": ("a lawyer wants a draft", Task("person", 400, 16_000)),
    "fraud": ("each order is held until it is judged", Task("program", 3, 64, 9_000)),
    "refunds": ("an agent that calls tools, at night", Task("nobody", 6, requests=300, in_turn=True)),
    "reviews": ("to be moderated before noon", Task("nobody", 3, 64, 12_000, deadline_hours=2)),
    "evaluation": ("test cases, by Friday", Task("nobody", 20, requests=5_000, deadline_hours=72)),
    "audit": ("one report, a long one", Task("nobody", 900, 16_000)),
    "catalogue": ("one text, with much room", Task("nobody", 300, 60_000)),
    "title": ("a title for one mail", Task("nobody", 2, 32)),
}
"""To be judged in the lesson, by name: what it is, and what is known of it."""


def _person(source: random.Random) -> Task:
    return Task("person", float(source.randrange(3, 20)))


def _job(source: random.Random) -> Task:
    return Task("nobody", float(source.randrange(3, 20)), requests=source.randrange(500, 9_000))


def _loop(source: random.Random) -> Task:
    return Task("program", float(source.randrange(3, 20)), requests=source.randrange(100, 300), in_turn=True)


KINDS: Final[dict[str, Callable[[str, random.Random], Call]]] = {
    "chat": lambda id, source: Call(id, "chat", Pattern.STREAMING, _person(source), 6.0),
    "unstreamed chat": lambda id, source: Call(id, "mobile chat", Pattern.STANDARD, _person(source), 9.0),
    "batch for a person": lambda id, source: Call(
        id, "ask a colleague", Pattern.BATCHES, _person(source), float(source.randrange(1_200, 5_000))
    ),
    "fast batch for a person": lambda id, source: Call(
        id, "help page", Pattern.BATCHES, _person(source), float(source.randrange(20, 50))
    ),
    "bulk": lambda id, source: Call(id, "nightly summaries", Pattern.BATCHES, _job(source), 1_500.0),
    "bulk slow": lambda id, source: Call(
        id, "weekly evaluation", Pattern.BATCHES, _job(source), float(source.randrange(30_000, 70_000))
    ),
    "bulk at full price": lambda id, source: Call(id, "tagging the archive", Pattern.STANDARD, _job(source), 4.0),
    "tag": lambda id, source: Call(id, "tag of one mail", Pattern.STANDARD, Task("nobody", 3.0), 3.0),
    "streamed tag": lambda id, source: Call(id, "title of one mail", Pattern.STREAMING, Task("nobody", 4.0), 4.0),
    "loop": lambda id, source: Call(id, "refund agent", Pattern.STANDARD, _loop(source), 5.0),
    "loop in a batch": lambda id, source: Call(id, "stock agent", Pattern.BATCHES, _loop(source), 700.0),
    "streamed bulk": lambda id, source: Call(id, "titles of the archive", Pattern.STREAMING, _job(source), 5.0),
}
"""What a log can hold: calls in their place, and calls that are not."""


def day_of_support() -> list[Call]:
    """A log to look at: one call of every kind, in no particular order."""
    calls = [KINDS[kind](f"call_{number:02}", random.Random(number)) for number, kind in enumerate(KINDS, 1)]
    random.Random("04_choosing").shuffle(calls)
    return calls
