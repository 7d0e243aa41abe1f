"""The wait of a reader, streamed and unstreamed: for how long the screen is blank, and when all of it is there.

A dotted line is a blank screen. The wedge after it grows with the text that can be read; without a stream there is no
wedge, and the text is there at once.
"""

from collections.abc import Mapping

from helpers.client import AnyClient, wire_log
from helpers.display.axis import Axis
from helpers.display.card import Card
from helpers.display.lanes import NOMINAL, at, lane, lanes
from helpers.display.style import STYLE
from helpers.replay import Exchange


def waiting(clients: Mapping[str, AnyClient]) -> Card:
    """The last answer of each client, as somebody waits for it."""
    calls = {name: wire_log(client)[-1] for name, client in clients.items()}
    lines = [f"{name}: {words(call)}" for name, call in calls.items()]
    last = max(map(_end, calls.values()))
    # Every second of it: the axis shortens where nothing happens, and here that is what there is to see.
    axis = Axis((*range(int(last) + 1), last), 0, NOMINAL)
    drawn = (_lane(name, call, axis) for name, call in calls.items())
    picture = lanes(f"How long a reader waits. {'; '.join(lines)}.", axis, drawn)
    return Card(f'{STYLE}<div class="course">{picture}</div>', "\n".join(["How long a reader waits", *lines]))


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


def _lane(name: str, call: Exchange, axis: Axis) -> str:
    start, first, end = (axis.x(moment) for moment in (call.started, first_text(call), _end(call)))
    wedge = (
        f'<svg x="{at(first)}" y="-9" width="{at(end - first)}" height="18" viewBox="0 0 1 1" '
        'preserveAspectRatio="none"><path d="M0,1 L1,0 V1 Z" class="ok"/></svg>'
    )
    shapes = (
        f'<line x1="{at(start)}" y1="0" x2="{at(first)}" y2="0" class="wait"/>'
        f"{wedge if end > first else ''}"
        f'<line x1="{at(end)}" y1="-11" x2="{at(end)}" y2="11" class="end"/>'
    )
    return lane(name, axis, shapes, words(call))
