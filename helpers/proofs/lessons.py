"""What every lesson has: what for, how long, how dear, pictures, questions, an end, and its rows of the cheat sheet."""

import re
from collections.abc import Iterator
from typing import Final

from helpers.lessons.found import EXERCISES, LESSONS
from helpers.proofs.costs import EXAMPLE, stated_cost
from helpers.proofs.course import LessonFiles, text_of
from helpers.proofs.minutes import PICTURE, TOLERANCE, Stated, measure, stated_minutes
from helpers.proofs.proof import Proof

MOST_MINUTES: Final = 30
QUESTIONS: Final = 3
SECTIONS: Final = ("## Three questions", "## You can now", "## On the cheat sheet", "**Next:**")

_BOUND: Final = re.compile(r"^(?:(?:async )?(?:def|class) (\w+)|(\w+)(?:: [^=\n]+)? = )", re.MULTILINE)
_OBJECTIVES: Final = re.compile(r"After this lesson you (?:can|have):?\s*\n+- ")
_NOT_COVERED: Final = re.compile(r"does not cover|[Nn]ot covered here")
_ANSWER: Final = re.compile(r"<details><summary>\d\. .+?</summary>\s*(?!</details>)\S.*?</details>", re.DOTALL)


def prove_lesson(lesson: LessonFiles) -> Proof:
    """What `lesson` has, and what is missing."""
    pictures = PICTURE.findall(lesson.html)
    stated, estimate = stated_minutes(lesson), measure(lesson).minutes
    minutes = f"{stated or '? minutes'} ({estimate:.0f} by our estimate)"
    found = f"{minutes}, {len(_answers(lesson))} questions, {len(pictures)} pictures"
    missing = (*_missing(lesson, pictures), *_missing_minutes(stated, estimate))
    return Proof(lesson.name, found, missing)


def _missing(lesson: LessonFiles, pictures: list[str]) -> Iterator[str]:
    for folder, cells in (("solutions", lesson.solved), ("notebooks", lesson.unsolved)):
        if not cells:
            yield f"{folder}/{lesson.name}.ipynb is not there"
    known = LESSONS.get(lesson.name)
    if known is None:
        yield "no folder in helpers/lessons has its exercises"
    elif not known.afterwards:
        yield "it does not say, for the README, what one can do afterwards"
    if not _OBJECTIVES.search(lesson.prose):
        yield "it does not say “After this lesson you can”, with a list"
    if stated_cost(lesson) is None:
        yield f"it does not say what it costs live, such as {EXAMPLE}"
    yield from (f"it has no “{section}”" for section in SECTIONS if section not in lesson.prose)
    if not _NOT_COVERED.search(lesson.prose):
        yield "it does not say what it does not cover"
    if len(_answers(lesson)) != QUESTIONS:
        yield f"it has {len(_answers(lesson))} questions with answers, not {QUESTIONS}"
    yield from (
        f"its `{name}` is an exercise of {other}: whoever hands in both is graded by it"
        for name, other in _taken(lesson)
    )
    if not pictures:
        yield "it has no picture"
    if any("<title" not in picture and "aria-label" not in picture for picture in pictures):
        yield "a picture of it has no text for who cannot see it"


def _taken(lesson: LessonFiles) -> Iterator[tuple[str, str]]:
    """What the notebook binds by a name that is an exercise elsewhere, and where."""
    code = "\n".join(text_of(cell) for cell in lesson.unsolved if cell["cell_type"] == "code")
    for name in dict.fromkeys(one or other for one, other in _BOUND.findall(code)):
        if name in EXERCISES and EXERCISES[name].lesson != lesson.name:
            yield name, EXERCISES[name].lesson


def _missing_minutes(stated: Stated | None, estimate: float) -> Iterator[str]:
    if stated is None:
        yield "it does not begin with its **minutes**"
        return
    if stated.minutes > MOST_MINUTES:
        yield f"it takes {stated.minutes} minutes, and {MOST_MINUTES} are the most"
    if abs(stated.all - estimate) > TOLERANCE:
        yield f"it states {stated.all} minutes, where our estimate is {estimate:.0f}"


def _answers(lesson: LessonFiles) -> list[str]:
    section = lesson.prose.partition("## Three questions")[2].partition("\n## ")[0]
    return _ANSWER.findall(section)
