"""What several checks of lesson 04 need."""

from typing import Final

from helpers.replay import Scenario

WHO: Final = "Who is waiting?"
EXCEPTIONS: Final = "What rules a batch out"
NOTHING_SENT: Final = Scenario("no requests", "no request is expected")
