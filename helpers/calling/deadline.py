"""A limit on the time that a learner's function takes, in the process that it lives in.

On the main thread of a POSIX system an alarm interrupts it, also in the middle of a `sleep`. Elsewhere (Windows, a
browser, a thread) every line of the learner's own looks at the clock.

What neither can end: one call into C that does not come back, such as `sum(itertools.count())`; and, where there is no
alarm, a bare `except:` around everything. An interrupt from the keyboard or a restart of the kernel ends those.

Who computes all the time may be stopped sooner than who waits: how long something waits depends on what else the
machine does, how long it computes does not. What counts is the time that the process itself computes, without what the
system does for it, such as finding memory; it is measured where there is an alarm.
"""

import ctypes
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, Final

from helpers.calling.observation import place_in
from helpers.calling.whose import is_learners

AGAIN: Final = 0.2
"""Seconds between the alarm and the next one, for code that catches even this."""


class NeverEnded(BaseException):
    """The function's time is over. Not an `Exception`: a loop that tries for ever catches those for ever."""


class Deadline:
    """So many seconds for one call, of which it may compute `busy` ones: all of them, where that is None."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        has_alarm: bool | None = None,
        busy: float | None = None,
    ) -> None:
        self.missed: float | None = None
        """How many of which seconds were over, once some were."""
        self._seconds = seconds
        self._busy = busy
        self.place: str | None = None
        """The learner's line that ran when the time was over."""
        self._clock = clock
        self._has_alarm = _has_alarm() if has_alarm is None else has_alarm

    def run(self, call: Callable[[], Any]) -> Any:
        """What `call` returns. Raises `NeverEnded`, there and in the threads that it starts, when the time is over."""
        with self._alarm(sys._getframe()) if self._has_alarm else self._looks():
            return call()

    @contextmanager
    def _alarm(self, outermost: FrameType) -> Iterator[None]:
        older = set(threading.enumerate())
        over = False

        def ring(number: int, frame: FrameType | None) -> None:
            if over:
                return
            threads = [thread for thread in threading.enumerate() if thread not in older]
            for thread in threads:
                _interrupt(thread)
            if self.missed is not None:
                _raise_at_every_line(frame, outermost)
            place = place_in(_frames(frame, outermost)) or next(filter(None, map(_place, threads)), None)
            self._miss(limits[number], place)
            raise NeverEnded

        limits: dict[int, float] = {signal.SIGALRM: self._seconds}
        timers: dict[int, int] = {signal.SIGALRM: signal.ITIMER_REAL, signal.SIGVTALRM: signal.ITIMER_VIRTUAL}
        if self._busy is not None:
            limits[signal.SIGVTALRM] = self._busy
        tracer = sys.gettrace()
        with ExitStack() as stack:
            stack.callback(sys.settrace, tracer)
            for number, seconds in limits.items():
                stack.callback(signal.signal, number, signal.signal(number, ring))
                stack.callback(signal.setitimer, timers[number], *signal.setitimer(timers[number], seconds, AGAIN))
            # Before anything is put back: an alarm that comes meanwhile must not outlive this.
            try:
                yield
            except NeverEnded:  # also where nothing is left that could happen
                self._miss(self._seconds, None)
                raise
            finally:
                over = True

    @contextmanager
    def _looks(self) -> Iterator[None]:
        end = self._clock() + self._seconds

        def look(frame: FrameType, event: str, argument: Any) -> Any:
            if not is_learners(frame.f_code.co_filename):
                return None
            if event == "line" and self._clock() > end:
                self._miss(self._seconds, place_in([(frame, frame.f_lineno)]))
                raise NeverEnded
            return look

        tracer, later = sys.gettrace(), threading.gettrace()
        threading.settrace(look)
        sys.settrace(look)
        try:
            yield
        except NeverEnded:  # as above
            self._miss(self._seconds, None)
            raise
        finally:
            sys.settrace(tracer)
            threading.settrace(later)

    def _miss(self, seconds: float, place: str | None) -> None:
        self.missed = self.missed or seconds
        self.place = self.place or place


def _has_alarm() -> bool:
    if sys.platform in ("win32", "emscripten"):
        return False
    return threading.current_thread() is threading.main_thread()


def _frames(frame: FrameType | None, outermost: FrameType | None) -> Iterator[tuple[FrameType, int]]:
    """From `frame` outwards. Beyond `outermost`, a learner's line is the one that called `check`."""
    for each in traceback.walk_stack(frame):
        if each[0] is outermost:
            return
        yield each


def _place(thread: threading.Thread) -> str | None:
    frame = sys._current_frames().get(thread.ident or 0)
    return place_in(_frames(frame, None)) if frame else None


def _interrupt(thread: threading.Thread) -> None:
    """Raise in another thread, if it runs the learner's code: nobody else's may end."""
    if thread.ident is not None and _place(thread) is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(NeverEnded))


def _raise_at_every_line(frame: FrameType | None, outermost: FrameType) -> None:
    """From now on: a bare `except:` caught the last alarm, and would catch this one, were it not for its own lines."""

    def end(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and is_learners(frame.f_code.co_filename):
            raise NeverEnded
        return end

    for each, _ in _frames(frame, outermost):
        each.f_trace = end
    sys.settrace(end)
