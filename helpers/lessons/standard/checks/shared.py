"""What several checks of lesson 01 need."""

from typing import Final

from helpers.judging.check import Run

BLOCKS: Final = "What comes back is a list of blocks"
STOP_REASONS: Final = "Why it stopped decides what the text is worth"
ROOM_ENOUGH: Final = 200
"""The longest answer here has 50 tokens."""


def allowed_tokens(run: Run) -> int:
    """The `max_tokens` of the first request; 0 where there was none."""
    body = run.wire[0].body if run.wire else None
    return int(body.get("max_tokens", 0)) if isinstance(body, dict) else 0
