import ast
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from helpers.authoring.cells import is_code, is_typescript

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = sorted((ROOT / "solutions").glob("*.py"))
NOTEBOOKS: Final = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return list(filter(is_code, notebook.cells))


def parse(cell: NotebookNode) -> ast.Module:
    """The cell's syntax tree. A cell may await at its top level; to Python, one of TypeScript is a comment."""
    source = "" if is_typescript(cell.source) else cell.source
    tree = compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(tree, ast.Module)
    return tree
