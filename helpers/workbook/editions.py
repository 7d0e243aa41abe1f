"""Lessons that were begun in an older edition than the course now has: they are told, compared, kept, or begun anew.

A browser keeps a learner's notebooks through every new deployment of the course, and shows them rather than the new
ones. So does whoever takes work along from elsewhere. Each notebook says in its metadata which edition it was made of.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from helpers.authoring.digest import is_generated, was_edited
from helpers.authoring.files import keep_copy
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES, LESSONS
from helpers.workbook import resetting
from helpers.workbook.defining import defining
from helpers.workbook.journal import FILE, HEAD

ROOT: Final = Path(__file__).parents[2]
"""The course's checkout; or, in a browser, where it is installed with the notebooks beside it."""
_KEPT: Final = re.compile(r"# \d{4}-\d{2}-\d{2}  (\S+)  stays as it is, rather than edition ([0-9a-f]+)")
"""A comment for whoever reads the progress."""


@dataclass(frozen=True)
class Changed:
    """A lesson that the course has another edition of than `folder` has."""

    lesson: str
    edited: bool
    """Whether it was written into."""


def handed_out(lesson: str) -> bytes:
    """The notebook of `lesson` as it is handed out now."""
    if lesson not in LESSONS:
        raise CourseError(f"No lesson is called {lesson!r}: they are {', '.join(LESSONS)}.")
    return resetting.handed_out(lesson, ROOT)


def changed_lessons(folder: Path) -> list[Changed]:
    """Those in `folder` that have changed since they were begun, without those that are to stay as they are."""
    return [Changed(lesson, was_edited(_own(folder, lesson))) for lesson in LESSONS if _has_changed(folder, lesson)]


def difference(folder: Path, lesson: str) -> str:
    """What is different in the cells of the new edition: `-` is what `folder` has, `+` what is new."""
    new, own = handed_out(lesson), _own(folder, lesson)
    lines = unified_diff(_lines(own), _lines(new), "yours", "new", n=1, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def keep(folder: Path, lesson: str) -> None:
    """Say no more of this edition. Noted in a comment beside the progress; raises `OSError` where it cannot be."""
    line = f"# {date.today():%Y-%m-%d}  {lesson}  stays as it is, rather than edition {_edition(handed_out(lesson))}\n"
    path = folder / FILE
    path.write_text((path.read_text("utf-8").rstrip("\n") + "\n" if path.exists() else HEAD) + line, "utf-8")


def begin_again(folder: Path, lesson: str) -> Path:
    """Put the new edition in the place of what is in `folder`, with the learner's answers in it.

    Returns where what was there is kept. Raises `CourseError` where it cannot be.
    """
    path = folder / f"{lesson}.ipynb"
    before = path.read_bytes()
    notebook = json.loads(handed_out(lesson))
    if was_edited(before):
        _carry_answers(json.loads(before), notebook, lesson)
    copy = keep_copy(path, before)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return copy


def _carry_answers(own: dict[str, Any], notebook: dict[str, Any], lesson: str) -> None:
    for name in (one.name for one in EXERCISES.values() if one.lesson == lesson):
        answers, stubs = list(defining(own, name)), list(defining(notebook, name))
        if answers and stubs:
            stubs[-1]["source"] = answers[-1]["source"]


def _has_changed(folder: Path, lesson: str) -> bool:
    own = _own(folder, lesson)
    if not is_generated(own):
        return False
    edition = _edition(handed_out(lesson))
    return _edition(own) != edition and _kept(folder).get(lesson) != edition


def _own(folder: Path, lesson: str) -> bytes:
    try:
        return (folder / f"{lesson}.ipynb").read_bytes()
    except FileNotFoundError:
        return b""


def _edition(content: bytes) -> str:
    return str(json.loads(content)["metadata"]["course"]["source_digest"])


def _kept(folder: Path) -> dict[str, str]:
    path = folder / FILE
    return dict(_KEPT.findall(path.read_text("utf-8", "replace"))) if path.exists() else {}


def _lines(content: bytes) -> list[str]:
    cells = json.loads(content)["cells"]
    return [line for cell in cells for line in ["", *"".join(cell["source"]).splitlines()]]
