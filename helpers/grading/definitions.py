"""Finding the functions of a submission by their names, and defining one of them with no more than it needs.

What a cell *does* is not repeated: of the statements at the top level, only those run that give a value to a name which
the function uses, itself or through another function, or that change such a value (`PASSING.add(408)`). They run one by
one, in the order of the notebook, so that the last definition wins and one that fails does not take the others along.
"""

import __future__

import ast
import asyncio
import builtins
import contextlib
import dis
import inspect
import linecache
import re
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import CodeType, ModuleType
from typing import Any, Final

from helpers.grading.effects import Effects, can_change, effects_of, effects_within, parameters_of
from helpers.grading.sniffing import conflict_in, names_defined_in

MODULE: Final = "submission"
_CELL_MAGIC: Final = re.compile(r"(\s*)%%(\w+).*")
_RUNS_ITS_CELL: Final = ("capture", "debug", "prun", "time")
"""The cell magics under which a cell still defines what it says. What `%%timeit` runs defines nothing."""
_TIMED: Final = re.compile(r"^([ \t]*)%time[ \t]+", re.MULTILINE)
"""Before a statement that is as it would be without it."""
_DEFINE_ANYTHING: Final = ("run", "pylab", "store", "load", "loadpy")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_ITS_LINE: Final = re.compile(r", line \d+$")
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FROM_MARIMO: Final = (
    "It is a notebook of marimo: `marimo export ipynb NAME.py -o NAME.ipynb` makes one of it that can be graded."
)
_GIVEN: Final = ("display", "get_ipython", "__name__")


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell: the names that it binds, and those that it needs to be bound."""

    label: str
    line: int
    code: CodeType
    binds: frozenset[str]
    uses: frozenset[str]
    node: ast.stmt = field(compare=False)
    changes: frozenset[str] = frozenset()
    """The names because of whose values alone it runs, since it may change these."""

    @property
    def defines(self) -> bool:
        """Whether it is a `def` or a `class`."""
        return isinstance(self.node, _DEFINITIONS)

    @property
    def defined(self) -> frozenset[str]:
        """The names that it gives to functions and classes: also behind a condition."""
        made = {one.co_name for one in self.code.co_consts if isinstance(one, CodeType)}
        return self.binds & made

    @property
    def imports(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def of_the_course(self) -> bool:
        """Whether it is an import of what the course shows and asks with."""
        return isinstance(self.node, ast.ImportFrom) and (self.node.module or "").partition(".")[0] == "helpers"

    @cached_property
    def effects(self) -> Effects:
        """What it changes when it runs."""
        return effects_of(self.node)

    @cached_property
    def effects_later(self) -> Effects:
        """What it changes when what it defines is called."""
        within = effects_within(self.node)
        stored = {step.argval for code in _codes(self.code) for step in _steps(code) if step.opname == "STORE_GLOBAL"}
        return replace(within, stores=within.stores & self.uses | stored)

    @cached_property
    def changed_parameters(self) -> frozenset[int | str]:
        """Which of its parameters it changes: by their places, and by their names."""
        changed = effects_within(self.node).stores
        places = [(place, name) for place, name in enumerate(parameters_of(self.node)) if name in changed]
        return frozenset(key for pair in places for key in pair)

    @property
    def source(self) -> str:
        """Its first line."""
        return linecache.getline(self.label, self.line).strip()


@dataclass(frozen=True)
class LeftOut:
    """A cell, or a part of one, that was not read: the sentence that says so, and its words."""

    said: str
    words: frozenset[str]
    defined: frozenset[str]
    """The names behind its every `def` and `class`."""
    may_define_anything: bool = False
    """Whether nobody knows which names it would have given a value to."""

    def may_define(self, names: frozenset[str]) -> bool:
        """Whether one of `names` may be missing because of it."""
        return bool(names) if self.may_define_anything else not names.isdisjoint(self.words)


def read_cell(label: str, source: str, flags: int = 0) -> tuple[list[Statement], list[LeftOut], int]:
    """The statements of a cell, what of it is no Python, and `flags` with its `__future__` imports."""
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    magic = _CELL_MAGIC.match(source)
    if magic is not None and magic[2] not in _RUNS_ITS_CELL:
        return [], [_left_out(source, f"{label} was left out: it begins with `%%{magic[2]}`.")], flags
    try:
        tree = _parse(source if magic is None else magic[1] + source[magic.end() :])
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        return [], [_left_out(source, _no_python(label, source, error))], flags
    statements: list[Statement] = []
    left_out = list(_not_run(label, tree))
    for node in _at_the_top(tree.body):
        flags |= _future(node)
        try:
            statements.append(_statement(label, node, flags))
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            part = ast.get_source_segment(source, node) or ""
            left_out.append(_left_out(part, _no_python(label, source, error)))
    return statements, left_out, flags


def needed_for(name: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements that define `name` and, directly or not, what it uses; and those that change any of it."""
    wanted = {name, "*"}
    changing = Changing(name, statements)
    chosen: dict[int, Statement] = {}
    while new := {
        place: found
        for place, one in enumerate(statements)
        if place not in chosen and (found := _if_needed(one, wanted, changing)) is not None
    }:
        chosen |= new
        wanted.update(*(one.uses for one in new.values()))
    return [chosen[place] for place in sorted(chosen)]


def _if_needed(one: Statement, wanted: set[str], changing: "Changing") -> Statement | None:
    if not wanted.isdisjoint(one.binds | changing.surely(one)):
        return one
    touched = changing.perhaps(one) & wanted
    return replace(one, changes=touched) if touched else None


class Changing:
    """What each of the statements of a notebook changes, besides what it binds. The function `name` is never called for
    what it changes: that is asked of it later.
    """

    def __init__(self, name: str, statements: Sequence[Statement]) -> None:
        self._defined = {bound: one for one in statements if one.defines for bound in one.binds if bound != name}
        self._left_alone = {name}.union(*(one.binds for one in statements if one.of_the_course))
        self._imported = frozenset[str]().union(*(one.binds for one in statements if one.imports))
        self._variables = frozenset[str]().union(*(one.binds for one in statements if not one.imports))
        self._later: dict[str, frozenset[str]] = {}

    def surely(self, one: Statement) -> frozenset[str]:
        """Names of what it puts something into, itself or through a function that it calls."""
        changed = set(one.effects.stores)
        for called, arguments in one.effects.calls:
            if called in self._defined:
                changed |= self._by_calling(called)
                mutated = self._defined[called].changed_parameters
                changed |= {name for key, name in arguments.items() if key in mutated}
        return frozenset(changed)

    def perhaps(self, one: Statement) -> frozenset[str]:
        """Names of what it calls a method of, or hands to somebody else's function. Modules are not among them."""
        handed = {name for root, name in one.effects.hands if root in self._imported and root not in self._left_alone}
        return (one.effects.touches | handed) & self._variables

    def _by_calling(self, name: str) -> frozenset[str]:
        """Global names of what the function or class `name` changes when it is called, itself or through another."""
        if name not in self._later:
            self._later[name] = frozenset()  # whoever calls itself
            later = self._defined[name].effects_later
            others = [self._by_calling(called) for called, _ in later.calls if called in self._defined]
            self._later[name] = later.stores.union(*others)
        return self._later[name]


def earlier_definitions(name: str, statements: Sequence[Statement]) -> str:
    """A sentence that says which definition of `name` counts; empty where there is one alone."""
    labels = [one.label for one in statements if name in one.binds and one.defines]
    if len(labels) < 2:
        return ""
    others = ", ".join(dict.fromkeys(labels[:-1]))
    return f"{name} is defined {len(labels)} times: the last one counts, in {labels[-1]}, not the one in {others}."


def inner_definitions(names: Container[str], statements: Sequence[Statement]) -> Iterator[tuple[str, str]]:
    """Each of `names` that is defined inside of something else, where nobody looks for it, with where that is."""
    exported = any("marimo" in one.binds and one.imports for one in statements)
    advice = f" {FROM_MARIMO}" if exported else ""
    for one in statements:
        for outer in _codes(one.code):
            for inner in outer.co_consts if outer is not one.code else ():
                if isinstance(inner, CodeType) and inner.co_name in names:
                    where = f"{_ITS_LINE.sub('', one.label)}, line {inner.co_firstlineno}"
                    yield inner.co_name, f"{inner.co_name} is in {where}, but inside of `{outer.co_name}`.{advice}"


def missing_names(statements: Sequence[Statement]) -> frozenset[str]:
    """The names that `statements` use and that neither they nor Python give a value to."""
    bound = {*dir(builtins), *_GIVEN}.union(*(one.binds for one in statements))
    return frozenset[str]().union(*(one.uses for one in statements)) - bound


def define(statements: Sequence[Statement]) -> tuple[Mapping[str, Any], list[str]]:
    """Run `statements` in a module of their own. Returns its names, and a sentence for each statement that raised."""
    module = ModuleType(MODULE)
    # A notebook has these without importing them.
    shell = _Shell(vars(module))
    vars(module).update(display=_display, get_ipython=lambda: shell)
    # Dataclasses and pickles look a class's module up by its name.
    sys.modules[MODULE] = module
    failed: list[str] = []
    with contextlib.ExitStack() as stack:
        for one in statements:
            if one.changes and not any(can_change(vars(module).get(name)) for name in one.changes):
                continue
            try:
                _run(one, module, stack)
            except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever it is, the others may still work
                failed.append(f"`{one.source}` ({one.label}) raised {type(error).__name__}: {str(error)[:200]}")
    return module.__dict__, failed


def _run(one: Statement, module: ModuleType, stack: contextlib.ExitStack) -> None:
    """Run a statement. Those that await do so in one event loop, as in a notebook."""
    awaitable = eval(one.code, module.__dict__)
    if one.code.co_flags & inspect.CO_COROUTINE:
        stack.enter_context(asyncio.Runner()).run(awaitable)


def _display(*objects: object, **options: object) -> None:
    """Nobody looks."""


class _Shell:
    """What `get_ipython()` returns: a shell whose commands and magics do nothing, and print nothing."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.user_ns = names

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: [] if name == "getoutput" else None


def _parse(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        # What IPython takes besides Python: magics, commands for the shell, questions, prompts that were pasted along.
        from IPython.core.inputtransformer2 import TransformerManager

        with contextlib.suppress(SyntaxError):
            timed = _TIMED.sub(r"\1", source)
            return ast.parse(TransformerManager().transform_cell(timed))  # type: ignore[no-untyped-call]
        raise  # in the learner's own words


def _not_run(label: str, tree: ast.Module) -> Iterator[LeftOut]:
    """The magics of a cell that would have given values to names, of which nothing is said in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(value=name), ast.Constant(value=rest)]
            ) if name in _DEFINE_ANYTHING:
                magic = f"%{name} {str(rest)[:60]}"
                said = f"{label}, line {node.lineno}: `{magic}` was not run: put what it defines into a cell."
                yield LeftOut(said, frozenset(), frozenset(), may_define_anything=True)


def _at_the_top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a cell. What stands under `if __name__ == "__main__":` does so in a notebook, too."""
    for node in body:
        match node:
            case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])) if _is_main(left, right):
                yield from _at_the_top(node.body)
            case _:
                yield node


def _is_main(*sides: ast.expr) -> bool:
    return {getattr(side, "id", getattr(side, "value", None)) for side in sides} == {"__name__", "__main__"}


def _statement(label: str, node: ast.stmt, flags: int) -> Statement:
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(ast.Module([node], []), label, "exec", flags=flags, dont_inherit=True)
    return Statement(label, node.lineno, code, _named(_bound(node, code)), _named(_used(code)), node)


def _named(names: Iterator[str]) -> frozenset[str]:
    # Without those that annotations make: newer Pythons would tie every annotated statement to every other.
    return frozenset(name for name in names if not (name.startswith("__") and name.endswith("__")))


def _bound(node: ast.stmt, code: CodeType) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        yield "*"
    yield from (step.argval for step in _steps(code) if step.opname in ("STORE_NAME", "STORE_GLOBAL"))


def _used(code: CodeType) -> Iterator[str]:
    # From the compiled code, which knows a function's own names from those around it.
    for one in _codes(code):
        for step in _steps(one):
            if step.opname.startswith("LOAD_") and ("GLOBAL" in step.opname or "NAME" in step.opname):
                yield step.argval


def _codes(code: CodeType) -> Iterator[CodeType]:
    """`code`, and that of all functions and classes in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    return dis.get_instructions(code)


def _future(node: ast.stmt) -> int:
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    features = (getattr(__future__, alias.name, None) for alias in node.names)
    return sum(feature.compiler_flag for feature in features if feature is not None)


def _no_python(label: str, source: str, error: BaseException) -> str:
    why = str(error) or type(error).__name__
    if isinstance(error, MemoryError | RecursionError):
        why = "it is nested deeper, or longer, than Python can read"
    elif isinstance(error, UnicodeError):
        why = "it holds half of a character, which is no text: type that place anew"
    if (conflict := conflict_in(source)) is not None:
        why = conflict
    elif isinstance(error, SyntaxError):
        why = f"{f'line {error.lineno}' if error.lineno else 'it'} is not Python ({error.msg})"
    return f"{label} was left out: {why}."


def _left_out(source: str, said: str) -> LeftOut:
    return LeftOut(said, frozenset(_WORD.findall(source)), names_defined_in(source))
