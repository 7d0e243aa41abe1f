"""A job that is killed at every edge of the wire and of its books, in turn, and run again: what became of it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from anthropic import Anthropic

from helpers.calling.life import Life, Place, in_turn
from helpers.calling.mortalwire import mortal_client
from helpers.client import replay_client
from helpers.lessons.nightly.books import open_books, outcomes_in
from helpers.replay import Answer, Engine, Scenario
from helpers.settings import MODEL

NIGHT: Final = Scenario("night", "a batch that ends at the second look", then=Answer(), batch_polls=2)
BATCHES: Final = "/v1/messages/batches"

Job: TypeAlias = Callable[[Anthropic, sqlite3.Connection, dict[str, str], Callable[[float], None]], Any]


@dataclass(frozen=True)
class Kill:
    """One death: where it was, what the first process had done until then, and what the second one did."""

    at: Place
    first: Sequence[str]
    """Each step in a word: `list`, `create`, `look`, `results`, `commit`."""
    second: Sequence[str]
    batches: int
    """How many were made."""
    rows: int
    documents: int
    raised: str = ""
    """What the second process raised, if it did."""

    @property
    def survived(self) -> bool:
        """Whether every document was sent once and has a row."""
        return (self.batches, self.rows, self.raised) == (1, self.documents, "")


def kill_everywhere(job: Job, documents: Mapping[str, str]) -> Sequence[Kill]:
    """What becomes of `job(client, db, documents, sleep)` for each place where it can be killed, with books and an API
    of its own each time.
    """
    kills = []
    for life in in_turn():
        killed = _killed(job, dict(documents), life)
        if killed is not None:
            kills.append(killed)
    return kills


def run_killed(job: Job, documents: dict[str, str], life: Life, client: Anthropic, path: Path) -> None:
    """Run `job` as a process that lives `life`, with the books in the file `path`."""
    with closing(open_books(path, life)) as db:
        life.live(lambda: job(mortal_client(client, life), db, documents, lambda seconds: None))


def survived(kills: Sequence[Kill]) -> str:
    """How many of them, in words."""
    return f"{sum(kill.survived for kill in kills)} of {len(kills)} kills survived"


def _killed(job: Job, documents: dict[str, str], life: Life) -> Kill | None:
    """None where the job came to its end before anybody killed it."""
    engine = Engine(NIGHT, models=(MODEL,))
    raised = ""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, replay_client(engine) as client:
        path = Path(folder) / "books.db"
        run_killed(job, documents, life, client, path)
        if not life.is_over:
            return None
        second = Life()
        try:
            run_killed(job, documents, second, client, path)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
            raised = type(error).__name__
        batches = sum((one.method, one.path, one.status) == ("POST", BATCHES, 200) for one in engine.log)
        rows = len(outcomes_in(path))
    return Kill(life.places[-1], _steps(life), _steps(second), batches, rows, len(documents), raised)


def _steps(life: Life) -> Sequence[str]:
    """What was taken by the API, and what was committed."""
    return [_step(place) for place in life.places if place.kind in ("taken", "committed")]


def _step(place: Place) -> str:
    if place.kind == "committed":
        return "commit"
    method, _, path = place.what.partition(" ")
    if path == BATCHES:
        return "create" if method == "POST" else "list"
    if method == "GET":
        return "results" if path.endswith("/results") else "look"
    return "cancel"
