"""What people write, and what they are told: every attempt at an exercise is judged as its name says.

    tests/attempts/LESSON/FUNCTION/right_STYLE.py     passes
    tests/attempts/LESSON/FUNCTION/wrong_ID.py        is told exactly the misconception ID; a second is wrong_ID__2.py
    tests/attempts/LESSON/FUNCTION/raised_REASON.py   is shown the line of its own that raised

An attempt defines the function and imports what it needs; its docstring says what its author believed. In TypeScript it
ends in `.ts`, and that is its first comment.
"""

import ast
import atexit
import contextlib
import gc
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from helpers.authoring.markers import BEGIN, END
from helpers.judging.check import Check
from helpers.judging.checking import check_function
from helpers.judging.drawing import NOTEBOOK_SEED
from helpers.judging.offer import offer
from helpers.judging.solutions import solution_source
from helpers.judging.verdict import Verdict
from helpers.proofs.course import attempts_in, cells_of, text_of
from helpers.proofs.proof import Proof
from helpers.typescript.cells import typescript_in
from helpers.typescript.compiler import compile_cell
from helpers.typescript.functions import bind
from helpers.typescript.node import problem
from helpers.typescript.runner import Runner, new_node

SEEDS: Final = (NOTEBOOK_SEED, 7, 1_000, 20_261)
"""The notebook's own, and three more: no verdict may hang on the words that were drawn.

Tests take them all; a proof, that somebody waits for, tries our solution with two and the attempts with one.
"""
NODE: Final = new_node()
"""Runs whatever is in TypeScript here: to start one for each attempt would take longer than to judge it."""
_PROMISED: Final = {"right": "passed", "raised": "raised"}


def prove_attempts(check: Check, root: Path) -> Proof:
    """What the exercise of `check` says of the stub, of our solution, and of every attempt in `root`."""
    attempts = attempts_at(check, root)
    if check.exercise.language == "typescript" and (why_not := problem()) is not None:
        return Proof(f"{check.exercise.lesson}, {check.exercise.name}", f"not tried: {why_not}", ())
    # Attempts print, and asyncio tells what they never awaited: when it is cleared away.
    nowhere = io.StringIO()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        missing = (*_misconceptions(check), *_ours(check, root), *_attempts(check, root, attempts))
        gc.collect()
    found = f"unsolved, solved, {len(attempts)} attempts"
    return Proof(f"{check.exercise.lesson}, {check.exercise.name}", found, missing)


def attempts_at(check: Check, root: Path, kind: str = "") -> list[Path]:
    """The attempts at an exercise, or those of a kind: `right`, `wrong`, `raised`."""
    return attempts_in(root / "tests/attempts" / check.exercise.lesson / check.exercise.name, kind)


def promised(attempt: Path) -> tuple[str, str | None]:
    """Outcome and misconception that the name of `attempt` promises."""
    kind, _, rest = attempt.stem.partition("_")
    if kind == "wrong":
        return "misconception", rest.partition("__")[0]
    return _PROMISED.get(kind, f"nothing that its name says: it begins with {kind}"), None


def told(verdict: Verdict) -> tuple[str, str | None]:
    """Outcome and misconception of a verdict."""
    return verdict.outcome, verdict.misconception


def defined(source: str, file: Path, name: str) -> Callable[..., Any]:
    """The function `name` that `source` defines, in a namespace of its own."""
    namespace: dict[str, Any] = {"__name__": "attempt"}
    exec(compile(source, str(file), "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def attempted(attempt: Path) -> Callable[..., Any]:
    """The function that an attempt defines. Raises `NodeMissing` for one in TypeScript where there is no Node."""
    if attempt.suffix == ".ts":
        return in_typescript(attempt.read_text("utf-8"), attempt.parent.name)
    return defined(attempt.read_text("utf-8"), attempt, attempt.parent.name)


def believed(attempt: Path) -> str:
    """What its author believed, as it says itself; empty where it does not."""
    source = attempt.read_text("utf-8")
    if attempt.suffix == ".ts":
        return source.partition("\n")[0].removeprefix("//").strip() if source.startswith("//") else ""
    return ast.get_docstring(ast.parse(source)) or ""


def in_typescript(source: str, name: str) -> Callable[..., Any]:
    """The function `name` that `source` exports. Raises `NodeMissing`, and `SyntaxError` for what the compiler says."""
    cell = compile_cell(name, source)
    if cell.problems:
        # Nobody is told of a mistake here that the compiler has told them of before.
        raise SyntaxError(f"line {cell.problems[0].line}: {cell.problems[0].message}")
    runner = Runner(NODE)
    atexit.register(runner.end)
    return bind(cell, runner)[name]


def our_solution(check: Check, root: Path) -> Callable[..., Any]:
    """Our own function, with what its lesson defines around it."""
    file = _source(check, root)
    if check.exercise.language == "typescript":
        return in_typescript(solution_source(check.exercise, root / "solutions"), check.exercise.name)
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip() not in (BEGIN, END)]
    return defined(_definitions("\n".join(lines)), file, check.exercise.name)


def handed_out(check: Check, root: Path) -> Callable[..., Any]:
    """The function as learners get it, in the notebook that was built."""
    file = root / "notebooks" / f"{check.exercise.lesson}.ipynb"
    sources = [text_of(cell) for cell in cells_of(file) if cell["cell_type"] == "code"]
    if check.exercise.language == "typescript":
        named = dict(filter(None, map(typescript_in, sources)))
        return in_typescript(named[check.exercise.name], check.exercise.name)
    source = "\n".join(sources)
    return defined(_definitions(source), file, check.exercise.name)


def headings(check: Check, root: Path) -> Sequence[str]:
    """The headings of the lesson of an exercise."""
    return re.findall(r"^# #+ (.+)$", _source(check, root).read_text("utf-8"), re.MULTILINE)


def _source(check: Check, root: Path) -> Path:
    return root / "solutions" / f"{check.exercise.lesson}.py"


def _definitions(source: str) -> str:
    """The imports, constants, functions and classes of a lesson, without what its cells do."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    body = [node for node in ast.parse(source).body if isinstance(node, kept) or _is_constant(node)]
    return ast.unparse(ast.Module(body, []))


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.isupper()


def _misconceptions(check: Check) -> Iterator[str]:
    for one in check.misconceptions:
        if not one.cause or not one.next_step:
            yield f"{one.id} has no {'cause' if not one.cause else 'next step'}"


def _ours(check: Check, root: Path) -> Iterator[str]:
    try:
        stub, ours = handed_out(check, root), our_solution(check, root)
    except (KeyError, OSError, SyntaxError) as error:
        yield f"its lesson, as it was built last, does not define it ({error!r}): run `course build`"
        return
    if (outcome := check_function(check, stub).outcome) != "not_started":
        yield f"as it is handed out, it is {outcome}"
    for seed in SEEDS[:2]:
        verdict = check_function(check, ours, seed)
        if verdict.outcome != "passed":
            yield f"our solution does not pass: {verdict.message}{_to_try(check, verdict, seed)}"
            return


def _to_try(check: Check, verdict: Verdict, seed: int) -> str:
    """The case that a verdict is about, for whoever wants to call the function in it."""
    offered = offer(check, verdict, seed)
    return f" To try it: `{offered.asking}`." if offered else ""


def _attempts(check: Check, root: Path, attempts: Sequence[Path]) -> Iterator[str]:
    known = headings(check, root) if _source(check, root).exists() else ()
    for attempt in attempts:
        try:
            function = attempted(attempt)
        except Exception as error:  # noqa: BLE001 - whatever stands in an attempt, it is said of that attempt
            yield f"{attempt.stem} does not define {check.exercise.name} ({error!r})"
            continue
        if not believed(attempt):
            yield f"{attempt.stem} does not say what its author believed"
        verdict = check_function(check, function)
        problem = _problem(attempt, verdict, known)
        if problem:
            yield f"{attempt.stem} is {problem}{_to_try(check, verdict, NOTEBOOK_SEED)}"


def _problem(attempt: Path, verdict: Verdict, known: Sequence[str]) -> str:
    """What is wrong with what the attempt is told; empty where nothing is."""
    if told(verdict) != promised(attempt):
        return f"told {verdict.misconception or verdict.outcome}: {verdict.message}"
    if verdict.misconception is not None and verdict.reread not in known:
        return f"sent to a section {verdict.reread!r}, which its lesson does not have"
    return ""
