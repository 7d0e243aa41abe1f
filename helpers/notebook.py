"""What a learner calls in a notebook: `check`, `hint`, `solution`, `progress`, `timeline`, `table`, `predict`; and in
lesson 10 `chaos_run` and `score_card`.

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
    from helpers.exercises.scores import Day
    from helpers.exercises.verdict import Verdict

_hints_shown: dict[str, int] = {}
_not_kept: list[str] = []
"""Why progress cannot be kept: a sentence, or nothing."""


def check(function: Callable[..., Any]) -> Card:
    """Judge `function` at once: passed, a named misconception, not started, or what your code raised."""
    from helpers.display import result_card
    from helpers.exercises.checking import check_function

    exercise = _exercise_of(function)
    verdict = check_function(exercise, function)
    _keep(verdict)
    return result_card(verdict)


def hint(function: Callable[..., Any]) -> Card:
    """The next of three hints for `function`; after the third, the first again."""
    from helpers.display.card import card, code_marks

    exercise = _exercise_of(function)
    number = _hints_shown.get(exercise.name, 0) % len(exercise.hints) + 1
    _hints_shown[exercise.name] = number
    head = f"Hint {number} of {len(exercise.hints)} for {exercise.name}"
    sentence = exercise.hints[number - 1]
    return card(f"<p><b>{head}</b></p><p>{code_marks(sentence)}</p>", f"{head}\n{sentence}", label=head)


def solution(function: Callable[..., Any]) -> Card:
    """Our solution of `function`, to compare with yours."""
    from html import escape

    from helpers.display.card import card
    from helpers.exercises.solutions import solution_source

    exercise = _exercise_of(function)
    head = f"Our solution of {exercise.name}"
    source = solution_source(exercise)
    body = f"<p><b>{head}</b></p><pre><code>{escape(source)}</code></pre>"
    return card(body, f"{head}\n\n{source}", label=head)


def progress() -> Card:
    """How far you are in the course, with a link to what is next."""
    from helpers.display.progress import no_progress, progress_card
    from helpers.exercises import EXERCISES
    from helpers.journal import work_folder
    from helpers.standing import read_standing, standing

    folder = next(filter(None, map(work_folder, dict.fromkeys(each.lesson for each in EXERCISES.values()))), None)
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


def chaos_run(bot: type) -> Day:
    """Let a support bot of lesson 10 get through its day of chaos. The same day every time."""
    from helpers.exercises.capstone import SUPPORT_BOT
    from helpers.exercises.checking import NOTEBOOK_SEED, draw_cases, run_case
    from helpers.exercises.scores import Day

    (case,) = draw_cases(SUPPORT_BOT, NOTEBOOK_SEED)
    return Day(run_case(SUPPORT_BOT, case, bot, NOTEBOOK_SEED))


def score_card(before: Day, after: Day | None = None) -> Card:
    """How often each of the five failures happened on one day, or on two."""
    from helpers.display.score_card import Column
    from helpers.display.score_card import score_card as draw

    days = [Column("before", before)]
    return draw(days if after is None else [*days, Column("after", after)])


def predict(questions: Sequence[str], choices: Sequence[str]) -> Prediction:
    """Ask for a guess about each of `questions` before the answer is known. Nobody grades it."""
    from helpers.display.prediction import Prediction

    return Prediction(questions, choices)


def _keep(verdict: Verdict) -> None:
    """Remember a verdict on what was begun, where a learner works. A check never fails because of that."""
    from helpers.journal import FILE, add, work_folder

    folder = work_folder(verdict.exercise.lesson)
    if folder is None or verdict.outcome in ("not_started", "checker_broken"):
        return
    try:
        add(folder, verdict.exercise.name, "passed" if verdict.outcome == "passed" else "tried")
        _not_kept.clear()
    except OSError as error:
        _not_kept[:] = [f"Your progress is not kept: {FILE} cannot be written ({error.strerror})."]


def _exercise_of(function: Callable[..., Any]) -> Any:
    from helpers.exercises import exercise_named

    return exercise_named(getattr(function, "__name__", repr(function)))
