"""A ledger of charges in a SQLite file, and what happens to code that writes to it: two at once, or a sudden end.

    charges (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, receipt TEXT NOT NULL)

Both happenings are the same in every run. Two threads are held back until each is about to write, so that both have
looked before either has written; then the first goes to its end before the second goes on. A process that dies is
played: as soon as something is committed, the connection raises what no `except Exception` catches, and is of no use
any more. What a real end leaves in the file is the same, and a test of ours ends a real process to see that.
"""

import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from helpers.calling.life import Life
from helpers.calling.mortaldb import MortalConnection

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS charges (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, receipt TEXT NOT NULL)"
)
PATIENCE: Final = 1.0
"""Real seconds that a thread is held back, should the other one never come to write."""
LOCK_PATIENCE: Final = 0.5
"""Real seconds that a connection waits for another one's lock."""
_READS: Final = re.compile(
    r"\s*(SELECT|BEGIN(\s+DEFERRED)?(\s+TRANSACTION)?\s*;?\s*$|PRAGMA|COMMIT|END|ROLLBACK|SAVEPOINT)", re.I
)

Row: TypeAlias = tuple[str, int, str]
Work: TypeAlias = Callable[[sqlite3.Connection], Any]


@dataclass
class Part:
    """One side of a race: what its connection did, and how it ended."""

    name: str
    statements: list[str] = field(default_factory=list)
    value: Any = None
    error: Exception | None = None


def open_ledger(path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """A connection to the ledger in the file `path`, which is made when it is not there."""
    connection = sqlite3.connect(path, timeout=LOCK_PATIENCE, factory=kind)
    with connection:
        connection.execute(SCHEMA)
    return connection


def rows_in(path: Path) -> Sequence[Row]:
    """What is committed in the ledger in the file `path`, in the order of the keys. Nothing where there is none."""
    with closing(sqlite3.connect(path, timeout=LOCK_PATIENCE)) as connection, suppress(sqlite3.Error):
        return list(connection.execute("SELECT key, amount, receipt FROM charges ORDER BY key, rowid"))
    return []


def race(path: Path, work: Work, opened: Callable[[Path], sqlite3.Connection] = open_ledger) -> Sequence[Part]:
    """Let `work` run twice at once, each with a connection of its own; both look before either writes."""
    parts = Part("thread 1"), Part("thread 2")
    if sys.platform == "emscripten":
        _interleave(path, work, opened, parts)
    else:
        _Race(path, work, opened, parts).run()
    return parts


def die_after_commit(path: Path, work: Work) -> bool:
    """Let `work` run in a process that dies as soon as it has committed something. Whether it came to that."""
    life = Life(lambda _, place: place.kind == "committed")
    with closing(open_ledger(path, MortalConnection)) as connection:
        assert isinstance(connection, MortalConnection)
        connection.begin(life)
        life.live(lambda: work(connection))
    return life.is_over


def is_write(statement: str) -> bool:
    """Whether a statement is more than a look: what two at once can disagree about."""
    return _READS.match(statement) is None


def _perform(
    part: Part, path: Path, work: Work, opened: Callable[[Path], sqlite3.Connection], before: Callable[[], None]
) -> None:
    """Do one side's work. `before` is called before its first write."""
    with closing(opened(path)) as connection:
        waited = False

        def trace(statement: str) -> None:
            nonlocal waited
            part.statements.append(" ".join(statement.split()))
            if not waited and is_write(statement):
                waited = True
                before()

        connection.set_trace_callback(trace)
        try:
            part.value = work(connection)
        except Exception as error:  # noqa: BLE001 - whoever asked for the race looks at it
            part.error = error
        finally:
            connection.set_trace_callback(None)


class _Race:
    """Two threads, the second of which writes when the first one is done."""

    def __init__(
        self, path: Path, work: Work, opened: Callable[[Path], sqlite3.Connection], parts: Sequence[Part]
    ) -> None:
        self._path = path
        self._work = work
        self._opened = opened
        self._parts = parts
        self._gate = threading.Barrier(2)
        self._first_done = threading.Event()

    def run(self) -> None:
        """Both, to their ends."""
        threads = [threading.Thread(target=self._run, args=(index,), daemon=True) for index in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, index: int) -> None:
        try:
            _perform(self._parts[index], self._path, self._work, self._opened, lambda: self._hold(index))
        finally:
            self._gate.abort()  # nobody waits for one that is done
            if index == 0:
                self._first_done.set()

    def _hold(self, index: int) -> None:
        with suppress(threading.BrokenBarrierError):
            self._gate.wait(PATIENCE)
            if index == 1:
                self._first_done.wait(2 * PATIENCE)


def _interleave(path: Path, work: Work, opened: Callable[[Path], sqlite3.Connection], parts: Sequence[Part]) -> None:
    """The same order of events without threads, which a browser does not have: one side runs while the other is about
    to write, or after it when it never does.
    """
    first, second = parts
    waiting = [first]

    def run_first() -> None:
        if waiting:
            _perform(waiting.pop(), path, work, opened, lambda: None)

    _perform(second, path, work, opened, run_first)
    run_first()
