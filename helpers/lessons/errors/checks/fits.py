"""The check of `fits`: how large a request may be, in bytes."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import shortened
from helpers.lessons.errors import LESSON
from helpers.replay import Answer, Scenario

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


CHECK: Final = Check(
    LESSON.exercise("fits"),
    cases=_cases,
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
            next_step="A megabyte has 1,000,000 bytes: `LIMITS` from `helpers.facts` has them in bytes.",
            reread=TOO_LARGE,
        ),
    ),
    hints=(
        "What travels is the whole payload, as JSON, in UTF-8. Build exactly that, and count its bytes.",
        'The SDK writes it like `json.dumps(payload, ensure_ascii=False, separators=(",", ":"))`. A string has '
        "characters; `.encode()` makes bytes of them.",
        "Compare `len(….encode())` with `LIMITS[endpoint]` from `helpers.facts`. A body of exactly that size fits.",
    ),
    besides="Ours measures what the SDK would send, byte by byte: no spaces in between, and an umlaut as two.",
)
