import ast
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from helpers.authoring.cells import is_code

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = sorted((ROOT / "solutions").glob("*.py"))
NOTEBOOKS: Final = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return list(filter(is_code, notebook.cells))


def parse(cell: NotebookNode) -> ast.Module:
    """The cell's syntax tree. A cell may await at its top level."""
    tree = compile(cell.source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(tree, ast.Module)
    return tree
