"""What a learner's function left in a SQLite file, read without trusting the file: anything may have been put there.

It is not opened for writing, and what lies beside it is not looked at: a journal can name a file that SQLite deletes.
The table must be the very one that the function was given. A view of its name could take for ever, and a computed
column all memory. Both reading and what is read are bounded besides.
"""

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

MOST_ROWS: Final = 10_000
LONGEST_VALUE: Final = 1_000_000
"""Bytes of a text or a blob."""
STEPS: Final = 10_000_000
"""Instructions of SQLite's machine."""


def rows_of(path: Path, schema: str, order: str) -> list[list[Any]]:
    """The committed rows of the table that `schema` made, in this order; none where it is not there any more."""
    # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
    import sqlite3

    with suppress(sqlite3.Error), closing(_opened(path)) as connection:
        table, made = _as_stored(schema)
        stored = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
        if stored.fetchall() == [(made,)]:
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY {order} LIMIT {MOST_ROWS}")
            return [list(row) for row in rows]
    return []


def _opened(path: Path) -> Any:
    import sqlite3

    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    # Called once, after so many instructions, and what it returns ends the statement.
    connection.set_progress_handler(lambda: 1, STEPS)
    return connection


def _as_stored(schema: str) -> Sequence[str]:
    """The name of a table, and its schema as SQLite keeps it."""
    made = schema.replace("IF NOT EXISTS ", "")
    return made.split()[2], made
