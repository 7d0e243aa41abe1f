"""What several checks of lesson 08 need."""

from typing import Any


def text_of(content: Any) -> str:
    """The text of a message's content, whichever form it was sent in."""
    if isinstance(content, str):
        return content
    found = content if isinstance(content, list) else []
    return "\n".join(str(block.get("text", "")) for block in found if isinstance(block, dict))
