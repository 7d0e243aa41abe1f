"""What lesson 08 shows beside its cells: several wires in one picture, and a wire on which time really passes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from anthropic import Anthropic, AsyncAnthropic

from helpers.client import async_replay_client, new_engine, wire_log
from helpers.display.card import Card
from helpers.display.style import STYLE
from helpers.display.table import table
from helpers.display.timeline import Row, picture, text
from helpers.libraries.table import Cell, kept
from helpers.replay import Answer, Scenario, thinking_first
from helpers.settings import read_settings

TITLE: Final = "The wire, ending by ending"
HUNDRED_TIMES: Final = 0.01
"""Real seconds per second of API time."""

THINKS: Final = Scenario(
    "thinks",
    "the model thinks for most of a minute, and then answers",
    then=Answer(thinking_first("Yes, within 30 days.", "Was it bought this month? " * 130)),
)


def side_by_side(clients: Mapping[str, Anthropic]) -> Card:
    """What went over the wire of each of `clients`, in one picture."""
    rows = [Row(name, exchange) for name, client in clients.items() for exchange in wire_log(client)]
    return Card(f'{STYLE}<div class="course">{picture(rows, TITLE)}</div>', f"{TITLE}\n{text(rows)}")


def in_real_time(scenario: str | Scenario) -> AsyncAnthropic:
    """A client on whose wire time passes a hundred times as fast as at the API, whatever COURSE_SPEED says.

    A deadline of the event loop needs a clock that runs.
    """
    return async_replay_client(new_engine(scenario, replace(read_settings(), speed=HUNDRED_TIMES)))


def through_libraries() -> Card:
    """What the user of each library has of every ending, streamed: as it was seen when each was run."""
    made = kept()
    rows = [(library, *_told(ways["streamed"])) for library, ways in made.cells.items()]
    return table(f"Streamed through a library, {made.made}", ("through", "passes for an answer at", "raises"), rows)


def _told(cells: Mapping[str, Cell]) -> tuple[str, str]:
    """The endings at which nothing is raised though something is missing, and those at which something is, by what."""
    silent = [ending for ending, cell in cells.items() if cell.is_silent]
    raised: dict[str, list[str]] = {}
    for ending, cell in cells.items():
        if cell.waits or cell.raised:
            raised.setdefault("nothing, and waits on" if cell.waits else cell.exception, []).append(ending)
    told = "; ".join(f"{what}: {', '.join(endings)}" for what, endings in raised.items())
    return f"⚠ {', '.join(silent)}" if silent else "none", told
