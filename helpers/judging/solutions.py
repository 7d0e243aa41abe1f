"""Our own solutions, read from their one source: `solutions/NN_topic.py`; and what a learner wrote in their place."""

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import FunctionType
from typing import Any, Final

from helpers.calling.exercise import Exercise
from helpers.calling.signature import is_untouched
from helpers.errors import CourseError

FOLDER: Final = Path(__file__).parents[2] / "solutions"
_MARKER: Final = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*\n", re.MULTILINE)


def solution_source(exercise: Exercise, folder: Path | None = None) -> str:
    """The source of our solution, without the markers. Raises `CourseError` when it is not installed."""
    file = (folder or FOLDER) / f"{exercise.lesson}.py"
    if not file.exists():
        raise CourseError(f"The solutions are not here: {file.name} is missing from the course's folder solutions/.")
    text = file.read_text("utf-8")
    if exercise.language == "typescript":
        return _in_typescript(exercise, text)
    # The last definition wins, as in the notebook: a class that is to be repaired stands there twice.
    for node in reversed(ast.parse(text).body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == exercise.name:
            return _MARKER.sub("", (ast.get_source_segment(text, node) or "") + "\n").rstrip()
    raise CourseError(f"{file.name} holds no solution of {exercise.name}.")


def _in_typescript(exercise: Exercise, text: str) -> str:
    """The cell of TypeScript that defines it. To Python, and so in the lesson's source, it is a comment."""
    start = f'# %% magic_args="{exercise.name}" language="typescript"\n'
    _, found, rest = text.partition(start)
    if not found:
        raise CourseError(f"{exercise.lesson}.py holds no solution of {exercise.name}.")
    cell = rest.partition("\n# %%")[0].splitlines()
    lines = (line.removeprefix("#").removeprefix(" ") for line in cell)
    return "\n".join(line for line in lines if "### BEGIN" not in line and "### END" not in line).rstrip()


def written_source(exercise: Exercise, function: Callable[..., Any]) -> str:
    """The source of what a learner wrote; empty where that is nothing yet, or its source is not to be had."""
    if not isinstance(function, FunctionType | type) or is_untouched(exercise, function):
        return ""
    if exercise.language == "typescript":
        from helpers.typescript.functions import SOURCE

        return str(getattr(function, SOURCE, "")).strip()
    try:
        return dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        return ""
