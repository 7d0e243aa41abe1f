"""The text of a notebook without what it has printed, and without white space: it may have gigabytes of both.

It is read in parts, and never held as a whole. How its lines are broken and indented makes no difference.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

DROPPED: Final = ('"outputs"', '"attachments"')
"""The two parts of a cell that may be of any size."""
IN_A_CELL: Final = 3
"""How many brackets are open where such a part begins: the notebook, its cells, one of them."""
_STRING: Final = re.compile(r"[^\"\\]*+(?:\\.[^\"\\]*+)*+", re.DOTALL)
_NEXT: Final = re.compile(r'[^"\[\]{}]*+')
_WHOLE: Final = re.compile(r'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
"""What stands between two brackets, up to a string that is not whole."""
_SPACE: Final = re.compile(r"[ \t\r\n]+")


def without_outputs(parts: Iterable[str]) -> Iterator[str]:
    """The text that `parts` make up, with an empty list for the outputs and the attachments of each cell."""
    return _Strip().through(parts)


class _Strip:
    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._key = ""
        """The string that was read last, as far as it can be one of `DROPPED`; empty after anything but a colon."""
        self._until = 0
        """While something is dropped, the depth at which it ends."""

    def through(self, parts: Iterable[str]) -> Iterator[str]:
        left = ""
        for part in parts:
            text, place = left + part, 0
            left = ""
            while place < len(text):
                if self._until and not self._in_string:
                    place = _WHOLE.match(text, place).end()  # type: ignore[union-attr]
                if self._in_string:
                    end = _STRING.match(text, place).end()  # type: ignore[union-attr]  # it matches the empty text
                    if end < len(text) and text[end] == "\\":
                        left, text = text[end:], text[:end]  # what is escaped comes with the next part
                else:
                    end = _NEXT.match(text, place).end()  # type: ignore[union-attr]
                yield from self._plain(text[place:end])
                if end < len(text):
                    yield from self._mark(text[end])
                place = end + 1
        yield left

    def _plain(self, text: str) -> Iterator[str]:
        if self._in_string:
            if len(self._key) <= len(max(DROPPED, key=len)):
                self._key += text
        else:
            text = _SPACE.sub("", text)
            if text and text != ":":
                self._key = ""
        if text and not self._until:
            yield text

    def _mark(self, mark: str) -> Iterator[str]:
        if mark == '"':
            self._key = f"{self._key}{mark}" if self._in_string else mark
            self._in_string = not self._in_string
            if not self._until:
                yield mark
            return
        if mark in "[{":
            if not self._until and self._depth == IN_A_CELL and self._key in DROPPED:
                self._until = self._depth + 1
                yield "[]"
            elif not self._until:
                yield mark
            self._depth += 1
        else:
            if not self._until:
                yield mark
            elif self._depth == self._until:
                self._until = 0
            self._depth -= 1
        self._key = ""
