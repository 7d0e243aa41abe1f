"""Exercise of lesson 05: whether a request is small enough, by the bytes that travel."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

from helpers.exercises.error_reading import LESSON
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import shortened
from helpers.replay import Answer, Scenario
from helpers.settings import MODEL

TOO_LARGE: Final = "Too large, measured in bytes"
UMLAUTS: Final = "18 million umlauts"
ESCAPES: Final = "12 million umlauts"
LINES: Final = "20 million line breaks"
BINARY: Final = "33,000,000 letters"
BATCH: Final = "a batch of 40 MB"


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        _case("a question", "messages", "What is a lamp? ", source.randrange(1, 9), fits=True),
        _case(UMLAUTS, "messages", source.choice("äöü"), 18_000_000, fits=False),
        _case(ESCAPES, "messages", source.choice("äöü"), 12_000_000, fits=True),
        _case(LINES, "messages", "\n", 20_000_000, fits=False),
        _case(BINARY, "count_tokens", source.choice("abcdefgh"), 33_000_000, fits=False),
        _case(BATCH, "batches", source.choice("abcdefgh"), 40_000_000, fits=True),
    ]


def _case(name: str, endpoint: str, text: str, times: int, *, fits: bool) -> Case:
    inputs = {"endpoint": endpoint, "text": text, "times": times}
    return Case(name, Scenario("plain", "nothing is asked", then=Answer()), inputs, {"fits": fits})


def build_and_ask(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(endpoint, payload)` with a payload that is built here: it is too large to be an input."""
    inputs = stage.inputs
    params: dict[str, Any] = {
        "model": MODEL,
        "messages": [{"role": "user", "content": inputs["text"] * inputs["times"]}],
    }
    if inputs["endpoint"] == "count_tokens":
        return function("count_tokens", params)
    params["max_tokens"] = 1024
    if inputs["endpoint"] == "batches":
        return function("batches", {"requests": [{"custom_id": "doc-1", "params": params}]})
    return function(inputs["endpoint"], params)


def _wrong(run: Run) -> str | None:
    if run.value is run.case.expected["fits"]:
        return None
    came = f"`{run.observation.raised.type}`" if run.observation.raised else shortened(run.value)
    return f"expected `{run.case.expected['fits']}`, got {came}."


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if not isinstance(run.value, bool):
        return f"you said {shortened(run.value)}"
    return "you: fits" if run.value else "you: too large"


FITS: Final = Exercise(
    name="fits",
    lesson=LESSON,
    parameters=("endpoint", "payload"),
    cases=_cases,
    driver=build_and_ask,
    right=_wrong,
    said=_said,
    misconceptions=(
        Misconception(
            id="one_limit_for_all",
            applies=lambda run: run.case.name == BATCH and run.value is False,
            cause="you refused a batch of 40 MB. 32 MB is the limit of a message; a batch may have 256 MB.",
            next_step="Take the limit of the endpoint from `LIMITS[endpoint]`.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="characters_not_bytes",
            applies=lambda run: run.case.name == UMLAUTS and run.value is True,
            cause="18 million umlauts are 18 million characters and 36 million bytes: each of them is two in UTF-8. "
            "You counted characters.",
            next_step="Encode the JSON before you measure it: `.encode()`.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="escapes_counted",
            applies=lambda run: run.case.name == ESCAPES and run.value is False,
            cause=r"12 million umlauts are 24 MB as the SDK sends them. `json.dumps` writes each as `\u00fc`, six "
            "bytes, unless it is told not to: you measured 72 MB.",
            next_step="Measure with `json.dumps(payload, ensure_ascii=False)`.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="text_is_not_the_request",
            applies=lambda run: run.case.name == LINES and run.value is True,
            cause=r"a line break is one byte in your text and two on the wire, where it is written `\n`. Quotation "
            "marks and backslashes grow as well. You measured the text, not the JSON.",
            next_step="Measure the whole payload as JSON.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="mebibytes",
            applies=lambda run: run.case.name == BINARY and run.value is True,
            cause="33,000,000 bytes are more than 32 MB. With 1024 × 1024 bytes to a megabyte you have allowed "
            "33,554,432.",
            next_step="A megabyte has 1,000,000 bytes: `LIMITS` from `helpers.limits` has them in bytes.",
            reread=TOO_LARGE,
        ),
    ),
    hints=(
        "What travels is the whole payload, as JSON, in UTF-8. Build exactly that, and count its bytes.",
        'The SDK writes it like `json.dumps(payload, ensure_ascii=False, separators=(",", ":"))`. A string has '
        "characters; `.encode()` makes bytes of them.",
        "Compare `len(….encode())` with `LIMITS[endpoint]` from `helpers.limits`. A body of exactly that size fits.",
    ),
)
