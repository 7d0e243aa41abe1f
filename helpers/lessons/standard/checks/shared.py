"""What several checks of lesson 01 need."""

from typing import Final

from helpers.judging.check import Run
from helpers.judging.exact import number

BLOCKS: Final = "What comes back is a list of blocks"
STOP_REASONS: Final = "Why it stopped decides what the text is worth"
ROOM_ENOUGH: Final = 200
"""The longest answer here has 50 tokens."""


def allowed_tokens(run: Run) -> int:
    """The `max_tokens` of the first request; 0 where there was none, or something else than a number."""
    body = run.wire[0].body if run.wire else None
    allowed = number(body.get("max_tokens")) if isinstance(body, dict) else None
    return 0 if allowed is None else int(allowed)
