"""What a statement changes besides the names that it binds: `TABLE[529] = True`, `PASSING.add(408)`, `setup()`.

What a call changes is known only once it has been made. So a statement is taken to change whatever it calls a method
of, or hands to somebody else's function; and of functions that stand beside it, what their bodies say. Whether such a
thing can change at all is seen when the statement's turn comes (`can_change`).
"""

import ast
import builtins
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READS: Final = _words(
    "copy count difference elements endswith format get index intersection isdisjoint issubset issuperset items join "
    "keys most_common split startswith strip symmetric_difference total union values"
)
"""Methods that change nothing."""
_CHANGES: Final = _words(
    "add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end "
    "pop popitem popleft put put_nowait register remove reverse setdefault sort subtract symmetric_difference_update "
    "update"
)
"""Methods that change something: of what else a function calls when it is called, nobody can say so."""
_CHANGE_THEIR_FIRST: Final = _words(
    "delattr heapify heappop heappush heappushpop heapreplace insort insort_left insort_right setattr setitem shuffle"
)
_BUILT_IN: Final = frozenset(dir(builtins)) - _CHANGE_THEIR_FIRST
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_FIXED: Final = (
    *(str, bytes, int, float, complex, bool, tuple, frozenset, range, type(None)),
    *(types.ModuleType, types.BuiltinFunctionType),
)
_SENDS: Final = ("anthropic", "httpx2", "httpx", "helpers")
"""Packages of clients: what was sent once is not sent again."""

Arguments: TypeAlias = Mapping[int | str, str]
"""The names that are handed to a function, by place or by the name of the parameter."""


@dataclass(frozen=True)
class Effects:
    """What a piece of code does to what it has not bound itself."""

    stores: frozenset[str] = frozenset()
    """Names of what it puts something into."""
    touches: frozenset[str] = frozenset()
    """Names of what it calls a method of."""
    hands: tuple[tuple[str, str], ...] = ()
    """The names that it hands to a function whose value nobody takes, each after the one that the function is of."""
    calls: tuple[tuple[str, Arguments], ...] = ()
    """The functions and classes that it calls by their names."""


def effects_of(statement: ast.stmt) -> Effects:
    """What `statement` does when it is run: not what the functions do that it defines."""
    nodes = list(_run_at_once(statement))
    touched = {*_called_on(nodes, lambda name: name not in _READS), *_through_aliases(nodes)}
    return Effects(frozenset(_stored_into(nodes)), frozenset(touched), tuple(_handed_on(nodes)), tuple(_calls(nodes)))


def effects_within(definition: ast.stmt) -> Effects:
    """What the functions in `definition` do when they are called: what they surely change, and whom they call."""
    nodes = [node for node in ast.walk(definition) if node is not definition]
    stores = {*_stored_into(nodes), *_called_on(nodes, _CHANGES.__contains__)}
    return Effects(frozenset(stores), calls=tuple(_calls(nodes)))


def parameters_of(definition: ast.stmt) -> list[str]:
    """The names of its parameters, in order; none for a class."""
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    arguments = definition.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def can_change(value: object) -> bool:
    """Whether a method of `value`, or a function that is given it, may change what it holds."""
    package = str(getattr(type(value), "__module__", "")).partition(".")[0]
    return not isinstance(value, _FIXED) and package not in _SENDS


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and what is in it, but for the bodies of functions."""
    yield node
    if isinstance(node, _FUNCTIONS):
        inner: Iterable[ast.AST] = [*getattr(node, "decorator_list", ()), *node.args.defaults]
    else:
        inner = ast.iter_child_nodes(node)
    for child in inner:
        yield from _run_at_once(child)


def _stored_into(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield from _base(node)
        elif isinstance(node, ast.Call) and node.args and _last_name(node.func) in _CHANGE_THEIR_FIRST:
            yield from _base(node.args[0])


def _called_on(nodes: Iterable[ast.AST], counts: Callable[[str], bool]) -> Iterator[str]:
    """Names of what a method that `counts` is called of; a decorator is called, too."""
    for node in nodes:
        called = [node.func] if isinstance(node, ast.Call) else getattr(node, "decorator_list", [])
        for method in called:
            if isinstance(method, ast.Attribute) and counts(method.attr):
                yield from _base(method.value)


def _handed_on(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """A call whose value nobody takes must be there for what it changes."""
    for node in nodes:
        value = node.value if isinstance(node, ast.Expr) else None
        call = value.value if isinstance(value, ast.Await) else value
        if isinstance(call, ast.Call):
            roots = set(_base(call.func)) - _BUILT_IN
            yield from ((root, name) for root in roots for name in _names_in(call).values())


def _through_aliases(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """In `for table in (A, B): table.update(…)`, the names that `table` stands for."""
    loops = [node for node in nodes if isinstance(node, ast.For | ast.AsyncFor)]
    targets = {name.id for loop in loops for name in ast.walk(loop.target) if isinstance(name, ast.Name)}
    if targets.intersection(_called_on(nodes, _CHANGES.__contains__)) or targets.intersection(_stored_into(nodes)):
        yield from (name.id for loop in loops for name in ast.walk(loop.iter) if isinstance(name, ast.Name))


def _calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Arguments]]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in _BUILT_IN:
            yield node.func.id, _names_in(node)
        for decorator in (*getattr(node, "decorator_list", ()), *getattr(node, "bases", ())):
            if isinstance(decorator, ast.Name):
                yield decorator.id, {}


def _names_in(call: ast.Call) -> Arguments:
    names: dict[int | str, str] = {}
    arguments: list[tuple[int | str, ast.expr]] = [*enumerate(call.args)]
    arguments += [(one.arg or "", one.value) for one in call.keywords]
    for place, argument in arguments:
        for name in _base(argument):
            names[place] = name
    return names


def _base(node: ast.expr) -> Iterator[str]:
    """The name that `TABLE[1].rows.setdefault(2, [])` begins with; none where something was called for it."""
    while True:
        match node:
            case ast.Subscript() | ast.Attribute() | ast.Starred() | ast.Await():
                node = node.value
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                break
    if isinstance(node, ast.Name):
        yield node.id


def _last_name(node: ast.expr) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")
