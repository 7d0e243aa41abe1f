"""The clock of a test: API time, in which the pauses of the app pass while nobody waits."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from helpers.calling.pauses import Pauses, pauses_on
from helpers.errors import CourseError
from helpers.replay.clock import Clock

NOT_THE_APPS: Final = ("_pytest", "anthropic", "anyio", "helpers", "pytest", "xdist", "execnet")
"""Packages whose pauses are their own. anyio's end in asyncio's, which would count twice."""


class ApiClock:
    """API time. While a test has it, `time.sleep` and its like in the app pass on it, and nobody waits."""

    def __init__(self, replay: Callable[[], Clock]) -> None:
        self._replay = replay
        self._pauses: Pauses | None = None
        self._begun = 0

    def now(self) -> float:
        """The present, in seconds of API time."""
        return self._replay().now()

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of API time pass. Raises `CourseError` where they would never be over."""
        if not seconds < float("inf"):
            raise CourseError(f"A sleep of {seconds} seconds has no end.")
        clock = self._replay()
        clock.reach(clock.now() + max(seconds, 0.0))

    @property
    def pauses(self) -> Sequence[float]:
        """The seconds of every pause of the app, in their order, since the scenario began; the SDK's are not in it."""
        return () if self._pauses is None else self._pauses.asked[self._begun :]

    def begin(self) -> None:
        """Forget the pauses so far."""
        self._begun = 0 if self._pauses is None else len(self._pauses.asked)

    @contextmanager
    def in_place_of_sleep(self) -> Iterator[None]:
        """While the block runs, pauses of every module but Python's and the SDK's pass on this clock."""
        with pauses_on(self, [vars(module) for module in _apps_modules()]) as self._pauses:
            try:
                yield
            finally:
                _give_back(self._pauses)


def _apps_modules() -> list[Any]:
    return [module for name, module in list(sys.modules.items()) if _is_the_apps(name) and hasattr(module, "__dict__")]


def _is_the_apps(name: str) -> bool:
    package = name.partition(".")[0]
    return package not in sys.stdlib_module_names and package not in NOT_THE_APPS


def _give_back(pauses: Pauses) -> None:
    """Modules that were imported meanwhile have taken what stands in for the functions: give them the real ones."""
    real = {id(stand_in): function for function, stand_in in pauses.stand_ins.items()}
    for module in _apps_modules():
        for name, value in list(vars(module).items()):
            if id(value) in real:
                setattr(module, name, real[id(value)])
