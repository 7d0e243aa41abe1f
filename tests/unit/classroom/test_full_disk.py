"""A disk that fills up, a file that vanishes, a second run: nobody's marks are lost, and each is a sentence."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.classroom import Plan, grade_class
from helpers.classroom.journal import Journal, Round
from helpers.classroom.roster import Unusable, read_roster, read_submission
from helpers.errors import CourseError
from tests.unit.classroom.conftest import Marked, WriteClass
from tests.unit.classroom.markers import quick

NAMES: Final = ("anna", "ben", "cleo")
SIZES: Final = range(0, 3_000, 171)
"""Bytes. The journal of the three has about as many."""

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")


@pytest.fixture
def plan(write_class: WriteClass, tmp_path: Path) -> Plan:
    """A class of three."""
    folder = write_class(**dict.fromkeys(NAMES, "first_answer"))
    return Plan(folder, tmp_path / "grades.csv", html=tmp_path / "report.html", only=["00_start_here"])


@contextmanager
def full(size: int) -> Iterator[None]:
    """No file may have more than `size` bytes: what a write does not put there is lost, as on a disk that is full."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def record(key: str) -> dict[str, Any]:
    return {"submission": key, "key": key, "exercises": [], "said": "x" * 200}


@posix_only
@pytest.mark.parametrize("size", range(0, 1_100, 53))
def test_journal(tmp_path: Path, size: int) -> None:
    """Wherever a line ends that was being written: those before it are there, and it is not."""
    path = tmp_path / "journal"
    written: list[str] = []
    with suppress(CourseError), full(size), Journal(path) as journal:
        journal.begin(Round(5))
        for name in NAMES:
            journal.append(record(name))
            written.append(name)
    with Journal(path) as journal:
        assert [name for name in NAMES if journal.key(name)] == written
        assert journal.spoilt == 0
        for name in NAMES:
            journal.append(record(name))
    with Journal(path) as journal:
        assert [journal.record(name) for name in NAMES] == [record(name) for name in NAMES]


@posix_only
@pytest.mark.parametrize("size", SIZES)
def test_run(plan: Plan, marked: Marked, size: int) -> None:
    """A run that the disk has stopped goes on where it was: nobody is graded twice whose record is there."""
    try:
        with full(size):
            grade_class(plan, quick)
    except CourseError as error:
        assert "cannot be written" in str(error)  # noqa: PT017 - a disk may have room for all of it
    with Journal(plan.journal) as journal:
        seeds = {journal.round.seed} if journal.round else set()
        before = [name for name in NAMES if journal.key(name)]
    marked.names.clear()
    outcome = grade_class(plan, quick)
    assert outcome.exit_code == 0
    assert seeds <= {outcome.seed}
    assert marked.names == [name for name in NAMES if name not in before]
    with plan.csv.open(encoding="utf-8", newline="") as file:
        found = {row["submission"] for row in csv.DictReader(file) if row["outcome"] == "passed"}
    assert found == set(NAMES)


def test_second_run(plan: Plan, marked: Marked) -> None:
    """Two at once: the second one is told, writes nothing, and goes on when the first is gone."""
    with Journal(plan.journal), pytest.raises(CourseError, match="in use: another run"):
        grade_class(plan, quick)
    assert not plan.csv.exists()
    assert grade_class(plan, quick).exit_code == 0


@pytest.mark.parametrize("what", ["gone", "a folder", "a link", "larger"])
def test_changed_meanwhile(plan: Plan, marked: Marked, what: str) -> None:
    """What has changed since the class was listed is read as it is now, or is a row that says why not."""
    entries = {entry.name: entry for entry in read_roster(plan.folder, plan.own, plan.folder.parent)}
    file = plan.folder / "ben" / "00_start_here.ipynb"
    if what != "larger":
        file.unlink()
    if what == "a folder":
        file.mkdir()
    elif what == "a link":
        file.symlink_to("/etc/passwd")
    elif what == "larger":
        file.write_bytes(b"x" * 1_000)
        assert read_submission(entries["ben"]).files == {file.name: b"x" * 1_000}
        return
    with pytest.raises(Unusable, match="It holds no notebook"):
        read_submission(entries["ben"])
    assert list(read_submission(entries["anna"]).files) == [file.name]


def test_gone_between(plan: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that vanishes after it was seen, and before it is opened, is a row; the others are graded."""
    opened = os.open

    def vanishing(path: Any, *arguments: Any, **named: Any) -> int:
        if "ben" in os.fspath(path):
            raise FileNotFoundError(2, os.strerror(2), path)
        return opened(path, *arguments, **named)

    monkeypatch.setattr("os.open", vanishing)
    outcome = grade_class(replace(plan, html=None), quick)
    assert outcome.problems == {"ben": "It cannot be read: No such file or directory."}
    assert outcome.graded == {"anna", "cleo"}
