"""What several checks of lesson 12 need: many prompts, and who was under way when."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Run
from helpers.judging.exact import number
from helpers.judging.reading import noted
from helpers.judging.words import draw_prompt
from helpers.replay import Answer, Choose, Request, Scenario, WireLog, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Exchange

SAME: Final = 1e-3
"""Seconds of API time within which two moments are one: over a socket they are told to the microsecond."""


def draw_prompts(source: random.Random, count: int) -> list[str]:
    """So many prompts, no two of them the same."""
    prompts: dict[str, None] = {}
    while len(prompts) < count:
        prompts[draw_prompt(source)] = None
    return list(prompts)


def asked_in(exchange: Exchange, prompts: Sequence[str]) -> int | None:
    """Which of the prompts this request asks: none of them is a part of another, or has a letter that JSON escapes."""
    return next((index for index, prompt in enumerate(prompts) if prompt.encode() in exchange.sent), None)


def answer_to(request: Request, texts: Mapping[str, str], delay: float) -> Answer:
    """The answer to the prompt that is asked, a piece of it every `delay` seconds."""
    text = next((text for prompt, text in texts.items() if prompt in request.prompt), "Which order do you mean?")
    return Answer(says(text, delay=delay))


def choosing(step: Callable[[Request, WireLog], Step], name: str, **more: Any) -> Scenario:
    """A scenario in which the request says what happens to it."""
    return Scenario(name, name, then=Choose(step), **more)


def refused(wire: Sequence[Exchange]) -> list[Exchange]:
    """Those that were answered 429."""
    return [one for one in wire if one.status == 429]


def under_way(wire: Sequence[Exchange], moment: float) -> list[Exchange]:
    """Those that have been sent by `moment` and not been answered."""
    return [one for one in wire if one.started <= moment + SAME and end_of(one) > moment + SAME]


def most_under_way(wire: Sequence[Exchange]) -> int:
    """How many were under way at once, at most."""
    return max((len(under_way(wire, one.started)) for one in wire), default=0)


def end_of(one: Exchange) -> float:
    """When it was over."""
    return one.started if one.ended is None else one.ended


def took(run: Run) -> float:
    """Seconds of API time that the function took."""
    return number(noted(run, "took")) or 0.0


def blocked(run: Run) -> float:
    """Seconds in which it slept without letting other tasks run."""
    return number(noted(run, "blocked")) or 0.0
