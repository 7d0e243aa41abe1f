"""`%%typescript`: a cell that is a TypeScript module."""

import re
from collections.abc import Callable
from typing import Any, Final

from IPython.core.magic import Magics, cell_magic, magics_class

from helpers.errors import CourseError
from helpers.typescript.cells import name_in
from helpers.typescript.functions import define
from helpers.typescript.node import problem

_EXPORTED: Final = re.compile(r"^export\s+(?:async\s+)?function\s+(\w+)", re.MULTILINE)
"""Where no compiler can be asked."""


@magics_class
class TypeScriptMagics(Magics):
    """The magic of this package."""

    @cell_magic
    def typescript(self, line: str, cell: str) -> None:
        """A cell that begins with `%%typescript NAME` is the TypeScript module `./NAME.js`: the compiler checks it,
        Node runs it, and Python can call the functions that it exports.
        """
        name = name_in(line)
        why_not = problem()
        if why_not:
            self._bind({one: unavailable(one, why_not) for one in (name, *_EXPORTED.findall(cell))})
            print(why_not)  # noqa: T201 - the cell's answer
            return
        self._define(name, cell)

    def _define(self, name: str, cell: str) -> None:
        # The magic takes the first line: with an empty one in its place, the lines are those of the cell.
        compiled, functions = define(name, f"\n{cell}")
        self._bind(functions)
        lines = cell.splitlines()
        for one in compiled.problems:
            shown = lines[one.line - 2] if 0 <= one.line - 2 < len(lines) else ""
            print(f"line {one.line}: {one.message} ({one.code})\n    {shown}")  # noqa: T201 - the cell's answer
            print(f"    {' ' * (one.column - 1)}^")  # noqa: T201 - the cell's answer
        if not compiled.problems:
            names = ", ".join(functions) or "nothing"
            print(f"The types fit. From here on, Python can call: {names}")  # noqa: T201 - the cell's answer

    def _bind(self, functions: dict[str, Callable[..., Any]]) -> None:
        assert self.shell is not None
        self.shell.user_ns.update(functions)


def unavailable(name: str, why_not: str) -> Callable[..., Any]:
    """What stands for a function where there is no Node to call it."""

    def call(*arguments: Any, **named: Any) -> Any:
        raise CourseError(why_not)

    call.__name__ = call.__qualname__ = name
    return call
