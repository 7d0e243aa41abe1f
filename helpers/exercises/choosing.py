"""Exercises of lesson 04: who is waiting? No client here: the functions get plain data, and send nothing."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import printed, returned_nothing, said_returned, shortened
from helpers.patterns import (
    BULK,
    UNSTREAMED_TOKENS,
    Call,
    Pattern,
    Task,
    call_from_json,
    call_to_json,
    choose_pattern,
    is_misplaced,
    task_from_json,
)
from helpers.replay import Scenario

LESSON: Final = "04_choosing"
WHO: Final = "Who is waiting?"
EXCEPTIONS: Final = "What rules a batch out"
LONG: Final = "When nobody watches, and it still streams"
LOG: Final = "Found in a log"
NOTHING_SENT: Final = Scenario("no requests", "no request is expected")


TEN_TASKS: Final[Mapping[str, tuple[str, Task]]] = {
    "help page": ("customers ask, many a day", Task("person", 8, requests=20_000)),
    "summaries": ("yesterday's mails, for a search index", Task("nobody", 8, requests=6_000)),
    "contract": ("a lawyer wants a draft", Task("person", 400, 16_000)),
    "fraud": ("each order is held until it is judged", Task("program", 3, 64, 9_000)),
    "refunds": ("an agent that calls tools, at night", Task("nobody", 6, requests=300, in_turn=True)),
    "reviews": ("to be moderated before noon", Task("nobody", 3, 64, 12_000, deadline_hours=2)),
    "evaluation": ("test cases, by Friday", Task("nobody", 20, requests=5_000, deadline_hours=72)),
    "audit": ("one report, a long one", Task("nobody", 900, 16_000)),
    "catalogue": ("one text, with much room", Task("nobody", 300, 60_000)),
    "title": ("a title for one mail", Task("nobody", 2, 32)),
}
"""To be judged in the lesson, by name: what it is, and what is known of it."""


# choose


def call_with_task(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(task)`; a pattern goes out as its name."""
    return _plain(function(task_from_json(stage.inputs["task"])))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Pattern) else value


def _choose_cases(source: random.Random) -> Sequence[Case]:
    def many() -> int:
        return source.randrange(2_000, 50_000)

    def short() -> float:
        return float(source.randrange(2, 30))

    tasks = {
        "a chat": Task("person", short()),
        "a chat with many users": Task("person", short(), requests=many()),
        "a long answer to a person": Task("person", float(source.randrange(700, 900)), 32_000),
        "nightly summaries": Task("nobody", short(), requests=many()),
        "evaluation, due in days": Task("nobody", short(), requests=many(), deadline_hours=source.randrange(36, 72)),
        "long reports, in bulk": Task("nobody", 900.0, 64_000, many()),
        "moderation, due today": Task("nobody", short(), requests=many(), deadline_hours=source.randrange(1, 9)),
        "a tool loop": Task("nobody", short(), requests=source.randrange(200, 900), in_turn=True),
        "a program that waits": Task("program", short(), requests=many()),
        "one tag": Task("nobody", short(), 16, source.randrange(1, 6)),
        "one long report": Task("nobody", float(source.randrange(700, 1_500)), 16_000),
        "room for a book": Task("nobody", float(source.randrange(100, 400)), source.randrange(30_000, 64_000)),
        "the most that is sent": Task("nobody", 300.0, UNSTREAMED_TOKENS),
        "one token more": Task("nobody", 300.0, UNSTREAMED_TOKENS + 1),
    }
    return [_choose_case(name, task) for name, task in tasks.items()]


def _choose_case(name: str, task: Task) -> Case:
    choice = choose_pattern(task)
    expected = {"pattern": choice.pattern.value, "rule": choice.rules[-1].id, "reason": choice.reason}
    return Case(name, NOTHING_SENT, {"task": asdict(task)}, expected)


def _task(run: Run) -> Task:
    return task_from_json(run.case.inputs["task"])


def _rule(run: Run) -> str:
    rule: str = run.case.expected["rule"]
    return rule


def _wrong_choice(run: Run) -> str | None:
    if run.value == run.case.expected["pattern"]:
        return None
    return f"expected `{run.case.expected['pattern']}`, got {shortened(run.value)}. {run.case.expected['reason']}"


def _said_choice(run: Run) -> str:
    return f"you chose {run.value}" if _is_pattern(run.value) else said_returned(run)


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and value in [pattern.value for pattern in Pattern]


def _ended_well(run: Run) -> bool:
    return run.observation.raised is None and run.observation.stopped is None


CHOOSE: Final = Exercise(
    name="choose",
    lesson=LESSON,
    parameters=("task",),
    cases=_choose_cases,
    driver=call_with_task,
    right=_wrong_choice,
    said=_said_choice,
    misconceptions=(
        printed(WHO),
        Misconception(
            id="not_a_pattern",
            applies=lambda run: _ended_well(run) and not _is_pattern(run.value),
            cause=lambda run: (
                f"you returned {shortened(run.value)}, and there are three patterns: `Pattern.STANDARD`, "
                "`Pattern.STREAMING` and `Pattern.BATCHES`. Who compares your answer with one of them finds nothing."
            ),
            next_step="Return a member of `Pattern`.",
            reread=WHO,
        ),
        Misconception(
            id="person_waits_for_a_batch",
            applies=lambda run: _task(run).waiting == "person" and run.value == "batches",
            cause=lambda run: (
                f"{_task(run).requests:,} requests look like bulk, but behind each of them sits a person. A batch "
                "answers in minutes or in hours."
            ),
            next_step="Ask first who is waiting. For a person nothing else counts.",
            reread=WHO,
        ),
        Misconception(
            id="person_sees_nothing",
            applies=lambda run: _task(run).waiting == "person" and run.value == "standard",
            cause=lambda run: (
                f"a person looks at an empty screen for {_task(run).seconds:g} seconds, although the first words are "
                "written long before the last."
            ),
            next_step="Stream whatever a person waits for.",
            reread=WHO,
        ),
        Misconception(
            id="loop_in_a_batch",
            applies=lambda run: _task(run).in_turn and run.value == "batches",
            cause="the requests of a tool loop can't be sent together: each one holds the answer to the one before. "
            "As batches, every turn would wait for a batch of its own.",
            next_step="Rule batches out where `in_turn` is true.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="deadline_ignored",
            applies=lambda run: (
                _task(run).deadline_hours is not None
                and (_task(run).deadline_hours or 0) <= 24
                and run.value == "batches"
            ),
            cause=lambda run: (
                f"the answers are needed in {_task(run).deadline_hours:g} hours. Most batches end within one, but the "
                "only promise is 24, and what is not processed by then expires."
            ),
            next_step="Rule batches out where the deadline is within 24 hours.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="program_waits_for_a_batch",
            applies=lambda run: _task(run).waiting == "program" and run.value == "batches",
            cause="no person is waiting, but a program is, and it cannot go on. Nobody can tell it when a batch ends.",
            next_step="Take a batch only when *nobody* waits.",
            reread=WHO,
        ),
        Misconception(
            id="nobody_means_batches",
            applies=lambda run: (
                _task(run).waiting == "nobody" and _task(run).requests < BULK and run.value == "batches"
            ),
            cause=lambda run: (
                f"nobody waits, and there is nothing in bulk either: a job that creates a batch, polls it and joins "
                f"its results, for {_task(run).requests} request{'s' if _task(run).requests > 1 else ''}."
            ),
            next_step=f"Take a batch from {BULK} requests on, the number that this course draws the line at.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="bulk_at_full_price",
            applies=lambda run: _rule(run) == "bulk" and _is_pattern(run.value) and run.value != "batches",
            cause=lambda run: (
                f"{_task(run).requests:,} requests that nobody waits for, one by one: every token costs twice what it "
                "costs in a batch."
            ),
            next_step="Take a batch where nobody waits, there is much to do, and nothing rules a batch out.",
            reread=WHO,
        ),
        Misconception(
            id="long_and_silent",
            applies=lambda run: _rule(run) == "long" and run.value == "standard",
            cause=lambda run: (
                f"the answer takes {_task(run).seconds:g} seconds, and unstreamed no byte travels all that time. After "
                "ten minutes the SDK gives up, and networks drop a silent connection sooner."
            ),
            next_step="Stream what takes more than 600 seconds, though nobody watches.",
            reread=LONG,
        ),
        Misconception(
            id="sdk_refuses",
            applies=lambda run: _rule(run) == "tokens" and run.value == "standard",
            cause=lambda run: (
                f"`max_tokens` is {_task(run).max_tokens:,}. Above {UNSTREAMED_TOKENS:,} the SDK raises a `ValueError` "
                "and sends nothing, however short the answer would have been."
            ),
            next_step=f"Stream what has more than {UNSTREAMED_TOKENS:,} `max_tokens`.",
            reread=LONG,
        ),
        Misconception(
            id="streamed_for_nobody",
            applies=lambda run: _rule(run) == "short" and run.value == "streaming",
            cause="a short answer that nobody watches. A stream does no harm here; it is one more thing that can break "
            "half-way, for nothing.",
            next_step="End with `Pattern.STANDARD`, for all that no rule above has decided.",
            reread=LONG,
        ),
    ),
    hints=(
        "Ask the questions in order, and let the first that decides return. Which question makes all the others "
        "unimportant?",
        "A person → streaming. Then batches, when four things hold at once: nobody waits, not in turn, enough "
        "requests, no deadline within 24 hours. Then two reasons to stream all the same. Then the rest.",
        'The shape: `if task.waiting == "person": return …`; `bulk = task.waiting == "nobody" and not task.in_turn and '
        f"task.requests >= {BULK}`, and a deadline that is None or above 24; `if bulk: return …`; `if task.seconds > "
        f"600 or task.max_tokens > {UNSTREAMED_TOKENS:_}: return …`; `return Pattern.STANDARD`.",
    ),
)


# misplaced


def call_with_calls(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(calls)`."""
    return function([call_from_json(call) for call in stage.inputs["calls"]])


def _misplaced_cases(source: random.Random) -> Sequence[Case]:
    kinds = list(_KINDS)
    return [
        _log_case("a day of support", source, kinds),
        _log_case("a quiet night", source, ["chat", "bulk", "bulk slow", "tag", "streamed tag"]),
        _log_case("a bad morning", source, ["batch for a person", "chat", "fast batch for a person", "tag"]),
        _log_case("an expensive week", source, ["bulk at full price", "bulk", "streamed tag", "bulk slow"]),
        _log_case("an empty log", source, []),
    ]


def _log_case(name: str, source: random.Random, kinds: Sequence[str]) -> Case:
    numbers = source.sample(range(1_000, 10_000), len(kinds))
    drawn = {kind: _KINDS[kind](f"call_{number}", source) for kind, number in zip(kinds, numbers, strict=True)}
    calls = list(drawn.values())
    source.shuffle(calls)
    expected = {
        "ids": [call.id for call in calls if is_misplaced(call)],
        "of": {kind: call.id for kind, call in drawn.items()},
    }
    return Case(name, NOTHING_SENT, {"calls": [call_to_json(call) for call in calls]}, expected)


def _person(source: random.Random) -> Task:
    return Task("person", float(source.randrange(3, 20)))


def _job(source: random.Random) -> Task:
    return Task("nobody", float(source.randrange(3, 20)), requests=source.randrange(500, 9_000))


def _loop(source: random.Random) -> Task:
    return Task("program", float(source.randrange(3, 20)), requests=source.randrange(100, 300), in_turn=True)


_KINDS: Final[dict[str, Callable[[str, random.Random], Call]]] = {
    "chat": lambda id, source: Call(id, "chat", Pattern.STREAMING, _person(source), 6.0),
    "unstreamed chat": lambda id, source: Call(id, "mobile chat", Pattern.STANDARD, _person(source), 9.0),
    "batch for a person": lambda id, source: Call(
        id, "ask a colleague", Pattern.BATCHES, _person(source), float(source.randrange(1_200, 5_000))
    ),
    "fast batch for a person": lambda id, source: Call(
        id, "help page", Pattern.BATCHES, _person(source), float(source.randrange(20, 50))
    ),
    "bulk": lambda id, source: Call(id, "nightly summaries", Pattern.BATCHES, _job(source), 1_500.0),
    "bulk slow": lambda id, source: Call(
        id, "weekly evaluation", Pattern.BATCHES, _job(source), float(source.randrange(30_000, 70_000))
    ),
    "bulk at full price": lambda id, source: Call(id, "tagging the archive", Pattern.STANDARD, _job(source), 4.0),
    "tag": lambda id, source: Call(id, "tag of one mail", Pattern.STANDARD, Task("nobody", 3.0), 3.0),
    "streamed tag": lambda id, source: Call(id, "title of one mail", Pattern.STREAMING, Task("nobody", 4.0), 4.0),
    "loop": lambda id, source: Call(id, "refund agent", Pattern.STANDARD, _loop(source), 5.0),
    "loop in a batch": lambda id, source: Call(id, "stock agent", Pattern.BATCHES, _loop(source), 700.0),
}
"""What a log can hold: calls in their place, and calls that are not."""


def day_of_support() -> list[Call]:
    """A log to look at: one call of every kind, in no particular order."""
    calls = [_KINDS[kind](f"call_{number:02}", random.Random(number)) for number, kind in enumerate(_KINDS, 1)]
    random.Random(LESSON).shuffle(calls)
    return calls


def _ids(run: Run) -> list[str]:
    ids: list[str] = run.case.expected["ids"]
    return ids


def _id(run: Run, kind: str) -> str | None:
    found: str | None = run.case.expected["of"].get(kind)
    return found


def _is_ids(run: Run) -> bool:
    known = {call["id"] for call in run.case.inputs["calls"]}
    return isinstance(run.value, list) and all(isinstance(one, str) and one in known for one in run.value)


def _missed(run: Run, kind: str) -> bool:
    return _is_ids(run) and _id(run, kind) in set(_ids(run)) - set(run.value)


def _found(run: Run, kind: str) -> bool:
    return _is_ids(run) and _id(run, kind) in run.value


def _wrong_ids(run: Run) -> str | None:
    if isinstance(run.value, list) and _is_ids(run) and sorted(run.value) == sorted(_ids(run)):
        return None
    return f"expected {_ids(run)}, got {shortened(run.value)}."


def _said_ids(run: Run) -> str:
    return (
        f"you found {len(run.value)} of {len(run.case.inputs['calls'])} calls" if _is_ids(run) else said_returned(run)
    )


MISPLACED: Final = Exercise(
    name="misplaced",
    lesson=LESSON,
    parameters=("calls",),
    cases=_misplaced_cases,
    driver=call_with_calls,
    right=_wrong_ids,
    said=_said_ids,
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=returned_nothing,
            cause="your function returned `None`. An empty log has an empty list of findings, and `print` reaches "
            "nobody who could act on them.",
            next_step="Collect the ids, and return the list.",
            reread=LOG,
        ),
        Misconception(
            id="not_the_ids",
            applies=lambda run: _ended_well(run) and not _is_ids(run),
            cause=lambda run: (
                f"you returned {shortened(run.value)}. The ids of the calls were asked for: a position means nothing "
                "once the log has grown, and a whole call is more than the alarm needs."
            ),
            next_step="Return `call.id` of each call that you find.",
            reread=LOG,
        ),
        Misconception(
            id="judged_by_the_time",
            applies=lambda run: _missed(run, "fast batch for a person") and _found(run, "batch for a person"),
            cause=lambda run: (
                f"you missed `{_id(run, 'fast batch for a person')}`, a batch with a person behind it. It was back "
                "within a minute, and that was luck: the next one has until tomorrow."
            ),
            next_step="Judge by who was waiting, not by how long it took.",
            reread=LOG,
        ),
        Misconception(
            id="slow_batch_reported",
            applies=lambda run: _found(run, "bulk slow"),
            cause=lambda run: (
                f"you reported `{_id(run, 'bulk slow')}`. It took hours, and nobody minded: bulk work that nobody "
                "waits for is in its place in a batch."
            ),
            next_step="Look at `call.task` for who is waiting; `answered_after` says nothing about the pattern.",
            reread=LOG,
        ),
        Misconception(
            id="harmless_stream_reported",
            applies=lambda run: _found(run, "streamed tag"),
            cause=lambda run: (
                f"you reported `{_id(run, 'streamed tag')}`, a short call that was streamed for nobody. It cost the "
                "same and was there as soon. An alarm that cries over it is switched off."
            ),
            next_step="Let a stream pass where a standard call would have done.",
            reread=LOG,
        ),
        Misconception(
            id="price_overlooked",
            applies=lambda run: _missed(run, "bulk at full price"),
            cause=lambda run: (
                f"you missed `{_id(run, 'bulk at full price')}`: thousands of requests that nobody waits for, at twice "
                "the price. Nobody complains about that one, so only a log finds it."
            ),
            next_step="Compare each call with the pattern that its task should have, in both directions.",
            reread=LOG,
        ),
        Misconception(
            id="blank_screen_overlooked",
            applies=lambda run: _missed(run, "unstreamed chat"),
            cause=lambda run: (
                f"you missed `{_id(run, 'unstreamed chat')}`: a person waits for a standard call, and sees nothing "
                "until its end."
            ),
            next_step="A person who is waiting is served by a stream and by nothing else.",
            reread=WHO,
        ),
        Misconception(
            id="loop_overlooked",
            applies=lambda run: _missed(run, "loop in a batch"),
            cause=lambda run: (
                f"you missed `{_id(run, 'loop in a batch')}`: a tool loop, each turn a batch of its own. No person is "
                "waiting, but the next turn is."
            ),
            next_step="Ask your `choose` what the task should have been sent as.",
            reread=EXCEPTIONS,
        ),
    ),
    hints=(
        "You have a function that says where a task belongs. What does a call in the wrong pattern look like, then?",
        "Compare `call.pattern` with `choose(call.task)`. One difference is harmless: a stream where a standard call "
        "would do.",
        "In a loop over `calls`: `right = choose(call.task)`; keep `call.id` where `call.pattern != right`, unless "
        "`call.pattern` is `Pattern.STREAMING` and `right` is `Pattern.STANDARD`.",
    ),
)

EXERCISES: Final = (CHOOSE, MISPLACED)
