"""The card that says how far one is, and leads on."""

import sys
from collections.abc import Sequence
from html import escape

from helpers.calling.exercise import Exercise
from helpers.display.card import Card, card, code_marks
from helpers.workbook.standing import FINISHED, LEGEND, Standing

NOT_HERE = (
    "Nothing is recorded here, where the lessons are solved. In the folder `notebooks/` this card says what you have "
    "passed, and leads to what is next."
)
NOT_KEPT = (
    "Nothing is recorded here: this window keeps no files for Python, as private windows do. Open the course in an "
    "ordinary one, or in another browser."
)
HEAD = "Your progress"


def progress_card(standing: Standing, notes: Sequence[str] = ()) -> Card:
    """How many exercises are passed, the next one, and a table of all lessons behind a click. Then the `notes`."""
    head = f"{HEAD}: {standing.passed} of {standing.total} exercises passed"
    rows = [
        f'<tr><th scope="row"><a href="{lesson.name}.ipynb">{lesson.symbol} {escape(lesson.title)}</a></th>'
        f"<td>{lesson.passed} of {lesson.total}</td><td>{escape(lesson.exercises)}</td></tr>"
        for lesson in standing.lessons
    ]
    table = (
        '<thead><tr><th scope="col">lesson</th><th scope="col">passed</th><th scope="col">exercises</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>"
    )
    body = [
        f"<p><b>{head}</b></p>",
        f"<p>{_next(standing)}</p>",
        '<details><summary>Lesson by lesson</summary><div class="course-scroll" role="group" '
        f'aria-label="Lesson by lesson" tabindex="0"><table><caption>{LEGEND}</caption>{table}</table></div></details>',
        *(f'<p class="dim">{code_marks(note)}</p>' for note in notes),
    ]
    plain = [head, _next_text(standing.next), "", f"Lesson by lesson ({LEGEND}):", *_lines(standing), *notes]
    return card("".join(body), "\n".join(plain), label=head, border="" if standing.next else "course-passed")


def no_progress() -> Card:
    """The card where nothing is recorded."""
    why = NOT_KEPT if sys.platform == "emscripten" else NOT_HERE
    return card(f"<p><b>{HEAD}</b></p><p>{code_marks(why)}</p>", f"{HEAD}\n{why}", label=HEAD)


def _next(standing: Standing) -> str:
    exercise = standing.next
    if exercise is None:
        return f"✓ {FINISHED}"
    place = f"<code>{exercise.name}</code> in {exercise.lesson.replace('_', ' ')}{exercise.mark}"
    return f'<b>Next:</b> <a href="{_address(exercise, standing)}">{place}</a>'


def _address(exercise: Exercise, standing: Standing) -> str:
    """The top of a lesson that is not begun; else the heading of the exercise, as JupyterLab names it."""
    begun = any(lesson.begun for lesson in standing.lessons if lesson.name == exercise.lesson)
    return f"{exercise.lesson}.ipynb" + (f"#Exercise:-{exercise.name}" if begun else "")


def _next_text(exercise: Exercise | None) -> str:
    if exercise is None:
        return f"✓ {FINISHED}"
    return f"Next: {exercise.name} in {exercise.lesson}.ipynb{exercise.mark}"


def _lines(standing: Standing) -> list[str]:
    width = max(len(lesson.title) for lesson in standing.lessons)
    return [
        f"{lesson.symbol} {lesson.title:<{width}}  {lesson.passed} of {lesson.total}  {lesson.exercises}"
        for lesson in standing.lessons
    ]
