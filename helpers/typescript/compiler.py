"""From a cell's source to what is wrong with it, what it exports, and the JavaScript that Node runs."""

import atexit
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from helpers.typescript.tool import Tool

SCRIPT: Final = "compiler.mjs"
_COMPILER: Final = Tool(SCRIPT)
atexit.register(_COMPILER.end)


@dataclass(frozen=True)
class TypeProblem:
    """What the compiler says about one place in a cell."""

    line: int
    column: int
    code: str
    """Such as `TS2322`."""
    message: str


@dataclass(frozen=True)
class Exported:
    """A function that a cell exports. `stub`: its body is still to be written."""

    name: str
    parameters: tuple[str, ...]
    stub: bool


@dataclass(frozen=True)
class Compiled:
    """A cell, checked and translated."""

    name: str
    source: str
    problems: tuple[TypeProblem, ...]
    functions: tuple[Exported, ...]
    js: str


def compile_cell(name: str, source: str) -> Compiled:
    """The cell `name`, which later cells may import from `./name.js`. Raises `NodeMissing`."""
    return compiled(name, source, _answer({"name": name, "source": source}))


def compiled(name: str, source: str, answer: Mapping[str, Any]) -> Compiled:
    """The cell that the compiler has answered about. Raises `LookupError` or `TypeError` where that is no answer."""
    functions = (Exported(one["name"], tuple(one["parameters"]), one["stub"]) for one in answer["functions"])
    problems = (TypeProblem(**one) for one in answer["problems"])
    return Compiled(name, source, tuple(problems), tuple(functions), answer["js"])


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    try:
        _COMPILER.ask(question)
        return next(_COMPILER.answers())
    except BaseException:
        # Somebody interrupted it: the answer that is still to come is to no later question.
        _COMPILER.end()
        raise
