"""The error map of the Messages API as data (https://platform.claude.com/docs/en/api/errors#http-errors)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ErrorRow:
    """One row of the error map."""

    status: int
    type: str | None
    """None where what stands before the API answers, with a page of its own."""
    exception: str
    """The class that the SDK raises, a name in `anthropic`."""
    retried_by_sdk: bool
    advice: str
    example: str
    """The message that the replay gives when nothing more precise is known."""
    on_cheat_sheet: bool = True
    """Whether the cheat sheet's table has it."""

    @property
    def x_should_retry(self) -> str | None:
        """What the API was recorded to say in the header `x-should-retry` with this status; None where nothing is
        known of it.
        """
        if self.status in SAYS_NO:
            return "false"
        return "true" if self.status in SAYS_YES else None


SAYS_NO: Final = (400, 401, 403, 404, 413)
SAYS_YES: Final = (429, 500, 529)


def _row(
    status: int, type: str | None, exception: str, advice: str, example: str, *, on_cheat_sheet: bool = True
) -> ErrorRow:
    return ErrorRow(status, type, exception, is_retryable(status), advice, example, on_cheat_sheet)


def is_retryable(status: int) -> bool:
    """Whether the SDK tries again after this status, where the response's `x-should-retry` does not say otherwise
    (https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries).
    """
    return status >= 500 or status in (408, 409, 429)


_AGAIN: Final = "Back off and try again."
_ROWS: Final = (
    _row(
        400,
        "invalid_request_error",
        "BadRequestError",
        "Read the message: fix the request, or the account.",
        "The request body is not valid.",
    ),
    _row(
        401,
        "authentication_error",
        "AuthenticationError",
        "The API key is missing, wrong or revoked.",
        "Invalid bearer token",
    ),
    _row(
        402,
        "billing_error",
        "PaymentRequiredError",
        "Mend billing in the Console.",
        "There is a problem with your billing or payment information.",
    ),
    _row(
        403,
        "permission_error",
        "PermissionDeniedError",
        "The API key lacks permission.",
        "Your API key may not use this.",
    ),
    _row(
        404,
        "not_found_error",
        "NotFoundError",
        "Mend the path, the model or the id.",
        "Not found",
        on_cheat_sheet=False,
    ),
    _row(
        408,
        "timeout_error",
        "RequestTimeoutError",
        "Temporary: back off and try again.",
        "Request timed out",
        on_cheat_sheet=False,
    ),
    _row(
        409,
        "conflict_error",
        "ConflictError",
        "Let the other change finish, then try again.",
        "The resource is being changed.",
        on_cheat_sheet=False,
    ),
    _row(
        413,
        "request_too_large",
        "ContentTooLargeError",
        "Trim the request.",
        "Request exceeds the maximum size",
    ),
    _row(
        422,
        "invalid_request_error",
        "UnprocessableEntityError",
        "Your bug: fix the request.",
        "The request makes no sense.",
        on_cheat_sheet=False,
    ),
    _row(
        429,
        "rate_limit_error",
        "RateLimitError",
        "Back off; mind `retry-after`.",
        "This request would exceed your organization's rate limit.",
    ),
    _row(500, "api_error", "InternalServerError", _AGAIN, "Internal server error"),
    _row(502, None, "InternalServerError", _AGAIN, "Bad gateway", on_cheat_sheet=False),
    _row(503, None, "ServiceUnavailableError", _AGAIN, "Service unavailable", on_cheat_sheet=False),
    _row(
        504,
        "timeout_error",
        "GatewayTimeoutError",
        "Stream long requests, or send them as a batch.",
        "Request timed out",
    ),
    _row(520, None, "InternalServerError", _AGAIN, "Web server is returning an unknown error", on_cheat_sheet=False),
    _row(524, None, "InternalServerError", _AGAIN, "A timeout occurred", on_cheat_sheet=False),
    _row(529, "overloaded_error", "OverloadedError", _AGAIN, "Overloaded"),
)

ERROR_MAP: Final[Mapping[int, ErrorRow]] = {row.status: row for row in _ROWS}
"""By HTTP status (https://platform.claude.com/docs/en/api/errors#http-errors)."""


CREDIT_TOO_LOW: Final = (
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase "
    "credits."
)
"""What a 400 says where an account has no money left. 402 is documented for that, and was never recorded
(https://github.com/anthropics/anthropic-sdk-typescript/issues/618).
"""


def type_of(status: int) -> str:
    """The type of an error that the API answers with this status."""
    row = ERROR_MAP.get(status)
    return row.type if row and row.type else "api_error"


def status_of(type: str) -> int:
    """The status of an error of this type: 500 for one that the map does not have."""
    row = _row_of(type)
    return row.status if row else 500


LONGEST_SENTENCE: Final = 200
"""Characters that are told of what an error says: one that a page was answered with says the whole page."""


def describe_error(error: Exception) -> str:
    """One line for the person on call: what came, what to do, and the request id.

    An error event inside a stream has the status 200, so it is told by its type.
    """
    status, kind = getattr(error, "status_code", None), getattr(error, "type", None)
    row = _row_of(kind) if status in (None, 200) else ERROR_MAP.get(status)
    name = " ".join(str(one) for one in (status, kind) if one) or type(error).__name__
    message = getattr(error, "api_message", None) or str(error)
    request_id = getattr(error, "request_id", None)
    sentences = [f"{name}: {_on_one_line(message)}", row.advice if row else "", f"({request_id})" if request_id else ""]
    return " ".join(filter(None, (sentence.strip() for sentence in sentences)))


def _row_of(kind: str | None) -> ErrorRow | None:
    """The row of a type. Without one there is none: it is not that of a page, which has no type either."""
    return None if kind is None else next((row for row in _ROWS if row.type == kind), None)


def _on_one_line(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= LONGEST_SENTENCE else f"{line[: LONGEST_SENTENCE - 1]}…"
