"""A notebook in JupyterLab's window, as a learner sees and types it."""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from .keyboard import paste_source, type_source, with_definition
from .visits import Visits

Theme = Literal["light", "dark"]
THEMES: Final[Mapping[Theme, str]] = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

SCRIPT: Final = Path(__file__).with_suffix(".js")
CARDS: Final = ".jp-OutputArea-output section.course-card"
SAID: Final = ".course-aloud p"
"""What a screen reader says of it."""
CELLS: Final = ".jp-NotebookPanel:visible .jp-Notebook .jp-Cell"
TIMEOUT: Final = 60_000
MOST_STEPS: Final = 500
"""Arrow keys: more than from one end of the longest notebook to the other."""
MOST_TABS: Final = 20
"""From a cell to what is in its output."""
MOST_LOST: Final = 20
"""Of them, those that may lead nowhere."""
DRAWN: Final = 30_000
"""Milliseconds after which a card that is not drawn is missing."""
SOON: Final = 2_000
"""Milliseconds that a busy machine may take to select a cell."""


@dataclass(frozen=True)
class Cell:
    """What a cell is and what became of it."""

    type: str
    source: str
    count: int | None
    """The number in the cell's brackets; None before it has run."""
    errors: Sequence[str]


class Place(Protocol):
    """Where notebooks are: a server of JupyterLab, or a site that is all files."""

    @property
    def url(self) -> str:
        """Its front page, with a slash at its end."""

    def address(self, name: str) -> str:
        """Where the notebook called `name` opens."""


class Notebook:
    """A notebook that is open in `page` and has its kernel."""

    def __init__(self, page: Page, lab: Place, name: str, timeout: float = TIMEOUT, pastes: bool = False) -> None:
        self.page = page
        self._enter = paste_source if pastes else type_source
        self.visits = Visits(urlsplit(lab.url).netloc)
        self.visits.watch(page)
        page.set_default_timeout(timeout)
        page.add_init_script(path=SCRIPT)
        page.goto(lab.address(name))
        page.locator(".jp-NotebookPanel:visible .jp-Notebook").wait_for()
        page.wait_for_function("course.ready()")

    @property
    def cells(self) -> list[Cell]:
        """Every cell, from top to bottom."""
        return [Cell(**cell) for cell in self.page.evaluate("course.cells()")]

    @property
    def errors(self) -> list[str]:
        """What the cells raised."""
        return [error for cell in self.cells for error in cell.errors]

    @property
    def cards(self) -> list[str]:
        """The names of the cards, as a screen reader says them: `not started: first_answer`."""
        return _names(self.page.locator(CARDS))

    def results(self, exercises: Collection[str]) -> list[str]:
        """The cards of these exercises' checks. Other cards show what a lesson is about, or how far one has come."""
        # A cell has come to its end before what it shows is drawn.
        with suppress(PlaywrightTimeout):
            self.page.wait_for_function("names => course.haveCards(names)", arg=list(exercises), timeout=DRAWN)
        return [card for card in self.cards if card.rpartition(": ")[2] in exercises]

    def cards_of(self, place: int) -> list[str]:
        """The names of the cards below one cell."""
        return _names(self.page.locator(CELLS).nth(place).locator(CARDS))

    def places(self, pattern: str) -> list[int]:
        """Which cells are code cells with a line that begins like the regular expression `pattern`."""
        beginning = re.compile(rf"^{pattern}", re.MULTILINE)
        return [n for n, cell in enumerate(self.cells) if cell.type == "code" and beginning.search(cell.source)]

    def run_all(self) -> None:
        """Run > Run All Cells, and wait until every cell has come to an end."""
        self.page.evaluate("course.runAll()")
        self.page.wait_for_function("course.allDone()")

    def go_to(self, place: int) -> None:
        """Select a cell with the arrow keys."""
        self.page.keyboard.press("Escape")
        lost = 0
        # One look for each step: Lab may still be selecting another cell itself, after all of them have run.
        for _ in range(MOST_STEPS):
            active = self.page.evaluate("course.active()")
            if active == place:
                return
            self.page.keyboard.press("ArrowDown" if active < place else "ArrowUp")
            if not self._has_left(active):
                # A busy Lab may have put the focus elsewhere meanwhile: back to the notebook, as with a click on it.
                self.page.evaluate("course.focus()")
                lost += 1
                if lost > MOST_LOST:
                    break
        raise AssertionError(f"the arrow keys do not lead to cell {place}")

    def _has_left(self, place: int) -> bool:
        """Whether another cell is selected now, or soon."""
        try:
            self.page.wait_for_function("place => course.active() !== place", arg=place, timeout=SOON)
        except PlaywrightTimeout:
            return False
        return True

    def run_selected(self) -> None:
        """Press Shift+Enter, which also selects the next cell, and wait until the cell has come to an end."""
        place = self.page.evaluate("course.active()")
        before = self.cells[place].count or 0
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function("([place, before]) => course.ranAfter(place, before)", arg=[place, before])

    def rewrite(self, place: int, source: str) -> None:
        """Type or paste `source` into a cell, in place of what is in it."""
        self.go_to(place)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("course.editing()")
        self._enter(self.page.keyboard, source)
        arrived = self.cells[place].source
        assert arrived == source, _difference(source, arrived)

    def write(self, name: str, solution: str) -> None:
        """Type or paste `solution` in place of the function `name`, whose cell is selected then."""
        # The last one: a class that is to be repaired stands there twice.
        place = self.places(rf"((async )?(def|class)|%%typescript) {name}\b")[-1]
        self.rewrite(place, with_definition(self.cells[place].source, name, solution))

    def solve(self, name: str, solution: str) -> None:
        """`write` it, run its cell, and run its check."""
        self.write(name, solution)
        self.run_selected()
        self.go_to(self.places(rf"check\({name}\)")[0])
        self.run_selected()

    def ask_for(self, helper: str, name: str) -> list[str]:
        """Take the `#` from the line `# HELPER(NAME)`, run its cell, and put it back: the names of the cards there."""
        place = self.places(rf"# {helper}\({name}\)")[0]
        closed = self.cells[place].source
        self.rewrite(place, closed.replace(f"# {helper}", helper))
        self.run_selected()
        shown = self.cards_of(place)
        self.rewrite(place, closed)
        return shown

    def tab_to(self, place: int, part: str) -> None:
        """Go to a cell, and on with Tab to the first element in it that the selector `part` names."""
        self.go_to(place)
        target = self.page.locator(CELLS).nth(place).locator(part).first
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead from cell {place} to {part}")

    def first_card(self, place: int) -> str:
        """The name of the first card below a cell, as soon as it is drawn."""
        return self.page.locator(CELLS).nth(place).locator(CARDS).first.get_attribute("aria-label") or ""

    def heard(self, part: str) -> str:
        """What a screen reader is given to say of the last run, as soon as `part` is in it."""
        # A cell has come to its end, and its card is drawn, before anything is said.
        with suppress(PlaywrightTimeout):
            self.page.locator(f"{SAID}:last-child", has_text=part).wait_for(state="attached", timeout=DRAWN)
        return self.page.locator(SAID).last.text_content() or ""

    def ask_below(self, place: int, button: str) -> str:
        """Press a button of the card below a cell, with the keyboard: the source of the cell that appears."""
        before = len(self.cells)
        self.tab_to(place, f"button[aria-label^='{button}']")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("([place, before]) => course.hasNew(place, before)", arg=[place + 1, before])
        return self.cells[place + 1].source

    def shut_down(self) -> None:
        """End the kernel, which goes on without its page."""
        self.page.evaluate("course.shutDown()")

    def set_theme(self, theme: Theme) -> None:
        """Settings > Theme."""
        self.page.evaluate("name => course.setTheme(name)", THEMES[theme])
        self.page.wait_for_function("light => course.isLight() === light && !course.isSplashed()", arg=theme == "light")


def _difference(typed: str, arrived: str) -> str:
    lines = unified_diff(typed.split("\n"), arrived.split("\n"), "typed", "arrived", n=0, lineterm="")
    return "\n".join(["the editor holds something else than what was typed:", *lines])


def _names(cards: Locator) -> list[str]:
    names: list[str] = cards.evaluate_all("cards => cards.map(card => card.ariaLabel)")
    return names
