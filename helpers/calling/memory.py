"""What a function remembers in global names: gone when its process has died, so it is put back for the next one."""

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import CodeType, FunctionType
from typing import Any, Final

PLAIN: Final = (type(None), bool, int, float, str, bytes, tuple, list, dict, set)
"""Whatever else is there, such as a module or a class, is what it was."""
_ABSENT: Final = object()


class Memory:
    """The plain values of the global names that a function, and those of its own that it calls, speak of.

    What they mean now is what `forget` brings back.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._space: dict[str, Any] = getattr(function, "__globals__", {})
        self._kept: dict[str, Any] = {}
        for name in set(_names(function)):
            value = self._space.get(name, _ABSENT)
            if value is _ABSENT or type(value) in PLAIN:
                with suppress(Exception):  # what can't be copied is not what anybody keeps notes in
                    self._kept[name] = value if value is _ABSENT else copy.deepcopy(value)

    def forget(self) -> None:
        """Give every name the value back that it had in the beginning."""
        for name, value in self._kept.items():
            if value is _ABSENT:
                self._space.pop(name, None)
            else:
                self._space[name] = copy.deepcopy(value)


def _names(function: Callable[..., Any]) -> Iterator[str]:
    """The names in the code of a function, and of the functions beside it that it names."""
    seen: set[int] = set()
    found = [function]
    while found:
        one = found.pop()
        if not isinstance(one, FunctionType) or id(one) in seen:
            continue
        seen.add(id(one))
        for name in _names_in(one.__code__):
            yield name
            other = one.__globals__.get(name)
            if isinstance(other, FunctionType) and other.__globals__ is one.__globals__:
                found.append(other)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names_in(one)
