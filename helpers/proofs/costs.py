"""What a lesson says that it costs live: how many requests leave, and how many cents at most."""

import re
from dataclasses import dataclass
from typing import Final

from helpers.proofs.course import LessonFiles

ABOUT: Final = 1.25
"""“About one cent” may be so much of one."""

EXAMPLE: Final = "“(Live, one short request goes to the API: under one cent.)”, or that it is free live"

_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10}
_NUMBER: Final = "|".join(_NUMBERS)
_LIVE: Final = re.compile(
    rf"\(Live, (?P<requests>{_NUMBER}) (?:short )?(?:requests?|calls?) go(?:es)? to the API(?:,[^:.]*)?: "
    rf"(?:about (?P<about>{_NUMBER}) cents? at most|under (?P<under>{_NUMBER}) cents?|it costs nothing)\b"
)
_FREE: Final = re.compile(r"\bfree\b[^.]*\b(?:live|both modes)\b", re.IGNORECASE)


@dataclass(frozen=True)
class StatedCost:
    """What the first lines of a lesson say of live mode."""

    requests: int
    cents: float

    def __str__(self) -> str:
        if not self.requests:
            return "no request"
        requests = "1 request" if self.requests == 1 else f"{self.requests} requests"
        return f"{requests}, {f'at most {self.cents:g} ct' if self.cents else 'free'}"


def stated_cost(lesson: LessonFiles) -> StatedCost | None:
    """What `lesson` says in its first lines; None where it says nothing that can be held against what it does."""
    return read_cost(lesson.prose.partition("\n## ")[0])


def read_cost(first_lines: str) -> StatedCost | None:
    """As `stated_cost`, of the lines themselves."""
    text = " ".join(first_lines.split())
    found = _LIVE.search(text)
    if found is None:
        return StatedCost(0, 0.0) if _FREE.search(text) else None
    if found["about"]:
        cents = ABOUT * _NUMBERS[found["about"]]
    else:
        cents = float(_NUMBERS[found["under"]]) if found["under"] else 0.0
    return StatedCost(_NUMBERS[found["requests"]], cents)
