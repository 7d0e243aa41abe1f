"""The loop for a browser, here inside a running one: what a coroutine does in it, and that nothing of it is left."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from helpers.calling.deadline import Deadline, NeverEnded
from helpers.calling.inplace import run_in_place


async def _inside(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run `coroutine` in place where a loop runs already, as in a notebook."""
    outer, task = asyncio.get_running_loop(), asyncio.current_task()
    try:
        return run_in_place(coroutine)
    finally:
        assert asyncio.get_running_loop() is outer
        assert asyncio.current_task() is task


def run_inside(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(_inside(coroutine))


@pytest.mark.parametrize("run", [run_in_place, run_inside])
def test_side_by_side(run: Any) -> None:
    """Tasks take turns, timers come in their order, and what they return is there."""
    order: list[str] = []

    async def step(name: str, seconds: float) -> str:
        await asyncio.sleep(seconds)
        order.append(name)
        return name

    async def main() -> list[str]:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            tasks = [group.create_task(step(name, seconds)) for name, seconds in [("b", 0.002), ("a", 0)]]
        return [task.result() for task in tasks]

    assert run(main()) == ["b", "a"]
    assert order == ["a", "b"]


def test_raises() -> None:
    """What leaves the coroutine leaves this, and what it left behind is cancelled."""
    left: list[str] = []

    async def behind() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.append("ended")

    async def main() -> None:
        task = asyncio.create_task(behind())
        await asyncio.sleep(0)
        assert not task.done()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_inside(main())
    assert left == ["ended"]


def test_thread() -> None:
    """What would go to another thread is done here: its value, or what it raises."""

    async def main() -> int:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 / 0)
        return await asyncio.to_thread(lambda: 7)

    assert run_inside(main()) == 7


@pytest.mark.parametrize("seconds", [None, 3600.0])
def test_never(seconds: float | None) -> None:
    """Nothing is left that could wake it, or not for an hour: its time is over at once."""

    async def main() -> None:
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()

    deadline = Deadline(5, has_alarm=False)
    with pytest.raises(NeverEnded):
        deadline.run(lambda: run_inside(main()))
    assert deadline.missed


def test_loops() -> None:
    """Each call has a loop of its own, so that a client of one is no client of the next."""

    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    first, second = run_in_place(loop()), run_in_place(loop())
    assert first is not second
    assert first.is_closed()
