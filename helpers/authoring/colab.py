"""A lesson's notebook for Colab, which opens it by itself: its first cell fetches the course and what it needs."""

import copy
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode, from_dict
from packaging.requirements import Requirement

from helpers.authoring.building import to_bytes
from helpers.authoring.deriving import sources
from helpers.authoring.files import write_all
from helpers.authoring.source import read_lesson
from helpers.authoring.transformations import LEARNER, apply
from helpers.errors import CourseError

FOLDER: Final = "colab"
LOCK: Final = "binder/requirements.txt"
BROWSERS: Final = "lite/wheels.txt"
"""What a notebook imports, without what opens it: the same in Colab as in a browser alone."""
OPENERS: Final = frozenset({"ipykernel", "ipywidgets"})
"""Colab has its own, and another would not fit it."""

FETCH: Final = """\
# Fetches the course into this Colab and installs what it needs. Run it first, and again when Colab has forgotten it.
import sys
from pathlib import Path

if not Path("/content/course").exists():
    !git clone --quiet --depth 1 https://github.com/{0} /content/course
    %pip install --quiet {1}
sys.path.insert(0, "/content/course")
%cd -q /content/course/notebooks"""

_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


def write_colab(repository: str, root: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Write the notebooks of the lessons called `names`, all of them when `None`, for Colab.

    `repository` is where GitHub has the course: OWNER/REPO. Returns what was written. Raises `CourseError` when that is
    no such name, or a lesson is malformed.
    """
    if not _REPOSITORY.fullmatch(repository):
        raise CourseError(f'"{repository}" names no repository on GitHub: write it as OWNER/REPO.')
    fetch = FETCH.format(repository, " ".join(pins(root)))
    lessons = [read_lesson(source, root) for source in sources(names, root)]
    contents = {
        root / FOLDER / f"{lesson.name}.ipynb": to_bytes(fetch_first(apply(LEARNER, lesson.notebook), fetch))
        for lesson in lessons
    }
    write_all(contents)
    return list(contents)


def fetch_first(notebook: NotebookNode, fetch: str) -> NotebookNode:
    """`notebook` with the code `fetch` in a cell above all others."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "fetch",
        "metadata": {},
        "outputs": [],
        "source": fetch,
    }
    fetching = copy.deepcopy(notebook)
    fetching["cells"] = [from_dict(cell), *fetching.cells]  # type: ignore[no-untyped-call]
    return fetching


def pins(root: Path) -> list[str]:
    """Of what the course depends on, what its notebooks import, in the versions of the learner's lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    locked, in_browsers = (_versions(root / name) for name in (LOCK, BROWSERS))
    names = [Requirement(text).name for text in project["dependencies"]]
    return [f"{name}=={locked[name]}" for name in names if name in in_browsers and name not in OPENERS]


def _versions(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))
