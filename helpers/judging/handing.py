"""What a learner's function is given in one case of its check, for them to call it themselves.

That is known to the exercise's driver alone, so the driver is asked: it calls a stand-in, which keeps what it gets. No
lesson has to say twice how its functions are called.
"""

import atexit
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from anthropic import AsyncAnthropic

from helpers.calling.exercise import Exercise
from helpers.calling.stage import Stage
from helpers.client import AnyClient, async_replay_client, remember, replay_client, sending_replay_client
from helpers.errors import CourseError
from helpers.judging.check import Case, Check
from helpers.judging.checking import EngineClock, engine_for
from helpers.judging.drawing import NOTEBOOK_SEED, draw_cases, engine_seed
from helpers.replay import Engine
from helpers.replay.chance import Seed


@dataclass(frozen=True)
class Drawn:
    """One case of a check, as it was drawn from `seed`, and the seed of the engine that answers in it."""

    check: Check
    case: Case
    seed: int
    engine_seed: Seed

    @property
    def exercise(self) -> Exercise:
        """The exercise that it is a case of."""
        return self.check.exercise

    def engine(self) -> Engine:
        """A new engine, at the beginning of the case's script."""
        return engine_for(self.exercise, self.case, self.engine_seed)

    def stage(self, engine: Engine, folder: Path) -> Stage:
        """What surrounds the function, without an end and in plain sight."""
        clock = EngineClock(engine.clock)
        return _OpenStage(
            replay_client(engine),
            lambda: async_replay_client(engine),
            self.case.inputs,
            clock,
            folder,
            lambda: sending_replay_client(engine),
        )


def draw(check: Check, name: str, seed: int = NOTEBOOK_SEED) -> Drawn:
    """The case called `name`, as a check with this seed draws it. Raises `CourseError` where there is none."""
    cases = {case.name: (index, case) for index, case in enumerate(draw_cases(check, seed))}
    if name not in cases:
        close = get_close_matches(name, cases, 1)
        guess = f"did you mean {close[0]!r}?" if close else f"they are {', '.join(map(repr, cases))}."
        raise CourseError(f"{check.exercise.name} has no case {name!r}: {guess}")
    index, case = cases[name]
    return Drawn(check, case, seed, engine_seed(check, seed, index))


@dataclass(frozen=True)
class Handed:
    """What a driver hands to the function, by the names of its parameters."""

    named: Mapping[str, Any]
    client: AnyClient
    """The client that it hands over; else the one over which came what it hands over."""
    alone: bool
    """Whether one call, and what it returns, is all that the driver has to do with the function."""
    awaited: bool
    engine: Engine

    @property
    def inputs(self) -> dict[str, Any]:
        """All but the client. A database that the driver has closed is open again."""
        others = {name: value for name, value in self.named.items() if name != "client"}
        return {name: value.opened() if isinstance(value, _Database) else value for name, value in others.items()}


def handed(drawn: Drawn, folder: Path) -> Handed:
    """What the function is given in this case. Raises what the driver raises before it comes to call it."""
    engine, stand_in = drawn.engine(), _StandIn(drawn.exercise)
    stage = drawn.stage(engine, folder)
    value = None
    try:
        value = drawn.exercise.driver(stand_in, stage)
    except Exception:
        # Later it is about what a stand-in returns, which nobody promised anything of.
        if not stand_in.calls:
            raise
    client = stand_in.named.get("client", stage.client)
    remember(client, engine)
    # In a loop of the learner's own, API time would not pass.
    alone = stand_in.calls == 1 and value is stand_in.result and not stage.is_played
    return Handed(stand_in.named, client, alone, stand_in.result.awaited, engine)


class _OpenStage(Stage):
    """A stage whose clients stay open, and where one sees what is written."""

    def bound(self, client: AsyncAnthropic) -> AsyncAnthropic:
        """`client` as it is: whoever has it in hand uses it in a loop of their own."""
        return client

    def async_client(self) -> AsyncAnthropic:
        """A client that outlives its `async with`."""
        client = super().async_client()
        client.close = _nothing  # type: ignore[method-assign]
        return client

    def write(self, text: str) -> None:
        """Show `text` to the user."""
        super().write(text)
        sys.stdout.write(str(text))


async def _nothing() -> None: ...


class _Result:
    """What a stand-in returns: whoever awaits it gets it all the same."""

    awaited = False

    def __await__(self) -> Iterator[Any]:
        return self._itself().__await__()

    async def _itself(self) -> "_Result":
        self.awaited = True
        return self


class _StandIn:
    """Called in the place of an exercise's function: keeps what it is given the first time, and does nothing."""

    def __init__(self, exercise: Exercise) -> None:
        self.named: Mapping[str, Any] = {}
        self.calls = 0
        self.result = _Result()
        self._parameters = exercise.parameters

    def __call__(self, *given: Any, **named: Any) -> _Result:
        self.calls += 1
        if self.calls == 1:
            values = {**dict(zip(self._parameters, given, strict=False)), **named}
            self.named = {name: _database(value) or value for name, value in values.items()}
        return self.result


@dataclass(frozen=True)
class _Database:
    """The SQLite file that a connection leads to."""

    path: str

    def opened(self) -> Any:
        """A connection that nobody closes."""
        import sqlite3

        return sqlite3.connect(self.path)


def _database(value: Any) -> _Database | None:
    # A Python in a browser can be without SQLite, and has other lessons to run.
    sqlite3: Any = sys.modules.get("sqlite3")
    if sqlite3 is None or not isinstance(value, sqlite3.Connection):
        return None
    return _Database(value.execute("PRAGMA database_list").fetchone()[2])


_numbers = count()


def new_folder() -> Path:
    """A folder for what a function keeps in a case. It is there until this process ends."""
    folder = _kept() / str(next(_numbers))
    folder.mkdir()
    return folder


@cache
def _kept() -> Path:
    folder = Path(mkdtemp(prefix="course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
