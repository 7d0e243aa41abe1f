"""The check of `misplaced`: calls in the wrong pattern, found in a log."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.facts.patterns import call_to_json, is_misplaced
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import ended_well, returned_nothing, said_returned, shortened
from helpers.lessons.choosing import LESSON
from helpers.lessons.choosing.checks.shared import EXCEPTIONS, NOTHING_SENT, WHO
from helpers.lessons.choosing.samples import KINDS

LOG: Final = "Found in a log"


def _misplaced_cases(source: random.Random) -> Sequence[Case]:
    kinds = list(KINDS)
    return [
        _log_case("a day of support", source, kinds),
        _log_case("a quiet night", source, ["chat", "bulk", "bulk slow", "tag", "streamed tag"]),
        _log_case("a bad morning", source, ["batch for a person", "chat", "fast batch for a person", "tag"]),
        _log_case(
            "an expensive week", source, ["bulk at full price", "streamed bulk", "bulk", "streamed tag", "bulk slow"]
        ),
        _log_case("an empty log", source, []),
    ]


def _log_case(name: str, source: random.Random, kinds: Sequence[str]) -> Case:
    numbers = source.sample(range(1_000, 10_000), len(kinds))
    drawn = {kind: KINDS[kind](f"call_{number}", source) for kind, number in zip(kinds, numbers, strict=True)}
    calls = list(drawn.values())
    source.shuffle(calls)
    expected = {
        "ids": [call.id for call in calls if is_misplaced(call)],
        "of": {kind: call.id for kind, call in drawn.items()},
    }
    return Case(name, NOTHING_SENT, {"calls": [call_to_json(call) for call in calls]}, expected)


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


CHECK: Final = Check(
    LESSON.exercise("misplaced"),
    cases=_misplaced_cases,
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
            applies=lambda run: ended_well(run) and not _is_ids(run),
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
            id="every_stream_harmless",
            applies=lambda run: _missed(run, "streamed bulk"),
            cause=lambda run: (
                f"you missed `{_id(run, 'streamed bulk')}`: thousands of requests that nobody waits for, each of them "
                "streamed. A stream does no harm where a standard call would have done. Here a batch would have, at "
                "half the price."
            ),
            next_step="Let a stream pass only where `choose` says `Pattern.STANDARD`.",
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
    besides="Ours asks `choose` what is right, so that a rule that changes there changes here.",
)
