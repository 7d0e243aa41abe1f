"""Beginning again: a lesson's notebook, or one exercise in it, as it was handed out. What was there is kept."""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from helpers.authoring.files import keep_copy, write_all
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES
from helpers.workbook.defining import defining
from helpers.workbook.journal import add

_STATUS: Final = "progress()" if sys.platform == "emscripten" else "course status"
RELOAD: Final = "If the notebook is open in JupyterLab, choose File › Reload Notebook from Disk."


@dataclass(frozen=True)
class Done:
    """What was done, in sentences."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def reset(name: str, root: Path, folder: Path | None = None) -> Done:
    """Put the lesson or exercise `name` back as it was handed out. First, keep a copy of the notebook.

    The notebooks are in `folder`, which is `notebooks` where none is named, of the course in `root`. A lesson is named
    by its name, its number, or the path of its notebook. Raises `CourseError` when `name` is neither, and when nothing
    can be put back.
    """
    exercise = EXERCISES.get(name)
    lesson = exercise.lesson if exercise else _lesson(name, root)
    path = (folder or root / "notebooks") / f"{lesson}.ipynb"
    if exercise is None:
        return _put_back(path, handed_out(lesson, root), path.name, _exercises(lesson))
    content, note = _with_stub(path, json.loads(handed_out(lesson, root)), name)
    return _put_back(path, content, f"{name} in {path.name}", [name], note)


def _put_back(path: Path, content: bytes, what: str, exercises: Sequence[str], note: str = "") -> Done:
    before = path.read_bytes() if path.exists() else None
    if before == content:
        _forget(path.parent, exercises)
        return Done((f"{what} is already as it was handed out.",))
    copy = None if before is None else keep_copy(path, before)
    write_all({path: content})
    _forget(path.parent, exercises)
    # In a browser there are no folders but that one.
    where = "" if sys.platform == "emscripten" else f"{path.parent.name}/"
    kept = f"What you had is kept in {where}backups/{copy.name}." if copy else "It was missing."
    return Done(tuple(filter(None, (f"{what} is as it was handed out.", kept, note, RELOAD if copy else ""))))


def _forget(folder: Path, exercises: Sequence[str]) -> None:
    """Their progress, too. Where that cannot be written, the notebook matters more."""
    with suppress(OSError):
        for exercise in exercises:
            add(folder, exercise, "reset")


def _exercises(lesson: str) -> Sequence[str]:
    return [exercise.name for exercise in EXERCISES.values() if exercise.lesson == lesson]


def _lesson(name: str, root: Path) -> str:
    """The lesson that is meant. Raises `CourseError` with the nearest names."""
    known = sorted(path.stem for path in (root / "solutions").glob("*.py"))
    stem = Path(name).stem
    meant = [lesson for lesson in known if stem in (lesson, lesson.partition("_")[0])]
    if len(meant) == 1:
        return meant[0]
    if not known:
        raise CourseError(
            f"The lessons' sources are not in {root / 'solutions'}: install the course from its checkout."
        )
    near = get_close_matches(stem, [*EXERCISES, *known], n=3, cutoff=0.5)
    guess = f"did you mean {' or '.join(near)}?" if near else f"`{_STATUS}` lists them all."
    raise CourseError(f"No lesson and no exercise is called {name!r}: {guess}")


def handed_out(lesson: str, root: Path) -> bytes:
    """The notebook of a lesson as a learner gets it, from its source: the file itself may be the learner's by now.

    In a browser the course has brought the file, and the learner's is elsewhere. Raises `CourseError` where the source
    is missing.
    """
    if sys.platform == "emscripten":
        return (root / "notebooks" / f"{lesson}.ipynb").read_bytes()
    from helpers.authoring.building import to_bytes
    from helpers.authoring.source import read_lesson
    from helpers.authoring.transformations import LEARNER, apply

    source = root / "solutions" / f"{lesson}.py"
    if not source.exists():
        raise CourseError(f"{source} is missing, so nothing can be put back: get it from the course's repository.")
    return to_bytes(apply(LEARNER, read_lesson(source, root).notebook))


def _with_stub(path: Path, handed_out: Mapping[str, Any], name: str) -> tuple[bytes, str]:
    """The notebook at `path` with the cell of one exercise as it was handed out, and what should be known besides."""
    # Where a class is to be repaired, the lesson shows it once more, above.
    *shown, stub = defining(handed_out, name)
    notebook = _read(path)
    found = list(defining(notebook, name))
    if not found:
        raise CourseError(f"No cell of {path.name} defines {name}: {_command(path.stem)} puts the whole lesson back.")
    # The cell that was handed out; else the one that counts, because it is run last.
    cell = next((each for each in found if each.get("id") == stub["id"]), found[-1])
    cell.update(source=stub["source"], outputs=[], execution_count=None)
    others = len(found) - 1 - sum(each.get("id") in {one["id"] for one in shown} for each in found)
    note = f"{others} more of its cells define {name}, and are as they were." if others else ""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode(), note


def _command(lesson: str) -> str:
    """What a learner types: in a browser there is no terminal."""
    return f'`reset("{lesson}")`' if sys.platform == "emscripten" else f"`course reset {lesson}`"


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise CourseError(f"{path.name} is not in notebooks/: {_command(path.stem)} puts it there.")
    try:
        notebook: dict[str, Any] = json.loads(path.read_text("utf-8-sig"))
        for cell in notebook["cells"]:
            "".join(cell["source"]), cell["cell_type"]
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{path.name} cannot be read as a notebook: {_command(path.stem)} puts the whole lesson back."
        ) from error
    return notebook
