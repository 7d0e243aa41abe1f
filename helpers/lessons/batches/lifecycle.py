"""The life of a batch as a picture: its states, the four things that can become of a request, and what to do with each.

The numbers are those of a batch that has ended; without one, the picture has none.
"""

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from anthropic.types.messages import MessageBatch

from helpers.display.card import Card
from helpers.display.style import scrolling

WIDTH: Final = 780
HEIGHT: Final = 162
MIDDLE: Final = 62
BELOW: Final = 138
OUTCOMES: Final = {
    "succeeded": "use the text",
    "errored": "read error.type",
    "expired": "send again",
    "canceled": "leave out",
}


class Box(NamedTuple):
    """A state: its name and its place."""

    name: str
    x: int
    y: int
    width: int


CREATED: Final = Box("created", 0, MIDDLE, 84)
IN_PROGRESS: Final = Box("in_progress", 148, MIDDLE, 112)
CANCELING: Final = Box("canceling", 148, BELOW, 112)
ENDED: Final = Box("ended", 340, MIDDLE, 76)


def lifecycle(batch: MessageBatch | None = None) -> Card:
    """The states of a batch, and what became of the requests of `batch`."""
    outcomes = _outcomes(batch)
    label = escape(f"The life of a batch. {' '.join(_sentences(outcomes))}", quote=True)
    boxes = "".join(map(_box, (CREATED, IN_PROGRESS, CANCELING, ENDED)))
    drawing = (
        f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" aria-label="{label}">'
        f"{boxes}{_arrows()}{_fan(outcomes)}</svg>"
    )
    text = "\n".join(["The life of a batch", *(f"  {line}" for line in _sentences(outcomes))])
    return Card(scrolling(drawing, "The life of a batch"), text)


def _outcomes(batch: MessageBatch | None) -> Sequence[tuple[str, str]]:
    """Each outcome with its number, where there is one, and what to do with it."""
    if batch is None:
        return list(OUTCOMES.items())
    return [(f"{getattr(batch.request_counts, name)} {name}", advice) for name, advice in OUTCOMES.items()]


def _sentences(outcomes: Sequence[tuple[str, str]]) -> Sequence[str]:
    return [
        "created: results can be read for 29 days from here.",
        "in_progress: until every request is done, 24 hours at most.",
        "canceling: after cancel(), until what had begun is finished.",
        "ended: the results are there. Each request is one of four:",
        *(f"{name}: {advice}." for name, advice in outcomes),
    ]


def _box(box: Box) -> str:
    return (
        f'<rect x="{box.x + 1}" y="{box.y - 17}" width="{box.width}" height="34" rx="5" class="box"/>'
        f'<text x="{box.x + 1 + box.width / 2:g}" y="{box.y + 4}" class="name middle">{box.name}</text>'
    )


def _arrows() -> str:
    down, left, right = IN_PROGRESS.x + IN_PROGRESS.width / 2, ENDED.x + ENDED.width / 2, CANCELING.x + CANCELING.width
    return "".join(
        (
            _arrow(f"M{CREATED.width + 2},{MIDDLE} H{IN_PROGRESS.x - 3}", "right"),
            _arrow(f"M{IN_PROGRESS.x + IN_PROGRESS.width + 2},{MIDDLE} H{ENDED.x - 3}", "right"),
            _arrow(f"M{down:g},{MIDDLE + 18} V{BELOW - 21}", "down"),
            _arrow(f"M{right + 2},{BELOW} H{left:g} V{MIDDLE + 21}", "up"),
            _note(300, MIDDLE - 8, "at most 24 h"),
            _note(down + 40, (MIDDLE + BELOW) / 2 + 4, "cancel()"),
            _note(CREATED.width / 2, MIDDLE + 36, "29 days"),
            _note(CREATED.width / 2, MIDDLE + 51, "to read"),
        )
    )


def _fan(outcomes: Sequence[tuple[str, str]]) -> str:
    """One line to each of the outcomes."""
    start, end = ENDED.x + ENDED.width + 3, 490
    return "".join(
        _arrow(f"M{start},{MIDDLE} L{end - 20},{y} H{end - 4}", "right")
        + f'<text x="{end + 2}" y="{y + 4}" class="name">{escape(name)}</text>'
        + f'<text x="{end + 122}" y="{y + 4}" class="note">{escape(advice)}</text>'
        for y, (name, advice) in zip(range(18, HEIGHT, 40), outcomes, strict=True)
    )


def _note(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="axis">{text}</text>'


def _arrow(path: str, points: str) -> str:
    head = {"right": "l-6,-4 m6,4 l-6,4", "down": "l-4,-6 m4,6 l4,-6", "up": "l-4,6 m4,-6 l4,6"}[points]
    return f'<path d="{path} {head}" class="arrow"/>'
