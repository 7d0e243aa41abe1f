"""I believed: a probe can be a task of the breaker's."""

import anthropic
import httpx2

from helpers.lessons.under_the_limit.headroom import BreakerOpen


def is_down(error):
    if isinstance(error, anthropic.APIStatusError) and error.status_code < 500:
        return error.status_code == 200 and error.type in ("overloaded_error", "api_error", "timeout_error")
    return isinstance(error, anthropic.APIError | httpx2.HTTPError)


class Breaker:
    REST = 30.0

    def __init__(self, clock):
        self.clock = clock
        self.failures, self.tenths = 0, 100
        self.opened_at, self.probe = None, None

    async def call(self, send):
        tries = 0
        while True:
            token = object()
            if self.opened_at is not None:
                if self.probe is not None or self.clock.now() - self.opened_at < self.REST:
                    raise BreakerOpen("the API is down")
                self.probe = token
            try:
                answer = await send()
            except (anthropic.APIError, httpx2.HTTPError) as error:
                if not is_down(error):
                    raise
                self.failures += 1
                if self.failures >= 5 or self.probe is token:
                    self.opened_at = self.clock.now()
                if self.tenths < 10:
                    raise
                self.tenths -= 10
            else:
                self.failures, self.opened_at = 0, None
                self.tenths = min(100, self.tenths + 1)
                return answer
            finally:
                if self.probe is token:
                    self.probe = None
            await self.clock.sleep(2**tries)
            tries += 1
