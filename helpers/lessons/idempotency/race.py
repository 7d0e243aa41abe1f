"""A race, drawn: two lanes, time downwards, a dot for everything that a thread did to the database."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.lessons.idempotency.ledger import Part, is_write

WIDTH: Final = 780
LANES: Final = (24, 404)
"""Where the two lanes are, in pixels."""
ROW: Final = 26
TOP: Final = 38
WORDS: Final = {"SELECT": "looks", "INSERT": "writes", "COMMIT": "commits", "UPDATE": "changes", "ROLLBACK": "gives up"}


class Step(NamedTuple):
    """Something that one thread did."""

    lane: int
    words: str
    is_bad: bool = False


def race_picture(parts: Sequence[Part], rows: int) -> Card:
    """What both sides of a race did, in the order in which it happened, and how many rows that left."""
    steps = list(_steps(parts))
    end = f"{rows} row{'' if rows == 1 else 's'} in the ledger"
    text = "\n".join([*(f"  {parts[step.lane].name}  {step.words}" for step in steps), f"  {end}"])
    return Card(scrolling(_svg(parts, steps, end), "The race"), f"The race\n{text}")


def _steps(parts: Sequence[Part]) -> Iterator[Step]:
    """First what each did before it wrote anything, then the rest of one, then the rest of the other."""
    edges = [
        next((i for i, one in enumerate(part.statements) if is_write(one)), len(part.statements)) for part in parts
    ]
    for lane, part in enumerate(parts):
        yield from (Step(lane, words) for words in _words(part.statements[: edges[lane]]))
    for lane, part in enumerate(parts):
        yield from (Step(lane, words) for words in _words(part.statements[edges[lane] :]))
        yield Step(lane, f"gets {type(part.error).__name__}", True) if part.error else Step(lane, "has its receipt")


def _words(statements: Sequence[str]) -> Iterator[str]:
    verbs = (statement.split(maxsplit=1)[0].upper() for statement in statements)
    return (f"{WORDS[verb]} ({verb})" for verb in verbs if verb in WORDS)


def _svg(parts: Sequence[Part], steps: Sequence[Step], end: str) -> str:
    height = TOP + ROW * (len(steps) + 1)
    label = "; ".join(f"{parts[step.lane].name} {step.words}" for step in steps)
    heads = "".join(
        f'<text x="{x}" y="14" class="name">{escape(part.name)}</text>'
        f'<line x1="{x + 6}" y1="24" x2="{x + 6}" y2="{height - ROW}" class="grid"/>'
        for x, part in zip(LANES, parts, strict=True)
    )
    dots = "".join(_dot(TOP + ROW * index, step) for index, step in enumerate(steps))
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" width="100%" aria-label="The race. {escape(label)}. {end}.">'
        f'{heads}{dots}<text x="{LANES[0]}" y="{height - 6}" class="name">= {end}</text></svg>'
    )


def _dot(y: int, step: Step) -> str:
    x = LANES[step.lane]
    kind = "bad" if step.is_bad else "ok"
    words = escape(f"✗ {step.words}" if step.is_bad else step.words)
    return f'<circle cx="{x + 6}" cy="{y}" r="5" class="{kind}"/><text x="{x + 20}" y="{y + 4}">{words}</text>'
