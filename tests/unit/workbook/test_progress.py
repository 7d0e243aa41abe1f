"""How far one is: the standing, its card, and the commands `status` and `lab`."""

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from helpers import cli
from helpers.cli import learner
from helpers.lessons.found import EXERCISES
from helpers.typescript.node import problem
from helpers.workbook.card import no_progress, progress_card
from helpers.workbook.journal import FILE, State, add
from helpers.workbook.resuming import FIRST
from helpers.workbook.standing import standing

ALL: dict[str, State] = dict.fromkeys(EXERCISES, "passed")
POSSIBLE: Final = sum(one.language == "python" or problem() is None for one in EXERCISES.values())
"""Where Node is missing those in TypeScript do not count."""
SOME: dict[str, State] = {"first_answer": "passed", "request_id_of": "passed", "ask": "tried", "no_such": "passed"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with some notebooks."""
    (tmp_path / "notebooks").mkdir()
    for name in ("00_start_here", "01_standard", "cheatsheet"):
        (tmp_path / "notebooks" / f"{name}.ipynb").touch()
    monkeypatch.setattr(learner, "ROOT", tmp_path)
    return tmp_path


def course(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def opened(monkeypatch: pytest.MonkeyPatch) -> str:
    """What `course lab` opens."""
    started: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda program, command: started.append(command))
    monkeypatch.setattr("sys.platform", "linux")
    assert course("lab", "--no-browser").exit_code == 0
    address = next(word for word in started[0] if "default_url" in word)
    return address.partition("/lab/tree/")[2]


def test_standing() -> None:
    """In the order of the course; a name that it has not counts for nothing."""
    now = standing(SOME)
    assert (now.passed, now.total, now.next) == (2, POSSIBLE, EXERCISES["ask"])
    assert [lesson.symbol for lesson in now.lessons[:3]] == ["✓", "◐", "○"]
    assert now.lessons[1].exercises == "✗\xa0ask, ○\xa0usable_text, ○\xa0long_report"


def test_beside_the_others() -> None:
    """What stands beside the sheet's exercises in its lesson comes behind them, and says so when it is next."""
    before: dict[str, State] = {name: "passed" for name in EXERCISES if name not in ("cost_of", "should_page")}
    now = standing({**before, "cost_of": "tried"})
    shown = next(lesson.exercises for lesson in now.lessons if lesson.name == "09_logging")
    assert shown.endswith("✓\xa0find_incident; beyond the sheet: ✗\xa0cost_of, ○\xa0should_page")
    assert now.next == EXERCISES["cost_of"]
    assert "Next: cost_of in 09_logging.ipynb (beyond the sheet)" in repr(progress_card(now))


@pytest.mark.parametrize("states", [{}, SOME, ALL])
def test_card(states: dict[str, State]) -> None:
    """HTML and text say the same: how many, what is next, and every lesson and exercise."""
    now = standing(states)
    card = progress_card(now, ["A note with `code`."])
    html = ElementTree.fromstring(f"<div>{card.html}</div>")
    shown = "".join(html.itertext())
    for text in (repr(card), shown):
        assert f"{now.passed} of {now.total} exercises passed" in text
        assert all(lesson.exercises in text and lesson.title in text for lesson in now.lessons)
        assert "A note with" in text
    links = [link.get("href") for link in html.iter("a")]
    assert links[-len(now.lessons) :] == [f"{lesson.name}.ipynb" for lesson in now.lessons]
    section = html.find("section")
    assert section is not None
    assert section.get("aria-label") == f"Your progress: {now.passed} of {now.total} exercises passed"


@pytest.mark.parametrize(
    ("states", "links"),
    [
        ({}, ["00_start_here.ipynb"]),
        ({"first_answer": "passed"}, ["00_start_here.ipynb#Exercise:-request_id_of"]),
        ({"first_answer": "passed", "request_id_of": "passed"}, ["01_standard.ipynb"]),
        (ALL, []),
    ],
)
def test_leads_on(states: dict[str, State], links: list[str]) -> None:
    """To the top of a lesson that is not begun, to the exercise in one that is, and nowhere when all is done."""
    html = progress_card(standing(states)).html
    assert re.findall('<b>Next:</b> <a href="([^"]*)"', html) == links


def test_card_of_a_solved_lesson() -> None:
    """The same for everybody, whoever builds it."""
    assert repr(no_progress()).startswith("Your progress\nNothing is recorded here")


def test_window_that_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a browser's window that gives Python no files, that is said, and what to do."""
    monkeypatch.setattr("sys.platform", "emscripten")
    assert "this window keeps no files for Python" in repr(no_progress())


def test_status(root: Path) -> None:
    """A table, what is next, and which lines are no use; nothing is wrong, so it exits with 0."""
    for name, state in SOME.items():
        add(root / "notebooks", name, state)
    with (root / "notebooks" / FILE).open("a") as file:
        file.write("what?\n")
    result = course("status")
    assert result.exit_code == 0
    assert f"2 of {POSSIBLE} exercises passed" in result.stdout
    assert "Next: ask in notebooks/01_standard.ipynb" in result.stdout
    assert f"of {FILE} cannot be read" in result.stdout
    assert all(f"\xa0{name}" in result.stdout for name in EXERCISES), "a symbol is parted from its name"
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_status_before_the_first_check(root: Path) -> None:
    """No file is needed, and none is made."""
    result = course("status")
    assert result.exit_code == 0
    assert "Next: first_answer" in result.stdout
    assert not (root / "notebooks" / FILE).exists()


def test_status_of_no_file(root: Path) -> None:
    """What cannot be read at all is one sentence."""
    (root / "notebooks" / FILE).mkdir()
    result = course("status")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("states", "notebook"),
    [({}, "00_start_here"), (SOME, "01_standard"), ({"show": "tried"}, "00_start_here"), (ALL, "cheatsheet")],
)
def test_lab(root: Path, monkeypatch: pytest.MonkeyPatch, states: dict[str, State], notebook: str) -> None:
    """It opens where one stopped: the first lesson that is not finished. After the last one, the whole on one page."""
    for name, state in states.items():
        add(root / "notebooks", name, state)
    assert opened(monkeypatch) == f"notebooks/{notebook}.ipynb"


def test_lab_without_that_notebook(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who deleted it begins at the beginning."""
    (root / "notebooks/01_standard.ipynb").unlink()
    for name, state in SOME.items():
        add(root / "notebooks", name, state)
    assert opened(monkeypatch) == f"notebooks/{FIRST}"
