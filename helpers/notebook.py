"""What a learner calls in a notebook: `check`, `case`, `hint`, `solution`, `progress`, `timeline`, `table`, `predict`.

Most return a card, so that it shows itself as the last line of a cell and prints as text in a terminal.
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
    from helpers.judging.inhand import CaseInHand
    from helpers.judging.verdict import Verdict

_hints_shown: dict[str, int] = {}
_not_kept: list[str] = []
"""Why progress cannot be kept: a sentence, or nothing."""


def check(function: Callable[..., Any]) -> Card:
    """Judge `function` at once: passed, a named misconception, not started, or what your code raised."""
    from helpers.display import result_card
    from helpers.judging.checking import check_function
    from helpers.judging.offer import offer

    check = _check_of(function)
    verdict = check_function(check, function)
    _keep(verdict)
    return result_card(verdict, offer(check, verdict))


def case(function: Callable[..., Any] | str, name: str, *, seed: int | None = None) -> CaseInHand:
    """The case of a check that is called `name`, to try `function` in it: the very one that a card is about.

        client, inputs = case(stream_safely, "truncate")
        stream_safely(client, **inputs)

    It has `call()` too, which calls the function as the check does, and `expected`, `seen` and `curl`. `seed` repeats
    the cases of a grader's report. Raises `CourseError` where there is no such case.
    """
    from helpers.judging.drawing import NOTEBOOK_SEED
    from helpers.judging.handing import draw
    from helpers.judging.inhand import CaseInHand

    drawn = draw(_check_of(function), name, NOTEBOOK_SEED if seed is None else seed)
    return CaseInHand(drawn, None if isinstance(function, str) else function)


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
    """Our solution of `function`, beside yours."""
    from helpers.display.beside import solution_card
    from helpers.judging.solutions import solution_source, written_source

    check = _check_of(function)
    exercise = check.exercise
    return solution_card(exercise, written_source(exercise, function), solution_source(exercise), check.besides)


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
    from helpers.display.timeline import picture, rows_of, text

    rows = rows_of(wire_log(client))
    if not rows:
        return Card(
            f'{STYLE}<div class="course"><p>Nothing has gone over the wire yet.</p></div>',
            "Nothing has gone over the wire yet.",
        )
    return Card(f'{STYLE}<div class="course">{picture(rows, "The wire")}</div>', f"The wire\n{text(rows)}")


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
    if folder is None or verdict.outcome in ("not_started", "checker_broken", "not_available"):
        return
    try:
        add(folder, verdict.exercise.name, "passed" if verdict.outcome == "passed" else "tried")
        _not_kept.clear()
    except OSError as error:
        _not_kept[:] = [f"Your progress is not kept: {FILE} cannot be written ({error.strerror})."]


def _check_of(function: Callable[..., Any] | str) -> Check:
    from helpers.calling.signature import name_below
    from helpers.lessons.found import EXERCISES, check_named

    if isinstance(function, str):
        return check_named(function)
    # A decorator without `functools.wraps` gives a function another name.
    below = None if isinstance(function, type) else name_below(EXERCISES, function)
    return check_named(getattr(function, "__name__", repr(function)) if below is None else below)
