"""The card that compares: what a learner wrote, and ours beside it."""

from helpers.calling.exercise import Exercise
from helpers.display.card import Card, card, code_block, code_marks


def solution_card(exercise: Exercise, theirs: str, ours: str, besides: str = "") -> Card:
    """Our solution of `exercise`, beside `theirs` where they have written one, and what ours does `besides`."""
    head = f"Our solution of {exercise.name}"
    if not theirs:
        return card(f"<p><b>{head}</b></p>{code_block(ours)}", f"{head}\n\n{ours}", label=head)
    head = f"{head}, beside yours"
    said = f"<p>{code_marks(besides)}</p>" if besides else ""
    both = "".join(
        f"<div><p><b>{name}</b></p>{code_block(code)}</div>" for name, code in (("Yours", theirs), ("Ours", ours))
    )
    body = f'<p><b>{head}</b></p>{said}<div class="course-beside">{both}</div>'
    plain = [head, *([besides] if besides else []), "", "Yours:", "", theirs, "", "Ours:", "", ours]
    return card(body, "\n".join(plain), label=head, border="course-wide")
