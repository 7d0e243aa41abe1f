"""The cases of a relay: what upstream does, how many pages there are, and when they are left."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.judging.check import Case
from helpers.judging.endings import CUT_SHORT, NEVER_BEGAN, REFUSED, UNREACHABLE, WHOLE, amid_the_text, new_reason
from helpers.judging.words import draw_answer, draw_prompt
from helpers.replay import Answer, EmptyBody, Fail, Fixture, RefuseConnection, Scenario, says
from helpers.replay.events import PING, Event
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

HEARTBEAT: Final = 15.0
"""Seconds of API time that the lesson lets pass without a byte, at most."""
CLEAN: Final = "clean"
SILENT: Final = "thinks in silence"
SLOW: Final = "529, then an answer"
TWO: Final = "two pages"
RAISING: Final[tuple[Ending, ...]] = ("error_event", "cut", "stall", "malformed", "garbled")
"""The endings after some text at which the SDK, or the library below it, raises."""
QUIET: Final = ("truncate", "empty", "page")
"""Those at which nothing is raised."""
CUT_OFF: Final = "another stop reason"
MUST_TELL: Final = (*RAISING, *NEVER_BEGAN)
"""What a page must be told of by an event of its own."""
LEAVES: Final = "the tab is closed"
LEAVES_SILENCE: Final = "closed while it thinks"
DEAF: Final = "closed, nobody says so"
CANCELLED: Final = "the server stops"
PING_EVERY: Final = 10.0
STILL_TO_COME: Final = 8
"""Pieces of an answer that nobody has seen yet, at least, when its page is left."""
HALF_A_PAUSE: Final = 0.1
"""Seconds from one piece of text to the middle between it and the next."""


def relay_case(name: str, source: random.Random, step: Step, text: str = "", reason: str | None = None) -> Case:
    """A case with one page that stays, whose request meets `step`."""
    fixture = step.message if isinstance(step, Answer) else None
    places = _places(fixture) if isinstance(fixture, Fixture) else []
    expected = {
        "text": text,
        "complete": reason in WHOLE,
        "places": places,
        "pieces": [fixture.events[place].data["delta"]["text"] for place in places if isinstance(fixture, Fixture)],
    }
    inputs = {"prompt": draw_prompt(source), "pages": 1, "leaves": None, "how": "told"}
    return Case(name, Scenario(name, name, then=step), inputs, expected)


def ended_cases(source: random.Random) -> list[Case]:
    """A page that stays, and upstream that ends in one way or another."""
    text = _hard_to_frame(source)
    reason = source.choice([*CUT_SHORT, new_reason(source)])
    short = draw_answer(source)
    return [
        relay_case(CLEAN, source, Answer(says(text)), text, "end_turn"),
        silent_case(SILENT, source),
        _slow_case(source),
        *(_broken_case(ending, source) for ending in (*RAISING, "truncate")),
        relay_case("empty", source, EmptyBody()),
        relay_case("page", source, Fail(200, body=CAPTIVE_PORTAL.body)),
        relay_case(CUT_OFF, source, Answer(says(short, stop_reason=reason)), short, reason),
        relay_case(REFUSED, source, Fail(529)),
        relay_case(UNREACHABLE, source, RefuseConnection()),
    ]


def two_pages(source: random.Random) -> Case:
    """Two people who ask at nearly the same time."""
    text = draw_answer(source)
    return _with(relay_case(TWO, source, Answer(says(text)), text, "end_turn"), pages=2)


def silent_case(name: str, source: random.Random) -> Case:
    """A model that says nothing for most of a minute, while the API pings: the SDK hands none of that on."""
    text = draw_answer(source)
    fixture = _after_silence(says(text), source.randrange(5, 7))
    return relay_case(name, source, Answer(fixture), text, "end_turn")


def left_case(name: str, source: random.Random, how: str) -> Case:
    """A page that is left between two pieces of its answer."""
    text = " ".join(draw_answer(source) for _ in range(3))
    fixture = says(text)
    case = relay_case(name, source, Answer(fixture), text, "end_turn")
    places = _places(fixture)
    last = places[source.randrange(3, len(places) - STILL_TO_COME)]
    return _with(case, leaves=sum(one.delay for one in fixture.events[: last + 1]) + HALF_A_PAUSE, how=how)


def left_silence_case(name: str, source: random.Random, how: str) -> Case:
    """A page that is left while the model thinks."""
    return _with(silent_case(name, source), leaves=14.0 + source.randrange(8), how=how)


def _with(case: Case, **inputs: Any) -> Case:
    return replace(case, inputs={**case.inputs, **inputs})


def _slow_case(source: random.Random) -> Case:
    """An API that is overloaded at first, and asks to be left alone for most of a minute."""
    text = draw_answer(source)
    case = relay_case(SLOW, source, Answer(says(text)), text, "end_turn")
    wait = Fail(529, headers={"retry-after": str(source.randrange(38, 55))})
    return replace(case, scenario=replace(case.scenario, script=(wait,)))


def _broken_case(ending: Ending, source: random.Random) -> Case:
    message = says(draw_answer(source))
    return relay_case(ending, source, Answer(message, ending=ending, after=amid_the_text(source, message)))


def _after_silence(fixture: Fixture, pings: int) -> Fixture:
    """The same, with so many pings before its first piece of text."""
    place = _places(fixture)[0]
    silence = [Event(PING.name, PING.data, PING_EVERY)] * pings
    return Fixture(fixture.name, (*fixture.events[:place], *silence, *fixture.events[place:]))


def _places(fixture: Fixture) -> Sequence[int]:
    """Where the pieces of text are among its events."""
    return [place for place, one in enumerate(fixture.events) if one.data.get("delta", {}).get("type") == "text_delta"]


def _hard_to_frame(source: random.Random) -> str:
    """An answer with all that an event can be broken by: lines of its own, and more than ASCII."""
    lines = [
        draw_answer(source),
        "",
        "- Grüße aus Köln, 5 €: 🚚",
        'data: "quoted" and a \\ besides',
        "",
        "id: 7\r\n\u2028end\n",
    ]
    return "\n".join(lines)
