"""The books of the nightly job: a SQLite file with two tables, which outlive every process that writes into them."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from helpers.calling.life import Life
from helpers.calling.mortaldb import mortal_connection

NIGHTS: Final = """CREATE TABLE IF NOT EXISTS nights (
    night INTEGER PRIMARY KEY,
    after_id TEXT,
    custom_ids TEXT NOT NULL,
    batch_id TEXT,
    done INTEGER NOT NULL DEFAULT 0
)"""
RESULTS: Final = """CREATE TABLE IF NOT EXISTS results (
    custom_id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    text TEXT,
    error TEXT
)"""
SCHEMA: Final = (NIGHTS, RESULTS)


def open_books(path: Path, life: Life | None = None) -> sqlite3.Connection:
    """A connection to the books in the file `path`, which are made when they are not there.

    With a `life`, the process dies where that says so. It is the process that dies in these plays, not the machine: so
    nothing waits until a disk has what was committed. Leave that as it is in a file that you care about.
    """
    db = sqlite3.connect(path) if life is None else mortal_connection(path, life)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA journal_mode = MEMORY")
    for table in SCHEMA:
        db.execute(table)
    return db


def outcomes_in(path: Path) -> Mapping[str, str]:
    """By custom id, the outcome that is committed in the books in the file `path`."""
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("SELECT custom_id, outcome FROM results ORDER BY custom_id"))
