"""How the functions of lesson 13 are called: in processes that die, one after the other, at every edge of the wire and
of the books; and in nights on which something else goes wrong."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import count
from typing import Any, Final

from anthropic import Anthropic

from helpers.calling.life import Life, Place, in_turn
from helpers.calling.memory import Memory
from helpers.calling.mortalwire import mortal_client
from helpers.calling.stage import Stage
from helpers.settings import MODEL

BOOKS: Final = "books.db"
CREATE: Final = "POST /v1/messages/batches"
MONTH: Final = 30 * 86_400.0
TRIES: Final = 4
"""How often the function is run again by whoever runs it, after an error."""

Documents = Mapping[str, str]


class Job:
    """The job whose function is judged: its books, and the processes that run it."""

    def __init__(self, function: Callable[..., Any], stage: Stage, name: str = BOOKS) -> None:
        from helpers.lessons.nightly.books import open_books

        self._function = function
        self._stage = stage
        self._memory = Memory(function)
        self._path = stage.folder / name
        self.open = open_books
        self.rounds: list[dict[str, Any]] = stage.notes.setdefault("rounds", [])

    def write(self, statement: str, *values: Any) -> None:
        """Write something into the books, as an earlier night did."""
        with closing(self.open(self._path)) as db, db:
            db.execute(statement, values)

    def run(self, *arguments: Any, lives: Iterable[Life], meanwhile: Callable[[], Any] = lambda: None) -> None:
        """Run the function in one process after the other until one of them comes to its end. Notes what it returned.

        `meanwhile` happens after the first death.
        """
        self._fill(self._new_round(), arguments, lives, meanwhile)

    def try_again(
        self, *arguments: Any, lives: Iterable[Life] = (), meanwhile: Callable[[], Any] = lambda: None
    ) -> None:
        """As `run`, and after an error again: that is noted. The last one goes up."""
        noted = self._new_round()
        for left in range(TRIES, 0, -1):
            try:
                self._fill(noted, arguments, [*lives, Life()], meanwhile)
            except Exception as error:
                noted["raised"] = [base.__name__ for base in type(error).__mro__]
                if left == 1:
                    raise
                lives = ()
            else:
                return

    def _new_round(self) -> dict[str, Any]:
        self.rounds.append({"at": None, "value": None})
        return self.rounds[-1]

    def _fill(
        self,
        noted: dict[str, Any],
        arguments: Sequence[Any],
        lives: Iterable[Life],
        meanwhile: Callable[[], Any],
    ) -> None:
        for life in lives:
            value = self._live(life, *arguments)
            if not life.is_over:
                noted["value"] = value
                return
            if noted["at"] is None:
                noted["at"] = said(life.places[-1])
                meanwhile()

    def _live(self, life: Life, *arguments: Any) -> Any:
        stage = self._stage
        client = mortal_client(stage.client, life)
        stage.given.append(client._client)
        with closing(self.open(self._path, life)) as db:
            value = life.live(lambda: self._function(client, db, *arguments))
        stage.closed_client |= client.is_closed()
        self._memory.forget()
        return value


def said(place: Place) -> str:
    """A place, without the id of a batch."""
    parts = place.what.split("/")
    shown = [*parts[:4], *(["ID"] if len(parts) > 4 else []), *parts[5:]]
    return f"{place.kind}: {'/'.join(shown)}"


def at_create(kind: str) -> Life:
    """A life that ends at the request for a new batch: before it is sent, or when it has been taken."""
    return Life(lambda _, place: place == (kind, CREATE))


def _overtaken(by: Callable[[], Any], kind: str) -> Life:
    """As `at_create(kind)`, where somebody else was a moment faster: what they do is `by`."""

    def dies(number: int, place: Place) -> bool:
        if place == ("before the request", CREATE):
            by()
        return place == (kind, CREATE)

    return Life(dies)


def create(client: Anthropic, documents: Documents) -> str:
    """The id of a batch of these documents, which somebody else has made."""
    requests: Any = [
        {
            "custom_id": custom_id,
            "params": {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]},
        }
        for custom_id, text in documents.items()
    ]
    return client.messages.batches.create(requests=requests).id


def call_submit_night(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, db, documents)` in processes that die, each night with new documents and new books.

    Returns what the last of them returned, as the others here do.
    """
    happening, nights = stage.inputs["happening"], stage.inputs["nights"]
    strangers = iter(stage.inputs["strangers"])
    names = (f"{number}-{BOOKS}" for number in count())
    last: str | None = None

    def between(number: int = 1) -> None:
        for _ in range(number):
            create(stage.client, next(strangers))

    def job() -> Job:
        """With the books of last night, where there was one."""
        made = Job(function, stage, next(names))
        if last is not None:
            row = (json.dumps(list(nights[-1])), last)
            made.write("INSERT INTO nights (custom_ids, batch_id, done) VALUES (?, ?, 1)", *row)
        return made

    match happening:
        case "the first night ever":
            first = job()
            first.run(nights[0], lives=[at_create("taken"), Life()])
            first.run(nights[0], lives=[Life()])
        case "called again":
            first = job()
            first.run(nights[0], lives=[_overtaken(between, "never")])
            first.run(nights[0], lives=[Life()])
        case "more documents the second time":
            first = job()
            first.run(nights[0], lives=[at_create("before the request")])
            first.run(nights[1], lives=[at_create("taken"), Life()])
        case "killed everywhere":
            last = create(stage.client, nights[-1])
            for documents, life in zip(nights, in_turn(), strict=False):
                job().run(documents, lives=[life, Life()], meanwhile=between)
        case "killed twice":
            for documents, life in zip(nights, in_turn(), strict=False):
                job().run(documents, lives=[at_create("taken"), life, Life()], meanwhile=between)
        case "a busy workspace":
            job().run(nights[0], lives=[at_create("taken"), Life()], meanwhile=lambda: between(24))
        case "the answer is cut":
            job().try_again(nights[0])
    _note_batches(stage)
    return _last(stage)


def call_ingest(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, db, batch_id)` for batches that have ended, in processes that die, and on bad nights."""
    happening, nights = stage.inputs["happening"], stage.inputs["nights"]
    job = Job(function, stage)
    match happening:
        case "killed everywhere":
            for documents, life in zip(nights, in_turn(), strict=False):
                job.run(_ended(stage, job, documents), lives=[life, Life()])
        case "expired, then sent again":
            for documents in nights:
                job.run(_ended(stage, job, documents), lives=[Life()])
        case "the results end early":
            job.try_again(_ended(stage, job, nights[0]))
        case "29 days later":
            batch_id = _ended(stage, job, nights[0])
            stage.clock.sleep(MONTH)
            job.run(batch_id, lives=[Life()])
        case "somebody else's results":
            job.run(_ended(stage, job, stage.inputs["strangers"][0], nights[0]), lives=[Life()])
    return _last(stage)


def call_run_night(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, db, documents, sleep)` in processes that die, and in nights that follow one another."""
    happening, nights = stage.inputs["happening"], stage.inputs["nights"]
    strangers = iter(stage.inputs["strangers"])
    slept: list[float] = []
    stage.notes["slept"] = slept
    job = Job(function, stage)

    def sleep(seconds: float) -> None:
        slept.append(float(seconds))
        stage.clock.sleep(seconds)

    def between() -> None:
        create(stage.client, next(strangers))

    match happening:
        case "killed everywhere":
            for documents, life in zip(nights, in_turn(), strict=False):
                job.run(documents, sleep, lives=[life, Life()], meanwhile=between)
        case "two nights":
            for documents in nights:
                job.run(documents, sleep, lives=[Life()])
        case "run again the next night":
            job.run(nights[0], sleep, lives=[at_create("taken")])
            job.run(nights[1], sleep, lives=[Life()])
        case "the results end early":
            job.try_again(nights[0], sleep)
        case "half an hour, unknown at first":
            job.run(nights[0], sleep, lives=[Life()])
        case "as large as yours":
            job.try_again(nights[0], sleep, lives=[at_create("before the request")], meanwhile=between)
            job.try_again(nights[1], sleep, lives=[_overtaken(between, "taken")])
            job.try_again(nights[2], sleep, lives=[at_create("taken")], meanwhile=between)
    _note_batches(stage)
    return _last(stage)


def _ended(stage: Stage, job: Job, documents: Documents, sent: Documents | None = None) -> str:
    """The id of a batch of `documents` that has ended, in the books as a night on which `sent` were sent."""
    batch_id = create(stage.client, documents)
    job.write("INSERT INTO nights (custom_ids, batch_id) VALUES (?, ?)", json.dumps(list(sent or documents)), batch_id)
    while stage.client.messages.batches.retrieve(batch_id).processing_status != "ended":
        pass
    return batch_id


def _last(stage: Stage) -> Any:
    """What the function returned last. A copy: who calls it once by hand does not do what happens here."""
    return copy.copy(stage.notes["rounds"][-1]["value"])


def _note_batches(stage: Stage) -> None:
    """Note the ids of all batches, the first one first."""
    listed: Sequence[Any] = list(stage.client.messages.batches.list(limit=1000))
    stage.notes["batches"] = [batch.id for batch in reversed(listed)]
