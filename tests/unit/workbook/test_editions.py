"""Lessons that have changed since they were begun: noticed, compared, kept, or begun again with the answers in them."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.lessons.found import LESSONS
from helpers.workbook import editions
from helpers.workbook.choosing import Choosing
from helpers.workbook.desk import begin_again, compare, export_work, import_work, keep, news
from helpers.workbook.editions import Changed, changed_lessons

LESSON = "06_retries"
ANSWER = "def patient(client, question):\n    return 'mine'"
NEW = editions.handed_out(LESSON)


def older(*, edited: bool) -> bytes:
    """The lesson as an older edition had it; written into, or not."""
    from helpers.authoring.digest import source_digest

    notebook = json.loads(NEW)
    notebook["cells"][0]["source"] = "# An older title"
    notebook["metadata"]["course"]["source_digest"] = source_digest(notebook["cells"])
    if edited:
        cell = next(cell for cell in notebook["cells"] if "def patient" in "".join(cell["source"]))
        cell["source"] = ANSWER
    return json.dumps(notebook).encode()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a learner works, on one lesson of an older edition."""
    (tmp_path / f"{LESSON}.ipynb").write_bytes(older(edited=True))
    monkeypatch.setattr(editions, "LESSONS", {LESSON: LESSONS[LESSON]})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_noticed(folder: Path) -> None:
    """An older edition is noticed, and whether it was written into."""
    assert changed_lessons(folder) == [Changed(LESSON, edited=True)]
    assert "A lesson has changed since you began" in repr(news())
    (folder / f"{LESSON}.ipynb").write_bytes(older(edited=False))
    assert changed_lessons(folder) == [Changed(LESSON, edited=False)]


@pytest.mark.parametrize("content", [NEW, NEW.replace(b"def patient", b"def impatient"), b'{"cells": []}', b"", b"?"])
def test_nothing_new(folder: Path, content: bytes) -> None:
    """The newest edition, written into or not, and what is none of ours, have nothing new."""
    (folder / f"{LESSON}.ipynb").write_bytes(content)
    assert changed_lessons(folder) == []
    assert repr(news()) == "Every lesson here is the newest"


def test_missing(folder: Path) -> None:
    """A lesson that is not there has no edition."""
    (folder / f"{LESSON}.ipynb").unlink()
    assert changed_lessons(folder) == []


def test_compare() -> None:
    """What is theirs and what is new, line by line."""
    shown = repr(compare(LESSON)).splitlines()
    assert "-# An older title" in shown
    assert "-    return 'mine'" in shown


def test_keep(folder: Path) -> None:
    """Kept, it is not told again; what is newer still would be."""
    before = (folder / f"{LESSON}.ipynb").read_bytes()
    keep(LESSON)
    assert changed_lessons(folder) == []
    assert (folder / f"{LESSON}.ipynb").read_bytes() == before
    progress = folder / "progress.txt"
    progress.write_text(progress.read_text("utf-8").replace("edition ", "edition 0"), "utf-8")
    assert changed_lessons(folder) == [Changed(LESSON, edited=True)]


def test_begin_again(folder: Path) -> None:
    """The new lesson, with the answer in its place; what was there is kept."""
    before = (folder / f"{LESSON}.ipynb").read_bytes()
    assert "is the new one" in repr(begin_again(LESSON))
    notebook = json.loads((folder / f"{LESSON}.ipynb").read_bytes())
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    new = ["".join(cell["source"]) for cell in json.loads(NEW)["cells"]]
    assert [source for source in sources if source not in new] == [ANSWER]
    assert sources[0] == new[0]
    assert [path.read_bytes() for path in (folder / "backups").iterdir()] == [before]
    assert changed_lessons(folder) == []


def pressed(folder: Path, *names: str) -> tuple[str, list[bool]]:
    """What stands below the buttons when those with these words were pressed, and which can be pressed still."""
    shown = news()
    assert isinstance(shown, Choosing)
    row, said = shown.buttons().children[0].children
    for name in names:
        next(button for button in row.children if button.description == name).click()
    return said.value, [not button.disabled for button in row.children]


def test_buttons(folder: Path) -> None:
    """Compared, nothing is decided; begun again, it is: the buttons say what the calls do, and do it once."""
    before = (folder / f"{LESSON}.ipynb").read_bytes()
    said, open_still = pressed(folder, f"Compare {LESSON}")
    assert "-# An older title" in said
    assert open_still == [True, True, True]
    assert (folder / f"{LESSON}.ipynb").read_bytes() == before
    said, open_still = pressed(folder, f"Compare {LESSON}", f"Begin {LESSON} again")
    assert f"{LESSON} is the new one" in said
    assert open_still == [False, False, False]
    assert [path.read_bytes() for path in (folder / "backups").iterdir()] == [before]


def test_keep_button(folder: Path) -> None:
    """Kept, the lesson is as it was and asked about no more."""
    before = (folder / f"{LESSON}.ipynb").read_bytes()
    said, open_still = pressed(folder, f"Keep {LESSON}")
    assert f"{LESSON} stays as you have it" in said
    assert open_still == [False, False, False]
    assert (folder / f"{LESSON}.ipynb").read_bytes() == before
    assert changed_lessons(folder) == []


def test_button_that_cannot(folder: Path) -> None:
    """What cannot be done is said, and can be tried again."""
    (folder / "backups").write_text("no folder", "utf-8")
    said, open_still = pressed(folder, f"Begin {LESSON} again")
    assert "backups cannot be written" in said
    assert open_still == [True, True, True]


def test_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The card is an output of its own, above the buttons: it stays when a notebook is opened again."""
    shown: list[object] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    choosing = news()
    assert isinstance(choosing, Choosing)
    choosing._ipython_display_()
    assert [type(one).__name__ for one in shown] == ["Card", "VBox"]


def test_unknown() -> None:
    """A lesson that there is not is said to be none."""
    assert "No lesson is called '66'" in repr(compare("66"))
    with pytest.raises(CourseError):
        editions.handed_out("66")


def test_desk(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exported here and imported elsewhere, by what a notebook calls."""
    link = re.search(r'download="course-work.zip" href="data:application/zip;base64,([^"]+)"', export_work().html)
    assert link is not None
    packed = b64decode(link[1])
    other = tmp_path_factory.mktemp("other")
    monkeypatch.chdir(other)
    assert "drop it on the list of files" in repr(import_work())
    (other / "course-work (1).zip").write_bytes(packed)
    assert "Your work is out of course-work (1).zip" in repr(import_work())
    assert (other / f"{LESSON}.ipynb").read_bytes() == (folder / f"{LESSON}.ipynb").read_bytes()
    (other / "mine.zip").write_bytes(b"?")
    assert "This file is no zip, or is damaged" in repr(import_work("mine.zip"))
