"""Whether a function returned what its signature says, as far as that can be told from outside.

The signature is our solution's. A name in it that is no class, such as an alias, is taken to fit.
"""

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from helpers.calling.exercise import Exercise
from helpers.errors import CourseError
from helpers.judging.check import Run
from helpers.judging.solutions import solution_source

_BUILT_IN: Final[Mapping[str, type | tuple[type, ...]]] = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "dict": dict,
}
_SEQUENCES: Final = ("list", "tuple")
_ELSEWHERE: Final = ("anthropic", "anthropic.types", "anthropic.types.messages", "helpers")


def wrong_type(exercise: Exercise, run: Run) -> str | None:
    """A sentence that names the type expected and the one returned; None when it fits, or nothing was returned."""
    observation = run.observation
    expected = _annotation(exercise)
    if expected is None or observation.raised is not None or observation.stopped is not None:
        return None
    if _fits(expected, observation.value, observation.conduct.returned):
        return None
    return f"`{exercise.name}` returns `{ast.unparse(expected)}`, and yours returned {_named(run)}."


def _named(run: Run) -> str:
    kind = next(iter(run.observation.conduct.returned), "")
    if run.value is None:
        return "`None`: no `return` was reached, or one without a value"
    if kind in ("generator", "async_generator"):
        return "a generator: a function with `yield` in it runs only when somebody iterates over what it returned"
    if kind == "coroutine":
        return "a coroutine: nobody awaited it"
    article = "an" if kind.startswith(tuple("aeiouAEIO")) else "a"
    if isinstance(run.value, dict) and "not_json" in run.value:
        return f"`{run.value['not_json']}`" if kind == "float" else f"{article} `{kind}`"
    shown = repr(run.value)
    return f"{article} `{kind}`: `{shown[:60]}{'…' if len(shown) > 60 else ''}`"


@cache
def _annotation(exercise: Exercise) -> ast.expr | None:
    if exercise.language != "python":
        return None  # its own compiler has seen to that
    try:
        definition = ast.parse(solution_source(exercise)).body[0]
    except CourseError:  # the solutions are not installed
        return None
    return definition.returns if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _fits(annotation: ast.expr, value: Any, families: tuple[str, ...] = ()) -> bool:
    """Whether `value`, as JSON, can be what `annotation` says. `families` are the classes that it had, where known."""
    match annotation:
        case ast.BinOp(left=left, right=right):
            return _fits(left, value, families) or _fits(right, value, families)
        case ast.Constant(value=None):
            return value is None
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            return _is(name, value, families) and _items_fit(name, inner, value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _is(name, value, families)
    return True


def _is(name: str, value: Any, families: tuple[str, ...]) -> bool:
    if name in _SEQUENCES:
        return isinstance(value, list) and (not families or name in families)
    if name in _BUILT_IN:
        return isinstance(value, _BUILT_IN[name]) and (not families or not isinstance(value, dict) or name in families)
    return not families or name in families or not _is_class(name)


def _items_fit(name: str, inner: ast.expr, value: Any) -> bool:
    match name, inner:
        case "list", _:
            return all(_fits(inner, item) for item in value)
        case "tuple", ast.Tuple(elts=[kind, ast.Constant(value=rest)]) if rest is ...:
            return all(_fits(kind, item) for item in value)
        case "tuple", ast.Tuple(elts=kinds):
            return len(kinds) == len(value) and all(map(_fits, kinds, value))
        case "dict", ast.Tuple(elts=[_, kind]):
            return all(_fits(kind, item) for item in value.values())
    return True


def _is_class(name: str) -> bool:
    import importlib

    return any(isinstance(getattr(importlib.import_module(module), name, None), type) for module in _ELSEWHERE)
