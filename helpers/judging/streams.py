"""A stream that comes to its end, or is cut off: cases of it, and how people read it wrong in whichever language."""

import random
from collections.abc import Mapping
from typing import Any, Final

from helpers.judging.check import Case, Misconception, Run
from helpers.judging.reading import calls_made, ended_well, is_streamed
from helpers.judging.words import draw_answer, draw_prompt, split
from helpers.replay import Answer, Fail, Fixture, Scenario, blocks, says
from helpers.replay.events import Event

CUT: Final = "cut off"

NEAR: Final = 0.05
"""Seconds within which two moments are the same."""


def _places(fixture: Fixture) -> list[int]:
    """Which of the events carry text."""
    return [
        index for index, event in enumerate(fixture.events) if event.data.get("delta", {}).get("type") == "text_delta"
    ]


def stream_case(name: str, source: random.Random, fixture: Fixture, *failures: Fail, **inputs: Any) -> Case:
    """A case that is answered with `fixture`, after `failures`."""
    places = _places(fixture)
    expected = {"pieces": [fixture.events[place].data["delta"]["text"] for place in places], "places": places}
    scenario = Scenario(name, name, failures, Answer(fixture))
    return Case(name, scenario, {"prompt": draw_prompt(source), **inputs}, expected)


def cut_case(name: str, source: random.Random) -> Case:
    """A case whose stream is cut off: somewhere in the text, or at its very end."""
    fixture = says(draw_answer(source))
    places = _places(fixture)
    # Events that are no pings, counted: the message's start, the block's, and so many pieces of text.
    arrived = source.randrange(1, len(places) + 1)
    pieces = [fixture.events[place].data["delta"]["text"] for place in places[:arrived]]
    expected = {"pieces": pieces, "places": places[:arrived], "message": fixture.message}
    scenario = Scenario(name, name, then=Answer(fixture, ending="cut", after=2 + arrived))
    return Case(name, scenario, {"prompt": draw_prompt(source)}, expected)


def half_returned(reread: str) -> Misconception:
    """What arrived of a broken stream, returned as if it were the whole."""
    return Misconception(
        id="half_returned",
        applies=lambda run: run.case.name == CUT and ended_well(run),
        cause="the connection broke in the middle of the answer, and your function returned as if nothing had "
        "happened. Whoever called it takes half an answer, or none, for the whole.",
        next_step="Catch nothing here: let the exception go up to the caller, who knows what to do about it.",
        reread=reread,
    )


def text_blocks(text: str, parts: int) -> Fixture:
    """An answer whose text comes in so many blocks."""
    return blocks([{"type": "text", "text": part} for part in split(text, parts)])


def with_pings(fixture: Fixture) -> Fixture:
    """The same with a ping after the first event and one between the words."""
    ping = Event("ping", {"type": "ping"}, 0.3)
    first, *rest = fixture.events
    return Fixture(fixture.name, (first, ping, *rest[:4], ping, *rest[4:]))


def asked_twice(reread: str) -> Misconception:
    """One request for the words and another for the message."""
    return Misconception(
        id="asked_twice",
        applies=lambda run: calls_made(run) > 1,
        cause=lambda run: (
            f"your code made {calls_made(run)} calls for one answer, and each is paid for. A second call does not "
            "give you the rest of the first one: it gives you another answer."
        ),
        next_step="Take all that you need from one stream: it has the words, the message and the request id.",
        reread=reread,
    )


def unstreamed(reread: str, why: str, next_step: str = "Use `client.messages.stream(…)` in a `with`.") -> Misconception:
    """`create` without `stream=True`."""
    return Misconception(
        id="unstreamed",
        applies=lambda run: bool(run.wire) and not is_streamed(run),
        cause=f"your request does not ask for a stream. {why}",
        next_step=next_step,
        reread=reread,
    )


def raised_message(run: Run) -> str:
    """What the exception said that left the function; empty where none did."""
    return run.observation.raised.message if run.observation.raised else ""


def substance(message: Mapping[str, Any]) -> list[Any]:
    """What a message must not lose: its blocks, why it ended, and what it cost."""
    kept = ("type", "text", "thinking", "name", "input")
    found = message.get("content")
    blocks = [block for block in found if isinstance(block, dict)] if isinstance(found, list) else []
    content = [{name: block[name] for name in kept if name in block} for block in blocks]
    usage = message.get("usage")
    return [content, message.get("stop_reason"), usage.get("output_tokens") if isinstance(usage, dict) else None]
