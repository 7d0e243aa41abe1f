"""A connection to a SQLite file whose process may end before and after every commit that changes something.

A module of its own, because a Python in a browser can be without SQLite, and has other lessons to run.
"""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from helpers.calling.life import Life


def mortal_connection(path: Path, life: Life, timeout: float = 5.0) -> sqlite3.Connection:
    """A connection to the file `path`, as a process has that lives `life`. `timeout` is in real seconds."""
    connection = sqlite3.connect(path, timeout=timeout, factory=MortalConnection)
    connection.begin(life)
    return connection


class _MortalCursor(sqlite3.Cursor):
    """Ends the process when a statement of its own has committed something."""

    connection: "MortalConnection"

    def execute(self, *args: Any) -> "_MortalCursor":
        self.connection.go_on()
        super().execute(*args)
        return self._lived()

    def executemany(self, *args: Any) -> "_MortalCursor":
        self.connection.go_on()
        super().executemany(*args)
        return self._lived()

    def executescript(self, script: str) -> "_MortalCursor":
        self.connection.go_on()
        super().executescript(script)
        return self._lived()

    def _lived(self) -> "_MortalCursor":
        self.connection.look()
        return self


class MortalConnection(sqlite3.Connection):
    """A connection whose process lives a life, once that has begun. After its death it is closed: what was not
    committed is gone.
    """

    _life: Life | None = None
    _changes = 0
    """How many there were at the last commit."""
    _commits = 0

    def begin(self, life: Life) -> None:
        """From now on, commits are places of `life`."""
        self._life = life
        self._changes = self.total_changes

    def go_on(self) -> None:
        """Raises `ProcessDied` after the process's death."""
        if self._life is not None and self._life.is_over:
            self.close()
            self._life.go_on()

    def look(self) -> None:
        """Raises `ProcessDied` when something was committed, and that was the end of the process."""
        if self._life is not None and self.total_changes > self._changes and not self.in_transaction:
            self._changes = self.total_changes
            self._commits += 1
            self._reach(self._life, "committed", self._commits)

    def cursor(self, factory: Any = _MortalCursor) -> Any:
        """A cursor that dies with its process."""
        return super().cursor(factory)

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """As the cursor's."""
        cursor: sqlite3.Cursor = self.cursor().execute(*args)
        return cursor

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        """As the cursor's."""
        cursor: sqlite3.Cursor = self.cursor().executemany(*args)
        return cursor

    def executescript(self, script: str) -> sqlite3.Cursor:
        """As the cursor's."""
        cursor: sqlite3.Cursor = self.cursor().executescript(script)
        return cursor

    def commit(self) -> None:
        """Commit, if the process lives that long."""
        self._before_commit()
        super().commit()
        self.look()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if kind is None:
            self._before_commit()
        elif self._life is not None and self._life.is_over:
            self.close()
            return False
        super().__exit__(kind, error, trace)
        self.look()
        return False

    def _before_commit(self) -> None:
        self.go_on()
        if self._life is not None and self.in_transaction and self.total_changes > self._changes:
            self._reach(self._life, "before the commit", self._commits + 1)

    def _reach(self, life: Life, kind: Literal["before the commit", "committed"], number: int) -> None:
        try:
            life.reach(kind, f"commit {number}")
        except BaseException:
            self.close()
            raise
