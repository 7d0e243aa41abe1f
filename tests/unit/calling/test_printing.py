"""Who is told that they print too much is who prints."""

import sys
import threading
from collections.abc import Iterator

import pytest

from helpers.calling.printing import LINES_SHOWN, Printing

LINES = 5 * LINES_SHOWN


class _Printer:
    """A thread that prints when it is told to, and then ends."""

    def __init__(self) -> None:
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._print)
        self._thread.start()

    def print(self) -> None:
        """Returns when it has."""
        self._go.set()
        self._thread.join()

    def _print(self) -> None:
        self._go.wait()
        for number in range(LINES):
            sys.stdout.write(f"{number}\n")


@pytest.fixture
def left_behind() -> Iterator[_Printer]:
    """One that was started before anybody looks."""
    printer = _Printer()
    yield printer
    printer.print()


def test_of_a_thread_left_behind(left_behind: _Printer, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody else's: not counted, and no more of it shown than of one's own."""
    printing = Printing()
    with printing.bounded():
        left_behind.print()
        sys.stdout.write("mine\n")
    assert (printing.lines, printing.characters) == (1, len("mine\n"))
    shown = capsys.readouterr().out
    assert shown.endswith("mine\n")
    assert len(shown.splitlines()) == LINES_SHOWN + 1


def test_of_a_thread_of_ones_own() -> None:
    """Whoever starts a thread prints what it prints."""
    printing = Printing()
    with printing.bounded():
        _Printer().print()
        sys.stderr.write("to the other stream\n")
    assert printing.lines == LINES + 1
