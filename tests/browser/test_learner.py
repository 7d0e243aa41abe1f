"""What a learner's run is held against, and how it is told. The run itself is a command: keys take their time."""

from dataclasses import replace
from io import StringIO
from typing import Final

import pytest
from rich.console import Console

from helpers.lessons.found import EXERCISES

from .learner import LearnerRun, lessons, table_of

GOOD: Final = LearnerRun(
    "07_idempotency",
    ["dedup_key", "charge_once"],
    seconds=12.3,
    before=["not started: dedup_key", "not started: charge_once"],
    after=["passed: dedup_key", "passed: charge_once"],
    helped=[
        "Hint 1 of 3 for dedup_key",
        "Our solution of dedup_key",
        "Hint 1 of 3 for charge_once",
        "Our solution of charge_once",
    ],
)


def test_good() -> None:
    """All is as it should be."""
    assert GOOD.problems == []


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (
            replace(GOOD, before=["1 of 2 cases right: dedup_key", "not started: charge_once"]),
            "before anything was typed, the cards say 1 of 2 cases right: dedup_key, not started: charge_once",
        ),
        (replace(GOOD, after=["passed: dedup_key"]), "with our solutions typed, the cards say passed: dedup_key, and"),
        (replace(GOOD, after=[]), "with our solutions typed, the cards say nothing, and should say passed: dedup_key"),
        (replace(GOOD, helped=GOOD.helped[1:]), "asked for help, the cards say Our solution of dedup_key, Hint 1"),
        (replace(GOOD, errors=["NameError: name 'ask' is not defined"]), "NameError: name 'ask' is not defined"),
        (replace(GOOD, elsewhere=["https://example.com/a"]), "the page asked for https://example.com/a"),
    ],
)
def test_problem(run: LearnerRun, said: str) -> None:
    """Each thing that is not as it should be is said, and nothing else is."""
    (problem,) = run.problems
    assert problem.startswith(said)


def test_lessons() -> None:
    """Every exercise is typed in its lesson."""
    assert sum(map(len, lessons().values())) == len(EXERCISES)


def test_table() -> None:
    """A row has the counts: of two cards, two were not started, and one passed at last."""
    run = replace(GOOD, after=["passed: dedup_key", "raised: charge_once"], elsewhere=["a", "b"])
    told = StringIO()
    Console(width=80, file=told).print(table_of([run]))
    assert "".join(told.getvalue().splitlines()[1].split()) == "07_idempotency2122○→1✓402"
