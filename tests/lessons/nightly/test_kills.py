"""Kills, as lesson 13 plays and draws them: everywhere, with what came of each, and nothing of it by chance."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from anthropic import Anthropic

from helpers.calling.life import Life, Place
from helpers.client import replay_client
from helpers.lessons.nightly.books import open_books, outcomes_in
from helpers.lessons.nightly.drivers import at_create, said
from helpers.lessons.nightly.kills import NIGHT, Kill, kill_everywhere, run_killed, survived
from helpers.lessons.nightly.kills_picture import WIDTH, ending, kills_picture, place_name
from helpers.replay import Engine
from helpers.settings import MODEL

DOCUMENTS: Final = {f"doc-{number}": f"Report {number}." for number in range(3)}
INSERT: Final = "INSERT INTO results (custom_id, batch_id, outcome) VALUES (?, ?, ?)"


def careless(
    client: Anthropic, db: sqlite3.Connection, documents: dict[str, str], sleep: Callable[[float], None]
) -> None:
    """A job that looks nowhere, and stumbles over rows that are there."""
    requests: Any = [
        {
            "custom_id": key,
            "params": {"model": MODEL, "max_tokens": 20, "messages": [{"role": "user", "content": text}]},
        }
        for key, text in documents.items()
    ]
    batch = client.messages.batches.create(requests=requests)
    while client.messages.batches.retrieve(batch.id).processing_status != "ended":
        sleep(60)
    with db:
        for entry in client.messages.batches.results(batch.id):
            db.execute(INSERT, (entry.custom_id, batch.id, entry.result.type))


def test_each_kill_is_what_it_was() -> None:
    """Fifteen edges: one is survived, the others are paid twice, and behind the commit the rows are in the way too."""
    kills = kill_everywhere(careless, DOCUMENTS)
    assert survived(kills) == "1 of 15 kills survived"
    assert [kill.survived for kill in kills] == [True, *[False] * 14]
    assert {kill.batches for kill in kills[1:]} == {2}
    assert (kills[-1].at.kind, kills[-1].raised) == ("committed", "IntegrityError")
    assert kills[1].first == ["create"]
    assert kills[1].second == ["create", "look", "look", "look", "results", "commit"]
    assert kills == kill_everywhere(careless, DOCUMENTS)


def test_nothing_to_kill() -> None:
    """A function that does nothing dies nowhere, and the picture says so."""
    kills = kill_everywhere(lambda *given: None, DOCUMENTS)
    assert kills == []
    assert "nothing yet" in str(kills_picture("Your job", kills)._repr_html_())


def test_what_the_picture_says() -> None:
    """Each kill has its place, what was done before and after, and its end; alone as text, and for a screen reader."""
    kills = kill_everywhere(careless, DOCUMENTS)
    card = kills_picture("The job", kills)
    html = card._repr_html_()
    assert "The job: 1 of 15 kills survived" in card.text
    assert "create: taken, no answer: C✗ Cpppr◆" in card.text
    assert html.count('class="break"') == len(kills)
    assert html.count('class="bad"') == 14
    assert 'aria-label="The job: 1 of 15 kills survived. before create: ✓ 1 batch, 3 rows.' in html


def test_many_steps_fit() -> None:
    """However often a job looks, its row stays within the picture."""
    busy = Kill(Place("taken", "GET /v1/messages/batches"), ["look"] * 60, ["look"] * 60, 1, 3, 3)
    places = [float(part.split('"')[0]) for part in kills_picture("Busy", [busy]).html.split('<rect x="')[1:]]
    assert len(places) == 120
    assert max(places) < WIDTH * 0.8


@pytest.mark.parametrize(
    ("batches", "rows", "raised", "words"),
    [
        (1, 3, "", "✓ 1 batch, 3 rows"),
        (2, 3, "", "✗ 2 batches, paid twice"),
        (1, 1, "", "✗ 1 batch, 1 of 3 rows"),
        (1, 3, "KeyError", "✗ KeyError, 3 of 3 rows"),
    ],
)
def test_endings(batches: int, rows: int, raised: str, words: str) -> None:
    """Paid twice is worse than anything else."""
    assert ending(Kill(Place("taken"), [], [], batches, rows, 3, raised)) == words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("before the request", "POST /v1/messages/batches"), "before create"),
        (Place("taken", "GET /v1/messages/batches"), "the list: taken, no answer"),
        (Place("taken", "GET /v1/messages/batches/msgbatch_1"), "a poll: taken, no answer"),
        (Place("before the request", "GET /v1/messages/batches/msgbatch_1/results"), "before the results"),
        (Place("between the lines", "after 1 of them"), "reading, after 1 line"),
        (Place("between the lines", "after 2 of them"), "reading, after 2 lines"),
        (Place("between the lines", "after the last of them"), "reading, at the end"),
        (Place("before the commit", "commit 2"), "before commit 2"),
        (Place("committed", "commit 2"), "after commit 2"),
    ],
)
def test_places(place: Place, words: str) -> None:
    """Every kind of edge has a name."""
    assert place_name(Kill(place, [], [], 1, 3, 3)) == words


def test_a_death_of_ones_choice(tmp_path: Path) -> None:
    """The lesson kills where it wants to, and what is left is in the file and at the API."""
    path = tmp_path / "books.db"
    with replay_client(Engine(NIGHT)) as client:
        life = at_create("taken")
        run_killed(careless, DOCUMENTS, life, client, path)
        assert (life.is_over, outcomes_in(path)) == (True, {})
        run_killed(careless, DOCUMENTS, Life(), client, path)
        assert outcomes_in(path) == dict.fromkeys(DOCUMENTS, "succeeded")
        assert len(client.messages.batches.list().data) == 2


def test_the_books_are_made_once(tmp_path: Path) -> None:
    """Opened again, they hold what they held."""
    path = tmp_path / "books.db"
    with open_books(path) as db:
        db.execute(INSERT, ("doc-1", "msgbatch_1", "expired"))
    db.close()
    open_books(path).close()
    assert outcomes_in(path) == {"doc-1": "expired"}


def test_no_id_in_what_is_noted() -> None:
    """A driver's notes name a request by what it is for."""
    assert said(Place("taken", "GET /v1/messages/batches/msgbatch_1/results")) == (
        "taken: GET /v1/messages/batches/ID/results"
    )
    assert said(Place("committed", "commit 1")) == "committed: commit 1"
