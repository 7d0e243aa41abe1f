"""The mutants of our solutions: each is a lesson in which one thing of one exercise is not as we wrote it."""

import ast
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider

from helpers.calling.exercise import Exercise
from helpers.errors import CourseError
from helpers.proofs.operators import OPERATORS, name_of

BY_HAND: Final = "tests/mutants/typescript.toml"
"""The slips in what is TypeScript."""


@dataclass(frozen=True)
class Mutant:
    """A lesson with a slip in it. `before` and `after` are the lines that differ, in one line each."""

    exercise: Exercise
    operator: str
    line: int
    """Of the lesson's source, where it first differs."""
    before: str
    after: str
    source: str
    """The whole lesson, with the slip."""

    def __str__(self) -> str:
        place = f"solutions/{self.exercise.lesson}.py:{self.line}"
        return f"{place}  {self.operator}  {self.before}  ->  {self.after or '(nothing)'}"


def mutants_of(exercise: Exercise, root: Path, every: int = 1) -> Iterator[Mutant]:
    """The mutants of our solution of `exercise`, each once; with `every`, a sample of one in so many.

    Raises `CourseError` where there is no solution.
    """
    text = solution_of(exercise, root)
    if exercise.language == "typescript":
        yield from islice(_by_hand(exercise, text, root), every // 2, None, every)
        return
    lines = text.splitlines(keepends=True)
    first, last = _place(exercise, text)
    code = "".join(lines[first:last])
    seen = {_meaning(code)}
    for operator, module in islice(_changes(code), every // 2, None, every):
        mutated = module().code
        meaning = _meaning(mutated)
        if meaning is None or meaning in seen:
            continue  # no Python, or the same as another
        seen.add(meaning)
        top, before, after = _difference(code, mutated)
        source = "".join([*lines[:first], mutated, *lines[last:]])
        yield Mutant(exercise, operator, first + top + 1, before, after, source)


def _by_hand(exercise: Exercise, text: str, root: Path) -> Iterator[Mutant]:
    """What stands in the list of slips: to libcst, a cell of TypeScript is a comment."""
    above, start, rest = text.partition(f'# %% magic_args="{exercise.name}" language="typescript"\n')
    cell, end, below = rest.partition("\n# %%")
    for slip, (before, after) in tomllib.loads((root / BY_HAND).read_text("utf-8"))[exercise.name].items():
        if cell.count(before) != 1:
            raise CourseError(
                f"{BY_HAND}: “{slip}” of {exercise.name} changes {before!r}, which stands not once there."
            )
        line = text.count("\n", 0, len(above + start) + cell.index(before)) + 1
        changed = cell.replace(before, after.replace("\n", "\n# "))
        yield Mutant(exercise, slip, line, before, _one_line([after]), f"{above}{start}{changed}{end}{below}")


def solution_of(exercise: Exercise, root: Path) -> str:
    """The source of its lesson. Raises `CourseError` where it is not there."""
    file = root / "solutions" / f"{exercise.lesson}.py"
    if not file.exists():
        raise CourseError(f"solutions/{file.name} is not there: {exercise.name} has no solution to mutate.")
    return file.read_text("utf-8")


def _place(exercise: Exercise, text: str) -> tuple[int, int]:
    """The lines of our solution, in the way of `slice`. The last definition wins, as in the notebook."""
    for node in reversed(ast.parse(text).body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == exercise.name:
            return node.lineno - 1, node.end_lineno or node.lineno
    raise CourseError(f"solutions/{exercise.lesson}.py holds no solution of {exercise.name}.")


def _changes(code: str) -> Iterator[tuple[str, Callable[[], cst.Module]]]:
    """Each change of `code`: its operator, and what makes the changed module."""
    wrapper = MetadataWrapper(cst.parse_module(code), unsafe_skip_copy=True)
    parents = wrapper.resolve(ParentNodeProvider)
    for node in _nodes(wrapper.module):
        for operator, kinds in OPERATORS:
            for other in operator(node) if isinstance(node, kinds) else ():
                yield name_of(operator), partial(_module_with, node, other, parents)


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """`node` and what it is made of, but for annotations and decorators."""
    if not isinstance(node, cst.Annotation | cst.Decorator):
        yield node
        for child in node.children:
            yield from _nodes(child)


def _module_with(node: cst.CSTNode, other: cst.CSTNode, parents: Mapping[cst.CSTNode, Any]) -> cst.Module:
    """The module with `other` in the place of `node`: what is on the way to it is made anew, and nothing else."""
    while not isinstance(node, cst.Module):
        parent = parents[node]
        node, other = parent, parent.with_changes(**_fields_with(parent, node, other))
    assert isinstance(other, cst.Module)
    return other


def _fields_with(parent: cst.CSTNode, node: cst.CSTNode, other: cst.CSTNode) -> dict[str, Any]:
    """The fields of `parent` that hold `node`, holding `other` in its place."""
    found: dict[str, Any] = {}
    for one in fields(parent):
        value = getattr(parent, one.name)
        if value is node:
            found[one.name] = other
        elif isinstance(value, list | tuple) and any(each is node for each in value):
            found[one.name] = [other if each is node else each for each in value]
    return found


def _meaning(code: str) -> str | None:
    """What `code` is to Python, whatever its layout; None where it is nothing."""
    try:
        tree = ast.parse(code)
        compile(tree, "", "exec")
    except (SyntaxError, ValueError):
        return None
    return ast.dump(tree)


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """How many lines are above what differs, and the lines that differ, each in one."""
    old, new = before.splitlines(), after.splitlines()
    top = _alike(old, new)
    bottom = min(_alike(old[::-1], new[::-1]), len(old) - top, len(new) - top)
    return top, _one_line(old[top : len(old) - bottom]), _one_line(new[top : len(new) - bottom])


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines the two have in common at their beginnings."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _one_line(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
