"""What a card offers of the case that its message is about: to run it oneself, and to see what was expected.

    client, inputs = case(stream_safely, "truncate")
    stream_safely(client, **inputs)

Where a driver does more than call the function once and take what it returns (two threads, two runs, a client that is
used afterwards), only the driver can repeat the case: `this.call()`.

Nothing is told here that the message of a card does not tell elsewhere: what is expected of other cases stays with the
verdict.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from helpers.judging.check import Check, Run
from helpers.judging.drawing import NOTEBOOK_SEED
from helpers.judging.handing import Drawn, Handed, draw, handed
from helpers.judging.verdict import Verdict
from helpers.replay.curl import curl_line

IMPORT: Final = "from helpers import case"
LONGEST_VALUE: Final = 300
"""Characters of a returned or written value that are shown."""


@dataclass(frozen=True)
class Offer:
    """Of one case: the code that puts a learner into it, what is known of it, and its first request."""

    case: str
    code: str
    """For a cell of the learner's own."""
    asking: str
    """What stands for the case in code: `case(ask, "529, 529")`."""
    called: bool
    """Whether the code calls the function as the check does, and not by itself."""
    expected: str = ""
    """What was expected and what came instead, where the message does not say so already."""
    seen: tuple[str, ...] = ()
    """What the function returned or raised and wrote, and how much went over the wire."""
    curl: str = ""
    """The first request as a curl line; empty where none was sent."""


def offer(check: Check, verdict: Verdict, seed: int = NOTEBOOK_SEED) -> Offer | None:
    """What to offer after a verdict on the cases of this seed; nothing where its message is about none of them."""
    if verdict.case is None:
        return None
    drawn = draw(check, verdict.case, seed)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        given = handed(drawn, Path(folder))
    of_case = Offer(verdict.case, code_for(drawn, given), asking_for(drawn), not given.alone)
    run = next((run for run in verdict.runs if run.case.name == verdict.case), None)
    if run is None:
        return of_case
    expected = "" if verdict.fault in verdict.message else verdict.fault
    curl = curl_line(run.wire[0]) if run.wire else ""
    return replace(of_case, expected=expected, seen=tuple(seen_in(run)), curl=curl)


def code_for(drawn: Drawn, given: Handed) -> str:
    """The two lines that put a learner into the case, below the import that they need."""
    name, asking = drawn.exercise.name, asking_for(drawn)
    if not given.alone:
        return f"{IMPORT}\n\nthis = {asking}\nthis.call()"
    arguments = "client, **inputs" if "client" in given.named else "**inputs"
    call = f"{'await ' if given.awaited else ''}{name}({arguments})"
    return f"{IMPORT}\n\nclient, inputs = {asking}\n{call}"


def asking_for(drawn: Drawn) -> str:
    """The expression that is the case: `case(ask, "529, 529")`."""
    seed = "" if drawn.seed == NOTEBOOK_SEED else f", seed={drawn.seed}"
    # A string of JSON is one of Python's, and in double quotes.
    return f"case({drawn.exercise.name}, {json.dumps(drawn.case.name, ensure_ascii=False)}{seed})"


def seen_in(run: Run) -> Iterator[str]:
    """What a function did in one case, a line for each way in which it can be seen."""
    observation = run.observation
    if observation.stopped:
        yield f"you were stopped: {observation.stopped}"
    elif observation.raised:
        place = f", in your {observation.raised.place}" if observation.raised.place else ""
        yield f"you raised {observation.raised.type}{place}"
    else:
        yield f"you returned {_shown(observation.value)}"
    if observation.wrote:
        yield f"you wrote {_shown(''.join(observation.wrote))}"
    if run.wire:
        yield "one request went over the wire" if len(run.wire) == 1 else f"{len(run.wire)} requests went over the wire"


def _shown(value: Any) -> str:
    text = repr(value)
    return f"`{text if len(text) <= LONGEST_VALUE else f'{text[:LONGEST_VALUE]}…'}`"
