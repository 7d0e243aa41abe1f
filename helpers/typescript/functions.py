"""What a cell exports, as functions of Python's: with a name, parameters and a source, like any other."""

import inspect
import re
from collections.abc import Callable
from typing import Any, Final

from helpers.calling.signature import REFUSED
from helpers.errors import CourseError
from helpers.typescript.compiler import Compiled, Exported, compile_cell
from helpers.typescript.errors import call_in, raise_in, refused
from helpers.typescript.runner import NODE, RUNNER, Runner, Told

SOURCE: Final = "typescript_source"
"""The attribute of such a function that holds its cell."""
_last: list[Told] = []


def define(name: str, source: str) -> tuple[Compiled, dict[str, Callable[..., Any]]]:
    """The cell `name`, and by their names the functions that it exports. Raises `NodeMissing`.

    Where its types do not fit, there is one of that name, which raises what the compiler says.
    """
    cell = compile_cell(name, source)
    functions = bind(cell, RUNNER)
    if not cell.problems:
        NODE.begin()
    return cell, functions


def bind(cell: Compiled, runner: Runner) -> dict[str, Callable[..., Any]]:
    """By their names, the functions that `cell` exports, which `runner` calls."""
    runner.put(cell)
    exported = {one.name: one for one in cell.functions}
    if cell.problems:
        exported.setdefault(cell.name, Exported(cell.name, (), False))
    return {one.name: _function(cell, one, runner) for one in exported.values()}


def is_typescript(function: object) -> bool:
    """Whether `function` was defined in a cell of TypeScript."""
    return hasattr(function, SOURCE)


def written_late() -> list[str]:
    """What the function that was called last handed to a callback after it had returned."""
    return _last[-1].late if _last else []


def _function(cell: Compiled, exported: Exported, runner: Runner) -> Callable[..., Any]:
    made = _stub(exported.name) if exported.stub else _calling(cell, exported, runner)
    made.__name__ = made.__qualname__ = exported.name
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(name, kind) for name in exported.parameters if name.isidentifier()]
    refused = bool(cell.problems)
    vars(made).update({SOURCE: cell.source, REFUSED: refused, "__signature__": inspect.Signature(parameters)})
    return made


def _stub(name: str) -> Callable[..., Any]:
    def stub(*arguments: Any, **named: Any) -> Any: ...

    return stub


def _calling(cell: Compiled, exported: Exported, runner: Runner) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        _last.clear()
        if cell.problems:
            first = cell.problems[0]
            raise_in(cell.source, cell.name, first.line, refused(first.code, first.message))
        given = _in_order(exported, arguments, named)
        _last.append(Told())
        told = _last[-1]
        return call_in(cell.source, cell.name, line, lambda: runner.call(cell.name, exported.name, given, told))

    line = _line_of(exported.name, cell.source)
    return call


def _line_of(name: str, source: str) -> int | None:
    """The line in which the function `name` begins."""
    found = re.search(rf"\bfunction\s+{re.escape(name)}\b", source)
    return source.count("\n", 0, found.start()) + 1 if found else None


def _in_order(exported: Exported, arguments: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
    values = {**dict(zip(exported.parameters, arguments, strict=False)), **named}
    missing = [name for name in exported.parameters if name not in values]
    unknown = [name for name in named if name not in exported.parameters]
    if missing or unknown or len(arguments) > len(exported.parameters):
        takes = ", ".join(exported.parameters)
        raise CourseError(f"{exported.name} takes ({takes}): call it with these.")
    return [values[name] for name in exported.parameters]
