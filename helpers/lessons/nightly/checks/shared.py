"""What the checks of lesson 13 need: nights to play, and what became of each document on the wire and in the books."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from helpers.judging.check import Run
from helpers.judging.exact import same
from helpers.judging.reading import shortened
from helpers.judging.tables import rows_of
from helpers.judging.words import DAYS, GOODS, TOWNS
from helpers.lessons.nightly.drivers import BOOKS
from helpers.replay import Answer, Exchange, Fail, Request, Scenario, WireLog
from helpers.replay.batches import EXCERPT
from helpers.replay.request import prompt_of
from helpers.replay.scenario import Choose, Step

BATCHES: Final = "/v1/messages/batches"
EVERYWHERE: Final = "killed everywhere"
ANSWER: Final = Answer()
OUTCOMES: Final = ("succeeded", "errored", "expired", "canceled")
TROUBLE: Final = "invalid_request_error"
"""Of a request that errors, and would error again."""

Documents = dict[str, str]


class Made(NamedTuple):
    """A batch that was made, by its place among all: the texts that were sent, by custom id."""

    place: int
    prompts: Mapping[str, str]


def draw_night(source: random.Random, size: int = 3, who: str = "doc") -> Documents:
    """So many documents, whose ids nobody has used before."""
    return {
        f"{who}-{source.getrandbits(40):010x}": f"The {source.choice(GOODS)} left {source.choice(TOWNS)} on "
        f"{source.choice(DAYS)} as parcel {source.randrange(10_000, 99_999)}."
        for _ in range(size)
    }


def draw_nights(source: random.Random, count: int, size: int = 3, who: str = "doc") -> list[Documents]:
    """So many nights."""
    return [draw_night(source, size, who) for _ in range(count)]


def troubled(nights: Sequence[Documents], *outcomes: str) -> dict[str, str]:
    """What becomes of the first documents of each night; the others succeed."""
    return {
        custom_id: TROUBLE if outcome == "errored" else outcome
        for night in nights
        for custom_id, outcome in zip(night, outcomes, strict=False)
    }


def answer_lost(request: Request, log: WireLog) -> Step:
    """The first answer to a request for a new batch breaks off: the batch is made."""
    asked = sum((one.method, one.path) == ("POST", BATCHES) for one in log)
    is_first = (request.method, request.path, asked) == ("POST", BATCHES, 1)
    return Answer(ending="cut") if is_first else Answer()


def lines_missing(request: Request, log: WireLog) -> Step:
    """The first file of results ends early, and properly."""
    asked = sum(one.path.endswith("/results") for one in log)
    is_first = request.path.endswith("/results") and asked == 1
    return Answer(ending="truncate", after=2) if is_first else Answer()


def unknown_at_first(request: Request, log: WireLog) -> Step:
    """Nobody knows the batch at the first look, and at the third one (anthropic-sdk-python#1432)."""
    looks = sum((one.method, one.path) == ("GET", request.path) for one in log)
    is_look = request.method == "GET" and request.path.startswith(f"{BATCHES}/")
    return Fail(404) if is_look and not request.path.endswith("/results") and looks in (1, 3) else ANSWER


def scenario(name: str, outcomes: Mapping[str, Any], then: Step | Choose = ANSWER, **more: Any) -> Scenario:
    """A night on which batches end at the second poll."""
    return Scenario(name, name, then=then, batch_outcomes=dict(outcomes), **{"batch_polls": 2, **more})


def read_books(folder: Path) -> Any:
    """The rows of both tables, in the order of their keys."""
    from helpers.lessons.nightly.books import NIGHTS, RESULTS

    path = folder / BOOKS
    return {"results": rows_of(path, RESULTS, "custom_id"), "nights": rows_of(path, NIGHTS, "night")}


def rows(run: Run) -> dict[str, list[Any]]:
    """By custom id, what stands in the books: batch id, outcome, text, error."""
    return {row[0]: row[1:] for row in _table(run, "results", 5)}


def open_nights(run: Run) -> int:
    """How many nights are not done."""
    return sum(row[4] != 1 for row in _table(run, "nights", 5))


def _table(run: Run, name: str, columns: int) -> list[list[Any]]:
    found = run.artefacts.get(name) if isinstance(run.artefacts, dict) else None
    return [row for row in found if len(row) == columns] if isinstance(found, list) else []


def made(run: Run) -> Sequence[Made]:
    """The batches that were made, in order, whoever made them."""
    return _read(run).batches


class _Wire(NamedTuple):
    """What was read of a run's wire: a verdict asks a hundred times."""

    run: Run
    batches: Sequence[Made]
    by_document: Mapping[str, Sequence[Made]]


_last: list[_Wire] = []


def _read(run: Run) -> _Wire:
    if not _last or _last[0].run is not run:
        exchanges = (one for one in run.wire if _is_create(one) and one.status == 200)
        batches = [Made(place, dict(_prompts(one))) for place, one in enumerate(exchanges)]
        by_document: dict[str, list[Made]] = {}
        for batch in batches:
            for custom_id in batch.prompts:
                by_document.setdefault(custom_id, []).append(batch)
        _last[:] = [_Wire(run, batches, by_document)]
    return _last[0]


def _is_create(one: Exchange) -> bool:
    return (one.method, one.path) == ("POST", BATCHES)


def _prompts(one: Exchange) -> Iterator[tuple[str, str]]:
    body = one.body
    requests = body.get("requests") if isinstance(body, dict) else None
    for request in requests if isinstance(requests, list) else []:
        if isinstance(request, dict) and isinstance(request.get("params"), dict):
            yield str(request.get("custom_id")), prompt_of(request["params"])


def holding(run: Run, custom_id: str) -> Sequence[Made]:
    """The batches that hold this document, in order."""
    return _read(run).by_document.get(custom_id, ())


def batch_ids(run: Run) -> list[Any]:
    """The ids of all batches, in the order in which they were made."""
    noted = run.observation.notes.get("batches")
    return noted if isinstance(noted, list) else []


def asked_for(run: Run, batch_id: Any, tail: str) -> int:
    """How many requests ended in this: `/results` or `/cancel`."""
    return sum(one.path == f"{BATCHES}/{batch_id}{tail}" for one in run.wire)


def canceled(run: Run) -> list[str]:
    """The ids of the batches that somebody asked to cancel or to delete."""
    gone = [one for one in run.wire if one.path.endswith("/cancel") or one.method == "DELETE"]
    return [one.path.removeprefix(f"{BATCHES}/").partition("/")[0] for one in gone]


def rounds(run: Run) -> list[Mapping[str, Any]]:
    """What the driver noted of every process, or row of processes: where the first one died, what the last returned.

    What the last of all returned is what came back.
    """
    noted = run.observation.notes.get("rounds")
    found: list[Mapping[str, Any]] = [one for one in noted if isinstance(one, dict)] if isinstance(noted, list) else []
    return [*found[:-1], {**found[-1], "value": run.value}] if found else []


def first_death(run: Run) -> Any:
    """Where the first process died; None where it did not."""
    known = rounds(run)
    return known[0].get("at") if known else None


def first_error(run: Run) -> list[str]:
    """The classes of what the function raised first, where it was called again after that."""
    raised = next((one.get("raised") for one in rounds(run)), None)
    return [str(one) for one in raised] if isinstance(raised, list) else []


def played(run: Run) -> list[tuple[Mapping[str, Any], Documents]]:
    """Every round that came to its end, with its documents."""
    return [one for one in zip(rounds(run), run.case.inputs["nights"], strict=False) if one[0].get("value") is not None]


def kills_survived(run: Run, is_whole: Callable[[Documents], bool]) -> str:
    """How many nights are whole of those in which a process was killed, in words."""
    nights = zip(rounds(run), run.case.inputs["nights"], strict=False)
    killed = [night for noted, night in nights if noted.get("at") is not None]
    return f"{sum(map(is_whole, killed))} of {len(killed)} kills survived"


def last_place(run: Run) -> str:
    """Where the process died that was run again last, in words."""
    known = rounds(run)
    return place_in_words(known[-1].get("at") if known else None)


PLACES: Final[Mapping[str, str]] = {
    "before the request": "before it sent {}",
    "taken": "when the API had taken {}, and before the answer came",
    "between the lines": "while it read the results, {}",
    "before the commit": "before {}",
    "committed": "right after {}",
}
WORDS: Final[Mapping[str, str]] = {
    "POST /v1/messages/batches": "the request for a new batch",
    "GET /v1/messages/batches": "a request for the list of batches",
    "GET /v1/messages/batches/ID": "a look at the batch",
    "GET /v1/messages/batches/ID/results": "the request for its results",
    "POST /v1/messages/batches/ID/cancel": "the request to cancel it",
}


def place_in_words(at: Any) -> str:
    """`killed when the API had taken …`."""
    if not isinstance(at, str):
        return "not killed"
    kind, _, what = at.partition(": ")
    return f"killed {PLACES.get(kind, kind + ' {}').format(WORDS.get(what, what))}"


def expected_text(run: Run, custom_id: str) -> str:
    """What the API said about a document, in the last batch that held it."""
    prompt = holding(run, custom_id)[-1].prompts[custom_id]
    return f"In short: {' '.join(prompt.split())[:EXCERPT]}"


def outcome_of(run: Run, custom_id: str) -> str:
    """What became of a document in the last batch that held it."""
    named = run.case.scenario.batch_outcomes.get(custom_id, "succeeded")
    if not isinstance(named, str):
        named = named[max(min(len(holding(run, custom_id)), len(named)), 1) - 1]
    return named if named in OUTCOMES else "errored"


def wrong_row(run: Run, custom_id: str) -> str | None:
    """What is wrong with a document's row; None where it is right."""
    row = rows(run).get(custom_id)
    if not holding(run, custom_id):
        return f"the document `{custom_id}` was never sent."
    if row is None:
        return f"the document `{custom_id}` has no row in `results`."
    _, outcome, text, error = row
    expected = outcome_of(run, custom_id)
    if outcome != expected:
        return f"`{custom_id}` was {expected}, and its row says {shortened(outcome)}."
    if outcome == "succeeded" and text != expected_text(run, custom_id):
        return f"the API said {shortened(expected_text(run, custom_id))}, and the row's text is {shortened(text)}."
    if outcome == "errored" and error != TROUBLE:
        return f"the error was of the type `{TROUBLE}`, and its row says {shortened(error)}."
    return None


def counted(run: Run, documents: Documents) -> dict[str, int]:
    """What `Counts` of these documents are."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for custom_id in documents:
        counts[outcome_of(run, custom_id)] += 1
    return counts


def wrong_counts(run: Run, value: Any, documents: Documents) -> str | None:
    """What is wrong with the counts that were returned; None where they are right."""
    expected = counted(run, documents)
    if same(value, expected):
        return None
    return f"expected the counts {_shown(expected)}, got {_shown(value)}."


def _shown(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == set(OUTCOMES):
        return ", ".join(f"{number} {name}" for name, number in value.items())
    return shortened(value)
