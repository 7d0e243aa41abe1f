"""What every test shares: the replay at no cost in time, and the conformance table after the run."""

import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

from helpers.authoring.kernel import connection
from helpers.typescript.node import problem

SEAMS = ("in-process sync", "in-process async", "server sync", "server async")
SHOWN = {"passed": "✓", "failed": "✗", "skipped": "–"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay at full speed, whatever the shell that runs the tests is set to."""
    for name in ("COURSE_MODE", "COURSE_MODEL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_SPEED", "0")


def _kernel_manager(folder: Path, **options: Any) -> KernelManager:
    return KernelManager(**options, **connection(Path(mkdtemp(dir=folder))))


@pytest.fixture
def anyio_backend() -> str:
    """asyncio: what the SDK's asynchronous client runs on in a notebook."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Everything at once takes half an hour on two cores."""
    parser.addoption("--weekly", action="store_true", help="also run what takes minutes and is run once a week")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of a row of the conformance table, and that of what is not run every time.

    nbval's kernels listen at no port: other tests take hundreds, one of them perhaps while a kernel starts.
    """
    folder = Path(mkdtemp(prefix="nbval-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    nbval.kernel.KernelManager = lambda **options: _kernel_manager(folder, **options)
    config.addinivalue_line("markers", "weekly: takes minutes; skipped without --weekly")
    config.addinivalue_line("markers", "row(number, text): the row of the conformance table that a test proves")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes is skipped; where there is no Node, so are notebooks with TypeScript in them. Each says so."""
    if not config.getoption("--weekly"):
        for item in items:
            if item.get_closest_marker("weekly"):
                item.add_marker(pytest.mark.skip(reason="run once a week, and with --weekly"))
    notebooks = {item.path for item in items if item.path.suffix == ".ipynb"}
    if not notebooks or (why_not := problem()) is None:
        return
    skipped = {path for path in notebooks if "%%typescript " in path.read_text("utf-8")}
    for item in items:
        if item.path in skipped:
            item.add_marker(pytest.mark.skip(reason=why_not))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hand the row to the report: also from a worker process, which sends properties and nothing else."""
    marker = item.get_closest_marker("row")
    if marker is not None and isinstance(item, pytest.Function):
        item.user_properties.append(("conformance", [*marker.args, item.callspec.params["wire"]]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the SDK did with each failure, over both seams."""
    cells = sorted(_cells(terminalreporter))
    if not cells:
        return
    terminalreporter.section("conformance: what the SDK does with failures")
    width = max(len(text) for _, text, _, _ in cells)
    terminalreporter.line(f"{'':{width}}  {'  '.join(SEAMS)}")
    for (_, text), row in groupby(cells, lambda cell: cell[:2]):
        outcomes = {seam: {outcome for *_, outcome in same} for seam, same in groupby(row, lambda cell: cell[2])}
        marks = (f"{_mark(outcomes.get(seam, set())):^{len(seam)}}" for seam in SEAMS)
        terminalreporter.line(f"{text:{width}}  {'  '.join(marks)}".rstrip())


def _cells(terminalreporter: pytest.TerminalReporter) -> Iterator[tuple[int, str, str, str]]:
    for outcome in SHOWN:
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "conformance" and (report.when == "call" or outcome != "passed"):
                    number, text, seam = value
                    yield number, text, seam, outcome


def _mark(outcomes: set[str]) -> str:
    """A row is proved when every test of it passed."""
    return next((SHOWN[outcome] for outcome in ("failed", "skipped", "passed") if outcome in outcomes), "")
