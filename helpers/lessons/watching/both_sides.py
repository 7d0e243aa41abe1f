"""Both sides of an app on one axis: when the API sent, when the page had it, when the user left, what came after that.

Two rows for each visit. Above, a bar from the first byte that the API sent to the last, with a tick for each event, as
in a wire timeline. Below, the page: a bar from its first piece of text to its last, with a tick for each piece; a short
line on the dotted one is a heartbeat. A vertical line with a cross at its foot is where the user left, and what the API
sent after that is a bar of another colour.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import anyio
from anthropic import AsyncAnthropic
from starlette.responses import StreamingResponse

from helpers.calling.apitime import ApiClock, run_in_api_time
from helpers.display.axis import Axis
from helpers.display.card import Card, card
from helpers.display.lanes import NOMINAL, at, lane, lanes
from helpers.display.style import STYLE
from helpers.display.table import table
from helpers.display.timeline import ending_words
from helpers.lessons.watching.browser import Browser, Seen
from helpers.lessons.watching.proxy import Proxy
from helpers.lessons.watching.reading import Read, Said, read_events
from helpers.lessons.watching.scenery import LONGEST, answer_of, client_of, engine_of
from helpers.replay import Exchange, Scenario

LEAST_TICK: Final = 3.0
"""Pixels between two ticks at least: of what stands closer, some go without."""
NOT_YET: Final = "It sends nothing yet: once it is written, both sides are shown here."
PROMPT: Final = "Where is my parcel?"

Relay = Callable[..., StreamingResponse]


@dataclass(frozen=True)
class Watched:
    """One visit, seen from both sides. Shows itself as a picture."""

    upstream: Exchange
    seen: Seen
    read: Read
    answer: str
    """The text of the whole answer, as the API would send it."""
    raised: str = ""
    """What the app raised, where it did."""

    @property
    def events(self) -> list[Said]:
        """What a browser reads in what came, as long as somebody is there."""
        return [said for said in self.read.events if said.moment <= self._until]

    @property
    def heartbeats(self) -> list[float]:
        """When a comment came, as long as somebody was there."""
        return [moment for moment in self.read.comments if moment <= self._until]

    @property
    def _until(self) -> float:
        return math.inf if self.seen.left is None else self.seen.left

    @property
    def text(self) -> str:
        """The answer, as far as the page has it: of events without a name, all that they hold."""
        return "".join(said.text or "" if said.name else said.data for said in self.events)

    @property
    def body(self) -> str:
        """All that came, as it came."""
        return _bytes(self.seen).decode(errors="replace")

    @property
    def paid_after(self) -> int:
        """Events that the API sent after the user had left."""
        left = self.seen.left
        return 0 if left is None else sum(moment > left for _, moment in self.upstream.events)

    @property
    def longest_silence(self) -> float:
        """Seconds in which not one byte came to the page, at most."""
        moments = [self.seen.opened, *(moment for moment, _ in self.seen.pieces)]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)

    def _repr_html_(self) -> str:
        return both_sides({"": self}).html

    def __repr__(self) -> str:
        return both_sides({"": self}).text


def watch(relay: Relay, scenario: Scenario, *, leaves: float | None = None, proxied: bool = False) -> Watched | Card:
    """A page that asks an app, `relay(client, prompt)`, or `relay(client, prompt, gone)` where it takes that.

    The browser `leaves` after so many seconds, and only `gone` knows. `proxied` puts a proxy before the app that
    gathers what it may. All of it is in API time: nobody waits. A card that says so where `relay` is not written yet.
    """
    engine = engine_of(scenario)
    raised: list[str] = []

    async def work(clock: ApiClock) -> Seen:
        client, browser = client_of(engine), Browser(clock, leaves, "deaf")
        try:
            await browser.visit(lambda: _app(relay, client, browser, proxied=proxied))
        except Exception as error:  # noqa: BLE001 - whatever it is, the server hangs up, and the lesson shows it
            raised.append(type(error).__name__)
        await anyio.sleep(LONGEST)
        await client.close()
        return browser.seen

    seen = run_in_api_time(work)
    if seen.not_a_response or not engine.log:
        return card(f"<p>{NOT_YET}</p>", NOT_YET, label="No page")
    pieces = [(moment, text.encode("latin-1")) for moment, text in seen.pieces]
    return Watched(engine.log[-1], seen, read_events(pieces), answer_of(scenario), raised[0] if raised else "")


def _app(relay: Relay, client: AsyncAnthropic, browser: Browser, *, proxied: bool) -> Any:
    takes_gone = "gone" in relay.__code__.co_varnames[: relay.__code__.co_argcount]
    response = relay(client, PROMPT, browser.gone) if takes_gone else relay(client, PROMPT)
    return Proxy(response) if proxied else response


def both_sides(visits: Mapping[str, Watched | Card]) -> Card:
    """The visits below one another, on one axis."""
    title = "When the API sent, and when the page had it"
    shown = {name: one for name, one in visits.items() if isinstance(one, Watched)}
    axis = Axis((moment for one in shown.values() for moment in _moments(one)), 0, NOMINAL)
    rows = [row for name, one in shown.items() for row in _rows(name, one, axis)]
    lines = [line for name, one in shown.items() for line in _lines(name, one)]
    picture = lanes(f"{title}. {'; '.join(lines)}.", axis, rows)
    return Card(f'{STYLE}<div class="course">{picture}</div>', "\n".join([title, *(f"  {line}" for line in lines)]))


def measured(visits: Mapping[str, Watched | Card], expected: Mapping[str, str]) -> Card:
    """What the page had in each of the visits, beside what somebody `expected`."""
    columns = ("the day", "has", "not a byte for", "hung up by", "sent to nobody", "you expected")
    shown = {name: one for name, one in visits.items() if isinstance(one, Watched)}
    rows = [
        (
            name,
            f"{len(one.text)} of {len(one.answer)} characters",
            f"{one.longest_silence:.0f} s",
            one.raised or "–",
            _count(one.paid_after, "event"),
            expected.get(name, "–"),
        )
        for name, one in shown.items()
    ]
    return table("What the page had", columns, rows)


def _lines(name: str, one: Watched) -> Iterable[str]:
    yield f"{_named(name, 'API')}: {_sent(one)}"
    yield f"{_named(name, 'page')}: {_had(one)}"


def _rows(name: str, one: Watched, axis: Axis) -> Iterable[str]:
    yield lane(_named(name, "API"), axis, "".join(_upstream(one, axis)), _sent(one))
    yield lane(_named(name, "page"), axis, "".join(_page(one, axis)), _had(one))


def _named(name: str, side: str) -> str:
    return f"{name}: {side}" if name else side


def _sent(one: Watched) -> str:
    """The upper row in words."""
    count, after = len(one.upstream.events), one.paid_after
    if one.seen.left is None:
        return f"{count} events · {ending_words(one.upstream)}"
    return f"{count} events, {after} of them after the user had left · {ending_words(one.upstream)}"


def _had(one: Watched) -> str:
    """The lower row in words."""
    texts, beats = _texts(one), len(one.heartbeats)
    said = f"{_count(len(texts), 'piece')} at {texts[0]:.1f} to {texts[-1]:.1f} s" if texts else "nothing to read"
    if texts and texts[0] == texts[-1]:
        said = f"{_count(len(texts), 'piece')}, all at {texts[0]:.1f} s"
    said += f" · {_count(beats, 'heartbeat')}" if beats else ""
    said += f" · ✗ left at {one.seen.left:.1f} s" if one.seen.left is not None else ""
    return said + (f" · ✗ hung up: {one.raised}" if one.raised else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _texts(one: Watched) -> list[float]:
    """When a piece of text was on the page, as long as somebody was there."""
    named = [said.moment for said in one.events if said.name == "text"]
    return named or [said.moment for said in one.events if not said.name]


def _moments(one: Watched) -> Iterable[float]:
    yield from (moment for _, moment in one.upstream.events)
    yield from (moment for moment, _ in one.seen.pieces)
    ends = (one.upstream.first_byte, one.upstream.ended, one.seen.left, one.seen.over)
    yield from (moment for moment in ends if moment is not None)


def _upstream(one: Watched, axis: Axis) -> Iterable[str]:
    sent = one.upstream
    first = sent.started if sent.first_byte is None else sent.first_byte
    last = first if sent.ended is None else sent.ended
    left = last if one.seen.left is None else min(max(one.seen.left, first), last)
    yield _level(axis.x(sent.started), axis.x(first), "asked")
    yield _bar(axis.x(first), axis.x(left), "ok")
    yield _bar(axis.x(left), axis.x(last), "bad")
    yield from _ticks(axis, (moment for _, moment in sent.events[:-1]), "tick")
    yield _end(axis.x(last), whole=sent.ending == "clean")


def _page(one: Watched, axis: Axis) -> Iterable[str]:
    seen, texts = one.seen, _texts(one)
    over = next((moment for moment in (seen.left, seen.over, seen.ended) if moment is not None), seen.opened)
    first, last = (texts[0], texts[-1]) if texts else (over, over)
    yield _level(axis.x(seen.opened), axis.x(first), "wait")
    yield _bar(axis.x(first), axis.x(last), "ok")
    yield _level(axis.x(last), axis.x(over), "wait")
    yield from _ticks(axis, texts[:-1], "tick")
    yield from _ticks(axis, one.heartbeats, "asked")
    if seen.left is not None:
        x = at(axis.x(seen.left))
        yield f'<line x1="{x}" y1="-30" x2="{x}" y2="9" class="end"/>'
        yield f'<svg x="{x}"><path d="M-5,4 l10,10 m0,-10 l-10,10" class="break"/></svg>'
    else:
        yield _end(axis.x(over), whole=seen.over is not None)


def _level(start: float, end: float, name: str) -> str:
    return f'<line x1="{at(start)}" y1="0" x2="{at(end)}" y2="0" class="{name}"/>' if end > start else ""


def _bar(start: float, end: float, name: str) -> str:
    if end <= start:
        return ""
    return f'<rect x="{at(start)}" y="-7" width="{at(end - start)}" height="14" class="{name}"/>'


def _ticks(axis: Axis, moments: Iterable[float], name: str) -> Iterable[str]:
    """A tick at each of these moments that is not too close to the one before."""
    before = -LEAST_TICK
    for x in map(axis.x, moments):
        if x - before >= LEAST_TICK:
            yield f'<line x1="{at(x)}" y1="-4" x2="{at(x)}" y2="4" class="{name}"/>'
            before = x


def _end(x: float, *, whole: bool) -> str:
    if whole:
        return f'<line x1="{at(x)}" y1="-9" x2="{at(x)}" y2="9" class="end"/>'
    return f'<svg x="{at(x)}"><path d="M0,-10 l4,5 l-7,5 l7,5 l-4,5" class="break"/></svg>'


def _bytes(seen: Seen) -> bytes:
    return "".join(text for _, text in seen.pieces).encode("latin-1")
