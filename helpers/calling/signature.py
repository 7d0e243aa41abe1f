"""Whether a learner's function is still as it was given, and whether it can be called as its exercise says."""

import dis
import inspect
from collections.abc import Callable, Container, Iterator
from functools import partial
from types import CodeType, FunctionType
from typing import Any, Final

from helpers.calling.exercise import Exercise
from helpers.errors import CourseError

MOST_DECORATORS: Final = 10
"""Around one function, that are looked through."""


def is_untouched(exercise: Exercise, function: Callable[..., Any]) -> bool:
    """Whether nothing has been done yet: the function is a stub, or the class has the code that was given."""
    if exercise.given is None:
        return is_stub(written(exercise.name, function))
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


def written(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """What the learner wrote under this name, below its decorators: also those without `functools.wraps`.

    That is `function` itself where nothing of the name is below it.
    """
    return next((one for one in _below(function) if one.__code__.co_name == name), function)


def name_below(names: Container[str], function: object) -> str | None:
    """Which of `names` the learner wrote behind the `def` of `function`, below its decorators. None where none is."""
    return next((one.__code__.co_name for one in _below(function) if one.__code__.co_name in names), None)


def _below(function: object) -> Iterator[FunctionType]:
    """The function, and those that it may call in the place of itself: the outermost first."""
    layer: list[Any] = [function]
    seen: set[int] = set()
    for _ in range(MOST_DECORATORS):
        yield from (one for one in layer if isinstance(one, FunctionType))
        seen.update(map(id, layer))
        layer = [inner for one in layer for inner in _held(one) if callable(inner) and id(inner) not in seen]


def _held(function: Any) -> Iterator[Any]:
    """What a decorator's result may call: what it wraps, encloses, or keeps as an attribute."""
    if isinstance(function, type):
        return
    yield getattr(function, "__wrapped__", None)
    if isinstance(function, FunctionType):
        for cell in function.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # it is empty
                continue
    elif isinstance(function, partial):
        yield function.func
    else:
        yield from getattr(function, "__dict__", {}).values()


REFUSED: Final = "refused_by_its_compiler"
"""The attribute of a function that raises what a compiler says of it: whatever its parameters are, that comes first."""


def signature_problem(exercise: Exercise, function: Callable[..., Any]) -> str | None:
    """What is wrong with the parameters of `function`; None when it can be called as the exercise says."""
    if getattr(function, REFUSED, False):
        return None
    inner = written(exercise.name, function)
    outer = None if inner is function or _takes_anything(function) else _problem(exercise, function)
    return outer or _problem(exercise, inner)


def _takes_anything(function: Callable[..., Any]) -> bool:
    kinds = {one.kind for one in inspect.signature(function).parameters.values()}
    return {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds


def _problem(exercise: Exercise, function: Callable[..., Any]) -> str | None:
    parameters = inspect.signature(function).parameters.values()
    anything_else = [one for one in parameters if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    named = [one for one in parameters if one not in anything_else]
    needed = [one for one in named if one.default is one.empty]
    expected = list(exercise.parameters)
    takes_more = not exercise.more or any(one.kind is one.VAR_KEYWORD for one in anything_else)
    if [one.name for one in named][: len(expected)] == expected and len(needed) <= len(expected) and takes_more:
        return None
    return (
        f"{exercise.name} takes ({exercise.signature}), but yours takes ({', '.join(map(_shown, parameters))}). "
        "Whoever calls it, and whoever grades it, relies on the first."
    )


def _shown(parameter: inspect.Parameter) -> str:
    stars: dict[Any, str] = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    return f"{stars.get(parameter.kind, '')}{parameter.name}"
