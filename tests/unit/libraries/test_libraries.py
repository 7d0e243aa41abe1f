"""What libraries make of each ending: what is kept is whole, is read as it is meant, and can be made anew."""

import os
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.errors import CourseError
from helpers.lessons.midstream.scenery import through_libraries
from helpers.libraries import making
from helpers.libraries.making import ENDINGS, LIBRARIES, PROGRAMS, SDK, WAYS, Environment, Library, cell, made_of
from helpers.libraries.table import Cell, Made, kept

HERE = Environment(SDK, (sys.executable, "-B", str(PROGRAMS / "calling.py"), "sdk"), {})
"""The SDK that the course runs with."""


def test_whole() -> None:
    """Each library is in it, at every ending, both ways, with its version and the day."""
    made = kept()
    assert list(made.cells) == [library.name for library in LIBRARIES]
    for ways in made.cells.values():
        assert {way: tuple(found) for way, found in ways.items()} == dict.fromkeys(WAYS, ENDINGS)
    assert {package.partition("[")[0] for library in LIBRARIES for package in library.packages} <= made.versions.keys()
    assert made.made >= "2026-11-27"


def test_plain() -> None:
    """Each hands on the whole answer where nothing breaks: what is seen elsewhere is the ending's doing."""
    for ways in kept().cells.values():
        for found in ways.values():
            assert found["plain"] == Cell("all", "", 1)


@pytest.mark.parametrize(
    "ending",
    [
        "truncate",
        *(
            pytest.param(ending, marks=pytest.mark.weekly)
            for ending in ("plain", "overloaded_twice", "cut", "malformed", "captive_portal")
        ),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_made_anew(way: str, ending: str) -> None:
    """The SDK here does what the table says that it did."""
    assert cell(HERE, way, ending) == kept().cells[SDK.name][way][ending]


@pytest.mark.parametrize(
    ("seen", "silent", "words"),
    [
        (Cell("all", "", 1), False, "the answer"),
        (Cell("all", "", 3), False, "the answer, 3 requests"),
        (Cell("half", "", 1), True, "half an answer, nothing raised"),
        (Cell("none", "", 1), True, "no text, nothing raised"),
        (Cell("half", "httpx2.ReadError", 1), False, "half an answer, ReadError"),
        (Cell("none", "", 1, waits=True), False, "no text, waits on"),
    ],
)
def test_words(seen: Cell, silent: bool, words: str) -> None:
    """Half an answer that passes for one is told apart from what raises, and from what still waits."""
    assert (seen.is_silent, seen.words) == (silent, words)


def test_shown() -> None:
    """Lesson 08 shows every ending of each library that does not end well, and where that is not noticed."""
    lines = through_libraries().text.splitlines()
    for library, ways in kept().cells.items():
        (line,) = (line for line in lines if line.startswith(f"{library} "))
        cells = ways["streamed"]
        assert ("⚠" in line) == any(cell.is_silent for cell in cells.values())
        assert all((ending in line) == (cell.kept != "all" or bool(cell.raised)) for ending, cell in cells.items())


def test_kept_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made is kept as text; of what differs there is a line; what was kept of others stays."""
    before = kept()
    other = replace(before, cells={SDK.name: {way: dict.fromkeys(ENDINGS, Cell("half", "", 9)) for way in WAYS}})
    monkeypatch.setattr(making, "KEPT", tmp_path / "table.json")
    monkeypatch.setattr("helpers.libraries.table.KEPT", tmp_path / "table.json")
    monkeypatch.setattr(making, "make", lambda *_: other)
    (tmp_path / "table.json").write_text(before.to_json(), encoding="utf-8")
    result = CliRunner().invoke(making.main, ["--only", "sdk"])
    assert result.exit_code == 1
    assert kept() == before
    assert "anthropic, streamed, cut: half an answer, nothing raised, 9 requests" in result.output
    assert CliRunner().invoke(making.main, ["--only", "sdk", "--keep"]).exit_code == 0
    now = kept()
    assert asdict(now) == asdict(Made(before.made, before.versions, {**before.cells, **other.cells}))


def test_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that can't be had, or does not answer, is a sentence; nothing is kept."""
    with pytest.raises(CourseError, match="failed: "):
        made_of(Library("none", "none", ("no-such-package-of-the-course==0",)), tmp_path)
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(CourseError, match="npm is missing here"):
        made_of(LIBRARIES[-1], tmp_path)
    silent = replace(HERE, command=(sys.executable, "-c", "raise SystemExit('no word')"))
    with pytest.raises(CourseError, match="anthropic did not answer at plain, streamed: no word"):
        cell(silent, "streamed", "plain")


def test_waits_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who still waits when everybody else has given up is said to."""
    monkeypatch.setattr(making, "LONGEST", 0.01)
    waiting = replace(HERE, command=(sys.executable, "-c", "import time; time.sleep(60)"))
    assert cell(waiting, "streamed", "plain") == Cell("none", "", 0, waits=True)
