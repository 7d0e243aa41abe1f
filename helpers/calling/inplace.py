"""An event loop that runs where it is called, also inside another one: what a browser needs, which has no threads.

Nothing is connected in a browser and no thread is at work, so that a loop has callbacks and timers to see to, and no
files. One loop a call, as everywhere else: a client that is used in two of them is found out here too.
"""

import asyncio
import time
from asyncio import events, tasks
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from helpers.calling.deadline import NeverEnded

Result = TypeVar("Result")

LONGEST_IDLE: Final = 10.0
"""Real seconds. Where nothing else is to happen for longer than this, a call is not going to end in time."""


class InPlaceLoop(asyncio.BaseEventLoop):
    """Callbacks and timers, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> Sequence[object]:
        """Nothing, after `timeout` seconds. Raises `NeverEnded` where that would be for ever, or nearly."""
        if timeout is None or timeout > LONGEST_IDLE:
            raise NeverEnded
        if timeout > 0:
            time.sleep(timeout)
        return []

    def run_in_executor(self, executor: object, func: Callable[..., Result], *args: Any) -> asyncio.Future[Result]:  # type: ignore[override]
        """The result of `func`, called here and now: what would wait in another thread is waited for."""
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it is the caller's, whatever it is
            future.set_exception(error)
        return future

    def _process_events(self, event_list: Sequence[object]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody has to be woken: whoever calls this is the one who would be."""


def run_in_place(
    coroutine: Coroutine[Any, Any, Result], new_loop: Callable[[], asyncio.AbstractEventLoop] = InPlaceLoop
) -> Result:
    """The result of `coroutine`, which has ended when this returns, with all that it began."""
    with _stepped_out(), asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(coroutine)


@contextmanager
def _stepped_out() -> Iterator[None]:
    """For a while, as if no loop ran in this thread."""
    loop = events._get_running_loop()
    task = None if loop is None else asyncio.current_task(loop)
    if loop is not None and task is not None:
        tasks._leave_task(loop, task)
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(loop)
        if loop is not None and task is not None:
            tasks._enter_task(loop, task)
