"""The choice of a pattern: every rule, its edge, and the reasons that are given."""

import json
from dataclasses import replace
from typing import Any

import pytest
from anthropic.types import MessageParam

from helpers import MODEL, make_client
from helpers.errors import CourseError
from helpers.facts.patterns import (
    BULK,
    RULES,
    UNSTREAMED_TOKENS,
    Call,
    Pattern,
    Task,
    call_from_json,
    call_to_json,
    choose_pattern,
    is_misplaced,
    ruled_out,
    task_from_json,
)

BULK_JOB = Task(requests=5_000, deadline_hours=48)


@pytest.mark.parametrize(
    ("task", "rule"),
    [
        (Task(waiting="person"), "watching"),
        (replace(BULK_JOB, waiting="person"), "watching"),
        (Task(waiting="person", in_turn=True), "watching"),
        (BULK_JOB, "bulk"),
        (replace(BULK_JOB, deadline_hours=None), "bulk"),
        (replace(BULK_JOB, deadline_hours=24.5), "bulk"),
        (replace(BULK_JOB, seconds=900, max_tokens=64_000), "bulk"),
        (replace(BULK_JOB, requests=BULK), "bulk"),
        (replace(BULK_JOB, requests=BULK - 1), "short"),
        (replace(BULK_JOB, deadline_hours=24), "short"),
        (replace(BULK_JOB, in_turn=True), "short"),
        (replace(BULK_JOB, waiting="program"), "short"),
        (Task(seconds=600), "short"),
        (Task(seconds=601), "long"),
        (Task(max_tokens=UNSTREAMED_TOKENS), "short"),
        (Task(max_tokens=UNSTREAMED_TOKENS + 1), "tokens"),
        (Task(waiting="program", seconds=601), "long"),
        (Task(), "short"),
    ],
)
def test_deciding_rule(task: Task, rule: str) -> None:
    """The rule that decides, on both sides of every edge."""
    assert choose_pattern(task).rules[-1].id == rule


def test_every_rule_is_needed() -> None:
    """A rule that never led to anything would be a rule to leave out."""
    tasks = [Task(waiting="person"), Task(waiting="program"), BULK_JOB, Task(seconds=601), Task(max_tokens=30_000)]
    tasks += [replace(BULK_JOB, in_turn=True), replace(BULK_JOB, deadline_hours=1), Task()]
    assert {rule.id for task in tasks for rule in choose_pattern(task).rules} == {rule.id for rule in RULES}


def test_reasons() -> None:
    """Why it is no batch, then why it is what it is; the first says more about a standard call."""
    choice = choose_pattern(replace(BULK_JOB, deadline_hours=2))
    assert choice.pattern is Pattern.STANDARD
    assert "needed within 24 hours" in choice.reasons[0]
    assert choice.reasons[1].startswith("A short call")
    assert choice.reason == choice.reasons[0]
    assert choose_pattern(Task(seconds=900)).reason.startswith("An answer takes more than 10 minutes")


def test_rules_speak() -> None:
    """Each rule asks a question and gives its reason in a sentence; all but the course's own number have a source."""
    assert all(rule.question.endswith("?") and rule.reason.endswith(".") for rule in RULES)
    assert [rule.id for rule in RULES if rule.source is None] == ["few"]


def test_ruled_out() -> None:
    """Everything that speaks against a batch, not only the first."""
    assert [rule.id for rule in ruled_out(Task(waiting="program", in_turn=True))] == ["program", "in_turn", "few"]


def test_limit_is_the_sdks() -> None:
    """The number that the rule uses, and that lesson 01 teaches, is the one from which on the SDK refuses."""
    create = make_client().messages.create
    messages: list[MessageParam] = [{"role": "user", "content": "Hello"}]
    assert create(model=MODEL, max_tokens=UNSTREAMED_TOKENS, messages=messages).content
    with pytest.raises(ValueError, match="Streaming is required"):
        create(model=MODEL, max_tokens=UNSTREAMED_TOKENS + 1, messages=messages)


@pytest.mark.parametrize(
    ("pattern", "task", "misplaced"),
    [
        (Pattern.BATCHES, Task(waiting="person"), True),
        (Pattern.STANDARD, Task(waiting="person"), True),
        (Pattern.STREAMING, Task(waiting="person"), False),
        (Pattern.STANDARD, BULK_JOB, True),
        (Pattern.STREAMING, BULK_JOB, True),
        (Pattern.BATCHES, BULK_JOB, False),
        (Pattern.STREAMING, Task(), False),
        (Pattern.STANDARD, Task(seconds=900), True),
    ],
)
def test_misplaced(pattern: Pattern, task: Task, misplaced: bool) -> None:
    """A stream where a standard call would do is harmless; everything else in the wrong place is not."""
    assert is_misplaced(Call("call_1", "chat", pattern, task, 3.0)) is misplaced


def test_json() -> None:
    """A call survives JSON, and its pattern is a plain string there."""
    call = Call("call_1", "chat", Pattern.BATCHES, BULK_JOB, 2_400.0)
    written: dict[str, Any] = json.loads(json.dumps(call_to_json(call)))
    assert written["pattern"] == "batches"
    assert call_from_json(written) == call


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"wating": "person"}, "no field 'wating': it has waiting"),
        ({"waiting": "user"}, "it can be person, program, nob"),
    ],
)
def test_bad_task(data: dict[str, Any], said: str) -> None:
    """What cannot be meant is refused with the names that can."""
    with pytest.raises(CourseError, match=said):
        task_from_json(data)
