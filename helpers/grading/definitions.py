"""Finding the functions of a submission by their names, and defining one of them with no more than it needs.

What a cell *does* is not repeated: of the statements at the top level, only those run that give a value to a name which
the function uses, itself or through another function. They run one by one, in the order of the notebook, so that the
last definition wins and one that fails does not take the others along.
"""

import __future__

import ast
import contextlib
import dis
import inspect
import linecache
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any, Final

MODULE: Final = "submission"
_CELL_MAGIC: Final = re.compile(r"(\s*)%%(\w+).*")
_RUNS_ITS_CELL: Final = ("capture", "debug", "prun", "time")
"""The cell magics under which a cell still defines what it says. What `%%timeit` runs defines nothing."""


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell: the names that it binds, and those that it needs to be bound."""

    label: str
    line: int
    code: CodeType
    binds: frozenset[str]
    uses: frozenset[str]
    defines: bool = False
    """Whether it is a `def` or a `class`."""


def read_cell(label: str, source: str, flags: int = 0) -> tuple[list[Statement], list[str], int]:
    """The statements of a cell, a sentence for each that is no Python, and `flags` with its `__future__` imports."""
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    magic = _CELL_MAGIC.match(source)
    if magic is not None and magic[2] not in _RUNS_ITS_CELL:
        return [], [f"{label} was left out: it begins with `%%{magic[2]}`."], flags
    try:
        tree = _parse(source if magic is None else magic[1] + source[magic.end() :])
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        return [], [_left_out(label, error)], flags
    statements: list[Statement] = []
    notes: list[str] = []
    for node in tree.body:
        flags |= _future(node)
        try:
            statements.append(_statement(label, node, flags))
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            notes.append(_left_out(label, error))
    return statements, notes, flags


def needed_for(name: str, statements: Sequence[Statement]) -> list[Statement]:
    """The statements that define `name` and, directly or not, what it uses."""
    wanted = {name, "*"}
    chosen: set[int] = set()
    while new := {i for i, one in enumerate(statements) if i not in chosen and not wanted.isdisjoint(one.binds)}:
        chosen |= new
        wanted.update(*(statements[i].uses for i in new))
    return [statements[i] for i in sorted(chosen)]


def earlier_definitions(name: str, statements: Sequence[Statement]) -> str:
    """A sentence that says which definition of `name` counts; empty where there is one alone."""
    labels = [one.label for one in statements if name in one.binds and one.defines]
    if len(labels) < 2:
        return ""
    others = ", ".join(dict.fromkeys(labels[:-1]))
    return f"{name} is defined {len(labels)} times: the last one counts, in {labels[-1]}, not the one in {others}."


def define(statements: Sequence[Statement]) -> tuple[Mapping[str, Any], list[str]]:
    """Run `statements` in a module of their own. Returns its names, and a sentence for each statement that raised."""
    module = ModuleType(MODULE)
    # A notebook has these without importing them.
    vars(module).update(display=_display, get_ipython=_no_shell)
    # Dataclasses and pickles look a class's module up by its name.
    sys.modules[MODULE] = module
    failed: list[str] = []
    for one in statements:
        try:
            exec(one.code, module.__dict__)
        except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever it is, the others may still work
            source = linecache.getline(one.label, one.line).strip()
            failed.append(f"`{source}` ({one.label}) raised {type(error).__name__}: {str(error)[:200]}")
    return module.__dict__, failed


def _display(*objects: object, **options: object) -> None:
    """Nobody looks."""


def _no_shell() -> None:
    """What `get_ipython()` returns outside of IPython."""


def _parse(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        # What IPython takes besides Python: magics, commands for the shell, questions, prompts that were pasted along.
        from IPython.core.inputtransformer2 import TransformerManager

        with contextlib.suppress(SyntaxError):
            return ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
        raise  # in the learner's own words


def _statement(label: str, node: ast.stmt, flags: int) -> Statement:
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(ast.Module([node], []), label, "exec", flags=flags, dont_inherit=True)
    if code.co_flags & inspect.CO_COROUTINE:
        # It awaits, so it belongs to what the cell does.
        return Statement(label, node.lineno, code, frozenset(), frozenset())
    defines = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return Statement(label, node.lineno, code, _named(_bound(node, code)), _named(_used(code)), defines)


def _named(names: Iterator[str]) -> frozenset[str]:
    # Without those that annotations make: newer Pythons would tie every annotated statement to every other.
    return frozenset(name for name in names if not (name.startswith("__") and name.endswith("__")))


def _bound(node: ast.stmt, code: CodeType) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        yield "*"
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in ("STORE_NAME", "STORE_GLOBAL"))
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from _filled(node)


def _filled(node: ast.stmt) -> Iterator[str]:
    """Names of what `node` puts something into: `TABLE[529] = True` also says what TABLE is."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript | ast.Attribute) and isinstance(inner.ctx, ast.Store):
            base: ast.expr = inner
            while isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                yield base.id


def _used(code: CodeType) -> Iterator[str]:
    # From the compiled code, which knows a function's own names from those around it.
    for step in dis.get_instructions(code):
        if step.opname.startswith("LOAD_") and ("GLOBAL" in step.opname or "NAME" in step.opname):
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used(constant)


def _future(node: ast.stmt) -> int:
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    features = (getattr(__future__, alias.name, None) for alias in node.names)
    return sum(feature.compiler_flag for feature in features if feature is not None)


def _left_out(label: str, error: BaseException) -> str:
    why = str(error) or type(error).__name__
    if isinstance(error, SyntaxError):
        why = f"{f'line {error.lineno}' if error.lineno else 'it'} is not Python ({error.msg})"
    return f"{label} was left out: {why}."
