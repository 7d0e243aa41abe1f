"""Nothing passes that only resembles what was expected, and no verdict is upset by what a submission may claim."""

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation, Raised, encode
from helpers.display import result_card
from helpers.judging.check import Run
from helpers.judging.checking import run_case
from helpers.judging.drawing import draw_cases
from helpers.judging.exact import number, same
from helpers.judging.tables import rows_of
from helpers.judging.verdict import Verdict, judge
from helpers.lessons.found import EXERCISES, check_of
from helpers.lessons.idempotency.ledger import SCHEMA, open_ledger, rows_in
from helpers.proofs.attempts import our_solution
from helpers.typescript.node import problem

ROOT: Final = Path(__file__).parents[3]
SEED: Final = 20_261
JUNK: Final[Sequence[Any]] = (
    None,
    True,
    0,
    1,
    -1,
    1.0,
    10**300,
    1e300,
    "",
    "text",
    [],
    [None],
    [[]],
    {},
    {"type": "message"},
    {"": {}},
)
"""What JSON can be, beside what is right."""
CLAIMS: Final[Sequence[Any]] = (
    None,
    "text",
    7,
    {},
    [],
    ["text"],
    [None, {}],
    [[]],
    [{"ticket": 1}],
    [{"attempt": True}],
)
"""What a forged note could be."""

MISSING: Final = problem()
exercises = pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(
            one,
            id=name,
            marks=pytest.mark.skipif(one.language == "typescript" and MISSING is not None, reason=str(MISSING)),
        )
        for name, one in EXERCISES.items()
    ],
)


@cache
def right_runs(name: str) -> Sequence[Run]:
    """The runs of our own solution."""
    check = check_of(EXERCISES[name])
    function = our_solution(check, ROOT)
    return [run_case(check, case, function, SEED + i) for i, case in enumerate(draw_cases(check, SEED))]


def told(exercise: Exercise, index: int, run: Run) -> Verdict:
    """The verdict on the right runs with another one in the place of one of them; it can be shown."""
    runs = [*right_runs(exercise.name)]
    runs[index] = run
    verdict = judge(check_of(exercise), runs)
    assert result_card(verdict).text
    return verdict


def claiming(run: Run, **claims: Any) -> Run:
    return replace(run, observation=replace(run.observation, **claims))


def lookalikes(value: Any) -> Iterator[Any]:
    """`value` with one of its numbers or truth values replaced by what Python takes to be equal to it."""
    match value:
        case bool():
            yield from (int(value), float(value))
        case int():
            yield float(value)
            if value in (0, 1):
                yield bool(value)
        case float() if value.is_integer():
            yield int(value)
        case list():
            for index, item in enumerate(value):
                yield from ([*value[:index], other, *value[index + 1 :]] for other in lookalikes(item))
        case dict():
            for name, item in value.items():
                yield from ({**value, name: other} for other in lookalikes(item))


@exercises
def test_junk(exercise: Exercise) -> None:
    """Whatever else comes back, it is judged, it can be shown, and it does not pass."""
    for index, run in enumerate(right_runs(exercise.name)):
        for value in JUNK:
            if run.observation.raised is None and not same(value, run.value):
                kinds = tuple(kind.__name__ for kind in type(value).__mro__)
                conduct = replace(run.observation.conduct, returned=kinds)
                verdict = told(exercise, index, claiming(run, value=value, conduct=conduct))
                assert verdict.outcome != "passed" or exercise.name in VALUE_IGNORED, (run.case.name, value)


VALUE_IGNORED: Final = ("Breaker", "BusyDesk", "SupportBot", "patient", "relay", "relay_until_gone", "run_tools")
"""What the driver of these returns is not what they are judged by."""
ANY_NUMBER: Final = ("batch_savings", "time_to_first_text")
"""An amount, and a time: 30 dollars are 30.0 dollars."""


@exercises
@pytest.mark.parametrize(
    "content", [None, 1, "text", {}, {"not_json": "Endless"}, [None], ["text"], [{}], [{"text": 1}]]
)
def test_odd_message(exercise: Exercise, content: Any) -> None:
    """What says of itself that it is a message may hold anything, and be of a class that is called so."""
    for index, run in enumerate(right_runs(exercise.name)):
        if isinstance(run.value, dict) and run.value.get("type") == "message":
            for value in ({"type": "message"}, {**run.value, "content": content}, {**run.value, "usage": content}):
                verdict = told(exercise, index, claiming(run, value=value))
                assert verdict.outcome != "passed" or exercise.name in VALUE_IGNORED or "usage" in value


@exercises
def test_lookalikes(exercise: Exercise) -> None:
    """`True` is no 1, and 1.0 is no 1: not where numbers, counts and decisions were asked for."""
    for index, run in enumerate(right_runs(exercise.name)):
        for value in lookalikes(run.value):
            verdict = told(exercise, index, claiming(run, value=value))
            assert verdict.outcome != "passed" or _is_beside_the_point(exercise, value), (run.case.name, value)


def _is_beside_the_point(exercise: Exercise, value: Any) -> bool:
    """A message holds more numbers than a verdict is about, and some numbers may be of either kind."""
    if exercise.name in ANY_NUMBER:
        return type(value) is not bool
    shown = value.get("message", value) if isinstance(value, dict) else value
    return exercise.name in VALUE_IGNORED or (
        isinstance(shown, dict) and shown.get("type") in ("message", "message_batch")
    )


@exercises
def test_forged_notes(exercise: Exercise) -> None:
    """A driver's notes that were forged out of shape are judged like any other, and the report is not upset."""
    for index, run in enumerate(right_runs(exercise.name)):
        for name in run.observation.notes:
            for claim in CLAIMS:
                notes = {**run.observation.notes, name: claim}
                assert told(exercise, index, claiming(run, notes=notes)).outcome != "checker_broken"
        told(exercise, index, claiming(run, notes={}))


@exercises
def test_odd_rows(exercise: Exercise) -> None:
    """Whatever a ledger holds, it is judged."""
    for index, run in enumerate(right_runs(exercise.name)):
        if check_of(exercise).inspect is not None:
            for rows in ([["k", None, None]], [[b"k", b"1", 1.5], ["k", "x", 2]], [["k", 5, "r"], ["l", "x", "r"]]):
                assert told(exercise, index, replace(run, artefacts=rows)).outcome != "passed"


@exercises
def test_odd_questions(exercise: Exercise) -> None:
    """A request that makes no sense is no reason for a verdict to fail, nor for a card."""
    bodies: tuple[Any, ...] = (None, [], {}, {"messages": []}, {"messages": "text"}, {"messages": [1]}, {"model": 1})
    for index, run in enumerate(right_runs(exercise.name)):
        for body in bodies:
            wire = [replace(one, sent=json.dumps(body).encode()) for one in run.wire]
            for claims in ({}, {"value": "text"}, {"raised": Raised("BadRequestError", ("BadRequestError",), "no")}):
                told(exercise, index, replace(claiming(run, **claims), wire=wire))


@pytest.mark.parametrize(
    ("one", "other"),
    [(True, 1), (1, 1.0), (0, False), ([1], [True]), ({"a": 1}, {"a": 1.0}), ({"a": 1}, {}), ([1], [1, 2]), ("", None)],
)
def test_not_the_same(one: Any, other: Any) -> None:
    """What Python takes for equal, or for a part, is told apart, from either side."""
    assert not same(one, other)
    assert not same(other, one)
    assert same(one, one)


@pytest.mark.parametrize(("value", "expected"), [(3, 3.0), (2.5, 2.5), (True, None), ("3", None), (10**400, None)])
def test_number(value: Any, expected: float | None) -> None:
    """A number is an int or a float that can be reckoned with."""
    assert number(value) == expected


@pytest.mark.parametrize("value", [math.nan, math.inf, [1, -math.inf]])
def test_no_json(value: Any) -> None:
    """NaN and the infinities are no JSON, and are named."""
    assert encode(value) in ({"not_json": "nan"}, {"not_json": "inf"}, [1, {"not_json": "-inf"}])


class Alike(str):
    """Equal to everything."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


def test_own_equality() -> None:
    """What decides by itself what it is equal to does not cross: not as a value, not as a name in one."""
    assert encode(Alike("x")) == {"not_json": "Alike"}
    (name,) = encode({Alike("x"): 1})
    assert type(name) is str
    assert Observation(value=encode([Alike("x")])).value == [{"not_json": "Alike"}]


# What is read from a file that a submission wrote

REPLACED: Final[Mapping[str, str]] = {
    "endless view": "CREATE VIEW charges AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT 'k' AS key, x AS amount, 'r' AS receipt FROM n",
    "computed column": "CREATE TABLE charges (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, "
    "receipt TEXT AS (hex(zeroblob(400000000))))",
    "other columns": "CREATE TABLE charges (key TEXT, amount, receipt)",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with one row."""
    path = tmp_path / "ledger.db"
    with closing(open_ledger(path)) as connection, connection:
        connection.execute("INSERT INTO charges VALUES ('k', 1250, 'r')")
    return path


def test_rows(ledger: Path) -> None:
    """An honest table is read, and nothing is changed by that or left beside it."""
    before = ledger.read_bytes()
    assert rows_of(ledger, SCHEMA, "key") == [["k", 1250, "r"]]
    assert [path.name for path in ledger.parent.iterdir()] == ["ledger.db"]
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("statement", REPLACED.values(), ids=REPLACED)
def test_replaced_table(ledger: Path, statement: str) -> None:
    """Something else of the same name is not read: it might never end, or take all memory."""
    with closing(open_ledger(ledger)) as connection, connection:
        connection.execute("DROP TABLE charges")
        connection.execute(statement)
    assert rows_of(ledger, SCHEMA, "key") == []


def test_large_value(ledger: Path) -> None:
    """A value that fills the memory is not read."""
    with closing(open_ledger(ledger)) as connection, connection:
        connection.execute("INSERT INTO charges VALUES ('l', 1, hex(zeroblob(1000000)))")
    assert rows_of(ledger, SCHEMA, "key") == []


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(4_000)])
def test_no_table(tmp_path: Path, content: bytes) -> None:
    """What is no database, or an empty one, has no rows; and neither has what is not there."""
    (tmp_path / "ledger.db").write_bytes(content)
    assert rows_of(tmp_path / "ledger.db", SCHEMA, "key") == []
    assert rows_of(tmp_path / "nowhere.db", SCHEMA, "key") == []


def test_journal_is_left_alone(ledger: Path) -> None:
    """A journal beside the file is not played back: when SQLite has done that, it deletes the file that it names."""
    journal, victim = ledger.with_name("ledger.db-journal"), ledger.with_name("victim")
    victim.write_text("mine")
    for read, lives in ((lambda: rows_of(ledger, SCHEMA, "key"), True), (lambda: rows_in(ledger), False)):
        journal.write_bytes(_journal_naming(victim, ledger.stat().st_size // PAGE))
        assert [row[1] for row in read()] == [1250]
        assert victim.exists() is lives


PAGE: Final = 4_096


def _journal_naming(victim: Path, pages: int) -> bytes:
    """A journal without pages, of a transaction over several files (https://www.sqlite.org/fileformat.html#journal)."""
    magic, name = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", str(victim).encode()
    header = magic + struct.pack(">IIIII", 0, 0, pages, 512, PAGE)
    end = struct.pack(">I", 2**30 // PAGE + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    return header.ljust(512, b"\0") + end
