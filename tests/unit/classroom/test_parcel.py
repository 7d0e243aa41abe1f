"""What is graded, on its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.classroom.parcel import ROOT, Parcel, Terms, course_version, decisive, pack, read_parcel, unpack

TERMS = Terms(5, ("00_start_here",), "1")
PARCEL = pack("anna", {"a.py": b"x = 1"}, TERMS)


def test_round_trip(tmp_path: Path) -> None:
    """Every byte arrives, also those that are no UTF-8, in a text of ASCII alone."""
    content = bytes(range(256)) + "ü".encode()
    parcel = replace(pack("änna\n\udcff", {"a.ipynb": content}, TERMS), exercises=("first_answer",))
    text = parcel.to_json()
    assert text.isascii()
    assert read_parcel(text) == parcel
    unpack(read_parcel(text), tmp_path)
    assert (tmp_path / "a.ipynb").read_bytes() == content


@pytest.mark.parametrize(
    "other",
    [
        replace(PARCEL, name="ben"),
        pack("anna", {"a.py": b"x = 2"}, TERMS),
        pack("anna", {"b.py": b"x = 1"}, TERMS),
        pack("anna", {"a.py": b"x = 1"}, replace(TERMS, lessons=())),
        pack("anna", {"a.py": b"x = 1"}, replace(TERMS, version="2")),
    ],
)
def test_key(other: Parcel) -> None:
    """Another author, content, choice of lessons or version of the course is another thing to grade."""
    assert pack("anna", {"a.py": b"x = 1"}, TERMS).key == PARCEL.key
    assert other.key != PARCEL.key


def test_key_whatever_the_cases() -> None:
    """Nobody is graded anew because other cases are drawn for somebody else, or because of what is judged again."""
    assert pack("anna", {"a.py": b"x = 1"}, replace(TERMS, seed=6)).key == PARCEL.key
    assert replace(PARCEL, exercises=("first_answer",)).key == PARCEL.key


def test_work() -> None:
    """The files alone."""
    assert replace(PARCEL, name="ben", terms=replace(TERMS, version="2")).work == PARCEL.work
    assert pack("anna", {"a.py": b"x = 2"}, TERMS).work != PARCEL.work


@pytest.mark.parametrize("name", ["../a.py", "/a.py", "b/a.py"])
def test_path(tmp_path: Path, name: str) -> None:
    """A file that would be written elsewhere is not written."""
    folder = tmp_path / "b"
    folder.mkdir()
    with pytest.raises(OSError, match="not the name of a file"):
        unpack(Parcel("anna", {name: ""}, TERMS), folder)
    assert list(tmp_path.rglob("*.py")) == []


def test_version() -> None:
    """It names the version of the course and what it is made of."""
    version, _, digest = course_version().partition("+")
    assert version
    assert len(digest) == 12


@pytest.mark.parametrize(
    "place",
    [
        *("replay/engine.py", "facts/errors.py", "facts/data/prices.json", "fixtures/haiku.sse", "judging/check.py"),
        *("lessons/midstream/checks/answer.py", "calling/exercise.py", "grading/grader.py", "settings.py"),
    ],
)
def test_version_depends_on(place: str) -> None:
    """A change of any of these may change a verdict: what was graded before is graded again."""
    assert ROOT / place in decisive()
