"""The check of `split_batches`: batches that fit."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.facts.limits import LIMITS, MAX_BATCH_REQUESTS, request_size
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number, same
from helpers.judging.reading import has_raised, noted, raised_name, shortened
from helpers.judging.words import draw_answer
from helpers.lessons.batches import LESSON
from helpers.lessons.batches.checks.shared import PLAIN
from helpers.replay import Exchange
from helpers.settings import MODEL

ROOM: Final = "How much fits into one batch"
UMLAUTS: Final = "umlauts"
TOO_LARGE: Final = "one too large"
NONE: Final = "no requests"
BY_DEFAULT: Final = {"max_requests": MAX_BATCH_REQUESTS, "max_bytes": LIMITS["batches"]}
"""The limits of the API. Less is caution."""
WASTE: Final = 1.6
"""How many times as many batches as are needed are still taken for caution."""


def _split_cases(source: random.Random) -> Sequence[Case]:
    same = source.choice("abcdefgh")
    equal = [_summary(f"doc-{n:03}", same * 200) for n in range(10)]
    large = _summary("doc-900", same * 5_000)
    return [
        _split_case("all fit", equal[:3], 10, 10_000),
        _split_case("25 requests, 10 a batch", [_summary(f"doc-{n:03}", draw_answer(source)) for n in range(25)], 10),
        _split_case("one byte too many", equal, 10, request_size({"requests": equal[:4]}) - 1),
        _split_case(UMLAUTS, [_summary(f"doc-{n:03}", "Größenmaß " + "äöü" * 100) for n in range(12)], 50, 2_000),
        _split_case(TOO_LARGE, [*equal[:2], large, *equal[2:4]], 10, 2_000),
        _split_case(NONE, [], 10, 2_000),
    ]


def _summary(key: str, text: str) -> dict[str, Any]:
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
    return {"custom_id": key, "params": params}


def _split_case(name: str, requests: Sequence[Mapping[str, Any]], max_requests: int, max_bytes: int = 100_000) -> Case:
    inputs = {"requests": list(requests), "max_requests": max_requests, "max_bytes": max_bytes}
    return Case(name, PLAIN, inputs, {"batches": _fewest(requests, max_requests, max_bytes)})


def _fewest(requests: Sequence[Mapping[str, Any]], max_requests: int, max_bytes: int) -> int:
    """How many batches are needed."""
    batches, count, size = 0, max_requests, 0
    for request in requests:
        added = request_size(request) + 1
        if count == max_requests or size + added - 1 > max_bytes:
            batches, count, size = batches + 1, 0, request_size({"requests": []})
        count, size = count + 1, size + added
    return batches


def _parts(run: Run) -> list[list[Any]]:
    return [part for part in run.value if isinstance(part, list)] if isinstance(run.value, list) else []


def _too_big(run: Run) -> Exchange | None:
    """The first batch on the wire that is over the limit."""
    return next((one for one in run.wire if one.request_bytes > run.case.inputs["max_bytes"]), None)


def _kept(run: Run) -> list[Any]:
    return [request for part in _parts(run) for request in part]


def _wrong_split(run: Run) -> str | None:
    inputs = run.case.inputs
    if (loose := _loosened(run)) is not None:
        return f"expected `{loose}` to be {BY_DEFAULT[loose]:,} where nobody gives it, got {_default(run, loose):,.0f}."
    if run.case.name == TOO_LARGE:
        if has_raised(run, "ValueError"):
            return None
        return f"expected a `ValueError`: no batch has room for that request. Got {shortened(run.value)}."
    if _parts(run) != run.value or not same(_kept(run), inputs["requests"]):
        return f"expected all {len(inputs['requests'])} requests, in their order, got {len(_kept(run))}."
    if any(not 0 < len(part) <= inputs["max_requests"] for part in _parts(run)):
        return f"expected 1 to {inputs['max_requests']} requests in a batch, got {[len(one) for one in _parts(run)]}."
    if (big := _too_big(run)) is not None:
        return f"a batch has {big.request_bytes:,} bytes on the wire, and {inputs['max_bytes']:,} are the most."
    if _is_wasteful(run):
        return f"{run.case.expected['batches']} batches are enough, yours are {len(_parts(run))}."
    return None


def _default(run: Run, name: str) -> float:
    """The limit that the function takes where nobody gives one; 0 where that is no number."""
    defaults = noted(run, "defaults")
    found = number(defaults.get(name)) if isinstance(defaults, dict) else None
    return 0.0 if found is None else found


def _loosened(run: Run) -> str | None:
    """The limit that is wider than the API's where nobody gives one, if one is."""
    return next((name for name, limit in BY_DEFAULT.items() if _default(run, name) > limit), None)


def _is_wasteful(run: Run) -> bool:
    return bool(len(_parts(run)) > max(run.case.expected["batches"] * WASTE, 1))


def _measured(run: Run, size: Callable[[Mapping[str, Any]], int]) -> bool:
    """Whether a batch that is too big would not be if its requests were measured like this."""
    big = _too_big(run)
    return big is not None and sum(map(size, big.body["requests"])) <= run.case.inputs["max_bytes"]


def _over(run: Run) -> str:
    big = _too_big(run)
    assert big is not None
    limit = run.case.inputs["max_bytes"]
    return f"a batch of yours has {big.request_bytes:,} bytes on the wire, and {limit:,} are the most."


def _said_split(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    return f"you made {len(_parts(run))}, {run.case.expected['batches']} needed"


CHECK: Final = Check(
    LESSON.exercise("split_batches"),
    cases=_split_cases,
    right=_wrong_split,
    said=_said_split,
    misconceptions=(
        Misconception(
            id="empty_batch",
            applies=lambda run: any(not part for part in _parts(run)),
            cause="one of your batches is empty. The API answers 400 to it: a batch has at least one request.",
            next_step="Add a batch to the result only when there is something in it, also where there are no requests "
            "at all.",
            reread=ROOM,
        ),
        Misconception(
            id="limit_loosened",
            applies=lambda run: _loosened(run) is not None,
            cause=lambda run: (
                f"where nobody gives `{_loosened(run)}`, yours is {_default(run, _loosened(run) or ''):,.0f}, and the "
                f"API takes {BY_DEFAULT[_loosened(run) or 'max_bytes']:,}. Its megabytes are of 1,000,000 bytes."
            ),
            next_step="Leave the signature as it was: its limits are the API's.",
            reread=ROOM,
        ),
        Misconception(
            id="last_batch_lost",
            applies=lambda run: (
                run.case.name not in (TOO_LARGE, NONE)
                and run.observation.raised is None
                and len(_kept(run)) < len(run.case.inputs["requests"])
                and same(_kept(run), run.case.inputs["requests"][: len(_kept(run))])
            ),
            cause=lambda run: (
                f"the last {len(run.case.inputs['requests']) - len(_kept(run))} requests are in none of your batches. "
                "The loop ends before the batch that it was filling is put with the others."
            ),
            next_step="After the loop, add the batch that is still open.",
            reread=ROOM,
        ),
        Misconception(
            id="count_ignored",
            applies=lambda run: any(len(part) > run.case.inputs["max_requests"] for part in _parts(run)),
            cause=lambda run: (
                f"a batch of yours has {max(map(len, _parts(run)))} requests, and {run.case.inputs['max_requests']} "
                "are the most. There are two limits, and the first that is reached counts."
            ),
            next_step="Close the batch when it has `max_requests` requests, whatever its size.",
            reread=ROOM,
        ),
        Misconception(
            id="characters_not_bytes",
            applies=lambda run: run.case.name == UMLAUTS and _too_big(run) is not None and not _ignores_size(run),
            cause=lambda run: (
                f"{_over(run)} What counts is the whole request as it is sent, in bytes: an umlaut is one "
                "character and two bytes, and the text is not all of it."
            ),
            next_step="Measure what is sent: `len(json.dumps(request, ensure_ascii=False).encode())`.",
            reread=ROOM,
        ),
        Misconception(
            id="size_ignored",
            applies=lambda run: run.case.name == UMLAUTS and _too_big(run) is not None,
            cause=lambda run: f"{_over(run)} At the real limit the answer is a 413, after the upload.",
            next_step="Close the batch before the request that would make it too big.",
            reread=ROOM,
        ),
        Misconception(
            id="around_them_forgotten",
            applies=lambda run: _measured(run, request_size),
            cause=lambda run: (
                f"{_over(run)} Your requests alone would fit. What stands around them travels too: "
                '`{"requests":[` before, `]}` behind, and a comma between every two.'
            ),
            next_step="Begin with the bytes of an empty batch, and count one more for each comma.",
            reread=ROOM,
        ),
        Misconception(
            id="escapes_counted",
            applies=lambda run: run.case.name == UMLAUTS and _is_wasteful(run),
            cause=lambda run: (
                f"you made {len(_parts(run))} batches where {run.case.expected['batches']} are enough. `json.dumps` "
                r"writes an umlaut as `\u00fc`, six bytes; the SDK sends it as two."
            ),
            next_step="Measure with `ensure_ascii=False`, and encode the result.",
            reread=ROOM,
        ),
        Misconception(
            id="too_large_passed_on",
            applies=lambda run: run.case.name == TOO_LARGE and run.observation.raised is None,
            cause="one request is larger than a whole batch may be, and you raised nothing: it is either lost or sent "
            "to be refused.",
            next_step="Raise a `ValueError` that names its `custom_id`.",
            reread=ROOM,
        ),
    ),
    hints=(
        "Go through the requests once and fill one batch after the other. Before you add a request, ask whether it "
        "still fits.",
        'Its size is `len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode())`. Add one for the '
        'comma behind it, and begin each batch with the bytes of `{"requests":[]}`.',
        "Keep `batches`, a list of lists, and the size of its last one. Start a new list when there is none, when the "
        "last one has `max_requests`, or when it would grow over `max_bytes`. Then append to the last list.",
    ),
    besides="Ours measures each request once, and builds no body to see whether it fits.",
)


def _ignores_size(run: Run) -> bool:
    """Whether all of it went into as few batches as if there were no limit in bytes."""
    count = len(run.case.inputs["requests"])
    return bool(len(_parts(run)) <= -(-count // run.case.inputs["max_requests"]))
