"""What a learner's function prints while it is checked: shown, but no more of it than a person reads.

A thread that an earlier cell has left behind may print on, and it does so into the same streams. That is not this
function's: it is bounded as well, but counted by itself.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Final, TextIO, cast

LINES_SHOWN: Final = 100
CHARACTERS_SHOWN: Final = 20_000


class Printing:
    """Everything printed during one call, counted, and its beginning passed on."""

    def __init__(self) -> None:
        self.lines = 0
        self.characters = 0
        self._lines_shown = 0
        self._characters_shown = 0

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """In the `with` block, what is printed beyond the first lines is only counted."""
        output, errors = sys.stdout, sys.stderr
        older = frozenset(threading.enumerate()) - {threading.current_thread()}
        others = Printing()

        def whose() -> Printing:
            return others if threading.current_thread() in older else self

        with redirect_stdout(_stream(output, whose)), redirect_stderr(_stream(errors, whose)):
            try:
                yield
            finally:
                rest = self._rest()
                if rest:
                    output.write(f"\n… {rest} were printed and are not shown.\n")

    def take(self, text: str) -> str:
        """Count `text`. Returns what of it is to be shown."""
        self.lines += text.count("\n")
        self.characters += len(text)
        if self._lines_shown >= LINES_SHOWN or self._characters_shown >= CHARACTERS_SHOWN:
            return ""
        shown = text[: CHARACTERS_SHOWN - self._characters_shown]
        shown = "".join(shown.splitlines(keepends=True)[: LINES_SHOWN - self._lines_shown])
        self._lines_shown += shown.count("\n")
        self._characters_shown += len(shown)
        return shown

    def _rest(self) -> str:
        lines = self.lines - self._lines_shown
        characters = self.characters - self._characters_shown
        return f"{lines:,} more lines" if lines else f"{characters:,} more characters" if characters else ""


def _stream(inner: TextIO, whose: Callable[[], Printing]) -> TextIO:
    return cast("TextIO", _Bounded(inner, whose))


class _Bounded:
    """A text stream, as far as anybody prints on it."""

    def __init__(self, inner: TextIO, whose: Callable[[], Printing]) -> None:
        self._inner = inner
        self._whose = whose

    def write(self, text: str) -> int:
        shown = self._whose().take(text)
        if shown:
            self._inner.write(shown)
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
