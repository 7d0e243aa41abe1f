"""Submissions in TypeScript that cheat, or do harm: what holds in Python holds for Node and all of its ways out.

Each file in typescript/ begins with what it tries, and says in the same words as those in submissions/ what has to
become of it. A comment of TypeScript stands before each of these lines.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.grading import compiling
from helpers.grading.budget import SECONDS_PER_SUBMISSION, Budget
from helpers.grading.grader import open_grader
from helpers.grading.nursery import Nursery
from helpers.grading.report import Report
from helpers.grading.submission import Cell, SourceFile, Submission
from helpers.lessons.found import EXERCISES
from helpers.typescript.node import problem
from tests.security.harm import outliving, state_of_this_process
from tests.security.test_security import _FIELD as FIELD
from tests.security.test_security import SECRETS, SEED, _harm_since, assert_as_first, assert_harmless

HERE: Final = Path(__file__).parent / "typescript"
ATTEMPTS: Final = Path(__file__).parents[1] / "attempts/A1_typescript"
HOSTILE: Final = sorted(HERE.glob("*.ts"))
SECONDS: Final = 2.0
"""For each case, and the exercises have twice as many."""

pytestmark = pytest.mark.skipif(problem() is not None, reason=str(problem()))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all of them, as a class has: whatever one does to it, or to the compiler, would meet the next one."""
    with Nursery() as nursery:
        assert nursery.compiler.why_not() is None
        yield nursery


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader who has something to lose, and whose own Node would load something first."""
    for name in SECRETS:
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("NODE_OPTIONS", "--require=/nowhere/evil.cjs")


def graded(source: str, name: str, nursery: Nursery) -> Report:
    """The report on a cell."""
    cells = (Cell("cell 1", f"%%typescript {name}\n{source}"),)
    submission = Submission("hostile", (SourceFile("A1_typescript.ipynb", "A1_typescript", cells),), whole=False)
    with open_grader(submission, SEED, SECONDS, nursery, Budget(SECONDS_PER_SUBMISSION)) as grader:
        verdicts = (grader.verdict(EXERCISES[name]),)
        return Report("hostile", SEED, verdicts, grader.notes, grader.isolation)


@pytest.fixture(scope="module")
def right() -> str:
    """A solution of `streamMessage`, the exercise that most of them abuse."""
    return (ATTEMPTS / "streamMessage/right_final_message.ts").read_text("utf-8")


@pytest.fixture(scope="module")
def first(nursery: Nursery, right: str) -> Report:
    """The report on a right submission that nothing went before."""
    return graded(right, "streamMessage", nursery)


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_hostile(
    path: Path, nursery: Nursery, first: Report, right: str, record_property: Callable[[str, object], None]
) -> None:
    """It gets its outcome and no points; the grader is unharmed; a right submission after it passes as if first."""
    source = path.read_text("utf-8")
    fields = dict(FIELD.findall(re.sub(r"^// ?", "", source, flags=re.MULTILINE)))
    if fields.get("Needs", nursery.isolation) != nursery.isolation:
        pytest.skip(f"it would do harm: {nursery.why_not}")
    before = state_of_this_process()
    report = graded(source, fields["Exercise"], nursery)
    (verdict,) = report.verdicts
    told = verdict.misconception or verdict.outcome
    record_property("hostile", [f"{path.stem} (TypeScript)", told])
    assert verdict.outcome not in ("passed", "not_available", "checker_broken")
    assert {told, verdict.outcome} & set(fields["Outcome"].split("|")), f"{told}: {verdict.message}"
    # On a busy machine some are out of time before they are told anything else.
    assert told == "never_ended" or fields.get("Says", "") in verdict.message
    assert_harmless(report)
    assert _harm_since(before) == []
    if nursery.zygote_pid is not None and nursery.isolation == "namespaces":
        # The zygote and what forks for it, the compiler, and the process that waits for the next submission.
        assert len(outliving(nursery.zygote_pid, 3)) <= 3
    assert_as_first(graded(right, "streamMessage", nursery), first)


def test_endless_types(nursery: Nursery, first: Report, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Types that take the compiler for ever, or all of its memory, are its end, not that of the next submission."""
    types = "type Every<N extends unknown[]> = N['length'] extends 24 ? N : Every<[...N, 0]> | Every<[...N, 1]>;"
    source = f"{types}\nexport const every: Every<[]> = [] as never;\n{right}"
    with monkeypatch.context() as context:
        context.setattr(compiling, "COMPILE_LIMIT", 3.0)
        (verdict,) = graded(source, "streamMessage", nursery).verdicts
    assert verdict.outcome == "raised"
    assert re.search("the compiler (came to no end with it within 3 seconds|ended while it read it)", verdict.message)
    assert_as_first(graded(right, "streamMessage", nursery), first)


def test_enough() -> None:
    """Each way out of Node has its file, and says what it tries."""
    assert len(HOSTILE) >= 14
    assert all(path.read_text("utf-8").startswith("// ") for path in HOSTILE)
