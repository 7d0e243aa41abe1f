"""Lesson A1, optional: the same wire with the SDK for TypeScript, and with curl."""

from typing import Final

from helpers.calling.exercise import Exercise, Lesson, lesson
from helpers.lessons.typescript.drivers import call_and_listen, write_and_listen

PATIENCE: Final = 2.0
"""A process that was ended by one case is begun anew by the next, which takes its time on a busy machine."""
LESSON: Final[Lesson] = lesson(
    "A1_typescript",
    title="TypeScript and curl",
    afterwards="say how each SDK, and curl, shows that an answer is not whole",
    exercises=[
        Exercise(
            "showText", ("client", "prompt", "write"), driver=write_and_listen, language="typescript", patience=PATIENCE
        ),
        Exercise(
            "streamSafely",
            ("client", "prompt", "write"),
            driver=write_and_listen,
            language="typescript",
            patience=PATIENCE,
        ),
        Exercise(
            "streamMessage", ("client", "prompt"), driver=call_and_listen, language="typescript", patience=PATIENCE
        ),
    ],
    # Its notebooks, and its grading from outside, are still to be written.
    beside="optional",
)
