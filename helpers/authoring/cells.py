"""What the other modules say about cells and lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    # It takes a second, and not everybody who knows tags and markers reads notebooks.
    from nbformat import NotebookNode

Transformation: TypeAlias = Callable[["NotebookNode"], "NotebookNode"]
"""A pure function on a notebook, with one purpose."""

SOLUTION_ONLY: Final = "solution-only"
"""The tag of a cell that learners don't get."""
GIVEN: Final = "given"
"""The tag of a cell with code that learners are to repair."""
REPAIR: Final = "repair"
"""The tag of the cell where it stands repaired. Learners get what was given there, to work on."""
TYPESCRIPT: Final = "%%typescript "
"""How a cell of TypeScript begins."""
TAGS: Final = (SOLUTION_ONLY, GIVEN, REPAIR)


class CellError(Exception):
    """A sentence about one cell. Whoever knows the lesson's source adds file and line."""

    def __init__(self, cell: NotebookNode, sentence: str) -> None:
        super().__init__(sentence)
        self.cell_id = str(cell.id)
        self.sentence = sentence


class LineError(Exception):
    """A sentence about one line. Whoever knows the lesson's source adds the file."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def is_typescript(source: str) -> bool:
    """Whether the source of a code cell is TypeScript, not Python."""
    return source.startswith(TYPESCRIPT)


def tags(cell: NotebookNode) -> list[str]:
    return cast("list[str]", cell.metadata.get("tags", []))
