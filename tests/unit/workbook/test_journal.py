"""Progress in a text file: what is added, what counts, and what survives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from anthropic.types import Message

from helpers import check
from helpers import progress as show_progress
from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES
from helpers.workbook.journal import FILE, Event, Journal, add, read_journal, work_folder

DAY = date(2026, 11, 23)
NOTEBOOK = '{"metadata": {"course": {"source_digest": "1"}}}'


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, with the first lesson as a learner has it."""
    (tmp_path / "00_start_here.ipynb").write_text(NOTEBOOK, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(folder: Path) -> list[str]:
    """The lines that are no comments."""
    text = (folder / FILE).read_text("utf-8")
    return [" ".join(line.split()) for line in text.splitlines() if not line.startswith("#")]


def solved(name: str) -> Any:
    """Our solution, as if it had been written in a notebook."""
    names: dict[str, Any] = {"Message": Message}
    exec(solution_source(EXERCISES[name]), names)
    return names[name]


def test_new_file(tmp_path: Path) -> None:
    """It says what it is, then a line: the day, the exercise, what happened."""
    add(tmp_path, "ask", "tried", DAY)
    first, *_, last = (tmp_path / FILE).read_text("utf-8").splitlines()
    assert first.startswith("# What check() said")
    assert last.split() == ["2026-11-23", "ask", "tried"]


@pytest.mark.parametrize(
    ("events", "kept", "state"),
    [
        (["tried", "tried"], ["tried"], "tried"),
        (["tried", "passed"], ["tried", "passed"], "passed"),
        (["passed", "tried"], ["passed"], "passed"),
        (["passed", "reset", "tried"], ["passed", "reset", "tried"], "tried"),
        (["passed", "reset"], ["passed", "reset"], None),
        (["reset"], [], None),
    ],
)
def test_only_news(tmp_path: Path, events: list[Event], kept: list[Event], state: str | None) -> None:
    """What is passed stays so, until it is begun again. A line that says nothing new is not written."""
    for event in events:
        add(tmp_path, "ask", event, DAY)
    assert [line.split()[2] for line in lines(tmp_path)] == kept if kept else not (tmp_path / FILE).exists()
    assert read_journal(tmp_path).states.get("ask") == state


def test_two_notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one writes after this one has read: neither line is lost."""
    add(tmp_path, "ask", "passed", DAY)
    stale = read_journal(tmp_path)
    add(tmp_path, "show", "passed", DAY)
    monkeypatch.setattr("helpers.workbook.journal.read_journal", lambda folder: stale)
    add(tmp_path, "choose", "passed", DAY)
    monkeypatch.undo()
    assert set(read_journal(tmp_path).states) == {"ask", "show", "choose"}


@pytest.mark.parametrize(
    "damage",
    ["<<<<<<< HEAD", "on 2026-11-23 ask passed", "2026-11-23 ask won", "2026-11-23 ask", "\x00\x00", "\N{SNOWMAN}"],
)
def test_damage(tmp_path: Path, damage: str) -> None:
    """A line that can't be read counts for nothing, is named, and is still there after the next one was added."""
    (tmp_path / FILE).write_text(f"2026-11-23 ask passed\n{damage}\n2026-11-23 show tried\n", "utf-8")
    add(tmp_path, "show", "passed", DAY)
    assert read_journal(tmp_path) == Journal({"ask": "passed", "show": "passed"}, (2,))
    assert damage in (tmp_path / FILE).read_text("utf-8")


def test_torn_line(tmp_path: Path) -> None:
    """A last line without an end does not swallow the next one."""
    (tmp_path / FILE).write_bytes(b"2026-11-23 ask passed\n2026-11-2\xff")
    add(tmp_path, "show", "passed", DAY)
    assert read_journal(tmp_path) == Journal({"ask": "passed", "show": "passed"}, (2,))


@pytest.mark.parametrize("content", ["\ufeff2026-11-23 ask passed\r\n", "\n# mine\n  2026-11-23\task\tpassed  "])
def test_by_hand(tmp_path: Path, content: str) -> None:
    """What an editor makes of it can be read."""
    (tmp_path / FILE).write_bytes(content.encode())
    assert read_journal(tmp_path) == Journal({"ask": "passed"})


def test_where_a_learner_works(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a lesson made for learners, and nowhere else: not beside a solved one, not without one."""
    assert work_folder("00_start_here") == work
    assert work_folder("01_standard") is None
    (work / "00_start_here.ipynb").write_text('{"metadata": {"jupytext": {}}}', "utf-8")
    assert work_folder("00_start_here") is None


def test_check_is_kept(work: Path) -> None:
    """Not started leaves no file; then wrong, then right."""

    def request_id_of(message: object) -> object: ...

    def wrong(message: object) -> str:
        return "req_1"

    wrong.__name__ = "request_id_of"
    check(request_id_of)
    assert not (work / FILE).exists()
    check(wrong)
    check(solved("request_id_of"))
    assert [line.split()[1:] for line in lines(work)] == [["request_id_of", "tried"], ["request_id_of", "passed"]]


def test_kept_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries a check somewhere else finds no file there."""
    monkeypatch.chdir(tmp_path)
    check(solved("request_id_of"))
    assert list(tmp_path.iterdir()) == []
    assert "Nothing is recorded here" in repr(show_progress())


def test_cannot_be_written(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check answers as ever, and the progress card says what is wrong, until it is mended."""

    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("helpers.workbook.journal.add", refuse)
        assert "passed" in repr(check(solved("request_id_of")))
    assert "progress.txt cannot be written (Permission denied)" in repr(show_progress())
    check(solved("request_id_of"))
    assert "cannot be written" not in repr(show_progress())


def test_no_file_at_all(work: Path) -> None:
    """Something else has the file's name: neither the check nor the card raises."""
    (work / FILE).mkdir()
    assert "passed" in repr(check(solved("request_id_of")))
    assert "cannot be read" in repr(show_progress())
