"""A real page for a learner's relay: served on this machine, shown as a card, and closed again."""

import sys
from dataclasses import replace
from html import escape
from types import TracebackType
from typing import Final

from helpers.calling.threads import NONE_HERE
from helpers.client import new_engine
from helpers.display.card import Card, card, code_marks
from helpers.display.style import STYLE
from helpers.display.timeline import picture, text
from helpers.errors import CourseError
from helpers.lessons.watching.loopback import Loopback
from helpers.lessons.watching.page import Relay, page_app
from helpers.lessons.watching.proxy import Proxy
from helpers.lessons.watching.visits import Visit
from helpers.replay import Answer, Engine, Scenario, says
from helpers.settings import read_settings

TITLE: Final = "The wire behind the page"
ANSWER: Final = (
    "Your parcel left our warehouse this morning and is on its way. It was handed to the carrier at nine, who says "
    "that it will be with you tomorrow before noon. If nobody is at home then, it is left with the neighbour whom "
    "you named, or kept for you for seven days at the shop on the corner; bring something with your name on it. You "
    "can still change the address until tonight, in your account, below the order. What is in the parcel: the blue "
    "kettle, its filter, and the two cups that were missing last time, which cost you nothing. Should one of them "
    "be broken, take a picture before you throw it away, and send it to us: we replace it without asking for more. "
    "And if the parcel has not come by the end of the week, write to us again. Then we send a new one on the same "
    "day, or you have your money back within five."
)
SLOW: Final = Scenario("parcel", "a long answer, written slowly", then=Answer(says(ANSWER, first_delay=1.0)))

NOBODY: Final = "Run this cell yourself, and it serves a page. Nobody is here now who could open one."
ELSEWHERE: Final = (
    "It is an address of the machine that the kernel runs on. Where you sit at another one, as with Binder, it leads "
    "nowhere: the picture stands in its place."
)
HELD: Final = (
    "The relay lets nothing else run, not even its own end: it waits without `await`, or never does. It ends when it "
    "lets go; to end it now, restart the kernel."
)


class Site:
    """A page that is served, or a sentence that says why it is not. Shows itself as a card.

    `address` is where it is, or empty where it is not served. `visits` are the questions that were asked there.
    """

    def __init__(self, relay: Relay, engine: Engine, *, proxied: bool = False, deaf: bool = False) -> None:
        self.address = ""
        self.visits: list[Visit] = []
        self._engine = engine
        self._loopback: Loopback | None = None
        self._said = ""
        try:
            _look_around()
            app = page_app(relay, self._begin, deaf=deaf)
            self._loopback = Loopback(Proxy(app) if proxied else app)
            self.address = self._loopback.address
        except CourseError as error:
            self._said = str(error)

    def timeline(self) -> Card:
        """What went over the wire for every visit, and how much of it after the browser had left."""
        rows = [row for visit in self.visits for row in visit.rows()]
        if not rows:
            return card("<p>Nobody has asked anything yet.</p>", "Nobody has asked anything yet.", label=TITLE)
        return Card(f'{STYLE}<div class="course">{picture(rows, TITLE)}</div>', f"{TITLE}\n{text(rows)}")

    def close(self) -> None:
        """End what is under way, and give the port back. More than once does no harm."""
        loopback, self._loopback = self._loopback, None
        if loopback is not None:
            ended = loopback.close()
            self.address, self._said = "", "The page is closed." if ended else f"The page is closed. {HELD}"

    def __enter__(self) -> "Site":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _repr_html_(self) -> str:
        return self._card().html

    def __repr__(self) -> str:
        return self._card().text

    def _card(self) -> Card:
        if not self.address:
            return card(f"<p>{code_marks(self._said)}</p>", self._said, label="No page")
        address = escape(self.address, quote=True)
        body = f'<p>The page is at <a href="{address}" target="_blank" rel="noopener">{address}</a></p>'
        return card(
            f'{body}<p class="dim">{ELSEWHERE}</p>', f"The page is at {self.address}\n{ELSEWHERE}", label="The page"
        )

    def _begin(self) -> Visit:
        visit = Visit(len(self.visits) + 1, self._engine)
        self.visits.append(visit)
        return visit


_open: list[Site] = []
"""The site that is served now, if any."""


def serve_page(
    relay: Relay, scenario: Scenario = SLOW, *, speed: float = 1.0, proxied: bool = False, deaf: bool = False
) -> Site:
    """Serve a page whose answers come through `relay`, in the place of the one that was served before.

    Upstream is the replay, whatever the mode: nobody pays for a tab that is left open. `speed` is real seconds per
    second of API time, whatever COURSE_SPEED says. `proxied` puts a proxy before the page that gathers what it may. A
    `deaf` server does not tell the response that a tab was closed: only `gone` knows. Where no page can be served, or
    nobody is there to open it, the card says so.
    """
    while _open:
        _open.pop().close()
    site = Site(relay, new_engine(scenario, replace(read_settings(), speed=speed)), proxied=proxied, deaf=deaf)
    _open.append(site)
    return site


def _look_around() -> None:
    """Raise `CourseError` where nothing can be served, or to nobody."""
    if sys.platform == "emscripten":
        raise CourseError(f"No page can be served from here: {NONE_HERE}.")
    if not _is_watched():
        raise CourseError(NOBODY)


def _is_watched() -> bool:
    """Whether somebody is there. A kernel that runs a notebook by itself is told that nobody can be asked anything."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    return kernel is None or bool(kernel.get_parent().get("content", {}).get("allow_stdin", True))
