"""A process that dies in a play: everywhere in turn, for good, and leaving what a real one leaves."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from anthropic import Anthropic

from helpers.calling.life import Life, Place, ProcessDied, in_turn
from helpers.calling.memory import Memory
from helpers.calling.mortaldb import mortal_connection
from helpers.calling.mortalwire import mortal_client
from helpers.client import replay_client
from helpers.replay import Engine, scenario_named
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

PARAMS: Final[Any] = {"model": MODEL, "max_tokens": 20, "messages": [{"role": "user", "content": "Hi"}]}
REQUESTS: Final[Any] = [{"custom_id": f"doc-{number}", "params": PARAMS} for number in range(3)]
BATCHES: Final = "/v1/messages/batches"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty database."""
    file = tmp_path / "books.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE notes (text TEXT)")
    return file


def notes_in(path: Path) -> list[str]:
    """What is committed."""
    with closing(sqlite3.connect(path)) as db:
        return [text for (text,) in db.execute("SELECT text FROM notes")]


def note(db: sqlite3.Connection, text: str) -> None:
    """Write a note, and commit it."""
    with db:
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def one_night(client: Anthropic, db: sqlite3.Connection) -> int:
    """Create a batch, note its id, look at it, read it to its end."""
    batch = client.messages.batches.create(requests=REQUESTS)
    note(db, batch.id)
    client.messages.batches.retrieve(batch.id)
    return len(list(client.messages.batches.results(batch.id)))


def lived(life: Life, engine: Engine, path: Path, work: Callable[[Anthropic, sqlite3.Connection], Any]) -> Any:
    """What becomes of `work` in this life."""
    with replay_client(engine) as client, closing(mortal_connection(path, life)) as db:
        return life.live(lambda: work(mortal_client(client, life), db))


def test_everywhere_in_turn(path: Path) -> None:
    """Each life ends one place further than the one before, and the last one comes to its own end."""
    lives = []
    for life in in_turn():
        value = lived(life, Engine(scenario_named("plain")), path, one_night)
        assert value == (None if life.is_over else 3)
        lives.append(life)
    whole = lives[-1].places
    assert lives[-1].death is None
    kinds = [place.kind for place in whole]
    assert kinds == [
        *("before the request", "taken", "before the commit", "committed"),
        *("before the request", "taken") * 3,
        *("between the lines",) * 3,
    ]
    assert [life.death.kind for life in lives[:-1] if life.death] == kinds
    assert len(lives) == len(kinds) + 1


def test_what_each_death_leaves(path: Path) -> None:
    """A batch once the request was taken, a note once it was committed."""
    left = []
    for life in in_turn(5):
        engine = Engine(scenario_named("plain"))
        before = len(notes_in(path))
        lived(life, engine, path, one_night)
        left.append((len(engine.log), len(notes_in(path)) - before))
    assert left == [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1)]


def test_no_more_than_asked_for(path: Path) -> None:
    """Who never comes to an end of their own is not lived for ever."""
    seen = 0
    for life in in_turn(3):
        life.live(lambda life=life: [life.reach("taken") for _ in range(9)])  # type: ignore[misc]
        seen += 1
    assert seen == 3


def test_the_dead_do_nothing(path: Path) -> None:
    """Handlers run, as the play can't keep them from it, but nothing leaves and nothing stays."""
    engine = Engine(scenario_named("plain"))

    def stubborn(client: Anthropic, db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO notes VALUES ('begun')")
        with suppress(BaseException):
            client.messages.batches.create(requests=REQUESTS)
        for attempt in (
            lambda: client.messages.batches.list(),
            lambda: db.commit(),
            lambda: note(db, "late"),
            lambda: db.executescript("INSERT INTO notes VALUES ('late'); COMMIT"),
            lambda: db.executemany("INSERT INTO notes VALUES (?)", [("late",)]),
        ):
            with suppress(BaseException):
                attempt()

    life = Life(lambda _, place: place.kind == "taken")
    assert lived(life, engine, path, stubborn) is None
    assert life.death == Place("taken", f"POST {BATCHES}")
    assert (len(engine.log), notes_in(path)) == (1, [])


def test_a_place_has_no_address(path: Path) -> None:
    """What a request is called does not depend on where the API is."""
    life = Life()
    with ReplayServer(Engine(scenario_named("plain"))) as server, Anthropic(base_url=server.url, api_key="k") as client:
        elsewhere = client.with_options(base_url=f"{server.url}/elsewhere")
        for one in (client, elsewhere):
            with suppress(Exception):
                life.live(lambda one=one: mortal_client(one, life).with_options(max_retries=0).models.list())  # type: ignore[misc]
    assert {place.what for place in life.places} == {"GET /v1/models"}


def test_an_open_transaction_is_lost(path: Path) -> None:
    """Whoever dies on the wire inside `with db:` has committed nothing."""

    def inside(client: Anthropic, db: sqlite3.Connection) -> None:
        with db:
            db.execute("INSERT INTO notes VALUES ('begun')")
            client.messages.batches.create(requests=REQUESTS)

    life = Life(lambda _, place: place.kind == "before the request")
    lived(life, Engine(scenario_named("plain")), path, inside)
    assert (life.is_over, notes_in(path)) == (True, [])


@pytest.mark.parametrize(
    "write",
    [
        lambda db: db.execute("INSERT INTO notes VALUES ('x')"),
        lambda db: db.cursor().executemany("INSERT INTO notes VALUES (?)", [("x",)]),
        lambda db: db.executescript("INSERT INTO notes VALUES ('x');"),
        lambda db: [db.execute(one) for one in ("BEGIN", "INSERT INTO notes VALUES ('x')", "COMMIT")],
    ],
)
def test_however_it_commits(path: Path, write: Callable[[sqlite3.Connection], Any]) -> None:
    """Without a call of `commit` too."""
    life = Life(lambda _, place: place.kind == "committed")
    with closing(mortal_connection(path, life)) as db:
        db.isolation_level = None
        life.live(lambda: write(db))
    assert (life.death, notes_in(path)) == (Place("committed", "commit 1"), ["x"])


def test_errors_before_death_go_up(path: Path) -> None:
    """A mistake is not taken for a death, and an error rolls back as ever."""
    life = Life()
    with closing(mortal_connection(path, life)) as db:
        with pytest.raises(sqlite3.OperationalError):
            life.live(lambda: db.execute("INSERT INTO nowhere VALUES (1)"))
        with suppress(KeyError), db:
            db.execute("INSERT INTO notes VALUES ('x')")
            raise KeyError
    assert notes_in(path) == []
    with pytest.raises(ProcessDied, match="taken: it"):
        Life(lambda *_: True).reach("taken", "it")


@pytest.mark.parametrize(
    ("error", "goes_up"), [(KeyError, False), (SystemExit, False), (KeyboardInterrupt, True), (GeneratorExit, True)]
)
def test_after_death(error: type[BaseException], goes_up: bool) -> None:
    """What a dead process raises is nobody's; what stops it from outside still does."""
    life = Life(lambda *_: True)

    def handled_badly() -> None:
        try:
            life.reach("taken")
        finally:
            raise error

    with pytest.raises(error) if goes_up else nullcontext():
        assert life.live(handled_badly) is None


@pytest.mark.parametrize("read", [True, False], ids=["answer read", "answer lost"])
def test_as_a_real_process_dies(path: Path, read: bool) -> None:
    """A process that is ended when its request was taken leaves what the play leaves: a batch, and no note."""
    script = (
        "import http.client, os, sqlite3, sys\n"
        "host, database, body, read = sys.argv[1:]\n"
        "db = sqlite3.connect(database)\ndb.execute(\"INSERT INTO notes VALUES ('begun')\")\n"
        "connection = http.client.HTTPConnection(host)\n"
        "headers = {'authorization': 'Bearer replay', 'anthropic-version': '2026-10-21'}\n"
        f"connection.request('POST', '{BATCHES}', body, headers)\n"
        "answer = connection.getresponse()\n"
        "if read == 'True': answer.read()\n"
        "os._exit(9)"
    )
    engine = Engine(scenario_named("plain"))
    with ReplayServer(engine) as server:
        host = urlsplit(server.url).netloc
        arguments = [sys.executable, "-c", script, host, str(path), json.dumps({"requests": REQUESTS}), str(read)]
        assert subprocess.run(arguments, check=False).returncode == 9
    with replay_client(engine) as client:
        listed = client.messages.batches.list().data
    assert (len(listed), notes_in(path)) == (1, [])


SEEN: list[str] = []
TIMES = 0


MADE: int


def remembering() -> int:
    """A function that keeps notes in names of its module."""
    return _remembering()


def _remembering() -> int:
    global TIMES, MADE
    TIMES += 1
    MADE = TIMES
    SEEN.append("again")
    return len(SEEN) + MADE


def test_a_new_process_remembers_nothing() -> None:
    """Lists and numbers, its own and those of what it calls, are what they were; names that it made are gone."""
    memory = Memory(remembering)
    assert [remembering(), remembering()] == [2, 4]
    memory.forget()
    assert "MADE" not in globals()
    assert remembering() == 2
    memory.forget()
    Memory(len).forget()  # without names of its own
