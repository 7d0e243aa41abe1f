"""What has been graded is known again, whenever the process was killed."""

import errno
import json
import os
from pathlib import Path

import pytest

from helpers.classroom.journal import Journal, Round
from helpers.errors import CourseError


def record(key: str) -> dict[str, object]:
    return {"submission": f"name of {key}\n", "key": key, "exercises": []}


def known(journal: Journal, keys: str) -> list[bool]:
    return [journal.key(f"name of {key}\n") == key for key in keys]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with a seed and two records."""
    path = tmp_path / "grades.csv.journal"
    with Journal(path) as journal:
        journal.begin(Round(5))
        journal.append(record("a"))
        journal.append(record("b"))
    return path


def test_again(path: Path) -> None:
    """The seed and the records are there again, each on a line."""
    with Journal(path) as journal:
        assert journal.round == Round(5)
        assert known(journal, "abc") == [True, True, False]
        assert journal.record("name of b\n") == record("b")
        journal.append(record("c"))
        assert journal.record("name of a\n") == record("a")
        assert journal.record("name of c\n") == record("c")
    assert [json.loads(line).get("key") for line in path.read_text("utf-8").splitlines()] == [None, "a", "b", "c"]


@pytest.mark.parametrize("lost", range(1, 60, 7))
def test_torn_line(path: Path, lost: int) -> None:
    """A line that was being written does not count, and does not spoil the next one."""
    content = path.read_bytes()
    path.write_bytes(content[:-lost])
    with Journal(path) as journal:
        assert known(journal, "ab") == [True, False]
        journal.append(record("c"))
    with Journal(path) as journal:
        assert known(journal, "abc") == [True, False, True]
        assert journal.record("name of c\n") == record("c")


@pytest.mark.parametrize("line", ["not json", "[]", "{}", '{"key": 5, "exercises": []}', '{"seed": "x"}', "", "\x00"])
def test_spoilt_line(path: Path, line: str) -> None:
    """What an editor or a disk has spoilt costs that line alone."""
    path.write_text(f"{line}\n{path.read_text('utf-8')}{line}\n", "utf-8")
    with Journal(path) as journal:
        assert journal.round == Round(5)
        assert journal.record("name of b\n") == record("b")


def test_changed_by_hand(path: Path) -> None:
    """A line that somebody has edited is not believed, and is counted; so is one that is no record at all."""
    text = path.read_text("utf-8")
    path.write_text(text.replace("name of a", "name of z") + "{}\n", "utf-8")
    with Journal(path) as journal:
        assert known(journal, "ab") == [False, True]
        assert (journal.round, journal.spoilt) == (Round(5), 2)


@pytest.mark.parametrize("moment", ["begin", "append"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """One sentence, also at the end, when what is left in memory is written once more."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CourseError, match="No space left on device"), Journal(tmp_path / "journal") as journal:
        journal.begin(Round(5)) if moment == "begin" else journal.append(record("a"))


def test_rounds(path: Path) -> None:
    """The latest round counts; what was graded in it is new, and what stood there before is still known."""
    other = {**record("a"), "key": "other"}
    with Journal(path) as journal:
        assert journal.is_open
        journal.end()
        assert (journal.round, journal.is_open) == (Round(5), False)
        journal.begin(Round(6, ("ask",), "2"))
        journal.append(other)
    for _ in range(2):
        with Journal(path) as journal:
            assert (journal.round, journal.is_open, len(journal.names)) == (Round(6, ("ask",), "2"), True, 2)
            assert [journal.is_new(f"name of {key}\n") for key in "abc"] == [True, False, False]
            assert journal.record("name of a\n") == other
            assert journal.before("name of a\n") == record("a")
            assert known(journal, "ab") == [False, True]


def test_ended_once(path: Path) -> None:
    """An end is noted once, and there is none of what has not begun."""
    for _ in range(2):
        with Journal(path) as journal:
            journal.end()
            assert not journal.is_open
    assert path.read_text("utf-8").count("ended") == 1


def test_forgotten(path: Path) -> None:
    """What does not count any more has no key; what it said is still known, and is none of a new round's."""
    with Journal(path) as journal:
        journal.begin(Round(6))
        journal.forget("name of a\n")
    with Journal(path) as journal:
        assert known(journal, "ab") == [False, True]
        assert not journal.is_new("name of a\n")
        assert journal.record("name of a\n") == record("a")


def test_one_at_a_time(path: Path) -> None:
    """A second run is told that there is a first one, and harms nothing."""
    with Journal(path) as journal:
        with pytest.raises(CourseError, match="another run"), Journal(path):
            pass
        journal.append(record("c"))
    with Journal(path) as journal:
        assert known(journal, "c") == [True]


def test_cannot_write(tmp_path: Path) -> None:
    """One sentence."""
    with pytest.raises(CourseError, match="cannot be written"), Journal(tmp_path / "nowhere" / "journal"):
        pass
