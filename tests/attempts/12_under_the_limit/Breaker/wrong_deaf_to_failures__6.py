"""I believed: an overload is the only error that an event tells."""

import anthropic
import httpx2

from helpers.lessons.under_the_limit.headroom import BreakerOpen


def is_down(error):
    if isinstance(error, anthropic.APIStatusError):
        return error.status_code >= 529 or error.type == "overloaded_error"
    return isinstance(error, anthropic.APIError | httpx2.HTTPError)


class Breaker:
    def __init__(self, clock):
        self.clock = clock
        self.failures = 0
        self.budget = 10.0
        self.open_until = None
        self.probing = False

    async def call(self, send):
        wait = 1.0
        while True:
            probe = self._admit()
            try:
                answer = await send()
            except Exception as error:
                if not is_down(error):
                    raise
                self._failed(probe)
                if self.budget < 1:
                    raise
                self.budget -= 1
            else:
                self.failures, self.open_until = 0, None
                self.budget = min(10.0, self.budget + 0.1)
                return answer
            finally:
                self.probing = self.probing and not probe
            await self.clock.sleep(wait)
            wait *= 2

    def _admit(self):
        if self.open_until is None:
            return False
        if self.probing or self.clock.now() < self.open_until:
            raise BreakerOpen
        self.probing = True
        return True

    def _failed(self, probe):
        self.failures += 1
        if probe or self.failures >= 5:
            self.open_until = self.clock.now() + 30
