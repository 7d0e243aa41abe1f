"""I believed: three states have three names."""

import anthropic
import httpx2

from helpers.lessons.under_the_limit.headroom import BreakerOpen


def is_down(error):
    if isinstance(error, anthropic.APIStatusError) and error.status_code < 500:
        return error.status_code == 200 and error.type in ("overloaded_error", "api_error", "timeout_error")
    return isinstance(error, anthropic.APIError | httpx2.HTTPError)


class Breaker:
    def __init__(self, clock):
        self.clock = clock
        self.state, self.since = "closed", 0.0
        self.in_a_row, self.budget = 0, 10.0

    async def call(self, send):
        for wait in (1, 2, 4, None):
            mine = self._enter()
            try:
                answer = await send()
            except BaseException as error:
                if not is_down(error):
                    if mine:
                        self._to("open")
                        self.since -= 30
                    raise
                self.in_a_row += 1
                if mine or self.in_a_row >= 5:
                    self._to("open")
                if wait is None or self.budget < 1:
                    raise
                self.budget -= 1
            else:
                self._to("closed")
                self.in_a_row = 0
                self.budget = min(self.budget + 0.1, 10.0)
                return answer
            await self.clock.sleep(wait)

    def _to(self, state):
        self.state, self.since = state, self.clock.now()

    def _enter(self):
        if self.state == "open" and self.clock.now() >= self.since + 30:
            self._to("half-open")
            return True
        if self.state != "closed":
            raise BreakerOpen
        return False
