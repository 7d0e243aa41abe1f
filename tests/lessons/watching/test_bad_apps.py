"""Apps that no server would survive: each ends in a card that says which it is, in the notebook and from outside."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.grading.definitions import define, needed_for, read_cell
from helpers.grading.grader import SECONDS_PER_CASE as OUTSIDE
from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from helpers.judging.checking import SECONDS_PER_CASE, check_function
from helpers.lessons.found import check_named
from helpers.lessons.watching.browser import MOST_PIECES

NAME: Final = "relay"
SOON: Final = 1.0
"""Real seconds after which an app that stands still is stopped. The others end by themselves, on a busy machine too."""
BEGIN: Final = """
import asyncio, threading
from starlette.responses import StreamingResponse

LOCK, REAL_LOCK = asyncio.Lock(), threading.Lock()
ASKED = dict(model="claude-opus-4-8", max_tokens=99, messages=[{"role": "user", "content": "Hello"}])

def relay(client, prompt):
    async def pieces():
"""
END: Final = """
    return StreamingResponse(pieces(), media_type="text/event-stream")
"""
READ: Final = """
            async with client.messages.stream(**ASKED) as stream:
                async for text in stream.text_stream:
                    yield text
"""
BODIES: Final = {
    "waits for nobody": ("never_answers", "        await asyncio.Event().wait()\n        yield ''"),
    "sends for ever": ("flooded_the_page", "        while True:\n            yield 'more'"),
    "sends for ever, catches all": (
        "flooded_the_page",
        "        while True:\n            try:\n                yield 'more'\n"
        "            except Exception:\n                pass",
    ),
    "five hundred streams": (
        "asked_again",
        "        many = [client.messages.create(**ASKED, stream=True) for _ in range(500)]\n"
        "        await asyncio.gather(*many, return_exceptions=True)\n        yield ''",
    ),
    "five hundred tasks": (
        "asked_again",
        "        many = [asyncio.create_task(client.messages.create(**ASKED, stream=True)) for _ in range(500)]\n"
        "        await asyncio.wait(many)\n        yield ''",
    ),
    "a lock over await": ("one_at_a_time", f"        async with LOCK:{READ}"),
    "a thread's lock over await": ("never_ended", f"        with REAL_LOCK:{READ}"),
    "spins": ("never_ended", "        while True:\n            await asyncio.sleep(0)\n        yield ''"),
    "stands still": ("never_ended", "        while True:\n            pass\n        yield ''"),
    "catches its end for ever": (
        "never_ended",
        "        while True:\n            try:\n                await asyncio.sleep(60)\n"
        "            except BaseException:\n                pass\n        yield ''",
    ),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all."""
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize(("told", "body"), BODIES.values(), ids=BODIES)
def test_told(nursery: Nursery, tmp_path: Path, told: str, body: str) -> None:
    """The same word on both sides, and no more than a few real seconds for the worst of them."""
    source = f"{BEGIN}{body}{END}"
    function = define(needed_for(NAME, read_cell("cell 1", source)[0]))[0][NAME]
    inside = check_function(check_named(NAME), function, seconds=SOON if told == "never_ended" else SECONDS_PER_CASE)
    assert inside.misconception == told, inside.message
    path = tmp_path / "11_watching.py"
    path.write_text(f"# %%\n{source}", "utf-8")
    per_case = SOON if told == "never_ended" else OUTSIDE
    (outside,) = grade(path, only=NAME, seconds_per_case=per_case, nursery=nursery).verdicts
    assert outside.misconception == told, outside.message


def test_most_pieces() -> None:
    """A page takes ten times what the longest answer of a case has."""
    check = check_named(NAME)
    longest = max(len(case.expected["pieces"]) for case in check.cases(random.Random(1)))
    assert 10 * longest < MOST_PIECES
