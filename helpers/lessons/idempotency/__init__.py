"""Lesson 07: make a tool that is safe to run twice."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.idempotency.drivers import call_with_blocks, call_with_ledger, run_with_ledger

LESSON: Final[Lesson] = lesson(
    "07_idempotency",
    title="Idempotency",
    afterwards="make a tool that is safe to run twice",
    exercises=[
        Exercise("dedup_key", ("tool_use",), driver=call_with_blocks),
        Exercise("charge_once", ("db", "key", "amount"), driver=call_with_ledger),
        Exercise("run_tools", ("client", "messages", "tools", "ledger"), driver=run_with_ledger),
    ],
)
