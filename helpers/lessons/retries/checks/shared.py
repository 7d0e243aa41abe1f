"""What several checks of lesson 06 need."""

from typing import Final

STACKED: Final = "Nine instead of three"
