"""The check of `ask_all`: many at once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number
from helpers.judging.reading import ended_well, has_raised, noted, raised_name, said_returned, shortened
from helpers.judging.streams import raised_message
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.streaming import LESSON
from helpers.replay import Answer, Choose, Fail, Request, Scenario, WireLog, says
from helpers.replay.scenario import Step
from helpers.replay.wire import Exchange

ENDED_BY: Final = ("one request was refused, your caller had the error", "your function was cancelled, and ended")
MANY: Final = "Many at once"
RUNNING: Final = "A loop is already running"
WORD_BY_WORD: Final = 1.0
"""Seconds between two words of an answer in `ask_all`: long enough for calls to overlap on a busy machine too."""
FAILS: Final = "one fails"
RETRIED: Final = "one fails, one is retried"
CANCELED: Final = "canceled"
LATER: Final = Fail(529, headers={"retry-after-ms": "30"})
"""Its retry is due when the error of another one has left the function."""
MUCH_LATER: Final = Fail(529, headers={"retry-after-ms": "700"})
"""Its retry is due long after the error of another one has left the function, on a busy machine too. Who waits for it
waits no longer than that.
"""
ONE_OF_THEM: Final = (FAILS, RETRIED)
"""Cases in which the API refuses one of the requests for good."""


def _all_cases(source: random.Random) -> Sequence[Case]:
    return [
        _all_case("8 prompts, 3 at a time", source, 8, 3, Fail(529)),
        _all_case("6 prompts, 2 at a time", source, 6, 2, Fail(529)),
        _all_case("one prompt", source, 1, 3),
        _all_case("no prompts", source, 0, 3),
        _all_case(FAILS, source, 8, 2, Answer(says("Good.", delay=WORD_BY_WORD)), Fail(400), *[LATER] * 6),
        _all_case(RETRIED, source, 4, 2, MUCH_LATER, Fail(400)),
        _canceled_case(source),
    ]


def _canceled_case(source: random.Random) -> Case:
    case = _all_case(CANCELED, source, 6, 2)
    return replace(case, inputs={**case.inputs, "gives_up_after": 1})


def _all_case(name: str, source: random.Random, count: int, limit: int, *first: Step) -> Case:
    """`first` is what the first request for each of the first prompts meets, whichever of them comes in first."""
    prompts = _different_prompts(source, count)
    # The first answer is the longest, and has to be asked for twice where there is a 529: it does not come first.
    texts = [" ".join(draw_answer(source) for _ in range(1 if index else 3)) for index in range(count)]
    scenario = Scenario(name, name, then=Choose(_answering(prompts, texts, first)))
    return Case(name, scenario, {"prompts": prompts, "limit": limit}, {"texts": texts})


def _different_prompts(source: random.Random, count: int) -> list[str]:
    prompts: list[str] = []
    while len(prompts) < count:
        prompt = draw_prompt(source)
        if prompt not in prompts:
            prompts.append(prompt)
    return prompts


def _answering(
    prompts: Sequence[str], texts: Sequence[str], first: Sequence[Step]
) -> Callable[[Request, WireLog], Step]:
    """Answers each prompt with its own text; its first request meets what `first` has for it."""

    def step(request: Request, log: WireLog) -> Step:
        asked = [_asked_in(one, prompts) for one in log]
        index = asked[-1]
        if index is None:
            return Answer(says("Which order do you mean?", delay=WORD_BY_WORD))
        if index < len(first) and asked.count(index) == 1:
            return first[index]
        return Answer(says(texts[index], delay=WORD_BY_WORD))

    return step


def _asked_in(exchange: Exchange, prompts: Sequence[str]) -> int | None:
    """Which of the prompts this request asks."""
    asked = str(exchange.body)
    return next((index for index, prompt in enumerate(prompts) if prompt in asked), None)


def most_in_flight(wire: Sequence[Exchange]) -> int:
    """How many requests were under way at once, at most."""
    return max((sum(_overlaps(other, one.started) for other in wire) for one in wire), default=0)


def _overlaps(exchange: Exchange, moment: float) -> bool:
    ended = exchange.started if exchange.ended is None else exchange.ended
    return exchange.started <= moment < ended - 1e-6


def _went_on(run: Run) -> str:
    if _sent_later(run):
        return f"{_sent_later(run)} more of your requests went out"
    return f"{_left(run)} of your tasks went on"


def _texts(run: Run) -> list[str]:
    texts: list[str] = run.case.expected["texts"]
    return texts


def _wrong_all(run: Run) -> str | None:
    if run.case.name in (*ONE_OF_THEM, CANCELED):
        return _wrong_failure(run)
    if _too_many(run):
        return f"{most_in_flight(run.wire)} requests were under way at once, {run.case.inputs['limit']} are allowed."
    if run.value != _texts(run):
        return f"expected {len(_texts(run))} texts in the order of the prompts, got {shortened(run.value)}."
    return "the calls were made one after the other." if _in_a_row(run) else None


def _wrong_failure(run: Run) -> str | None:
    if run.case.name == CANCELED and not has_raised(run, "CancelledError"):
        return f"expected `CancelledError`, got {_came(run)}."
    if run.case.name in ONE_OF_THEM and not _let_through(run):
        return f"expected the SDK's error, got {_came(run)}."
    if _sent_later(run):
        return f"{_sent_later(run)} more went out after the error."
    return f"{_left(run)} more were still under way after the error." if _left(run) else None


def _came(run: Run) -> str:
    return f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)


def _sent_later(run: Run) -> int:
    """How many requests went out after the error, or the cancellation, had left the function."""
    sent = number(noted(run, "sent"))
    return 0 if sent is None else max(len(run.wire) - int(sent), 0)


def _left(run: Run) -> int:
    """How many of the function's tasks went on after that, which nobody had canceled.

    Where the first is answered at once it is chance whether that answer was still under way: as few say nothing.
    """
    left = int(number(noted(run, "left")) or 0)
    return left if run.case.name == RETRIED or left >= run.case.inputs["limit"] else 0


def _too_many(run: Run) -> bool:
    # When one fails, the others are given up at some moment: how many were under way then is chance.
    return run.case.name not in (*ONE_OF_THEM, CANCELED) and most_in_flight(run.wire) > run.case.inputs["limit"]


def _let_through(run: Run) -> bool:
    """Whether the SDK's error left the function, also within the group that `asyncio.TaskGroup` raises."""
    raised = run.observation.raised
    return raised is not None and bool({"APIError", "BaseExceptionGroup"} & set(raised.families))


def _in_a_row(run: Run) -> bool:
    enough = len(_texts(run)) >= run.case.inputs["limit"] > 1
    return (
        enough
        and run.case.name not in (*ONE_OF_THEM, CANCELED)
        and len(run.wire) >= len(_texts(run))
        and most_in_flight(run.wire) == 1
    )


def _said_all(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if isinstance(run.value, list) and not run.wire:
        return f"you returned {len(run.value)} texts"
    return f"at most {most_in_flight(run.wire)} at once" if run.wire else said_returned(run)


def _items(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else [run.value]


def _unawaited(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("not_json")) in ("coroutine", "Task", "Future", "_GatheringFuture")


def _loop_in_loop(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "RuntimeError" and "running" in raised.message


CHECK: Final = Check(
    LESSON.exercise("ask_all"),
    cases=_all_cases,
    right=_wrong_all,
    said=_said_all,
    misconceptions=(
        Misconception(
            id="loop_in_a_loop",
            applies=_loop_in_loop,
            cause=lambda run: (
                f"`{raised_message(run)}` Your function is called by an event loop, in a notebook as in a web "
                "server, and there can be only one of them in a thread."
            ),
            next_step="Write `await` where you start a loop: `await asyncio.gather(…)`.",
            reread=RUNNING,
        ),
        Misconception(
            id="not_awaited",
            applies=lambda run: any(_unawaited(item) for item in _items(run)),
            cause=lambda run: (
                f"you returned `{next(item for item in _items(run) if _unawaited(item))['not_json']}`: the promise of "
                "an answer, not the answer."
            ),
            next_step="Put `await` before it: `await asyncio.gather(*…)` gives the list of results.",
            reread=RUNNING,
        ),
        Misconception(
            id="no_limit",
            applies=_too_many,
            cause=lambda run: (
                f"{most_in_flight(run.wire)} requests were under way at once, and `limit` is "
                f"{run.case.inputs['limit']}. With a thousand prompts that is a thousand connections, and the API "
                "answers 429."
            ),
            next_step="Take an `asyncio.Semaphore(limit)` inside the function that makes one call. Around `gather` it "
            "limits nothing: it is taken once.",
            reread=MANY,
        ),
        Misconception(
            id="one_after_the_other",
            applies=_in_a_row,
            cause=lambda run: (
                f"no two of your {len(run.wire)} requests were under way at the same time. `await` in a loop waits for "
                "each answer before it sends the next request."
            ),
            next_step="Start all of them first, in an `asyncio.TaskGroup`, and read the results after it.",
            reread=MANY,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name in ONE_OF_THEM and ended_well(run),
            cause=lambda run: (
                f"one request was answered with 400, and you returned a list of {len(_items(run))} all the same. "
                "Whoever gets it takes every entry for an answer."
            ),
            next_step="Let the error through. The SDK has already retried what can be retried.",
            reread=MANY,
        ),
        Misconception(
            id="messages_not_texts",
            applies=lambda run: any(isinstance(item, dict) and item.get("type") == "message" for item in _items(run)),
            cause="your list holds messages, and texts were promised.",
            next_step="Join the text blocks of each message before you return it.",
            reread=MANY,
        ),
        Misconception(
            id="order_of_completion",
            applies=lambda run: (
                isinstance(run.value, list)
                and all(isinstance(item, str) for item in run.value)
                and run.value != _texts(run)
                and sorted(run.value) == sorted(_texts(run))
            ),
            cause="every answer is there, in the order in which they came. The first prompt has a long answer, so "
            "somebody else's stands in its place.",
            next_step="Keep the order of the prompts: `asyncio.gather` does, `asyncio.as_completed` does not.",
            reread=MANY,
        ),
        Misconception(
            id="others_go_on",
            applies=lambda run: run.case.name in (*ONE_OF_THEM, CANCELED) and _sent_later(run) + _left(run) > 0,
            cause=lambda run: (
                f"{ENDED_BY[run.case.name == CANCELED]}, and after that {_went_on(run)}. A task that nobody cancels "
                "goes on: its request is sent, paid for, and nobody reads the answer."
            ),
            next_step="Start them in an `asyncio.TaskGroup`, which cancels the others. With `gather`, call `cancel()` "
            "on each task before the error goes up.",
            reread=MANY,
        ),
        Misconception(
            id="cancellation_swallowed",
            applies=lambda run: (
                run.case.name == CANCELED and bool(noted(run, "given_up")) and not has_raised(run, "CancelledError")
            ),
            cause=lambda run: (
                "whoever waited for your function canceled it, as a server does when the user has left, and out of it "
                f"came {_came(run)}. What is canceled has to end with `CancelledError`, or nobody can stop it."
            ),
            next_step="Catch `Exception` at most, never `BaseException`: a `CancelledError` is none of the former.",
            reread=MANY,
        ),
    ),
    hints=(
        "Write a small `async` function for one prompt first, then run it for all of them. What lets at most `limit` "
        "of them through at a time?",
        "An `asyncio.Semaphore(limit)`, made once, and taken with `async with` around the one call. "
        "An `asyncio.TaskGroup` awaits all of them, and cancels the others where one fails, as `gather` does not.",
        "`async def one(prompt)` with `async with slots:` around `await client.messages.create(…)` and the joined text "
        "blocks after it. Then, in `async with asyncio.TaskGroup() as group:`, `tasks = "
        "[group.create_task(one(prompt)) for prompt in prompts]`, and after it `return [task.result() for task in "
        "tasks]`.",
    ),
    besides="Ours takes the SDK's error out of the group that carries it, so that a caller's `except` finds it.",
)
