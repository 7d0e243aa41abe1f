"""What every exercise has: it starts unsolved, has hints, and has been failed and passed before anybody meets it."""

from collections.abc import Iterator
from typing import Final

from helpers.authoring.markers import STUB, TYPESCRIPT_STUB
from helpers.calling.exercise import Exercise
from helpers.judging.check import Check
from helpers.proofs.course import CourseFiles, LessonFiles, text_of
from helpers.proofs.proof import Proof

HINTS: Final = 3
LEAST_WRONG: Final = 4
LEAST_RIGHT: Final = 2
LEAST_MISCONCEPTIONS: Final = 3


def prove_exercise(check: Check, course: CourseFiles) -> Proof:
    """What the exercise of `check` has, and what is missing."""
    exercise = check.exercise
    wrong, right = (course.attempts(exercise.lesson, exercise.name, kind) for kind in ("wrong", "right"))
    found = f"{len(check.misconceptions)} misconceptions, {len(wrong)} wrong and {len(right)} right attempts"
    missing = [*_in_the_lesson(exercise, course.lessons.get(exercise.lesson)), *_attempts(check, wrong, right)]
    if len({hint.strip() for hint in check.hints} - {""}) != HINTS:
        missing.append(f"it has not {HINTS} hints that differ")
    return Proof(f"{exercise.lesson}, {exercise.name}", found, tuple(missing))


def _in_the_lesson(exercise: Exercise, lesson: LessonFiles | None) -> Iterator[str]:
    if lesson is None:
        yield "its lesson is not there"
        return
    # A class that is to be repaired is given whole: that the given one has not passed is for its attempts to prove.
    if exercise.given is None and not any(_is_unsolved(text_of(cell), exercise) for cell in lesson.unsolved):
        yield f"the notebook does not begin it with “{_stub(exercise)[0]}”"
    for word in ("check", "hint", "solution"):
        if f"{word}({exercise.name})" not in lesson.source:
            yield f"the lesson has no {word}({exercise.name})"


def _is_unsolved(source: str, exercise: Exercise) -> bool:
    keywords = ("function",) if exercise.language == "typescript" else ("def", "class")
    defined = any(f"{keyword} {exercise.name}{after}" in source for keyword in keywords for after in "(:")
    return defined and all(line in source for line in _stub(exercise))


def _stub(exercise: Exercise) -> tuple[str, str]:
    return TYPESCRIPT_STUB if exercise.language == "typescript" else STUB


def _attempts(check: Check, wrong: list[str], right: list[str]) -> Iterator[str]:
    if len(check.misconceptions) < LEAST_MISCONCEPTIONS:
        yield f"it has fewer than {LEAST_MISCONCEPTIONS} misconceptions"
    if len(wrong) < LEAST_WRONG:
        yield f"it has fewer than {LEAST_WRONG} wrong attempts"
    if len(right) < LEAST_RIGHT:
        yield f"it has fewer than {LEAST_RIGHT} right attempts"
    made = {name.partition("_")[2].partition("__")[0] for name in wrong}
    yield from (f"no attempt makes the mistake {one.id}" for one in check.misconceptions if one.id not in made)
