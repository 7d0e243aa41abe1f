"""What several checks of lesson 02 need."""

from typing import Final

WHOLE: Final = "The whole message, from the same stream"
"""A section of the lesson."""
