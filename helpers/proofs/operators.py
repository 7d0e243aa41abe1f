"""Mutation operators: from a node of a solution to what may stand in its place, each a slip that a learner makes too.

mutmut's are used as a library: a list of functions from a node to nodes, which need neither its runner nor its files.
Ours stand beside them in the same form, for what it lacks: statements, conditions, `except` clauses, elements and
returns. (cosmic-ray 8.7 can be applied to a string as well, but knows of these only how to replace an exception: by a
class that a submission does not import, and `except (anthropic.APIError, ValueError)` ends it with a traceback.)
"""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any, Final, TypeAlias

import libcst as cst
from mutmut.mutation import mutators

Operator: TypeAlias = Callable[[Any], Iterable[cst.CSTNode]]

MOST_NARROWED: Final = 2
"""Of the classes below one that is caught, so many are tried in its place: those that still catch most."""
_ALL: Final = ("Exception", "BaseException")
_PASS: Final = cst.Pass()
_EMPTY: Final = cst.List([])
_SETTLED: Final = (cst.Pass, cst.Break, cst.Continue, cst.Import, cst.ImportFrom)


def statement_dropped(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """A statement that was forgotten."""
    only = node.body[0]
    says_nothing = isinstance(only, cst.Expr) and isinstance(only.value, cst.BaseString | cst.Ellipsis)
    if not isinstance(only, _SETTLED) and not says_nothing:
        yield node.with_changes(body=[_PASS])


def block_unguarded(node: cst.With) -> Iterator[cst.CSTNode]:
    """A block without the lock or the transaction around it."""
    if all(item.asname is None for item in node.items):
        yield cst.If(cst.Name("True"), node.body, leading_lines=node.leading_lines)


def condition_settled(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    """A condition that always holds, and one that never does."""
    yield from (node.with_changes(test=cst.Name(value)) for value in ("True", "False"))


def operand_dropped(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    """Half a condition."""
    for half in (node.left, node.right):
        yield half.with_changes(lpar=[*node.lpar, *half.lpar], rpar=[*half.rpar, *node.rpar])


def guard_dropped(node: cst.MatchCase) -> Iterator[cst.CSTNode]:
    """A `case` without its `if`."""
    if node.guard is not None:
        yield node.with_changes(guard=None)


def loop_emptied(node: cst.For | cst.CompFor) -> Iterator[cst.CSTNode]:
    """A loop that is never entered."""
    if node.asynchronous is None:
        yield node.with_changes(iter=_EMPTY)


def number_lowered(node: cst.Integer | cst.Float) -> Iterator[cst.CSTNode]:
    """One less; mutmut takes one more."""
    yield cst.parse_expression(repr(node.evaluated_value - 1))


def key_misspelt(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """A string that something is called by. Prose has spaces, and may say what it likes."""
    if not any(map(str.isspace, str(node.evaluated_value))):
        yield from islice(mutators.operator_string(node), 1)


def handler_dropped(node: cst.Try) -> Iterator[cst.CSTNode]:
    """A `try` without one of its `except` clauses."""
    for index in range(len(node.handlers)):
        rest = _without(node.handlers, index)
        last = node.finalbody or cst.Finally(cst.IndentedBlock([cst.SimpleStatementLine([_PASS])]))
        yield node.with_changes(
            handlers=rest, orelse=node.orelse if rest else None, finalbody=node.finalbody if rest else last
        )


def handler_narrowed(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    """An `except` clause that catches less."""
    for caught in _caught(node):
        yield from (node.with_changes(type=_in_place(node, caught, name)) for name in _below(caught))
    if isinstance(node.type, cst.Tuple):
        yield from (node.with_changes(type=one) for one in element_dropped(node.type))


def handler_widened(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    """An `except` clause that catches more."""
    for caught in _caught(node):
        yield from (node.with_changes(type=_in_place(node, caught, name)) for name in _above(caught))
    if node.type is not None:
        own = _dotted(node.type)
        wider = _ALL[_ALL.index(own) + 1 :] if own in _ALL else _ALL
        yield from (node.with_changes(type=cst.Name(name)) for name in wider)


def element_dropped(node: cst.List | cst.Tuple | cst.Set | cst.Dict) -> Iterator[cst.CSTNode]:
    """One element less."""
    yield from (node.with_changes(elements=_without(node.elements, index)) for index in range(len(node.elements)))


def value_dropped(node: cst.FormattedString) -> Iterator[cst.CSTNode]:
    """A text without one of the values in it."""
    for index, part in enumerate(node.parts):
        if isinstance(part, cst.FormattedStringExpression):
            yield node.with_changes(parts=_without(node.parts, index))


def alternative_dropped(node: cst.MatchOr) -> Iterator[cst.CSTNode]:
    """A `case` with one pattern less."""
    for index in range(len(node.patterns)):
        *most, last = _without(node.patterns, index)
        last = last.with_changes(separator=cst.MaybeSentinel.DEFAULT)
        yield node.with_changes(patterns=[*most, last]) if most else last.pattern


def only_argument_dropped(node: cst.Call) -> Iterator[cst.CSTNode]:
    """A call without what it was given by name; where there are more arguments, mutmut drops them one by one."""
    if len(node.args) == 1 and (node.args[0].keyword or node.args[0].star):
        yield node.with_changes(args=[])


def result_lost(node: cst.Return) -> Iterator[cst.CSTNode]:
    """A `return` of nothing."""
    if node.value is not None and _dotted(node.value) != "None":
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


OURS: Final[Mapping[Operator, tuple[type[cst.CSTNode], ...]]] = {
    statement_dropped: (cst.SimpleStatementLine,),
    block_unguarded: (cst.With,),
    condition_settled: (cst.If, cst.While, cst.CompIf),
    operand_dropped: (cst.BooleanOperation,),
    guard_dropped: (cst.MatchCase,),
    loop_emptied: (cst.For, cst.CompFor),
    number_lowered: (cst.Integer, cst.Float),
    key_misspelt: (cst.SimpleString,),
    handler_dropped: (cst.Try,),
    handler_narrowed: (cst.ExceptHandler,),
    handler_widened: (cst.ExceptHandler,),
    element_dropped: (cst.List, cst.Tuple, cst.Set, cst.Dict),
    value_dropped: (cst.FormattedString,),
    alternative_dropped: (cst.MatchOr,),
    only_argument_dropped: (cst.Call,),
    result_lost: (cst.Return,),
}
_LEFT_OUT: Final = (mutators.operator_string,)
"""Of mutmut's: it changes prose too, and every word in three ways."""
OPERATORS: Final[Sequence[tuple[Operator, tuple[type[cst.CSTNode], ...]]]] = (
    *((operator, (kind,)) for kind, operator in mutators.mutation_operators if operator not in _LEFT_OUT),
    *OURS.items(),
)


def name_of(operator: Operator) -> str:
    """What an operator is called where people read it, such as `number_lowered`."""
    return operator.__name__.removeprefix("operator_")


def _without(nodes: Sequence[Any], index: int) -> list[Any]:
    return [*nodes[:index], *nodes[index + 1 :]]


def _caught(node: cst.ExceptHandler) -> list[cst.BaseExpression]:
    if isinstance(node.type, cst.Tuple):
        return [element.value for element in node.type.elements]
    return [] if node.type is None else [node.type]


def _in_place(node: cst.ExceptHandler, caught: cst.BaseExpression, name: str) -> Any:
    """What `node` catches, with `name` in the place of `caught`."""
    other = cst.parse_expression(name)
    return node.type.deep_replace(caught, other) if isinstance(node.type, cst.Tuple) else other


def _dotted(node: cst.CSTNode) -> str:
    """The name that `node` is, such as `anthropic.APIError`; empty where it is none."""
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _below(caught: cst.BaseExpression) -> list[str]:
    """The widest classes below the one that is caught, as they are written beside it."""
    module, kind = _found(caught)
    below = [] if kind is None else _named_below(module, kind)
    widest = sorted((-len(_named_below(module, one)), _written(module, one)) for one in below if one.__base__ is kind)
    return [name for _, name in widest[:MOST_NARROWED]]


def _above(caught: cst.BaseExpression) -> list[str]:
    """The class above the one that is caught, as it is written beside it."""
    module, kind = _found(caught)
    names = [_written(module, kind.__bases__[0])] if kind else []
    return [name for name in names if name and name not in (*_ALL, "object")]


def _found(caught: cst.BaseExpression) -> tuple[str, type | None]:
    """The module and the class that `caught` names; None where it is a name of the lesson's own."""
    module, _, name = _dotted(caught).rpartition(".")
    try:
        kind = getattr(import_module(module or "builtins"), name, None)
    except ImportError:
        kind = None
    return module, kind if isinstance(kind, type) else None


def _written(module: str, kind: type) -> str:
    """How `kind` is written where `module` is imported; empty where it can't be."""
    name: str = kind.__name__
    if getattr(builtins, name, None) is kind:
        return name
    beside = getattr(import_module(module), name, None) if module else None
    return f"{module}.{name}" if beside is kind else ""


def _named_below(module: str, kind: type) -> list[type]:
    """Every class below `kind` that can be written there. What else the process has imported makes no difference."""
    directly: list[type] = kind.__subclasses__()
    every = (one for each in directly for one in (each, *_named_below(module, each)))
    return [one for one in every if _written(module, one)]
