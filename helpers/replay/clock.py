"""API time: how many seconds a call would have taken, whatever the replay really takes."""

import time

import anyio


class Clock:
    """Seconds of API time since the replay began, and how fast they pass.

    `speed` is real seconds per second of API time: 0 never sleeps, 1 feels like the API.
    Each exchange keeps its own time line; `now` is the latest moment that any of them has reached,
    so that calls made side by side overlap and calls made one after the other do not.
    """

    def __init__(self, speed: float = 0.0) -> None:
        self.speed = speed
        self._now = 0.0

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._now

    def reach(self, moment: float) -> None:
        """Move the present forward to `moment`, never back."""
        if moment > self._now:
            self._now = moment

    def real(self, seconds: float) -> float:
        """How long `seconds` of API time really take."""
        return seconds * self.speed

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of API time pass for real, at the clock's speed."""
        real = self.real(seconds)
        if real > 0:
            time.sleep(real)

    async def sleep_async(self, seconds: float) -> None:
        """As `sleep`; at speed 0 it still lets other tasks run, as a real wait would."""
        await anyio.sleep(self.real(seconds))
