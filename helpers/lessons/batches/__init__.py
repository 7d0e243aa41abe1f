"""Lesson 03: do bulk work that nobody waits for, at half the price."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.batches.drivers import (
    call_alone,
    call_with_price,
    create_and_wait,
    end_and_collect,
    split_and_send,
)

LESSON: Final[Lesson] = lesson(
    "03_batches",
    title="Batches",
    afterwards="do bulk work that nobody waits for, at half the price",
    exercises=[
        Exercise("build_requests", ("documents",), driver=call_alone),
        Exercise("split_batches", ("requests", "max_requests", "max_bytes"), driver=split_and_send, max_requests=60),
        Exercise("wait_for", ("client", "batch_id", "sleep", "deadline"), driver=create_and_wait, max_requests=400),
        Exercise("collect", ("client", "batch_id"), driver=end_and_collect),
        Exercise("batch_savings", ("input_tokens", "output_tokens", "price"), driver=call_with_price),
    ],
)
