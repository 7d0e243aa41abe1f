"""How long a lesson takes: what it states, and an estimate by rule. Nobody was timed.

The rate of reading was measured by others: adults who read English non-fiction in silence read 238 words a minute, most
of them between 175 and 300 (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047). The seconds are assumptions of
ours, about somebody who writes Python for a living and goes through everything once, from top to bottom.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from helpers.authoring.cells import REPAIR, SOLUTION_ONLY
from helpers.proofs.course import Cell, LessonFiles, text_of

WORDS_A_MINUTE: Final = 238
SECONDS_A_LINE: Final = 3
"""To read a line of code that is given."""
SECONDS_A_CELL: Final = 5
"""To run a cell, and to look at what it says."""
SECONDS_A_PICTURE: Final = 10
"""To look at a picture besides."""
SECONDS_AN_EXERCISE: Final = 60
"""To check it twice, and to read both cards."""
SECONDS_A_LINE_WRITTEN: Final = 15
"""To think of a line of the solution, and to type it."""
SECONDS_A_QUESTION: Final = 20
"""To answer one of the questions at the end in one's head."""

TOLERANCE: Final = 3
"""Minutes between what is stated, in steps of five, and what is estimated."""

_STATED: Final = re.compile(r"\*\*(?P<minutes>\d+) minutes(?:, and (?P<more>\w+) more\b)?")
_BEYOND: Final = re.compile(r"\*\*(?P<beyond>[\w-]+) beyond the sheet\b")
_NUMBERS: Final = {"five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty-five": 25}
_WORD: Final = re.compile(r"[^\W_][\w’'.-]*")
_UNREAD: Final = re.compile(r"\]\([^)]*\)|<[^>]*>")
"""The addresses of links, and tags."""
PICTURE: Final = re.compile(r'<(?:svg\b(?![^>]* (?:aria-hidden|x|y)=)|div role="img")[^>]*>(?:\s*<title)?')
"""The beginning of a picture. What is hidden from a screen reader, or has a place in another, is a part of one."""
_CHECK: Final = re.compile(r"^check\(", re.MULTILINE)


@dataclass(frozen=True)
class Stated:
    """What the first lines of a lesson say: “30 minutes, and ten more for the last of its four exercises”.

    What it has beyond the sheet is stated by itself: “**twenty beyond the sheet**, for two more”.
    """

    minutes: int
    more: int = 0
    beyond: int = 0

    @property
    def all(self) -> int:
        """For the whole lesson."""
        return self.minutes + self.more + self.beyond

    def __str__(self) -> str:
        parts = [str(self.minutes), *(str(more) for more in (self.more, self.beyond) if more)]
        return f"{' + '.join(parts)} minutes"


@dataclass(frozen=True)
class Work:
    """What there is to do in a lesson: words and lines of code to read, cells to run, exercises, lines to write."""

    words: int
    lines: int
    cells: int
    pictures: int
    exercises: int
    written: int
    questions: int

    @property
    def minutes(self) -> float:
        """The estimate."""
        seconds = (
            SECONDS_A_LINE * self.lines
            + SECONDS_A_CELL * self.cells
            + SECONDS_A_PICTURE * self.pictures
            + SECONDS_AN_EXERCISE * self.exercises
            + SECONDS_A_LINE_WRITTEN * self.written
            + SECONDS_A_QUESTION * self.questions
        )
        return self.words / WORDS_A_MINUTE + seconds / 60


def stated_minutes(lesson: LessonFiles) -> Stated | None:
    """What `lesson` states, if it does."""
    match = _STATED.search(lesson.prose)
    if match is None:
        return None
    beyond = _BEYOND.search(lesson.prose)
    return Stated(int(match["minutes"]), _number(match["more"]), _number(beyond["beyond"]) if beyond else 0)


def _number(word: str | None) -> int:
    return _NUMBERS.get(word, 0) if word else 0


def measure(lesson: LessonFiles) -> Work:
    """What there is to do in `lesson`, as the learner gets it."""
    prose = "\n".join(text_of(cell) for cell in lesson.unsolved if not _is_code(cell))
    # A class that is to be repaired was read before, where it was given.
    code = [text_of(cell) for cell in lesson.unsolved if _is_code(cell) and REPAIR not in _tags(cell)]
    return Work(
        words=len(_WORD.findall(_UNREAD.sub(" ", prose))),
        lines=sum(len(_lines(source)) for source in code),
        cells=sum(bool(_lines(source)) for source in code),
        pictures=len(PICTURE.findall(lesson.html)),
        exercises=sum(map(len, map(_CHECK.findall, code))),
        written=sum(_written(lesson)),
        questions=prose.count("<details>"),
    )


def _written(lesson: LessonFiles) -> Iterator[int]:
    """How many lines each cell of the solved notebook has that the learner's has not."""
    shared = (cell for cell in lesson.solved if SOLUTION_ONLY not in _tags(cell))
    for solved, unsolved in zip(shared, lesson.unsolved, strict=False):
        if _is_code(solved):
            yield (Counter(_lines(text_of(solved))) - Counter(_lines(text_of(unsolved)))).total()


def _lines(source: str) -> list[str]:
    """The lines that say something: no comments, no closing brackets."""
    lines = map(str.strip, source.splitlines())
    return [line for line in lines if _WORD.search(line) and not line.startswith("#")]


def _is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")


def _tags(cell: Cell) -> list[str]:
    tags: list[str] = cell.get("metadata", {}).get("tags", [])
    return tags
