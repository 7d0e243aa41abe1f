"""The check of `fits`: how large a request may be, in bytes."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.facts import LIMITS
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import noted, shortened
from helpers.lessons.errors import LESSON
from helpers.replay import Answer, Scenario
from helpers.settings import MODEL

TOO_LARGE: Final = "Too large, measured in bytes"
QUESTION: Final = "a question"
UMLAUTS: Final = "17 million umlauts"
ESCAPES: Final = "6 million umlauts"
LINES: Final = "17 million line breaks"
OVER: Final = "32,000,001 bytes"
BATCH: Final = "a batch of 34 MB"
AROUND: Final = len('{"model":"","messages":[{"role":"user","content":""}]}') + len(MODEL)
"""Bytes around a text whose tokens are counted, as the SDK sends it."""
SPACES: Final = 6
"""Bytes that `json.dumps` adds to these with its spaces: a little caution, and as right."""
BESIDE: Final = (-1, -2, -1 - SPACES)
"""Letters besides: exactly the limit, one byte below, and what is below with the spaces as well."""
EXACT: Final = ([True], [False, False, True])
"""What may be said to these, down to the first that fits: without the spaces, and with them."""


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        _case(QUESTION, "messages", "What is a lamp? ", source.randrange(1, 9), fits=True),
        _case(UMLAUTS, "messages", source.choice("äöü"), 17_000_000, fits=False),
        _case(ESCAPES, "messages", source.choice("äöü"), 6_000_000, fits=True),
        _case(LINES, "messages", "\n", 17_000_000, fits=False),
        _case(OVER, "count_tokens", source.choice("abcdefgh"), LIMITS["count_tokens"] - AROUND + 1, BESIDE, fits=False),
        _case(BATCH, "batches", source.choice("abcdefgh"), 34_000_000, fits=True),
    ]


def _case(name: str, endpoint: str, text: str, times: int, beside: Sequence[int] = (), *, fits: bool) -> Case:
    inputs = {"endpoint": endpoint, "text": text, "times": times, "beside": list(beside)}
    return Case(name, Scenario("plain", "nothing is asked", then=Answer()), inputs, {"fits": fits})


def _wrong(run: Run) -> str | None:
    if run.value is run.case.expected["fits"]:
        return "the limit itself still fits, and what is below it." if _missed(run) else None
    came = f"`{run.observation.raised.type}`" if run.observation.raised else shortened(run.value)
    return f"expected `{run.case.expected['fits']}`, got {came}."


def _missed(run: Run) -> bool:
    """Whether the function drew the line somewhere below the limit, by more than spaces."""
    return run.case.name == OVER and not any(same(noted(run, "beside"), exact) for exact in EXACT)


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
    again={QUESTION: 12, LINES: 2},
    misconceptions=(
        Misconception(
            id="one_limit_for_all",
            applies=lambda run: run.case.name == BATCH and run.value is False,
            cause="you refused a batch of 34 MB. 32 MB is the limit of a message; a batch may have 256 MB.",
            next_step="Take the limit of the endpoint from `LIMITS[endpoint]`.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="characters_not_bytes",
            applies=lambda run: run.case.name == UMLAUTS and run.value is True,
            cause="17 million umlauts are 17 million characters and 34 million bytes: each of them is two in UTF-8. "
            "You counted characters.",
            next_step="Encode the JSON before you measure it: `.encode()`.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="escapes_counted",
            applies=lambda run: run.case.name == ESCAPES and run.value is False,
            cause=r"6 million umlauts are 12 MB as the SDK sends them. `json.dumps` writes each as `\u00fc`, six "
            "bytes, unless it is told not to: you measured 36 MB.",
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
            applies=lambda run: run.case.name == OVER and run.value is True,
            cause="32,000,001 bytes are more than 32 MB. If you took 1024 × 1024 bytes for a megabyte, you have "
            "allowed 33,554,432.",
            next_step="A megabyte has 1,000,000 bytes: `LIMITS` from `helpers.facts` has them in bytes.",
            reread=TOO_LARGE,
        ),
        Misconception(
            id="limit_left_out",
            applies=lambda run: run.value is False and _missed(run),
            cause="you refused a payload of 32,000,000 bytes, or one a few bytes below. A limit is the largest size "
            "that fits, not the first that does not.",
            next_step="Compare the bytes that are sent with `<=`.",
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
