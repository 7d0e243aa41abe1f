"""The check of `adaptive`: one limit for all workers, that rises by one and halves at a 429."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import ended_well, has_raised, raised_name, shortened
from helpers.judging.words import draw_answer
from helpers.lessons.under_the_limit import LESSON
from helpers.lessons.under_the_limit.checks.shared import (
    SAME,
    answer_to,
    asked_in,
    blocked,
    choosing,
    draw_prompts,
    end_of,
    most_under_way,
    refused,
    took,
    under_way,
)
from helpers.replay import Fail, Request, WireLog
from helpers.replay.scenario import Step
from helpers.replay.wire import Exchange

ADAPTING: Final = "Exercise: `adaptive`"
RISES: Final = "Rises by one, halves at a 429"
CLOCK: Final = "A clock that nobody waits for"

STEADY: Final = "so many at once, and no headers"
FALLS: Final = "the room shrinks for a while"
SAYS_WHEN: Final = "a 429 that says when"
AT_FAULT: Final = "one is refused for good"
FEW: Final = "two prompts"
NONE: Final = "no prompts"
DELAY: Final = 0.2
PATIENCE: Final = 1.25
"""How many times as long as three or four lanes need a function may take: ours takes about half of it."""
SOON: Final = 0.25
"""Seconds after a refusal before which nobody who waits sends the same again."""
EARLY: Final = 0.2
"""Seconds that nobody holds against who waits as long as `retry-after` says."""
REFUSAL: Final = Fail(429, "Error", limits=False)


def _cases(source: random.Random) -> Sequence[Case]:
    room, wide = source.randrange(5, 8), source.randrange(6, 9)
    return [
        _case(STEADY, source, 44, lambda moment: room),
        _case(FALLS, source, 44, lambda moment: _shrunk(moment, wide)),
        _case(SAYS_WHEN, source, 16, lambda moment: 3, after=source.randrange(6, 10)),
        _fault_case(source),
        _case(FEW, source, 2, lambda moment: 8),
        _case(NONE, source, 0, lambda moment: 8),
    ]


def _shrunk(moment: float, wide: int) -> int:
    """The room at this moment: for a while there is none, then room for one."""
    if 12 < moment < 16:
        return 0
    return 1 if 12 < moment < 22 else wide


def _case(
    name: str, source: random.Random, count: int, room: Callable[[float], int], *, after: int | None = None
) -> Case:
    """An API with `room` for so many at each moment; it says `after` how many seconds to come back, or nothing."""
    prompts = draw_prompts(source, count)
    texts = {prompt: draw_answer(source) for prompt in prompts}
    refusal = REFUSAL if after is None else Fail(429, headers={"retry-after": str(after)})

    def step(request: Request, log: WireLog) -> Step:
        now = log[-1].started
        others = [one for one in under_way(list(log)[:-1], now) if one.status == 200]
        return refusal if len(others) >= room(now) else answer_to(request, texts, DELAY)

    expected = {"texts": list(texts.values()), "after": after}
    return Case(name, choosing(step, name), {"prompts": prompts}, expected)


def _fault_case(source: random.Random) -> Case:
    case = _case(AT_FAULT, source, 8, lambda moment: 8)
    prompts = case.inputs["prompts"]
    texts = dict(zip(prompts, case.expected["texts"], strict=True))

    def step(request: Request, log: WireLog) -> Step:
        return Fail(400) if prompts[3] in request.prompt else answer_to(request, texts, DELAY)

    return Case(AT_FAULT, choosing(step, AT_FAULT), case.inputs, case.expected)


def limits(wire: Sequence[Exchange]) -> list[tuple[Exchange, int]]:
    """Each request with how many may be under way when it goes out, itself among them: one more when as many were
    answered as may, half as many at a 429. Refusals of what had gone out before the last cut tell nothing new.
    """
    allowed, answered, cut = 1, 0, -1.0
    found: list[tuple[Exchange, int]] = []
    ends = sorted(wire, key=end_of)
    for one in sorted(wire, key=lambda one: one.started):
        while ends and end_of(ends[0]) <= one.started + SAME:
            over = ends.pop(0)
            if over.status == 429 and over.started >= cut:
                allowed, answered, cut = max(1, allowed // 2), 0, end_of(over) - SAME
            elif over.status == 200:
                answered += 1
                if answered >= allowed:
                    allowed, answered = allowed + 1, 0
        found.append((one, allowed))
    return found


@dataclass(frozen=True)
class Over:
    """The first moment in which too many were under way: how many, where how many might have been."""

    many: int
    allowed: int
    warned: bool
    """Whether a 429 had come before."""

    def __str__(self) -> str:
        return f"{self.many} requests were under way at once, where {self.allowed} would have been allowed"


def _over(run: Run) -> Over | None:
    for one, allowed in limits(run.wire):
        many = len([other for other in under_way(run.wire, one.started) if other.number <= one.number])
        if many > allowed:
            warned = any(end_of(other) <= one.started + SAME for other in refused(run.wire))
            return Over(many, allowed, warned)
    return None


def _texts(run: Run) -> list[str]:
    texts: list[str] = run.case.expected["texts"]
    return texts


def _longest_allowed(run: Run) -> float:
    """Seconds, for as many answers one after the other in as many lanes as there is room for, most of the time."""
    each = max((end_of(one) - one.started for one in run.wire if one.status == 200), default=0.0)
    lanes = {STEADY: 4.0, FALLS: 3.0}.get(run.case.name, 1.0)
    return PATIENCE * each * max(len(_texts(run)) / lanes, 1.0)


def _is_slow(run: Run) -> bool:
    return ended_well(run) and run.case.name in (STEADY, FALLS) and took(run) > _longest_allowed(run)


def _pauses(run: Run) -> list[float]:
    """The seconds from each refusal until the same prompt was sent again."""
    prompts = run.case.inputs["prompts"]
    asked = {one.number: asked_in(one, prompts) for one in run.wire}
    again = [
        (one, next((other for other in run.wire[place + 1 :] if asked[other.number] == asked[one.number]), None))
        for place, one in enumerate(run.wire)
        if one.status == 429
    ]
    return [other.started - end_of(one) for one, other in again if other is not None]


def _hammered(run: Run) -> bool:
    """Whether what was refused was sent again at once."""
    return any(pause < SOON for pause in _pauses(run))


def _early(run: Run) -> float | None:
    """How long after a refusal that names a moment somebody sent before it; None where nobody did."""
    after = run.case.expected["after"]
    if after is None:
        return None
    ends = [end_of(one) for one in refused(run.wire)]
    return next(
        (one.started - end for one in run.wire for end in ends if SAME < one.started - end < after - EARLY), None
    )


def _lost(run: Run) -> bool:
    whole = ended_well(run) and run.case.name != AT_FAULT
    return whole and isinstance(run.value, list) and len(run.value) == len(_texts(run)) and not all(run.value)


def _retried(run: Run) -> bool:
    return any(one.retry_count for one in run.wire)


def _sent_again(run: Run) -> int:
    """How often a request that is at fault was sent."""
    return sum(one.status == 400 for one in run.wire)


def _let_through(run: Run) -> bool:
    return has_raised(run, "BadRequestError", "BaseExceptionGroup")


def _right(run: Run) -> str | None:
    if run.case.name == AT_FAULT:
        if not _let_through(run):
            return f"expected the SDK's `BadRequestError`, got {_got(run)}."
        return None if _sent_again(run) == 1 else f"a request with a 400 was sent {_sent_again(run)} times."
    if run.value != _texts(run):
        return f"expected {len(_texts(run))} texts in the order of the prompts, got {_got(run)}."
    over = _over(run)
    if over is not None:
        return f"{over}."
    if _retried(run) or _hammered(run) or _early(run) is not None:
        return "what was refused was sent again too early, or not by you."
    if _is_slow(run):
        return f"it took {took(run):.0f} s, and {_longest_allowed(run):.0f} s are the most."
    return None if blocked(run) == 0 else f"all tasks stood still for {blocked(run):.0f} s."


def _got(run: Run) -> str:
    return f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return f"{len(run.wire)} sent, {len(refused(run.wire))} refused, at most {most_under_way(run.wire)} at once"


def _began_with(run: Run) -> int:
    return sum(one.started <= run.wire[0].started + SAME for one in run.wire)


def _items(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else [run.value]


CHECK: Final = Check(
    LESSON.exercise("adaptive"),
    cases=_cases,
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="loop_blocked",
            applies=lambda run: blocked(run) > 0,
            cause=lambda run: (
                f"`time.sleep` stopped the event loop for {blocked(run):.0f} seconds. No other task ran meanwhile, "
                "also those whose answers had come."
            ),
            next_step="Write `await clock.sleep(…)`, which lets the others run.",
            reread=CLOCK,
        ),
        Misconception(
            id="sdk_retries_left_on",
            applies=_retried,
            cause="the SDK sent refused requests again by itself. Your limit never hears of those 429s, so it goes on "
            "rising, and each worker waits for itself.",
            next_step="Use `client.with_options(max_retries=0)`, and send again yourself.",
            reread=RISES,
        ),
        Misconception(
            id="gave_up_at_429",
            applies=lambda run: has_raised(run, "RateLimitError", "BaseExceptionGroup") and run.case.name != AT_FAULT,
            cause="a 429 went up to your caller. It is how the limit makes itself known here: what was refused has "
            "to be sent again, when fewer are under way.",
            next_step="Catch `anthropic.RateLimitError`, halve what is allowed, wait, and send the same prompt again.",
            reread=RISES,
        ),
        Misconception(
            id="answer_lost",
            applies=_lost,
            cause="a prompt that was refused has no answer in your list. Nobody is going to ask it again.",
            next_step="Send the same prompt again until it is answered: a loop around the call.",
            reread=RISES,
        ),
        Misconception(
            id="every_error_retried",
            applies=lambda run: _sent_again(run) > 1 or (run.case.name == AT_FAULT and ended_well(run)),
            cause=lambda run: (
                f"the API answered 400 to one prompt, and you sent it {_sent_again(run)} times. Fewer at once do not "
                "mend it."
            ),
            next_step="Catch `anthropic.RateLimitError` alone. Everything else goes up.",
            reread=RISES,
        ),
        Misconception(
            id="all_at_once",
            applies=lambda run: bool(run.wire) and _began_with(run) > 2,
            cause=lambda run: (
                f"{_began_with(run)} requests went out in the first moment. What the API has room for, nobody knows "
                "before it was tried: begin with one."
            ),
            next_step="Let `allowed` begin at 1, and let each task wait until fewer than that are under way.",
            reread=RISES,
        ),
        Misconception(
            id="hammered",
            applies=_hammered,
            cause=lambda run: (
                f"what was refused went out again at once: {len(refused(run.wire))} refusals for {len(_texts(run))} "
                "prompts. Each of them takes a connection, and the answer is the same as a moment ago."
            ),
            next_step="Wait before you send the same prompt again: `asked_wait` says for how long.",
            reread=RISES,
        ),
        Misconception(
            id="rises_too_fast",
            applies=lambda run: (over := _over(run)) is not None and not over.warned,
            cause=lambda run: (
                f"{_over(run)}. One more with every answer doubles it in each round: the limit is overrun before "
                "anybody says so."
            ),
            next_step="Count the answers, and allow one more when as many have come as are allowed.",
            reread=RISES,
        ),
        Misconception(
            id="never_halved",
            applies=lambda run: (over := _over(run)) is not None and over.warned,
            cause=lambda run: (
                f"{_over(run)}, after a 429. Either it halved nothing, or only what one worker may: there is one "
                "limit, and all of them meet it."
            ),
            next_step="Keep one number for all tasks, beside how many are under way, and halve it at a 429.",
            reread=RISES,
        ),
        Misconception(
            id="retry_after_ignored",
            applies=lambda run: _early(run) is not None,
            cause=lambda run: (
                f"a 429 said `retry-after: {run.case.expected['after']}`, and {_early(run) or 0:.1f} s later another "
                "request went out. It said so to all of your tasks, not to the one that it refused."
            ),
            next_step="Keep one moment before which nobody sends: `asked_wait` says how far it is.",
            reread=RISES,
        ),
        Misconception(
            id="never_rises",
            applies=lambda run: _is_slow(run),
            cause=lambda run: (
                f"it took {took(run):.0f} s, with at most {most_under_way(run.wire)} under way at once. What was "
                "halved has to rise again, or one bad minute makes the rest of the day slow."
            ),
            next_step="Allow one more when as many were answered as are allowed at once, also after a 429.",
            reread=RISES,
        ),
        Misconception(
            id="messages_not_texts",
            applies=lambda run: any(isinstance(item, dict) and item.get("type") == "message" for item in _items(run)),
            cause="your list holds messages, and texts were promised.",
            next_step="Join the text blocks of each message: `text_of` does.",
            reread=ADAPTING,
        ),
    ),
    hints=(
        "Three numbers that all tasks share: how many are allowed, how many are under way, how many were answered "
        "since the last change. Who has to wait for whom?",
        "An `asyncio.Condition`: `async with turn: await turn.wait_for(lambda: flying < allowed)`, and "
        "`turn.notify_all()` whenever one of the numbers has changed. `max_retries=0`, so that you see each 429.",
        "A coroutine for one prompt, `while True:` wait for the turn and count yourself in; `try:` ask; `except "
        "anthropic.RateLimitError:` `allowed = max(1, allowed // 2)`, `answered = 0`; `else:` count the answer, "
        "perhaps `allowed += 1`, and return the text; `finally:` count yourself out and notify. One moment for all, "
        "before which nobody sends: `asked_wait(error)` seconds after a refusal. One `asyncio.TaskGroup` with a task "
        "for each prompt.",
    ),
    besides="Ours halves once for all that was under way when the limit was met: ten refusals of one moment say one "
    "thing.",
)
