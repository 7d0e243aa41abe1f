"""Kills, drawn: a row for each place where the process died, what was done before, and what the next process did."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.lessons.nightly.kills import BATCHES, Kill, survived

WIDTH: Final = 780
STEPS: Final = 232
"""Where the steps begin, in pixels."""
STEP: Final = 17.5
"""How far they are apart, where there is room."""
WORDS: Final = 600
ROW: Final = 22
TOP: Final = 44
LETTERS: Final = {"list": "l", "create": "C", "look": "p", "results": "r", "commit": "◆", "cancel": "x"}
LEGEND: Final = "C creates a batch · l asks for the list · p polls · r reads the results · ◆ commits · ✗ killed"
NAMES: Final = {
    f"POST {BATCHES}": "create",
    f"GET {BATCHES}": "the list",
}
KINDS: Final = {"before the request": "before {}", "taken": "{}: taken, no answer", "between the lines": "reading {}"}


def kills_picture(title: str, kills: Sequence[Kill]) -> Card:
    """One row a kill, in the order of the places."""
    heading = f"{title}: {survived(kills)}" if kills else f"{title}: it has sent nothing yet, so nothing was killed"
    lines = [f"  {place_name(kill)}: {_sequence(kill)}; {ending(kill)}" for kill in kills]
    text = "\n".join([heading, f"  ({LEGEND})", *lines])
    height = TOP + ROW * len(kills)
    label = escape(f"{heading}. {' '.join(f'{place_name(kill)}: {ending(kill)}.' for kill in kills)}", quote=True)
    longest = max((len(kill.first) + len(kill.second) for kill in kills), default=0) + 2
    step = min(STEP, (WORDS - STEPS) / longest)
    drawn = "".join(_row(TOP + ROW * index, kill, step) for index, kill in enumerate(kills))
    svg = (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" width="100%" aria-label="{label}">'
        f'<text x="0" y="14" class="name">{escape(heading)}</text><text x="0" y="30" class="note">{LEGEND}</text>'
        f"{drawn}</svg>"
    )
    return Card(scrolling(svg, heading), text)


def place_name(kill: Kill) -> str:
    """Where it died, in a few words."""
    kind, what = kill.at
    if kind in ("committed", "before the commit"):
        return f"{'after' if kind == 'committed' else 'before'} {what}"
    if kind == "between the lines":
        lines = "line" if what == "after 1 of them" else "lines"
        return f"reading, {what.replace('of them', lines) if what[6].isdigit() else 'at the end'}"
    tail = "the results" if what.endswith("/results") else "a poll"
    return KINDS[kind].format(NAMES.get(what, tail))


def ending(kill: Kill) -> str:
    """What it came to."""
    if kill.survived:
        return f"✓ 1 batch, {kill.rows} rows"
    batches = f"{kill.batches} batch{'' if kill.batches == 1 else 'es'}"
    if kill.batches > 1:
        return f"✗ {batches}, paid twice"
    return f"✗ {kill.raised or batches}, {kill.rows} of {kill.documents} rows"


def _sequence(kill: Kill) -> str:
    """Both processes' steps, in letters."""
    first, second = ("".join(LETTERS[step] for step in steps) for steps in (kill.first, kill.second))
    return f"{first}✗ {second}".strip()


def _row(y: int, kill: Kill, step: float) -> str:
    return (
        f'<line x1="0" y1="{y - 6}" x2="{WIDTH}" y2="{y - 6}" class="grid"/>'
        f'<text x="0" y="{y + 9}">{escape(place_name(kill))}</text>'
        f"{''.join(_marks(y, kill, step))}"
        f'<text x="{WORDS}" y="{y + 9}">{escape(ending(kill))}</text>'
    )


def _marks(y: int, kill: Kill, step: float) -> Iterator[str]:
    """The steps until the death, the death, and those of the next process."""
    x = STEPS + 0.0
    for name in kill.first:
        yield _mark(x, y, name, "frame")
        x += step
    yield f'<path d="M{x - 4:g},{y + 1} l8,8 m0,-8 l-8,8" class="break"/>'
    x += step + 4
    for name in kill.second:
        yield _mark(x, y, name, "bad" if name == "create" and kill.batches > 1 else "ok")
        x += step


def _mark(x: float, y: int, step: str, kind: str) -> str:
    """A letter in a frame, or on a colour."""
    pale = "" if kind == "frame" else ' opacity="0.28"'
    box = f'<rect x="{x - 7:g}" y="{y - 3}" width="14" height="16" rx="3" class="{kind}"{pale}/>'
    return f'{box}<text x="{x:g}" y="{y + 9}" class="middle">{LETTERS[step]}</text>'
