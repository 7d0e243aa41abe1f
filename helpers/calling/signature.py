"""Whether a learner's function is still as it was given, and whether it can be called as its exercise says."""

import dis
import inspect
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from helpers.calling.exercise import Exercise
from helpers.errors import CourseError


def is_untouched(exercise: Exercise, function: Callable[..., Any]) -> bool:
    """Whether nothing has been done yet: the function is a stub, or the class has the code that was given."""
    if exercise.given is None:
        return is_stub(function)
    if not isinstance(function, type):
        kind = type(function).__name__
        raise CourseError(f"{exercise.name} is a class, not {kind}: write its name alone, without brackets after it.")
    return _code_of(function) == _code_of(exercise.given)


def _code_of(made: type) -> dict[str, Any]:
    """By name, what the methods of a class do and what its other attributes are, wherever it was defined."""
    return {
        name: _flattened(value.__code__) if isinstance(value, FunctionType) else repr(value)
        for name, value in vars(made).items()
        if not (name.startswith("__") and name.endswith("__") and not isinstance(value, FunctionType))
    }


def _flattened(code: CodeType) -> list[Any]:
    # Code objects compare by their lines too: two that do the same at different lines would differ.
    return [
        (one.opname, _flattened(one.argval) if isinstance(one.argval, CodeType) else one.argval)
        for one in dis.get_instructions(code)
    ]


def is_stub(function: Callable[..., Any]) -> bool:
    """Whether the body of `function` does nothing: a docstring, `...`, `pass`, or a bare `return`."""
    if not isinstance(function, FunctionType):
        kind = type(function).__name__
        raise CourseError(f"check() takes a function, not {kind}: write its name alone, without brackets after it.")
    empty = _empty_async if inspect.iscoroutinefunction(function) else _empty
    return _instructions(function) == _instructions(empty)


def _empty() -> None: ...


async def _empty_async() -> None: ...


def _instructions(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    # Not the bytecode itself: a docstring moves the constants about.
    return [(one.opname, one.argval) for one in dis.get_instructions(function) if one.opname != "RESUME"]


def signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str | None:
    """What is wrong with the parameters of `function`; None when it can be called as the exercise says."""
    parameters = inspect.signature(function).parameters.values()
    needed = [one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD]
    names = [one.name for one in parameters]
    if names[: len(exercise.parameters)] == list(exercise.parameters) and len(needed) <= len(exercise.parameters):
        return None
    return (
        f"{exercise.name} takes ({', '.join(exercise.parameters)}), but yours takes ({', '.join(names)}). "
        "Whoever calls it, and whoever grades it, relies on the first."
    )
