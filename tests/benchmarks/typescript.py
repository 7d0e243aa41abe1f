"""What a check of TypeScript takes, and what it is made of: `python -m tests.benchmarks.typescript`.

Our solution of one exercise is compiled, called and checked as in a notebook, and graded from outside in a process that
stays, `--rounds` times. The median is printed, and the least, which is nearer to what a quiet machine takes. Each part
is measured by itself, and they need not add up: Node loads the SDK while the learner goes from one cell to the next.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from statistics import median
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from helpers.client import make_client
from helpers.grading.grader import open_grader
from helpers.grading.nursery import Nursery
from helpers.grading.submission import Cell, SourceFile, Submission
from helpers.judging.checking import check_function
from helpers.judging.drawing import NOTEBOOK_SEED, draw_cases
from helpers.judging.solutions import solution_source
from helpers.judging.verdict import Verdict
from helpers.lessons.found import check_named
from helpers.typescript import compiler
from helpers.typescript.compiler import Compiled, compiled
from helpers.typescript.functions import bind
from helpers.typescript.node import problem
from helpers.typescript.runner import Runner, new_node
from helpers.typescript.tool import Tool

CHECK: Final = check_named("showText")
NAME: Final = CHECK.exercise.name
SOURCE: Final = solution_source(CHECK.exercise)
IDLE: Final = """
import Anthropic from "@anthropic-ai/sdk";
export async function idle(client: Anthropic | null): Promise<string> { return ""; }
"""
CASES: Final = len(draw_cases(CHECK, NOTEBOOK_SEED))
"""In each, the check calls the function once."""

Part = tuple[str, float]


def parts() -> Iterator[Part]:
    """What each part takes, in seconds, in processes that are new."""
    with ExitStack() as stack:
        tool, node = Tool(compiler.SCRIPT), new_node()
        stack.callback(tool.end)
        stack.callback(node.end)
        yield (
            "the compiler, which loads the types of the SDK",
            _seconds(lambda: _compile(tool, "idle", IDLE)),
        )
        idle, showing = _compile(tool, "idle", IDLE), _compile(tool, NAME, SOURCE)
        yield "the compiler, for one cell more", _seconds(lambda: _compile(tool, NAME, SOURCE))
        yield "Node, which loads the SDK", _seconds(lambda: _ready(node))
        runner = Runner(node)
        stack.callback(runner.end)
        functions = {**bind(idle, runner), **bind(showing, runner)}
        nothing, client = functions["idle"], make_client("plain")
        nothing(None)
        yield "a call of a function that does nothing", _seconds(lambda: nothing(None))
        yield "… which is handed a client: a server begins and ends", _seconds(lambda: nothing(client))
        check_function(CHECK, functions[NAME])
        whole = _seconds(lambda: _passed(check_function(CHECK, functions[NAME])))
        yield f"… which streams: one of the {CASES} cases of a check", whole / CASES
        yield "a check, where the compiler and Node are there", whole
        yield "a check after its cell was changed and run: all of it", _seconds(lambda: _changed(tool, node))


def graded(nursery: Nursery) -> float:
    """Seconds in which a submission is graded that has this exercise alone, in a process that is there."""
    file = SourceFile("A1.ipynb", "A1", (Cell("cell 1", f"%%typescript {NAME}\n{SOURCE}"),))

    def grade() -> None:
        with open_grader(Submission("one", (file,), whole=False), NOTEBOOK_SEED, nursery=nursery) as grader:
            _passed(grader.verdict(CHECK.exercise))

    return _seconds(grade)


def _compile(tool: Tool, name: str, source: str) -> Compiled:
    tool.ask({"name": name, "source": source})
    return compiled(name, source, next(tool.answers()))


def _ready(node: Tool) -> None:
    node.begin()
    next(node.answers())


def _changed(tool: Tool, node: Tool) -> None:
    runner = Runner(node)
    try:
        cell = _compile(tool, NAME, f"{SOURCE}\n")
        # As a notebook does.
        node.end()
        node.begin()
        _passed(check_function(CHECK, bind(cell, runner)[NAME]))
    finally:
        runner.end()


def _passed(verdict: Verdict) -> None:
    assert verdict.outcome == "passed", verdict.message


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _table(found: Mapping[str, list[float]], rounds: int) -> Table:
    table = Table(f"{NAME}, {rounds} rounds, in ms", box=None)
    for heading in ("median", "least"):
        table.add_column(heading, justify="right")
    for part, seconds in found.items():
        table.add_row(part, *(f"{one * 1000:,.0f}" for one in (median(seconds), min(seconds))))
    return table


@click.command(help=__doc__)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(rounds: int) -> None:
    """Print the table."""
    if why_not := problem():
        click.echo(why_not, err=True)
        sys.exit(2)
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for part, seconds in parts():
            found.setdefault(part, []).append(seconds)
    with Nursery() as nursery:
        graded(nursery)
        found["graded from outside, in a process that stays"] = [graded(nursery) for _ in range(rounds)]
    Console().print(_table(found, rounds))


if __name__ == "__main__":
    main()
