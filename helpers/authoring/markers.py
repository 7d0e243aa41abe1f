"""Solution regions: the lines of a code cell from `### BEGIN SOLUTION` to `### END SOLUTION`.

In a cell of TypeScript both stand behind its `//`.

A malformed marker is refused and never guessed at: a solution that slips into a learner's notebook spoils the exercise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from helpers.authoring.cells import LineError, is_typescript

BEGIN: Final = "### BEGIN SOLUTION"
END: Final = "### END SOLUTION"
STUB: Final = ("# Write your code here.", "...")
TYPESCRIPT_STUB: Final = ("// Write your code here.", 'throw new Error("not written yet");')
TO_REPAIR: Final = "# Repair this code."

_PHRASE: Final = re.compile(r"\b(BEGIN|END) SOLUTION\b")
_COMMENT: Final = re.compile(r"^(\s*)// ?(?=#)")
_FIRST_WORDS: Final = {"BEGIN": BEGIN, "START": BEGIN, "END": END, "STOP": END}


@dataclass(frozen=True)
class Region:
    """A solution: the lines of its two markers, and their indentation."""

    begin: int
    end: int
    indentation: str


def find_regions(lines: Sequence[str], first_line: int = 0) -> list[Region]:
    """The solution regions of a code cell, whose lines are counted from `first_line`.

    Raises `LineError` for the first marker that is malformed.
    """
    regions: list[Region] = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines, first_line):
        marker = _marker(line, number)
        if marker == BEGIN:
            if opened:
                raise LineError(
                    number, f'"{BEGIN}" inside the solution that begins in line {opened[0]}: close that one first.'
                )
            opened = number, _indentation(line)
        elif marker == END:
            if not opened:
                raise LineError(number, f'"{END}" closes nothing: write "{BEGIN}" above the solution\'s first line.')
            if opened[1] != _indentation(line):
                raise LineError(
                    number, f'"{END}" is not indented like its "{BEGIN}" in line {opened[0]}: align the two.'
                )
            regions.append(Region(opened[0], number, opened[1]))
            opened = None
    if opened:
        raise LineError(
            opened[0], f'"{BEGIN}" is not closed in its cell: write "{END}" below the solution\'s last line.'
        )
    return regions


def refuse_markers(lines: Sequence[str], first_line: int = 0) -> None:
    """In a cell of prose a marker would be shown to the learner, and do nothing."""
    for number, line in enumerate(lines, first_line):
        if _PHRASE.search(line):
            raise LineError(number, "a solution marker in a markdown cell does nothing: move it into a code cell.")


def replace_regions(source: str) -> str:
    """`source` with the stub in the place of each solution."""
    lines = source.split("\n")
    stub = TYPESCRIPT_STUB if is_typescript(source) else STUB
    for region in reversed(find_regions(uncommented(lines) if is_typescript(source) else lines)):
        lines[region.begin : region.end + 1] = [region.indentation + line for line in stub]
    return "\n".join(lines)


def uncommented(lines: Sequence[str]) -> list[str]:
    """The lines of a cell of TypeScript, without the `//` before what may be a marker."""
    return [_COMMENT.sub(r"\1", line) for line in lines]


def _marker(line: str, number: int) -> str | None:
    text = line.strip()
    if text in (BEGIN, END):
        return text
    if meant := _resembles(text):
        raise LineError(number, f'"{text}" is not a solution marker (did you mean "{meant}", alone on its line?).')
    return None


def _resembles(text: str) -> str | None:
    """The marker that somebody may have meant by `text`."""
    if phrase := _PHRASE.search(text):
        return f"### {phrase[0]}"
    if not text.startswith("#"):
        return None
    words = re.sub(r"(BEGIN|START|END|STOP)(?=SOL)", r"\1 ", re.sub("[^A-Z]+", " ", text.upper())).split()
    if not 2 <= len(words) <= 3 or not _alike(words[-1], "SOLUTION"):
        return None
    return next((marker for word, marker in _FIRST_WORDS.items() if _alike(words[0], word)), None)


def _alike(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other).ratio() > 0.75


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
