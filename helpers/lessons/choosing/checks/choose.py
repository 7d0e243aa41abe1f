"""The check of `choose`: who is waiting? The function gets plain data, and sends nothing."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from helpers.facts.patterns import (
    BATCH_HOURS,
    BULK,
    LONG_SECONDS,
    UNSTREAMED_TOKENS,
    Pattern,
    Task,
    choose_pattern,
    task_from_json,
)
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import printed
from helpers.judging.reading import ended_well, said_returned, shortened
from helpers.lessons.choosing import LESSON
from helpers.lessons.choosing.checks.shared import EXCEPTIONS, NOTHING_SENT, WHO

LONG: Final = "When nobody watches, and it still streams"


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
        "ten minutes": Task("nobody", float(LONG_SECONDS), 16_000),
        "a second more": Task("nobody", float(LONG_SECONDS + 1), 16_000),
        "just no bulk": Task("nobody", short(), requests=BULK - 1),
        "just bulk": Task("nobody", short(), requests=BULK),
        "due in a day": Task("nobody", short(), requests=many(), deadline_hours=BATCH_HOURS),
        "due an hour later": Task("nobody", short(), requests=many(), deadline_hours=BATCH_HOURS + 1),
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


CHECK: Final = Check(
    LESSON.exercise("choose"),
    cases=_choose_cases,
    right=_wrong_choice,
    said=_said_choice,
    misconceptions=(
        printed(WHO),
        Misconception(
            id="not_a_pattern",
            applies=lambda run: ended_well(run) and not _is_pattern(run.value),
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
    besides="Ours gives the reasons not to wait one name, `may_wait`, so that the rules can be read from top to "
    "bottom.",
)
