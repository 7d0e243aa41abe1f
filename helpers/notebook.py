"""What a learner calls in a notebook: `check`, `hint`, `solution`, `progress`, `timeline`, `table`, `predict`.

Each returns a card, so that it shows itself as the last line of a cell and prints as text in a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from helpers.client import AnyClient
    from helpers.display import Card
    from helpers.display.prediction import Prediction
    from helpers.judging.check import Check
    from helpers.judging.verdict import Verdict

_hints_shown: dict[str, int] = {}
_not_kept: list[str] = []
"""Why progress cannot be kept: a sentence, or nothing."""


def check(function: Callable[..., Any]) -> Card:
    """Judge `function` at once: passed, a named misconception, not started, or what your code raised."""
    from helpers.display import result_card
    from helpers.judging.checking import check_function

    verdict = check_function(_check_of(function), function)
    _keep(verdict)
    return result_card(verdict)


def hint(function: Callable[..., Any]) -> Card:
    """The next of three hints for `function`; after the third, the first again."""
    from helpers.display.card import card, code_marks

    check = _check_of(function)
    name, hints = check.exercise.name, check.hints
    number = _hints_shown.get(name, 0) % len(hints) + 1
    _hints_shown[name] = number
    head = f"Hint {number} of {len(hints)} for {name}"
    sentence = hints[number - 1]
    return card(f"<p><b>{head}</b></p><p>{code_marks(sentence)}</p>", f"{head}\n{sentence}", label=head)


def solution(function: Callable[..., Any]) -> Card:
    """Our solution of `function`, to compare with yours."""
    from html import escape

    from helpers.display.card import card
    from helpers.judging.solutions import solution_source

    exercise = _check_of(function).exercise
    head = f"Our solution of {exercise.name}"
    source = solution_source(exercise)
    body = f"<p><b>{head}</b></p><pre><code>{escape(source)}</code></pre>"
    return card(body, f"{head}\n\n{source}", label=head)


def progress() -> Card:
    """How far you are in the course, with a link to what is next."""
    from helpers.lessons.found import LESSONS
    from helpers.workbook.card import no_progress, progress_card
    from helpers.workbook.journal import work_folder
    from helpers.workbook.standing import read_standing, standing

    folder = next(filter(None, map(work_folder, LESSONS)), None)
    if folder is None:
        return no_progress()
    try:
        now, notes = read_standing(folder)
    except CourseError as error:
        return progress_card(standing({}), [str(error)])
    return progress_card(now, [*notes, *_not_kept])


def timeline(client: AnyClient) -> Card:
    """What went over the wire of `client` so far."""
    from helpers.client import wire_log
    from helpers.display import Card
    from helpers.display.style import STYLE
    from helpers.display.timeline import rows_of, svg, text

    rows = rows_of(wire_log(client))
    if not rows:
        return Card(
            f'{STYLE}<div class="course"><p>Nothing has gone over the wire yet.</p></div>',
            "Nothing has gone over the wire yet.",
        )
    return Card(f'{STYLE}<div class="course">{svg(rows, "The wire")}</div>', f"The wire\n{text(rows)}")


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Card:
    """A table of what happened; the first column names its row."""
    from helpers.display.table import table as draw

    return draw(caption, columns, rows)


def predict(questions: Sequence[str], choices: Sequence[str]) -> Prediction:
    """Ask for a guess about each of `questions` before the answer is known. Nobody grades it."""
    from helpers.display.prediction import Prediction

    return Prediction(questions, choices)


def _keep(verdict: Verdict) -> None:
    """Remember a verdict on what was begun, where a learner works. A check never fails because of that."""
    from helpers.workbook.journal import FILE, add, work_folder

    folder = work_folder(verdict.exercise.lesson)
    if folder is None or verdict.outcome in ("not_started", "checker_broken"):
        return
    try:
        add(folder, verdict.exercise.name, "passed" if verdict.outcome == "passed" else "tried")
        _not_kept.clear()
    except OSError as error:
        _not_kept[:] = [f"Your progress is not kept: {FILE} cannot be written ({error.strerror})."]


def _check_of(function: Callable[..., Any]) -> Check:
    from helpers.lessons.found import check_named

    return check_named(getattr(function, "__name__", repr(function)))
