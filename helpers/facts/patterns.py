"""Which of the three patterns a task belongs to, and why: a short table of rules, read from top to bottom.

A rule *rules out* batches, or it *decides*. The first deciding rule that applies wins; those that ruled batches out
before it are among the reasons. Everything that speaks about the choice reads it from here: the lesson, its picture,
its widget and the check of its exercises.

    >>> choose_pattern(Task(waiting="person", seconds=20)).pattern
    <Pattern.STREAMING: 'streaming'>
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal, get_args

from helpers.errors import CourseError

Waiting = Literal["person", "program", "nobody"]
"""Who is waiting for the answer: somebody who looks at a screen, code that cannot go on without it, or nobody."""

BULK: Final = 100
"""Requests from which on a job is called bulk. The documentation names no number: this one is the course's own."""
LONG_SECONDS: Final = 600
"""Ten minutes: what the SDK, and many a network, waits for an answer that shows no sign of life."""
UNSTREAMED_TOKENS: Final = 21_333
"""The SDK sends no more `max_tokens` than this unstreamed: 600 s at 128,000 tokens an hour."""
BATCH_HOURS: Final = 24
"""A batch has ended after this time. What was not processed by then has expired, and has to be sent again."""

_MESSAGES: Final = "https://platform.claude.com/docs/en/api/messages/create"
_BATCHES: Final = "https://platform.claude.com/docs/en/build-with-claude/batch-processing"
_STREAMING: Final = "https://platform.claude.com/docs/en/build-with-claude/streaming"
_LONG: Final = "https://platform.claude.com/docs/en/api/errors#long-requests"
_SDK: Final = "https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#long-requests"
_TOOLS: Final = "https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview"


class Pattern(StrEnum):
    """How a request is sent. `Pattern.BATCHES == "batches"`, so that a log line can be compared with it."""

    STANDARD = "standard"
    STREAMING = "streaming"
    BATCHES = "batches"


@dataclass(frozen=True)
class Task:
    """Something to be asked of the API, in the words that decide how. All fields are plain JSON."""

    waiting: Waiting = "nobody"
    seconds: float = 10.0
    """How long one answer is expected to take."""
    max_tokens: int = 1024
    requests: int = 1
    """How many requests like it there are to send."""
    deadline_hours: float | None = None
    """Hours until all answers are needed; None when any day will do."""
    in_turn: bool = False
    """Whether each request needs the answer before it, as in a tool loop."""


@dataclass(frozen=True)
class Rule:
    """One row of the table. `decides` is the pattern to take; a rule without one rules batches out."""

    id: str
    question: str
    """As it is asked of a person: yes means that the rule applies."""
    applies: Callable[[Task], bool] = field(repr=False)
    decides: Pattern | None
    reason: str
    source: str | None = None
    """Where the platform documentation says so; None for a decision of the course."""


@dataclass(frozen=True)
class Choice:
    """What became of a task: the pattern, and every rule that led to it, the deciding one last."""

    pattern: Pattern
    rules: tuple[Rule, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is no batch, where that had to be said, and then why it is this pattern."""
        return tuple(rule.reason for rule in self.rules)

    @property
    def reason(self) -> str:
        """The one to give where there is room for one: of a standard call, why it is no batch."""
        return self.reasons[0 if self.pattern is Pattern.STANDARD else -1]


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "watching",
        "Is a person waiting?",
        lambda task: task.waiting == "person",
        Pattern.STREAMING,
        "A person is waiting: they can read the first words while the rest is written.",
        _STREAMING,
    ),
    Rule(
        "program",
        "Is a program waiting, that cannot go on without the answer?",
        lambda task: task.waiting == "program",
        None,
        "A program is waiting: a batch answers when it has ended, and nobody can say when that is.",
        _BATCHES,
    ),
    Rule(
        "in_turn",
        "Does each request need the answer before it?",
        lambda task: task.in_turn,
        None,
        "Each request needs the answer before it, as in a tool loop: every turn would be a batch of its own.",
        _TOOLS,
    ),
    Rule(
        "deadline",
        f"Are the answers needed within {BATCH_HOURS} hours?",
        lambda task: task.deadline_hours is not None and task.deadline_hours <= BATCH_HOURS,
        None,
        f"The answers are needed within {BATCH_HOURS} hours: most batches end within one, but none promises it, and "
        f"what is not processed after {BATCH_HOURS} expires.",
        _BATCHES,
    ),
    Rule(
        "few",
        f"Are there fewer than {BULK} requests?",
        lambda task: task.requests < BULK,
        None,
        f"There are fewer than {BULK} requests: half their price does not pay for a job that creates, polls and joins.",
    ),
    Rule(
        "bulk",
        "Has nothing ruled batches out?",
        lambda task: not ruled_out(task),
        Pattern.BATCHES,
        "Bulk work that nobody waits for: the same tokens at half the price.",
        _BATCHES,
    ),
    Rule(
        "long",
        f"Does an answer take more than {LONG_SECONDS // 60} minutes?",
        lambda task: task.seconds > LONG_SECONDS,
        Pattern.STREAMING,
        f"An answer takes more than {LONG_SECONDS // 60} minutes: unstreamed, no byte travels all that time, and "
        "networks drop connections that are silent.",
        _LONG,
    ),
    Rule(
        "tokens",
        f"Is max_tokens above {UNSTREAMED_TOKENS:,}?",
        lambda task: task.max_tokens > UNSTREAMED_TOKENS,
        Pattern.STREAMING,
        f"max_tokens is above {UNSTREAMED_TOKENS:,}: the SDK does not send that unstreamed.",
        _SDK,
    ),
    Rule(
        "short",
        "Anything else?",
        lambda task: True,
        Pattern.STANDARD,
        "A short call that nobody watches: the simplest code is enough.",
        _MESSAGES,
    ),
)


def ruled_out(task: Task) -> tuple[Rule, ...]:
    """The rules that speak against a batch for `task`."""
    return tuple(rule for rule in RULES if rule.decides is None and rule.applies(task))


def choose_pattern(task: Task) -> Choice:
    """The pattern for `task`, with every rule that led to it."""
    passed: list[Rule] = []
    for rule in RULES:
        if rule.applies(task):
            passed.append(rule)
            if rule.decides is not None:
                return Choice(rule.decides, tuple(passed))
    raise AssertionError("the last rule applies to everything")


@dataclass(frozen=True)
class Call:
    """One line of a log of calls: what was asked, and in which pattern it was sent."""

    id: str
    route: str
    """Where in the product it comes from."""
    pattern: Pattern
    task: Task
    answered_after: float
    """Seconds until the answers were there."""


def is_misplaced(call: Call) -> bool:
    """Whether the call was sent in the wrong pattern.

    A stream in place of a standard call is not wrong: it costs the same and ends at the same time.
    """
    right = choose_pattern(call.task).pattern
    return call.pattern is not right and (call.pattern, right) != (Pattern.STREAMING, Pattern.STANDARD)


def call_to_json(call: Call) -> dict[str, Any]:
    """`call` as plain JSON."""
    return {**asdict(call), "pattern": call.pattern.value}


def call_from_json(data: Mapping[str, Any]) -> Call:
    """The call that `call_to_json` wrote."""
    return Call(**{**data, "pattern": Pattern(data["pattern"]), "task": task_from_json(data["task"])})


def task_from_json(data: Mapping[str, Any]) -> Task:
    """The task with these fields. Raises `CourseError` naming the one that cannot be meant."""
    unknown = set(data) - set(Task.__dataclass_fields__)
    if unknown:
        known = ", ".join(Task.__dataclass_fields__)
        raise CourseError(f"A task has no field {min(unknown)!r}: it has {known}.")
    task = Task(**data)
    if task.waiting not in get_args(Waiting):
        raise CourseError(f"waiting is {task.waiting!r}: it can be {', '.join(get_args(Waiting))}.")
    return task
