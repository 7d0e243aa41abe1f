"""The table of hostile submissions, after the run."""

from collections.abc import Iterator
from itertools import zip_longest

import pytest

COLUMNS = 3
SHOWN = {"passed": "✓", "failed": "✗", "skipped": "–"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what became of each submission. ✓: as it must; ✗: not so; –: not tried on this system."""
    cells = sorted(_cells(terminalreporter))
    if not cells:
        return
    terminalreporter.section(f"{len(cells)} hostile submissions: what became of each, and of the one after it")
    height = -(-len(cells) // COLUMNS)
    columns = [cells[start : start + height] for start in range(0, len(cells), height)]
    widths = [max(map(len, column)) for column in columns]
    for row in zip_longest(*columns, fillvalue=""):
        terminalreporter.line("   ".join(map(str.ljust, row, widths)).rstrip())


def _cells(terminalreporter: pytest.TerminalReporter) -> Iterator[str]:
    for outcome, mark in SHOWN.items():
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "hostile" and (report.when == "call" or outcome != "passed"):
                    submission, told = value
                    yield f"{submission} {mark} {told}"
