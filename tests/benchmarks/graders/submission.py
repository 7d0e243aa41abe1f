"""What every grader gets: three exercises of the course, solved, as the cells of a notebook.

`first_answer`, `request_id_of` and `long_report`, because together their cases are nine calls of the SDK: five plain
ones, of which it tries two again after a 529, and four streamed ones. None waits for a stalled stream, which would
measure a timeout rather than a grader.
"""

import ast
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from helpers.authoring.markers import BEGIN, END
from helpers.lessons.found import EXERCISES

NAMES: Final = ("first_answer", "request_id_of", "long_report")
CALLS: Final = 10
ROOT: Final = Path(__file__).parents[3]
IMPORTS: Final = "from anthropic import Anthropic\nfrom anthropic.types import Message\n\nfrom helpers import MODEL"
WRONG: Final = '''def first_answer(client: Anthropic, prompt: str) -> str:
    """The first block alone, and there can be more."""
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return message.content[0].text'''

Functions: TypeAlias = Mapping[str, str]
Cell: TypeAlias = dict[str, Any]


def right() -> Functions:
    """The source of each function, as the course solves it."""
    return {name: _solved(name) for name in NAMES}


def wrong() -> Functions:
    """As `right`, but the first function is wrong: two exercises of three pass."""
    return {**right(), NAMES[0]: WRONG}


def code(source: str, **metadata: Any) -> Cell:
    """A cell of code."""
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def write_notebook(path: Path, cells: Iterable[Cell]) -> None:
    """Write a notebook of the imports and these cells to `path`, whose folder need not be there yet."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate([code(IMPORTS), *cells])]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": numbered}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")


def _solved(name: str) -> str:
    text = (ROOT / "solutions" / f"{EXERCISES[name].lesson}.py").read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = (ast.get_source_segment(text, node) or "").splitlines()
            return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))
    raise LookupError(f"solutions/ has no function {name}")
