"""The check of `paced`: everything is answered, nothing is refused, and nobody waits longer than the limit asks for."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import ended_well, raised_name, shortened
from helpers.judging.words import draw_answer
from helpers.lessons.under_the_limit import LESSON
from helpers.lessons.under_the_limit.checks.shared import (
    SAME,
    answer_to,
    blocked,
    choosing,
    draw_prompts,
    most_under_way,
    refused,
    took,
)
from helpers.replay.messages import tokens_of
from helpers.replay.ratelimits import MINUTE, Quota
from helpers.replay.wire import Exchange

PACING: Final = "Exercise: `paced`"
TOKENS: Final = "Pacing by tokens"
HEADERS: Final = "What the headers say"
LIE: Final = "See it bounce"
CLOCK: Final = "A clock that nobody waits for"

FEW_REQUESTS: Final = "few requests a minute"
FEW_TOKENS: Final = "few input tokens a minute"
SHARED: Final = "somebody else uses the key"
SLOW: Final = "long answers"
ONE: Final = "one prompt"
NONE: Final = "no prompts"
MARGIN: Final = 1.3
"""How many times the ideal time a function may take."""
PLENTY: Final = 1_000
"""Requests or thousands of tokens a minute that no case uses up."""


def _cases(source: random.Random) -> Sequence[Case]:
    few, slow, shared = source.randrange(8, 13), source.randrange(8, 13), source.randrange(8, 13)
    return [
        _case(FEW_REQUESTS, source, draw_prompts(source, int(few * 2.5)), Quota(few, PLENTY * 1000)),
        _case(FEW_TOKENS, source, _long_prompts(source, 16), Quota(PLENTY, source.randrange(4, 7) * 1000)),
        _case(SHARED, source, draw_prompts(source, shared * 2), Quota(shared, PLENTY * 1000), before=shared - 2),
        _case(SLOW, source, draw_prompts(source, slow * 2), Quota(slow, PLENTY * 1000), delay=2.0),
        _case(ONE, source, draw_prompts(source, 1), Quota(few, PLENTY * 1000)),
        _case(NONE, source, [], Quota(few, PLENTY * 1000)),
    ]


def _long_prompts(source: random.Random, count: int) -> list[str]:
    """Some are five times as long as others, and the longest come last."""
    lengths = [*sorted(source.choice((20, 40, 60, 100)) for _ in range(count - 3)), 100, 20, 100]
    letter = "The parcel was to come on Monday, and nobody rang. "
    return [f"{prompt} {letter * times}" for prompt, times in zip(draw_prompts(source, count), lengths, strict=True)]


def _case(
    name: str, source: random.Random, prompts: list[str], quota: Quota, *, before: int = 0, delay: float = 0.2
) -> Case:
    texts = {prompt: draw_answer(source) for prompt in prompts}
    scenario = choosing(lambda request, log: answer_to(request, texts, delay), name, quota=quota)
    others = [f"Somebody else's question, number {number}." for number in range(before)]
    expected = {"texts": list(texts.values()), "ideal": _ideal(prompts, quota)}
    return Case(name, scenario, {"prompts": prompts, "before": others}, expected)


def _ideal(prompts: Sequence[str], quota: Quota) -> float:
    """Seconds in which the limit lets all of them go, where they go as evenly as it refills."""
    tokens = sum(tokens_of({"messages": [{"role": "user", "content": prompt}]}) for prompt in prompts)
    return max(len(prompts) / quota.requests, tokens / quota.input_tokens) * MINUTE


def _own(run: Run) -> Sequence[Exchange]:
    """What the function itself has sent as messages: others were before it."""
    own = run.wire[len(run.case.inputs["before"]) :]
    return [one for one in own if one.path == "/v1/messages"]


def _allowed(run: Run) -> float:
    """The most seconds that are not too slow. An answer or two take theirs, however few the prompts."""
    return MARGIN * float(run.case.expected["ideal"]) + 2 * _longest(run)


def _longest(run: Run) -> float:
    return max(((one.ended or one.started) - one.started for one in _own(run)), default=0.0)


def _bounced(run: Run) -> int:
    return len(refused(_own(run)))


def _texts(run: Run) -> list[str]:
    texts: list[str] = run.case.expected["texts"]
    return texts


def _is_slow(run: Run) -> bool:
    return ended_well(run) and took(run) > _allowed(run)


def _at_once(run: Run) -> int:
    """How many went out in the first moment."""
    own = _own(run)
    return sum(one.started <= own[0].started + SAME for one in own)


def _right(run: Run) -> str | None:
    if _bounced(run):
        return f"{_bounced(run)} of {len(_own(run))} requests were refused with 429, and none may be."
    if run.value != _texts(run):
        got = f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)
        return f"expected {len(_texts(run))} texts in the order of the prompts, got {got}."
    if _is_slow(run):
        return f"it took {took(run):.0f} s, and {_allowed(run):.0f} s are the most: the limit allows for more."
    return None if blocked(run) == 0 else f"all tasks stood still for {blocked(run):.0f} s."


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return f"{len(_own(run))} sent, {_bounced(run)} refused, {took(run):.0f} s"


def _retried(run: Run) -> bool:
    return any(one.retry_count for one in _own(run))


def _unawaited(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("not_json")) in ("coroutine", "Task", "Future", "_GatheringFuture")


def _items(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else [run.value]


CHECK: Final = Check(
    LESSON.exercise("paced"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="not_awaited",
            applies=lambda run: any(_unawaited(item) for item in _items(run)),
            cause="you returned promises of answers, not answers.",
            next_step="Await them: `await asyncio.gather(*…)`, or an `asyncio.TaskGroup`.",
            reread=PACING,
        ),
        Misconception(
            id="loop_blocked",
            applies=lambda run: blocked(run) > 0,
            cause=lambda run: (
                f"`time.sleep` stopped the event loop for {blocked(run):.0f} seconds. No other task ran meanwhile: not "
                "those whose answers had come, nor anything else that your service does."
            ),
            next_step="Write `await clock.sleep(…)`, which lets the others run.",
            reread=CLOCK,
        ),
        Misconception(
            id="all_at_once",
            applies=lambda run: _bounced(run) > 0 and _at_once(run) > max(2, len(_texts(run)) // 2),
            cause=lambda run: (
                f"{_at_once(run)} requests went out in the same moment, and {_bounced(run)} were refused. A limit of "
                "how many are under way at once is none of how many go out in a minute."
            ),
            next_step="Send one request first. Its headers say what is left, and the others go out one after another, "
            "as the bucket refills.",
            reread=LIE,
        ),
        Misconception(
            id="bounced_and_retried",
            applies=lambda run: run.case.name == FEW_REQUESTS and _bounced(run) > 0 and _retried(run),
            cause=lambda run: (
                f"{_bounced(run)} requests were refused, and the SDK sent them again behind your back. That is "
                "bouncing off the limit, not staying below it: others who use it are refused meanwhile."
            ),
            next_step="Wait before a request, for as long as the bucket needs, not after its refusal.",
            reread=LIE,
        ),
        Misconception(
            id="requests_only",
            applies=lambda run: run.case.name == FEW_TOKENS and _bounced(run) > 0,
            cause=lambda run: (
                f"{_bounced(run)} requests were refused, with {PLENTY - len(_own(run)):,} of {PLENTY:,} requests left: "
                "what was used up are the input tokens."
            ),
            next_step="Pace by both: before each request wait until its tokens have come back too. About how many it "
            "has, `tokens_in` says.",
            reread=TOKENS,
        ),
        Misconception(
            id="bucket_taken_for_full",
            applies=lambda run: run.case.name == SHARED and _bounced(run) > 0,
            cause=lambda run: (
                f"{_bounced(run)} of your requests were refused. Somebody else uses the same key, so the bucket was "
                f"not full when you began: {len(run.case.inputs['before'])} of it were gone."
            ),
            next_step="Begin with what the first answer says is left (`…-remaining`), not with the limit; or send as "
            "evenly as it refills, and not all that a full bucket would hold.",
            reread=HEADERS,
        ),
        Misconception(
            id="messages_not_texts",
            applies=lambda run: any(isinstance(item, dict) and item.get("type") == "message" for item in _items(run)),
            cause="your list holds messages, and texts were promised.",
            next_step="Join the text blocks of each message: `text_of` does.",
            reread=PACING,
        ),
        Misconception(
            id="order_of_completion",
            applies=lambda run: (
                ended_well(run)
                and isinstance(run.value, list)
                and all(isinstance(item, str) for item in run.value)
                and run.value != _texts(run)
                and sorted(run.value) == sorted(_texts(run))
            ),
            cause="every answer is there, but not in the order of the prompts: somebody else's stands in its place.",
            next_step="Keep the order of the prompts: `asyncio.gather` and a list of tasks do.",
            reread=PACING,
        ),
        Misconception(
            id="one_after_the_other",
            applies=lambda run: run.case.name == SLOW and _is_slow(run) and most_under_way(_own(run)) == 1,
            cause=lambda run: (
                f"it took {took(run):.0f} s, where {run.case.expected['ideal']:.0f} s would have been enough: each "
                "request waits for the answer to the one before. A limit of requests a minute does not ask for that."
            ),
            next_step="Wait between two *sendings*, and let the answers come meanwhile: a task for each.",
            reread=PACING,
        ),
        Misconception(
            id="too_careful",
            applies=lambda run: _is_slow(run) and _bounced(run) == 0,
            cause=lambda run: (
                f"nothing was refused, and it took {took(run):.0f} s where {run.case.expected['ideal']:.0f} s would "
                "have been enough. A pause that fits every limit is longer than yours asks for."
            ),
            next_step="Compute the pause from the limit that the headers tell: 60 seconds divided by it, for each "
            "request or token.",
            reread=PACING,
        ),
    ),
    hints=(
        "One request first: its answer says what the limits are. Then the others, each at the moment at which the "
        "bucket has refilled for it. What does one request take out of each of the two buckets, in seconds?",
        "`raw = await client.messages.with_raw_response.create(…)` has `raw.headers` and `raw.parse()`. A request "
        "costs `60 / requests` seconds, its tokens `60 * tokens / input_tokens`; what it has to wait for is the "
        "longer of the two. Sleep for that, then start a task, and don't wait for its answer.",
        "First prompt: raw, `pace = 60 / int(headers[…requests-limit])`, `per_token = 60 / "
        "int(headers[…input-tokens-limit])`. Then, in `async with asyncio.TaskGroup() as group:`, for each of the "
        "others: `await clock.sleep(max(pace, tokens_in(prompt) * per_token))`, and "
        "`tasks.append(group.create_task(reply_to(client, prompt)))`. Return the first text and `[task.result() for "
        "task in tasks]`. No prompts: an empty list, and no request.",
    ),
    besides="Ours never uses the burst that a full bucket allows: who else uses the key, and whether the limit is "
    "enforced by the second, it can't know.",
)
