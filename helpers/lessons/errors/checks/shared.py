"""What several checks of lesson 05 need."""

import random
from collections.abc import Mapping
from typing import Any, Final

from helpers.judging.check import Case, Run
from helpers.judging.reading import raised_name, shortened
from helpers.judging.words import draw_answer, draw_prompt
from helpers.replay import Answer, Scenario, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

REFUSED: Final = "connection refused"
CUT: Final = "connection closed in a stream"
MALFORMED: Final = "an event that is not JSON"
EDGE_PAGES: Final = (502, 503, 520, 522, 524)
"""Statuses that are answered with a page."""


def error_case(
    name: str, source: random.Random, step: Step, how: str = "create", *, expected: Mapping[str, Any], **more: Any
) -> Case:
    """A case in which one call fails, made as `how` says."""
    inputs = {"how": how, "prompt": draw_prompt(source), **more}
    return Case(name, Scenario(name, name, then=step), inputs, expected)


def error_event(source: random.Random, kind: str) -> Answer:
    """A stream that breaks with an error event."""
    return Answer(says(draw_answer(source)), ending="error_event", after=source.randrange(4, 7), error=kind)


def broken_stream(source: random.Random, ending: Ending) -> Answer:
    """A stream that breaks in its middle, in this way."""
    return Answer(says(draw_answer(source)), ending=ending, after=source.randrange(4, 7))


def shown(run: Run) -> str:
    """What the function raised or returned, as code."""
    return f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)
