"""TypeScript from outside: what a function is told does not depend on the side that it runs on."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.grading.grader import Grader, open_grader
from helpers.grading.nursery import Nursery
from helpers.grading.submission import Cell, SourceFile, Submission, read_submission
from helpers.judging.checking import check_function
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_of
from helpers.proofs.attempts import promised, told
from helpers.typescript.functions import define
from helpers.typescript.node import problem
from helpers.typescript.runner import RUNNER

HERE: Final = Path(__file__).parents[2] / "attempts" / "A1_typescript"
ATTEMPTS: Final = sorted(HERE.glob("*/*.ts"))
SEED: Final = 20_261
BOTH_SIDES: Final = 7
"""Of so many attempts one is judged on both sides, with every word compared; the others by what their name promises,
which `tests/attempts` holds them to in the notebook.
"""
RIGHT: Final = (HERE / "streamMessage/right_final_message.ts").read_text("utf-8")

pytestmark = pytest.mark.skipif(problem() is not None, reason=str(problem()))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all of them: so there is one compiler."""
    with Nursery() as nursery:
        assert nursery.compiler.why_not() is None
        yield nursery


def _cell(name: str, source: str) -> str:
    return f"%%typescript {name}\n{source}"


def _file(name: str, source: str) -> SourceFile:
    return SourceFile(f"{name}.ipynb", name, (Cell("cell 1", _cell(name, source)),))


def _exercise_of(attempt: Path) -> Exercise:
    return EXERCISES[attempt.parent.name]


@pytest.fixture(scope="module")
def graded(nursery: Nursery) -> Mapping[Path, Verdict]:
    """The verdict on every attempt, from outside: one after the other in one child, each compiled once."""
    files = tuple(_file(attempt.parent.name, attempt.read_text("utf-8")) for attempt in ATTEMPTS)
    with open_grader(Submission("attempts", files, whole=False), SEED, nursery=nursery) as grader:
        return {attempt: grader.verdict_on(_exercise_of(attempt), place) for place, attempt in enumerate(ATTEMPTS)}


def _named(attempt: Path) -> str:
    return f"{attempt.parent.name}/{attempt.stem}"


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=_named)
def test_as_promised(graded: Mapping[Path, Verdict], attempt: Path) -> None:
    """From outside an attempt is told what its name says, as it is in the notebook."""
    assert told(graded[attempt]) == promised(attempt), graded[attempt].message


@pytest.mark.parametrize("attempt", ATTEMPTS[::BOTH_SIDES], ids=_named)
def test_same_words(graded: Mapping[Path, Verdict], attempt: Path) -> None:
    """The message and the cases that went wrong are those of the notebook, too."""
    exercise = _exercise_of(attempt)
    function = define(exercise.name, f"\n{attempt.read_text('utf-8')}")[1][exercise.name]
    try:
        inside = check_function(check_of(exercise), function, SEED)
    finally:
        RUNNER.end()
    outside = graded[attempt]
    assert (outside.message, outside.wrong) == (inside.message, inside.wrong)


@pytest.fixture
def grader_of(nursery: Nursery, tmp_path: Path) -> Iterator[Callable[..., Grader]]:
    """A grader of a notebook with these cells, or of a script."""
    opened = []

    def open_one(*cells: str, script: str = "") -> Grader:
        file = tmp_path / ("A1_typescript.py" if script else "A1_typescript.ipynb")
        made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
        file.write_text(script or json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}))
        context = open_grader(read_submission(file), SEED, 1.0, nursery=nursery)
        opened.append(context)
        return context.__enter__()

    yield open_one
    for context in opened:
        context.__exit__(None, None, None)


def _verdict(grader: Grader, name: str = "streamMessage") -> Verdict:
    return grader.verdict(EXERCISES[name])


def test_types(grader_of: Callable[..., Grader]) -> None:
    """What the compiler says, in the line where it says it, is the verdict; and nothing else is."""
    source = RIGHT.replace("prompt: string", "prompt: number")
    verdict = _verdict(grader_of(_cell("streamMessage", source)))
    assert verdict.outcome == "raised"
    assert "TS2322 in your line" in verdict.message
    assert "Type 'number' is not assignable to type" in verdict.message


@pytest.mark.parametrize(
    "start", ['# %% magic_args="streamMessage" language="typescript"', "# %%typescript streamMessage"]
)
def test_script(grader_of: Callable[..., Grader], start: str) -> None:
    """In a `.py`, as jupytext writes it, the cell is a comment to Python; its lines are the file's."""
    commented = "\n".join(f"# {line}".rstrip() for line in RIGHT.splitlines())
    before = "# %%\nfrom helpers import check\n\n"
    after = '\n\n# %%\ncheck("streamMessage")\n'
    assert _verdict(grader_of(script=before + f"{start}\n{commented}" + after)).outcome == "passed"
    broken = commented.replace("stream.finalMessage()", "stream.fnalMessage()")
    line = next(number for number, text in enumerate(f"{before}{start}\n{broken}".split("\n"), 1) if "fnal" in text)
    verdict = _verdict(grader_of(script=f"{before}{start}\n{broken}{after}"))
    assert f"in your line {line}:" in verdict.message


def test_cells_import_each_other(grader_of: Callable[..., Grader]) -> None:
    """A cell may import from an earlier one of the same notebook."""
    helper = _cell("words", 'export const PROMPT = "prompt";')
    source = RIGHT.replace(
        "export async function", 'import { PROMPT } from "./words.js";\nvoid PROMPT;\nexport async function', 1
    )
    assert _verdict(grader_of(helper, _cell("streamMessage", source))).outcome == "passed"


def test_no_cell_of_somebody_else(grader_of: Callable[..., Grader]) -> None:
    """What one submission has defined is not there for the next, though the compiler is the same process."""
    _verdict(grader_of(_cell("words", 'export const PROMPT = "prompt";'), _cell("streamMessage", RIGHT)))
    verdict = _verdict(
        grader_of(_cell("streamMessage", f'import {{ PROMPT }} from "./words.js";\nvoid PROMPT;\n{RIGHT}'))
    )
    assert "Cannot find module './words.js'" in verdict.message


def test_last_definition_wins(grader_of: Callable[..., Grader]) -> None:
    """As in a notebook."""
    head = "export async function streamMessage(client: unknown, prompt: string)"
    stub = f'{head} {{\n  throw new Error("not written yet");\n}}'
    assert _verdict(grader_of(_cell("streamMessage", RIGHT), _cell("streamMessage", stub))).outcome == "not_started"
    assert _verdict(grader_of(_cell("streamMessage", stub), _cell("streamMessage", RIGHT))).outcome == "passed"


def test_magic_that_was_lost(grader_of: Callable[..., Grader]) -> None:
    """What somebody wrote is not said to be nothing, because a line above it is gone."""
    verdict = _verdict(grader_of(RIGHT))
    assert verdict.outcome == "raised"
    assert verdict.message.startswith("streamMessage may have been begun in what could not be read")


def test_python_of_that_name(grader_of: Callable[..., Grader]) -> None:
    """A function of the right name in the wrong language is said to be one."""
    verdict = _verdict(grader_of("def streamMessage(client, prompt):\n    return 1\n"))
    assert "begin its cell with `%%typescript streamMessage`" in verdict.message


def test_no_typescript(grader_of: Callable[..., Grader]) -> None:
    """What does not parse is told in the compiler's words, not those of a function that nobody could find."""
    verdict = _verdict(grader_of(_cell("streamMessage", "export async fnction streamMessage() {")))
    assert verdict.outcome == "raised"
    assert "TS1128 in your line 2" in verdict.message or "TS1005 in your line 2" in verdict.message


def test_signature(grader_of: Callable[..., Grader]) -> None:
    """A parameter that the exercise has not is named."""
    source = "export async function streamMessage(client: unknown, text: string) {\n  return text;\n}"
    assert _verdict(grader_of(_cell("streamMessage", source))).misconception == "signature_changed"


def test_too_much_for_the_compiler(grader_of: Callable[..., Grader], nursery: Nursery) -> None:
    """A cell that nobody reads is not handed to the compiler, which then serves the next one."""
    verdict = _verdict(grader_of(_cell("streamMessage", RIGHT + "// a comment\n" * 10_000)))
    assert "more than 100,000 characters" in verdict.message
    assert _verdict(grader_of(_cell("streamMessage", RIGHT))).outcome == "passed"


def test_compiler_that_ended(grader_of: Callable[..., Grader], nursery: Nursery) -> None:
    """Whatever ended it, the next submission has another one."""
    nursery.compiler.end()
    assert _verdict(grader_of(_cell("streamMessage", RIGHT))).outcome == "passed"
