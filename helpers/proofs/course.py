"""The course as it is on disk: its lessons, their notebooks, and what was written against their exercises."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, TypeAlias

LANGUAGES: Final = (".py", ".ts")
"""How the names of attempts end."""
_NAME: Final = re.compile(r"[0-9A-Z]\d_\w+")
_TAG: Final = re.compile(r"<[^>]+>")

Cell: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class LessonFiles:
    """A lesson's source, and the cells of its two notebooks. A notebook that is not there has none."""

    name: str
    source: str
    solved: list[Cell] = field(repr=False)
    unsolved: list[Cell] = field(repr=False)

    @cached_property
    def prose(self) -> str:
        """Its Markdown."""
        return "\n".join(text_of(cell) for cell in self.solved if cell["cell_type"] == "markdown")

    @cached_property
    def html(self) -> str:
        """Everything that it displays."""
        return "\n".join(_outputs(self.solved, "text/html"))

    @cached_property
    def shown(self) -> str:
        """Everything that a reader of it sees, as text."""
        cells = "\n".join(map(text_of, self.solved))
        return "\n".join([cells, *_outputs(self.solved, "text/plain"), _TAG.sub(" ", self.html)])


@dataclass(frozen=True)
class CourseFiles:
    """Everything below the root that proofs look at."""

    root: Path
    lessons: Mapping[str, LessonFiles]

    def attempts(self, lesson: str, exercise: str, kind: str) -> list[str]:
        """The attempts of a kind: `right`, or `wrong` with the misconception, such as `wrong_own_id`."""
        names = (path.stem for path in attempts_in(self.root / "tests/attempts" / lesson / exercise, kind))
        return sorted(name for name in names if kind in ("right", "wrong") or name.partition("__")[0] == kind)

    def has_test(self, file: str, function: str) -> bool:
        """Whether a file of tests has a test of this name."""
        return function in _functions(self.root / file)


def attempts_in(folder: Path, kind: str = "") -> list[Path]:
    """The attempts in the folder of an exercise, or those of a kind, in whichever language."""
    return sorted(path for path in folder.glob(f"{kind}*") if path.suffix in LANGUAGES)


def read_course(root: Path) -> CourseFiles:
    """What is there."""
    sources = [path for path in sorted((root / "solutions").glob("*.py")) if _NAME.fullmatch(path.stem)]
    return CourseFiles(root, {path.stem: _read_lesson(path, root) for path in sources})


def text_of(cell: Cell) -> str:
    """The source of a cell."""
    return "".join(cell["source"])


def _read_lesson(path: Path, root: Path) -> LessonFiles:
    solved, unsolved = (cells_of(root / folder / f"{path.stem}.ipynb") for folder in ("solutions", "notebooks"))
    return LessonFiles(path.stem, path.read_text("utf-8"), solved, unsolved)


def cells_of(notebook: Path) -> list[Cell]:
    """The cells of a notebook; none where it is not there."""
    if not notebook.exists():
        return []
    cells: list[Cell] = json.loads(notebook.read_text("utf-8"))["cells"]
    return cells


def _outputs(cells: list[Cell], kind: str) -> Iterator[str]:
    for cell in cells:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get(kind, ""))
            if kind == "text/plain":
                yield "".join(output.get("text", ""))


@cache
def _functions(file: Path) -> frozenset[str]:
    if not file.exists():
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, kinds))
