"""What JavaScript threw, as an exception of Python's that stands in the learner's own line.

Its class is called as JavaScript's is, and so are those above it: `OverloadedError`, `InternalServerError`, `APIError`.
"""

import linecache
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NoReturn

from helpers.errors import CourseError


class TypeScriptError(Exception):
    """Anything that ends a function of a cell, other than its end."""

    status: int | None = None
    requestID: str | None = None  # noqa: N815 - as the SDK calls it
    type: str | None = None
    cause: str | None = None


ATTRIBUTES: Final = ("status", "requestID", "type", "cause")
"""What is told of an error beside its message. Nothing else is believed: the learner's code may have said it."""


class TypesDoNotFit(TypeScriptError):  # noqa: N818 - the compiler says what is wrong
    """The compiler refused the cell."""


class UnhandledRejection(TypeScriptError):  # noqa: N818 - as Node calls it
    """A promise failed, and nobody was waiting for it: outside of this course, Node ends the process there."""


class UncaughtException(TypeScriptError):  # noqa: N818 - as Node calls it
    """Something was thrown where nobody could catch it: outside of this course, Node ends the process there."""


class ProcessEnded(TypeScriptError):  # noqa: N818 - no error of its own
    """The function ended the process that it ran in."""


class TooMuchPrinted(TypeScriptError):  # noqa: N818 - no error of its own
    """It printed more than anybody reads."""


def thrown(raised: Mapping[str, Any], how: str | None) -> TypeScriptError:
    """The exception for what the runner described; `how` says that nobody could have caught it."""
    root = {"unhandled": UnhandledRejection, "uncaught": UncaughtException}.get(how or "", TypeScriptError)
    families = raised.get("families") or [raised["type"]]
    error = _class_of(tuple(map(str, families)), root)(raised["message"])
    attributes = raised.get("attributes") or {}
    for name in ATTRIBUTES:
        setattr(error, name, attributes.get(name))
    return error


def refused(code: str, message: str) -> TypeScriptError:
    """The exception for a cell whose types do not fit, called as the compiler numbers it: `TS2322`."""
    return _class_of((code,), TypesDoNotFit)(message)


@cache
def _class_of(families: Sequence[str], root: type[TypeScriptError]) -> type[TypeScriptError]:
    kind = root
    for name in reversed(families):
        kind = type(str(name), (kind,), {"__module__": "typescript"})
    return kind


def raise_in(source: str, cell: str, line: int | None, error: BaseException) -> NoReturn:
    """Raise `error` so that its traceback ends in that line of the cell, as it would for a line of Python."""

    def fail() -> NoReturn:
        raise error

    call_in(source, cell, line, fail)
    raise AssertionError("unreachable")


def call_in(source: str, cell: str, line: int | None, call: Callable[[], Any]) -> Any:
    """What `call` returns, with that line of the cell on the stack: who looks where something hangs finds it there."""
    lines = source.splitlines(keepends=True)
    if line is None or not 0 < line <= len(lines):
        return call()
    file = f"{cell}.ts"
    linecache.cache[file] = (len(source), None, lines, file)
    names: dict[str, Any] = {"call": call}
    exec(compile("\n" * (line - 1) + "value = call()", file, "exec"), names)
    return names["value"]


class NotATypeScriptValue(CourseError):  # noqa: N818 - it says what is not
    """An argument that has no counterpart in TypeScript."""
