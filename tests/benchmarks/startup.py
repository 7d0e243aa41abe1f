"""What starting costs, side by side with the SDK alone: `python -m tests.benchmarks.startup`.

Three comparisons, each with its ratios: what a lesson's first cell imports, in a fresh interpreter, with `import
anthropic` there; that first cell in a kernel, with `import anthropic` in another kernel; and Run All of every solved
lesson, with a kernel in which the SDK makes the lesson's calls over a bare mock transport (`tests.benchmarks.tape`) and
with one that imports the SDK and does nothing else. Rounds are interleaved; medians are printed.

Processor time of the processes that have ended, from their start: what other programs take is not ours, and neither is
what a lesson waits for on purpose. Node, which the lesson on TypeScript starts, is added to its calls. Of Run All the
real seconds are printed besides. The package is compiled before, as it is when a learner starts it for the second time,
and the replay does not wait (`COURSE_SPEED=0`).
"""

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple, TypeAlias

import click
import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from helpers.authoring.kernel import ThisInterpreter, connection
from tests.benchmarks.tape import Tape

ROOT: Final = Path(__file__).parents[2]
SOLUTIONS: Final = ROOT / "solutions"
IMPORTS: Final = "from helpers import MODEL, check, hint, make_client, solution, timeline"
FIRST_CELL: Final = f"{IMPORTS}\n\nclient = make_client()"
"""Of every lesson."""
SDK: Final = "import anthropic"
TARGETS: Final = {"import": 1.03, "first cell": 1.1, "Run All": 1.5}
KERNEL: Final = "idle"
CALLS: Final = "its calls"
TAPE: Final = "from pathlib import Path\nfrom tests.benchmarks.tape import RECORDER, Tape, play\n"
SECONDS: Final = 120
EMPTY: Final = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
CODE: Final[Mapping[str, Any]] = {
    "cell_type": "code",
    "id": "only",
    "metadata": {},
    "execution_count": None,
    "outputs": [],
}


class Took(NamedTuple):
    """Seconds."""

    processor: float
    real: float


Contender: TypeAlias = Callable[[], Took]


def processor_seconds() -> float:
    """What the processes have taken that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def timed(run: Callable[[], object]) -> Took:
    """What the processes take that `run` starts and ends."""
    processor, real = processor_seconds(), time.perf_counter()
    run()
    return Took(processor_seconds() - processor, time.perf_counter() - real)


def interpreting(code: str) -> Contender:
    """A fresh interpreter that runs `code`."""
    return lambda: timed(lambda: subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True))


@contextmanager
def kernel() -> Iterator[KernelManager]:
    """A kernel that has been started and is shut down at the end, and listens at no port that another may take."""
    with TemporaryDirectory(prefix="course-") as folder:
        manager = KernelManager(kernel_spec_manager=ThisInterpreter(), **connection(Path(folder)))
        manager.start_kernel(cwd=str(SOLUTIONS), stderr=subprocess.DEVNULL)
        try:
            yield manager
        finally:
            manager.shutdown_kernel()


def run_all(notebook: nbformat.NotebookNode) -> None:
    """Run it in a kernel of its own, from its start to its end."""
    with kernel() as manager:
        NotebookClient(notebook, km=manager, timeout=SECONDS).execute()


def running(notebook: nbformat.NotebookNode) -> Contender:
    """Run All."""
    return lambda: timed(lambda: run_all(notebook))


def calling(lesson: str, folder: Path) -> Contender:
    """A kernel in which the SDK makes the calls of that solved lesson, which is run once to know them."""
    file = folder / f"{lesson}.json"
    notebook = read(lessons()[lesson])
    first, last = (notebook_of(TAPE + cell) for cell in ("RECORDER.start()", f"RECORDER.tape().save({_path(file)})"))
    run_all(nbformat.from_dict({**notebook, "cells": [*first.cells, *notebook.cells, *last.cells]}))  # type: ignore[no-untyped-call]
    programs = Tape.load(file).programs
    play = running(notebook_of(f"{TAPE}await play(Tape.load({_path(file)}))"))

    def run() -> Took:
        took = play()
        return took._replace(processor=took.processor + programs)

    return run


def _path(file: Path) -> str:
    return f"Path({str(file)!r})"


def notebook_of(cell: str) -> nbformat.NotebookNode:
    """A notebook with this cell of code."""
    return nbformat.from_dict({**EMPTY, "cells": [{**CODE, "source": cell}]})  # type: ignore[no-untyped-call,no-any-return]


def read(file: Path) -> nbformat.NotebookNode:
    """The notebook in `file`."""
    return nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call,no-any-return]


def in_kernel(cell: str) -> Contender:
    """`cell` as the first one in a fresh kernel: what it takes there, the kernel's start left out."""

    def run() -> Took:
        with kernel() as manager, channels_to(manager) as client:
            before, real = _now(client), time.perf_counter()
            reply: Any = client.execute_interactive(cell, timeout=SECONDS)
            took = time.perf_counter() - real
            assert reply["content"]["status"] == "ok", reply["content"]
            return Took(_now(client) - before, took)

    return run


@contextmanager
def channels_to(manager: KernelManager) -> Iterator[Any]:
    """A client of a kernel that answers."""
    client: Any = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield client
    finally:
        client.stop_channels()


def _now(client: Any) -> float:
    """The processor seconds that the kernel has taken."""
    asked = {"now": "__import__('time').process_time()"}
    reply = client.execute_interactive("", silent=True, user_expressions=asked, timeout=SECONDS)
    return float(reply["content"]["user_expressions"]["now"]["data"]["text/plain"])


def interleaved(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Took]:
    """The medians of so many rounds; every other one goes backwards."""
    taken: dict[str, list[Took]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            taken[name].append(contenders[name]())
    return {name: Took(*map(median, zip(*all_of_it, strict=True))) for name, all_of_it in taken.items()}


def table(title: str, took: Mapping[str, Took], target: float) -> Iterator[str]:
    """The lines of one comparison; the first contender is the floor."""
    floor = next(iter(took.values()))
    yield f"{title} (target: at most {target:.2f} of the first line)"
    for name, one in took.items():
        yield f"    {name:<24} {one.processor:7.3f} s  {one.processor / floor.processor:5.2f}"


def line_of(lesson: str, took: Mapping[str, Took]) -> str:
    """Run All of a lesson with the SDK's part of it, and with a kernel that does nothing."""
    idle, calls, whole = took[KERNEL].processor, took[CALLS].processor, took[lesson]
    return (
        f"    {lesson:<18} {whole.processor:.3f} s (real {whole.real:4.1f} s)   {CALLS} {calls:.3f} s  "
        f"{whole.processor / calls:5.2f}   {KERNEL} {idle:.3f} s  {whole.processor / idle:5.2f}"
    )


def lessons() -> dict[str, Path]:
    """The solved lessons, by name."""
    return {file.stem: file for file in sorted(SOLUTIONS.glob("[0-9A]*_*.ipynb"))}


def lines(imports: int, first_cells: int, rounds: int, names: Sequence[str]) -> Iterator[str]:
    """Everything that is printed, each comparison as soon as it is made."""
    if imports:
        codes = {SDK: SDK, "import helpers": f"{SDK}\nimport helpers", "what a lesson imports": IMPORTS}
        took = interleaved({name: interpreting(code) for name, code in codes.items()}, imports)
        yield from table("import in a fresh interpreter", took, TARGETS["import"])
    if first_cells:
        cells = {SDK: SDK, "the first cell": FIRST_CELL}
        took = interleaved({name: in_kernel(cell) for name, cell in cells.items()}, first_cells)
        yield from table("the first cell in a kernel", took, TARGETS["first cell"])
    if rounds:
        yield f"Run All of a solved lesson (target: at most {TARGETS['Run All']:.2f} of a kernel with its calls)"
        idle = running(notebook_of(SDK))
        with TemporaryDirectory() as folder:
            # One lesson after the other: what the machine does besides changes within minutes.
            for name in names:
                whole = running(read(lessons()[name]))
                yield line_of(
                    name, interleaved({KERNEL: idle, CALLS: calling(name, Path(folder)), name: whole}, rounds)
                )


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(lessons())), metavar="[LESSON]...")
@click.option("--imports", default=11, show_default=True, help="Rounds of fresh interpreters; 0 leaves them out.")
@click.option("--first-cells", default=7, show_default=True, help="Rounds of first cells; 0 leaves them out.")
@click.option("--rounds", default=3, show_default=True, help="Rounds of Run All; 0 leaves them out.")
def main(names: Sequence[str], imports: int, first_cells: int, rounds: int) -> None:
    """Print what starting costs."""
    compileall.compile_dir(ROOT / "helpers", quiet=2)
    os.environ["COURSE_SPEED"] = "0"
    for line in lines(imports, first_cells, rounds, names or list(lessons())):
        click.echo(line)


if __name__ == "__main__":
    main()
