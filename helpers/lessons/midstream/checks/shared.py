"""What several checks of lesson 08 need."""

import random
from typing import Any, Final

from helpers.replay import Fixture

WHOLE: Final = ("end_turn", "stop_sequence")
"""The stop reasons of an answer that is whole."""
CUT_SHORT: Final = ("max_tokens", "model_context_window_exceeded", "refusal", "pause_turn")
"""The documented stop reasons of an answer that is not, where there are no tools."""
TEMPORARY: Final = ("api_error", "timeout_error", "rate_limit_error", "overloaded_error")
"""The types of errors that pass."""
FINAL: Final = (
    *("invalid_request_error", "authentication_error", "billing_error"),
    *("permission_error", "not_found_error", "request_too_large"),
)
"""The types of errors that do not."""


def text_of(content: Any) -> str:
    """The text of a message's content, whichever form it was sent in."""
    if isinstance(content, str):
        return content
    found = content if isinstance(content, list) else []
    return "\n".join(str(block.get("text", "")) for block in found if isinstance(block, dict))


def new_reason(source: random.Random) -> str:
    """A stop reason that nobody has heard of yet. The API may add some."""
    words = [source.choice(options) for options in (("paused", "limit", "policy"), ("review", "budget", "handover"))]
    return "_".join(words)


def amid_the_text(source: random.Random, fixture: Fixture) -> int:
    """After how many events a stream is to break, so that some of its text has come, and some has not."""
    return source.randrange(4, fixture.counted - 3)
