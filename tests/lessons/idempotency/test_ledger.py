"""The ledger's two happenings: a race that always ends alike, and a death that leaves what a real one leaves."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.lessons.idempotency.ledger import die_after_commit, open_ledger, race, rows_in
from helpers.lessons.idempotency.race import race_picture

ROOT = Path(__file__).parents[3]
INSERT = "INSERT INTO charges VALUES ('k', 1250, ?)"
GUARDED = f"{INSERT} ON CONFLICT (key) DO NOTHING"

Charge = Callable[[sqlite3.Connection], str]


def look_then_write(db: sqlite3.Connection) -> str:
    """What a constraint refuses in a race."""
    row = db.execute("SELECT receipt FROM charges WHERE key = 'k'").fetchone()
    if row is None:
        row = ("mine",)
        db.execute(INSERT, row)
        db.commit()
    return str(row[0])


def write_then_look(db: sqlite3.Connection) -> str:
    """The right order."""
    with db:
        db.execute(GUARDED, ("mine",))
    return str(db.execute("SELECT receipt FROM charges").fetchone()[0])


def take_the_lock(db: sqlite3.Connection) -> str:
    """Right as well: nobody else looks meanwhile."""
    db.isolation_level = None
    db.execute("BEGIN IMMEDIATE")
    if db.execute("SELECT 1 FROM charges").fetchone() is None:
        db.cursor().execute(INSERT, ("mine",))
    db.execute("COMMIT")
    return "mine"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty ledger."""
    file = tmp_path / "ledger.db"
    open_ledger(file).close()
    return file


@pytest.fixture(params=["linux", "emscripten"])
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With threads, and without."""
    monkeypatch.setattr("helpers.lessons.idempotency.ledger.sys", SimpleNamespace(platform=request.param))
    name: str = request.param
    return name


def test_both_look_first(path: Path, platform: str) -> None:
    """Neither has written when the other looks: the second writer meets the constraint, in every run."""
    first, second = race(path, look_then_write)
    assert (first.value, first.error) == ("mine", None)
    assert isinstance(second.error, sqlite3.IntegrityError)
    assert [statement.split()[0] for statement in second.statements][:1] == ["SELECT"]
    assert rows_in(path) == [("k", 1250, "mine")]


@pytest.mark.parametrize("work", [write_then_look, take_the_lock])
def test_right_order(path: Path, platform: str, work: Charge) -> None:
    """Code that leaves the decision to the database wins on both sides."""
    assert [(part.value, part.error) for part in race(path, work)] == [("mine", None)] * 2
    assert len(rows_in(path)) == 1


def test_no_write_at_all(path: Path, platform: str) -> None:
    """Nobody waits for a side that never writes, or that fails before."""
    first, second = race(path, lambda db: db.execute("SELECT * FROM nowhere"))
    assert isinstance(first.error, sqlite3.OperationalError)
    assert isinstance(second.error, sqlite3.OperationalError)


@pytest.mark.parametrize("work", [look_then_write, write_then_look, take_the_lock])
def test_death_after_commit(path: Path, work: Charge) -> None:
    """However it commits, the row stays and the answer does not."""
    answers: list[str] = []
    assert die_after_commit(path, lambda db: answers.append(work(db)))
    assert answers == []
    assert rows_in(path) == [("k", 1250, "mine")]


def test_nothing_committed(path: Path) -> None:
    """What never commits lives, and leaves nothing."""
    assert not die_after_commit(path, lambda db: db.execute(INSERT, ("mine",)))
    assert rows_in(path) == []


def test_errors_before_death_are_errors(path: Path) -> None:
    """A mistake is not taken for a death."""
    with pytest.raises(sqlite3.OperationalError):
        die_after_commit(path, lambda db: db.execute("INSERT INTO nowhere VALUES (1)"))


@pytest.mark.parametrize("statement", ["db.commit()", "pass"])
def test_as_a_real_process_dies(path: Path, statement: str) -> None:
    """A process that is ended after the commit, or before it, leaves what the play leaves."""
    script = (
        "import os, sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n"
        f"db.execute({INSERT!r}, ('mine',))\n{statement}\nos._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == 9
    left = rows_in(path)
    path.unlink()
    open_ledger(path).close()

    def work(db: sqlite3.Connection) -> None:
        db.execute(INSERT, ("mine",))
        if statement == "db.commit()":
            db.commit()

    die_after_commit(path, work)
    assert rows_in(path) == left


def test_no_ledger(tmp_path: Path) -> None:
    """A file without the table has no rows."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE other (a)")
    assert rows_in(tmp_path / "other.db") == []


def test_exercises_without_sqlite() -> None:
    """A Python that has no SQLite, as one in a browser, still has every other exercise."""
    script = (
        "import sys; sys.modules['sqlite3'] = None; from helpers.lessons.found import EXERCISES; print(len(EXERCISES))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) > 10


def test_picture(path: Path) -> None:
    """The picture has the steps in their order, in words too, and says who was refused."""
    card = race_picture(race(path, look_then_write), 1)
    assert card.text.splitlines()[1:4] == [
        "  thread 1  looks (SELECT)",
        "  thread 2  looks (SELECT)",
        "  thread 1  writes (INSERT)",
    ]
    assert card.text.endswith("thread 2  gets IntegrityError\n  1 row in the ledger")
    assert 'role="img"' in card.html
    assert "✗ gets IntegrityError" in card.html
