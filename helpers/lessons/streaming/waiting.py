"""The wait of a reader, streamed and unstreamed: for how long the screen is blank, and when all of it is there.

A dotted line is a blank screen. The wedge after it grows with the text that can be read; without a stream there is no
wedge, and the text is there at once.
"""

from collections.abc import Mapping
from html import escape
from typing import Final

from helpers.client import AnyClient, wire_log
from helpers.display.axis import Axis
from helpers.display.card import Card
from helpers.display.style import STYLE
from helpers.replay import Exchange

WIDTH: Final = 780
LEFT: Final = 110
RIGHT: Final = 460
"""Where the words begin."""
ROW: Final = 34
TOP: Final = 28


def waiting(clients: Mapping[str, AnyClient]) -> Card:
    """The last answer of each client, as somebody waits for it."""
    calls = {name: wire_log(client)[-1] for name, client in clients.items()}
    lines = [f"{name}: {words(call)}" for name, call in calls.items()]
    svg = _svg(calls, f"How long a reader waits. {'; '.join(lines)}.")
    return Card(f'{STYLE}<div class="course">{svg}</div>', "\n".join(["How long a reader waits", *lines]))


def words(call: Exchange) -> str:
    """The wait in words, counted from the request."""
    first, end = first_text(call) - call.started, _end(call) - call.started
    if first == end:
        return f"blank for {first:.1f} s, then all of it at once"
    return f"blank for {first:.1f} s, all of it after {end:.1f} s"


def first_text(call: Exchange) -> float:
    """When there was something to read: at the first delta of a stream of text, else at the end."""
    return next((moment for name, moment in call.events if name == "content_block_delta"), _end(call))


def _end(call: Exchange) -> float:
    return call.started if call.ended is None else call.ended


def _svg(calls: Mapping[str, Exchange], label: str) -> str:
    last = max(map(_end, calls.values()))
    # Every second of it: the axis shortens where nothing happens, and here that is what there is to see.
    axis = Axis((*range(int(last) + 1), last), LEFT, RIGHT - 24 - LEFT)
    height = TOP + ROW * len(calls)
    grid = "".join(
        f'<text x="{axis.x(second)}" y="10" class="axis">{second:g} s</text>'
        f'<line x1="{axis.x(second)}" y1="14" x2="{axis.x(second)}" y2="{height - 12}" class="grid"/>'
        for second in axis.ticks()
    )
    rows = "".join(_row(axis, TOP + index * ROW, name, call) for index, (name, call) in enumerate(calls.items()))
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" width="100%" aria-label="{escape(label, quote=True)}">'
        f"{grid}{rows}</svg>"
    )


def _row(axis: Axis, y: int, name: str, call: Exchange) -> str:
    start, first, end = (axis.x(moment) for moment in (call.started, first_text(call), _end(call)))
    return (
        f'<text x="0" y="{y + 4}" class="name">{escape(name)}</text>'
        f'<line x1="{start}" y1="{y}" x2="{first}" y2="{y}" class="wait"/>'
        f'<path d="M{first},{y + 9} L{end},{y - 9} V{y + 9} Z" class="ok"/>'
        f'<line x1="{end}" y1="{y - 11}" x2="{end}" y2="{y + 11}" class="end"/>'
        f'<text x="{RIGHT}" y="{y + 4}" class="note">{escape(words(call))}</text>'
    )
