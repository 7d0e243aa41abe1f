"""The errors that this course raises itself.

Exception
├── CourseError     the course or its set-up is wrong: one sentence that says what and how to mend it
└── UnusableAnswer  an answer arrived, but it must not be used as if it were whole
    ├── Truncated   cut off by a limit
    ├── Refused     the model declined
    └── Unfinished  the turn goes on (a tool call, a paused turn), or the stream broke
"""

import sys


class CourseError(Exception):
    """One sentence for the person at the keyboard: what went wrong and how to mend it."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence. The lines of the course and the SDK above it would mend nothing."""
        return [str(self)]


class UnusableAnswer(Exception):  # noqa: N818 - a domain word reads better than `…Error` in an except clause
    """An answer that arrived and must not be used as if it were whole."""


class Truncated(UnusableAnswer):
    """The answer was cut off by a limit: `max_tokens` or the context window."""


class Refused(UnusableAnswer):
    """The model declined to answer: read `stop_details`, do not retry blindly."""


class Unfinished(UnusableAnswer):
    """The turn is not over: a tool call or a paused turn, or a stream that ended before its last event."""


def not_installed(error: ModuleNotFoundError) -> CourseError:
    """What to say where a package is missing. Raises `error` itself where what is missing is a module of the course."""
    package = str(error.name).partition(".")[0]
    if package in ("None", "helpers"):
        raise error
    return CourseError(
        f"The package {package} is not installed in {sys.prefix}: run `make install` in the course's folder, and "
        "open the notebook with `make lab`. `course doctor` says what else is missing."
    )
