"""What several checks of lesson 03 need."""

from typing import Final

from helpers.replay import Answer, Scenario

PLAIN: Final = Scenario("plain", "every valid request is answered", then=Answer())
