"""The class that lesson 12 hands out, as it hands it out: with its four faults in it.

It is here so that an untouched class can be told from a repaired one. A test holds it against the lesson's cell.
"""

from collections.abc import Awaitable, Callable

import anthropic

from helpers.calling.apitime import ApiClock
from helpers.lessons.under_the_limit.headroom import BreakerOpen


class Breaker:
    """Keeps callers away from an API that is down.

    Five failures in a row open it. While it is open, `call` raises `BreakerOpen` at once, and
    nothing is sent. After 30 seconds one call may try whether the API is back.
    """

    def __init__(self, clock: ApiClock) -> None:
        self.clock = clock
        self.failures = 0
        self.open_until = 0.0

    async def call(self, send: Callable[[], Awaitable[str]]) -> str:
        """What `send` returns, which makes one request."""
        for attempt in range(3):
            if self.clock.now() < self.open_until:
                raise BreakerOpen
            try:
                answer = await send()
            except anthropic.APIStatusError as error:
                if error.status_code in (500, 502, 503, 504):
                    self._failed()
                if attempt == 2:
                    raise
                await self.clock.sleep(2**attempt)
            else:
                self.failures = 0
                return answer
        raise BreakerOpen

    def _failed(self) -> None:
        self.failures += 1
        if self.failures >= 5:
            self.open_until = self.clock.now() + 30
