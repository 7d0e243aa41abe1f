"""The error map of the Messages API as data, and the errors that this course raises itself.

    Exception
    ├── CourseError     the course or its set-up is wrong: one sentence that says what and how to mend it
    └── UnusableAnswer  an answer arrived, but it must not be used as if it were whole
        ├── Truncated   cut off by a limit
        ├── Refused     the model declined
        └── Unfinished  the turn goes on (a tool call, a paused turn), or the stream broke
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


class CourseError(Exception):
    """One sentence for the person at the keyboard: what went wrong and how to mend it."""


class UnusableAnswer(Exception):  # noqa: N818 - a domain word reads better than `…Error` in an except clause
    """An answer that arrived and must not be used as if it were whole."""


class Truncated(UnusableAnswer):
    """The answer was cut off by a limit: `max_tokens` or the context window."""


class Refused(UnusableAnswer):
    """The model declined to answer: read `stop_details`, do not retry blindly."""


class Unfinished(UnusableAnswer):
    """The turn is not over: a tool call or a paused turn, or a stream that ended before its last event."""


@dataclass(frozen=True)
class ErrorRow:
    """One row of the error map."""

    status: int
    type: str
    retried_by_sdk: bool
    advice: str
    example: str
    """The message that the replay gives when nothing more precise is known."""


_ROWS: Final = (
    ErrorRow(400, "invalid_request_error", False, "Your bug: fix the request.", "The request body is not valid."),
    ErrorRow(401, "authentication_error", False, "The API key is missing, wrong or revoked.", "invalid API key"),
    ErrorRow(402, "billing_error", False, "Mend billing in the Console.", "Your credit balance is too low."),
    ErrorRow(403, "permission_error", False, "The API key lacks permission.", "Your API key may not use this."),
    ErrorRow(404, "not_found_error", False, "Mend the path, the model or the id.", "Not found"),
    ErrorRow(408, "timeout_error", True, "Temporary: back off and try again.", "Request timed out"),
    ErrorRow(409, "conflict_error", True, "Temporary: back off and try again.", "The resource is being changed."),
    ErrorRow(413, "request_too_large", False, "Trim the request.", "Request exceeds the maximum size"),
    ErrorRow(422, "invalid_request_error", False, "Your bug: fix the request.", "The request makes no sense."),
    ErrorRow(429, "rate_limit_error", True, "Back off; mind `retry-after`.", "This would exceed your rate limit."),
    ErrorRow(500, "api_error", True, "Back off and try again.", "Internal server error"),
    ErrorRow(502, "api_error", True, "Back off and try again.", "Bad gateway"),
    ErrorRow(503, "api_error", True, "Back off and try again.", "Service unavailable"),
    ErrorRow(504, "timeout_error", True, "Stream long requests, or send them as a batch.", "Request timed out"),
    ErrorRow(529, "overloaded_error", True, "Back off and try again.", "Overloaded"),
)

ERROR_MAP: Final[Mapping[int, ErrorRow]] = {row.status: row for row in _ROWS}
"""By HTTP status (https://platform.claude.com/docs/en/api/errors#http-errors)."""
