"""The card that compares: what a learner wrote, and ours beside it."""

from html import escape

from helpers.calling.exercise import Exercise
from helpers.display.card import Card, card, code_marks


def solution_card(exercise: Exercise, theirs: str, ours: str, besides: str = "") -> Card:
    """Our solution of `exercise`, beside `theirs` where they have written one, and what ours does `besides`."""
    head = f"Our solution of {exercise.name}"
    if not theirs:
        return card(f"<p><b>{head}</b></p>{_scrolling(ours)}", f"{head}\n\n{ours}", label=head)
    head = f"{head}, beside yours"
    said = f"<p>{code_marks(besides)}</p>" if besides else ""
    both = "".join(_column(*one) for one in (("Yours", theirs), ("Ours", ours)))
    body = f'<p><b>{head}</b></p>{said}<div class="course-beside">{both}</div>'
    plain = [head, *([besides] if besides else []), "", "Yours:", "", theirs, "", "Ours:", "", ours]
    return card(body, "\n".join(plain), label=head, border="course-wide")


def _column(name: str, code: str) -> str:
    return f"<div><p><b>{name}</b></p>{_scrolling(code)}</div>"


def _scrolling(code: str) -> str:
    # In a column lines are cut off: without a mouse, one scrolls what has the focus.
    return f'<pre tabindex="0"><code>{escape(code)}</code></pre>'
