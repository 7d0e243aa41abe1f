"""How far a run has come: a bar in a terminal, and a line now and then elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO, TypeAlias

import click

Advance: TypeAlias = Callable[[], None]

LINES: Final = 20
"""Lines at most where there is no terminal: a log is read afterwards."""


@contextmanager
def show_progress(total: int, stream: TextIO | None = None) -> Iterator[Advance]:
    """Shows on `stream` (stderr by default) how many of `total` submissions are done. Call the result after each."""
    stream = sys.stderr if stream is None else stream
    with _bar(total, stream) if stream.isatty() else _lines(total, stream) as advance:
        yield advance


@contextmanager
def _bar(total: int, stream: TextIO) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream)) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda: progress.advance(task)


@contextmanager
def _lines(total: int, stream: TextIO) -> Iterator[Advance]:
    step = max(1, total // LINES)
    count = 0

    def advance() -> None:
        nonlocal count
        count += 1
        if count % step == 0 or count == total:
            click.echo(f"{count} of {total} submissions", file=stream)

    yield advance
