"""The check of `headroom`: what an answer says is left, and no more than it says."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import has_raised, noted, raised_name, shortened
from helpers.judging.words import draw_prompt
from helpers.lessons.under_the_limit import LESSON
from helpers.replay import Answer, Fail, Scenario
from helpers.replay.ratelimits import NAMES
from helpers.replay.scenario import Step

HEADERS: Final = "What the headers say"
SILENCE: Final = "What they don't say"
ANSWERED: Final = "an answer"
USED_UP: Final = "429, input tokens used up"
BARE: Final = "429 that says nothing"
AT_FAULT: Final = "400"
OVERLOADED: Final = "529"
PARTLY: Final = "an answer without the requests"
NO_NUMBER: Final = "a gateway's word"
SILENT: Final = (BARE, AT_FAULT, OVERLOADED)
FIELDS: Final = {"requests": "requests", "input_tokens": "input-tokens", "output_tokens": "output-tokens"}
NO_ZONE: Final = "no time zone"
TOKENS: Final = ("input-tokens", "output-tokens")
PREFIX: Final = "anthropic-ratelimit-"
WHAT: Final = ("limit", "remaining", "reset")


def _cases(source: random.Random) -> Sequence[Case]:
    used_up = _drawn(source, **{"input-tokens": 0})
    requests = [name for name in NAMES if "-requests-" in name]
    word = {**_drawn(source), "anthropic-ratelimit-requests-remaining": source.choice(["unlimited", "n/a", ""])}
    return [
        _case(ANSWERED, source, Answer(), _drawn(source)),
        _case(USED_UP, source, Fail(429), used_up),
        _case(BARE, source, Fail(429, "Error", limits=False)),
        _case(AT_FAULT, source, Fail(400)),
        _case(OVERLOADED, source, Fail(529)),
        _case(PARTLY, source, Answer(), {name: text for name, text in _drawn(source).items() if name not in requests}),
        _case(NO_NUMBER, source, Answer(), word),
    ]


def _drawn(source: random.Random, **left: int) -> dict[str, str]:
    """The twelve headers, as they might be: of each kind something is left, and each is full at another moment."""
    told: dict[str, str] = {}
    for kind, second in zip(FIELDS.values(), source.sample(range(20, 55), 3), strict=True):
        limit = source.randrange(60, 90) * (1 if kind == "requests" else 1000)
        rest = left.get(kind, limit - source.randrange(5, 40) * (1 if kind == "requests" else 1000))
        told |= _three(kind, limit, rest, second)
    limit, rest = (sum(int(told[f"{PREFIX}{kind}-{what}"]) for kind in TOKENS) for what in WHAT[:2])
    return told | _three("tokens", limit, rest, max(_second(told, kind) for kind in TOKENS))


def _three(kind: str, limit: int, rest: int, second: int) -> dict[str, str]:
    reset = f"2026-01-01T00:00:{second:02d}Z"
    return {f"{PREFIX}{kind}-{what}": str(value) for what, value in zip(WHAT, (limit, rest, reset), strict=True)}


def _second(told: Mapping[str, str], kind: str) -> int:
    return int(told[f"{PREFIX}{kind}-reset"][-3:-1])


def _case(name: str, source: random.Random, step: Step, told: Mapping[str, str] | None = None) -> Case:
    """`told` are the headers of rate limits that its answer comes with, in place of the replay's."""
    scenario = Scenario(name, name, then=step)
    return Case(name, scenario, {"prompt": draw_prompt(source), "told": dict(told or {})}, _read(told or {}))


def _read(told: Mapping[str, str]) -> dict[str, Any]:
    """What is to be read in such headers."""
    texts = {field: told.get(f"{PREFIX}{kind}-remaining", "") for field, kind in FIELDS.items()}
    resets = [_moment(told[name]) for kind in FIELDS.values() if (name := f"{PREFIX}{kind}-reset") in told]
    left = {field: int(text) if text.isdecimal() else None for field, text in texts.items()}
    return {**left, "full_at": max(resets, default=None)}


def _moment(text: Any) -> float:
    return datetime.fromisoformat(str(text)).timestamp()


def _resets(run: Run) -> list[str]:
    """What the buckets' headers say, of those that were sent."""
    return [str(text) for kind in FIELDS.values() if (text := _header(run, kind, "reset")) is not None]


def _expected(run: Run) -> Mapping[str, Any]:
    return run.case.expected


def _fields(run: Run) -> Mapping[str, Any]:
    """The fields of the `Headroom` that was returned; none where something else was."""
    is_one = isinstance(run.value, dict) and run.value.keys() == run.case.expected.keys()
    return run.value if is_one and noted(run, "is_headroom") else {}


def _given(run: Run, field: str) -> Any:
    """What stands in this field; a moment in seconds of Unix time, or `NO_ZONE`."""
    value = _fields(run).get(field)
    if not isinstance(value, dict) or "datetime" not in value:
        return value
    try:
        moment = datetime.fromisoformat(str(value["datetime"]))
    except ValueError:  # no moment of Python's
        return value
    return NO_ZONE if moment.tzinfo is None else moment.timestamp()


def _differs(run: Run, field: str) -> bool:
    return bool(_fields(run)) and not same(_given(run, field), _expected(run)[field])


def _right(run: Run) -> str | None:
    if not _fields(run):
        return f"expected a `Headroom`, got {_got(run)}."
    field = next((one for one in [*FIELDS, "full_at"] if _differs(run, one)), None)
    if field is None:
        return None
    return f"expected `{field}` {shortened(_expected(run)[field])}, got {shortened(_given(run, field))}."


def _got(run: Run) -> str:
    return f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return "you returned a Headroom" if _fields(run) else "you returned no Headroom"


def _header(run: Run, kind: str, name: str) -> Any:
    text = run.case.inputs["told"].get(f"{PREFIX}{kind}-{name}")
    return int(text) if str(text).isdecimal() else text


def _is_every(run: Run, field: str, kind: str, name: str) -> bool:
    """Whether `field` is what this header says, where that is another number than what was asked for."""
    told = _header(run, kind, name)
    return _differs(run, field) and told is not None and same(_given(run, field), told)


CHECK: Final = Check(
    LESSON.exercise("headroom"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="must_be_there",
            applies=lambda run: has_raised(run, "LookupError", "TypeError") and run.case.name in (*SILENT, PARTLY),
            cause=lambda run: (
                f"`{raised_name(run)}`, for {run.case.name}: the answer came without these headers. Errors other than "
                "a 429 never have them, some 429s don't, and some answers lack three of them."
            ),
            next_step="Use `headers.get(name)`, and let what is not there be None.",
            reread=SILENCE,
        ),
        Misconception(
            id="must_be_a_number",
            applies=lambda run: has_raised(run, "ValueError") and run.case.name == NO_NUMBER,
            cause="`ValueError`: a gateway between you and the API wrote a word where a number belongs, and the code "
            "that watches the limit took the service down.",
            next_step="Catch the `ValueError` of that one header: what can't be read says nothing.",
            reread=SILENCE,
        ),
        Misconception(
            id="zero_for_silence",
            applies=lambda run: any(
                _expected(run)[one] is None and _differs(run, one) and same(_given(run, one), 0) for one in FIELDS
            ),
            cause=lambda run: (
                f"for {run.case.name} you say that 0 are left, and nobody said so. Whoever reads it stops sending, "
                "because of a header that was not there."
            ),
            next_step="Say None where the header is missing or is no number. 0 is what is used up.",
            reread=SILENCE,
        ),
        Misconception(
            id="silence_for_zero",
            applies=lambda run: any(
                same(_expected(run)[one], 0) and _differs(run, one) and _given(run, one) is None for one in FIELDS
            ),
            cause="the input tokens are used up, the header says 0, and you say None. 0 is false, so `or None` turns "
            "the one number that matters into “unknown”.",
            next_step="Compare with `is None`, not with the truth of a number.",
            reread=HEADERS,
        ),
        Misconception(
            id="both_together",
            applies=lambda run: any(
                _is_every(run, one, "tokens", "remaining") for one in ("input_tokens", "output_tokens")
            ),
            cause="your number is that of `anthropic-ratelimit-tokens-…`, input and output together. After a 429 for "
            "input tokens the sum still says that there is plenty.",
            next_step="Read `input-tokens` and `output-tokens`, each from its own header.",
            reread=HEADERS,
        ),
        Misconception(
            id="limit_not_rest",
            applies=lambda run: any(_is_every(run, one, FIELDS[one], "limit") for one in FIELDS),
            cause="your number is the limit, which is the same whatever was used of it.",
            next_step="Read `…-remaining` for what is left.",
            reread=HEADERS,
        ),
        Misconception(
            id="text_not_number",
            applies=lambda run: any(isinstance(_given(run, one), str) for one in FIELDS),
            cause=lambda run: (
                "you hand on the text "
                f"{shortened(next(_given(run, one) for one in FIELDS if isinstance(_given(run, one), str)))}. As "
                "texts, `'90' < '1000'` is false."
            ),
            next_step="Make an `int` of it.",
            reread=HEADERS,
        ),
        Misconception(
            id="moment_without_zone",
            applies=lambda run: _given(run, "full_at") == NO_ZONE,
            cause="your `full_at` has no time zone. Compared with `datetime.now(UTC)` it raises; taken for local "
            "time it is hours off.",
            next_step="`datetime.fromisoformat` keeps the `Z` at the end as UTC: don't cut it off.",
            reread=HEADERS,
        ),
        Misconception(
            id="one_for_all",
            applies=lambda run: (
                isinstance(_given(run, "full_at"), float | int)
                and _differs(run, "full_at")
                and any(same(_given(run, "full_at"), _moment(text)) for text in _resets(run))
            ),
            cause="your `full_at` is the reset of one bucket, and another one needs longer.",
            next_step="Take the latest of the moments that are named.",
            reread=HEADERS,
        ),
    ),
    hints=(
        "Three buckets, each with a header for what is left and one for when it is full. Write what reads one number "
        "first, also where there is none.",
        '`headers.get(f"anthropic-ratelimit-{kind}-remaining")` is None where it is missing. `datetime.fromisoformat` '
        "reads the resets; `max(…, default=None)` finds the latest of those that are there.",
        'A function `left(kind)` with `try: return int(headers.get(…, ""))` and `except ValueError: return None`. Then '
        '`resets = [headers[name] for name in …, if name in headers]`, and `Headroom(left("requests"), '
        'left("input-tokens"), left("output-tokens"), max(map(datetime.fromisoformat, resets), default=None))`.',
    ),
    besides="Ours makes an `int` of an empty text where a header is missing, so that one `except` serves both.",
)
