import linecache
from collections.abc import Callable
from itertools import count
from typing import Any

_files = count(1)


def define(source: str) -> Callable[..., Any]:
    """The last function that `source` defines, as if a cell had."""
    file = f"<cell {next(_files)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, file, "exec"), namespace)
    functions = [value for value in namespace.values() if callable(value) and getattr(value, "__code__", None)]
    function: Callable[..., Any] = functions[-1]
    return function
