"""What the API says of a key that it does not take, as one sentence for the person whose key it is."""

from typing import Any, Final

import anthropic

from helpers.errors import CourseError

KEYS: Final = "https://platform.claude.com/settings/keys"
BILLING: Final = "https://platform.claude.com/settings/billing"
BACK: Final = "or unset COURSE_MODE to use the replay"
NO_CREDIT: Final = "credit balance"
"""A 400 with these words in it is no mistake in the request, and nothing but its words says so."""


class LiveError(CourseError, anthropic.AnthropicError):
    """A live call that must not be sent, or whose answer only a person can mend.

    Being one of the SDK's own errors, it is neither tried again nor wrapped into another on its way to the caller.
    """


def refusal(status: int, body: Any) -> LiveError | None:
    """The sentence for an answer that is about the key or its account; None for any other."""
    match status:
        case 401:
            return LiveError(
                "The API does not accept the key in ANTHROPIC_API_KEY (401): it is wrong, or it was revoked. Set "
                f"one of those at {KEYS}, {BACK}."
            )
        case 403:
            return LiveError(
                "The key in ANTHROPIC_API_KEY may not do this (403): ask whoever manages its organization, set another "
                f"COURSE_MODEL, {BACK}."
            )
        case 402:
            return _no_credit(status)
        case 400 if NO_CREDIT in str(body).lower():
            return _no_credit(status)
    return None


def _no_credit(status: int) -> LiveError:
    return LiveError(
        f"The account of the key in ANTHROPIC_API_KEY has no money left ({status}): buy credits at {BILLING}, {BACK}."
    )
