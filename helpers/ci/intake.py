"""What is taken from a learner's checkout: copies of the notebooks in its `notebooks/`, and of nothing else.

Its helpers, tests, locks and configuration stay behind, and so does whatever is no ordinary file: a link could lead to
a file of the machine that grades, and a pipe would be waited for.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from helpers.errors import CourseError
from helpers.grading.plain import one_line
from helpers.grading.submission import Unread
from helpers.grading.writing import reason

FOLDER: Final = "notebooks"
SUFFIXES: Final = (".ipynb", ".py")
MOST_FILES: Final = 200
LARGEST_FILE: Final = 20_000_000
"""Bytes. A lesson with all its outputs has less than a fiftieth of it."""


def take_in(checkout: Path, target: Path) -> list[Unread]:
    """Copy the notebooks of `checkout` into the folder `target`. Returns those that were left out.

    Raises `CourseError` when there is none to copy.
    """
    unread: list[Unread] = []
    for number, entry in enumerate(_notebooks(checkout)):
        problem = f"comes after {MOST_FILES} others" if number >= MOST_FILES else _problem(entry)
        if problem is None:
            problem = _copied(entry, target / entry.name)
        if problem is not None:
            unread.append(Unread(one_line(entry.name), f"{one_line(entry.name)} {problem}."))
    if not any(target.iterdir()):
        raise CourseError(
            " ".join(
                [f"There is no notebook in the folder {FOLDER}/ that could be graded.", *(one.said for one in unread)]
            )
        )
    return unread


def _copied(entry: os.DirEntry[str], target: Path) -> str | None:
    try:
        shutil.copyfile(entry, target, follow_symlinks=False)
    except OSError as error:
        return f"cannot be copied ({reason(error)})"
    return None


def _notebooks(checkout: Path) -> Iterator[os.DirEntry[str]]:
    folder = checkout / FOLDER
    # A link that is called notebooks/ would be followed.
    if not os.path.lexists(folder) or not stat.S_ISDIR(folder.lstat().st_mode):
        raise CourseError(f"There is no folder {FOLDER}/: hand in the course's own, with your work in it.")
    with os.scandir(folder) as entries:
        yield from sorted((each for each in entries if _is_notebook(each.name)), key=lambda each: each.name)


def _is_notebook(name: str) -> bool:
    return name.endswith(SUFFIXES) and not name.startswith(".")


def _problem(entry: os.DirEntry[str]) -> str | None:
    about = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(about.st_mode):
        return "is a link: put the notebook itself in its place"
    if not stat.S_ISREG(about.st_mode):
        return "is no ordinary file: put the notebook itself in its place"
    if about.st_size > LARGEST_FILE:
        return f"is larger than {LARGEST_FILE // 1_000_000} MB: clear its outputs and save it"
    if not entry.name.isprintable():
        return "has a name that cannot be printed: give it another"
    return None
