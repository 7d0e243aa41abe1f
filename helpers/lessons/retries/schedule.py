"""Pictures of retries: when the SDK tries again, and what many callers who try again together look like.

The waits come from the SDK's own function, `_calculate_retry_timeout`. It is private, may change with any release, and
is called for these pictures only: no code that calls the API should need it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import accumulate, chain
from typing import Final

from anthropic import Anthropic
from anthropic._models import FinalRequestOptions

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.replay.waits import backoff

SEED: Final = 6
DRAWS: Final = 2_000
"""Waits drawn for each retry, to see the band that they fall into."""
WIDTH: Final = 780
LEFT: Final = 90
RIGHT: Final = 190
"""Pixels kept for the names at the left and for the words at the right."""
ROW: Final = 26
TOP: Final = 26
PANEL: Final = 150
BARS: Final = 110
TALLEST: Final = 96
"""Pixels of one half of a herd, of the room for its bars and their words, and of a bar that all callers share."""
EDGE: Final = 14
BIN: Final = 0.1
"""Seconds of a herd that are counted together."""


def sdk_waits(client: Anthropic, source: random.Random) -> list[float]:
    """The waits of one call of `client` that always fails, one for each retry. `source` seeds the SDK's jitter."""
    options = FinalRequestOptions.construct(method="post", url="/v1/messages")
    before = random.getstate()
    random.seed(source.random())  # the SDK draws its jitter from the generator that all modules share
    try:
        return [client._calculate_retry_timeout(left, options) for left in range(client.max_retries, 0, -1)]
    finally:
        random.setstate(before)


def bands(client: Anthropic) -> list[tuple[float, float]]:
    """The shortest and the longest wait before each retry, of many drawn ones."""
    source = random.Random(SEED)
    drawn = zip(*(sdk_waits(client, source) for _ in range(DRAWS)), strict=True)
    return [(min(waits), max(waits)) for waits in drawn]


def schedule(client: Anthropic) -> Card:
    """When `client` tries again after a failure: each wait at its shortest and at its longest."""
    waits = [(round(low, 2), round(high, 2)) for low, high in bands(client)]
    title = f"Waits of the SDK with max_retries={client.max_retries}"
    lines = [f"retry {number}: {low:.2f} to {high:.2f} s" for number, (low, high) in enumerate(waits, start=1)]
    total = sum(low for low, _ in waits), sum(high for _, high in waits)
    lines.append(f"together: {total[0]:.1f} to {total[1]:.1f} s")
    return _picture(title, _schedule_svg(waits), TOP + ROW * len(waits), lines)


def _schedule_svg(waits: Sequence[tuple[float, float]]) -> str:
    longest = max(high for _, high in waits)
    scale = (WIDTH - LEFT - RIGHT) / longest
    rows = (_wait_row(TOP + ROW * (index - 0.5), index, wait, scale) for index, wait in enumerate(waits, start=1))
    return _axis(scale, round(longest), TOP + ROW * len(waits)) + "".join(rows)


def _wait_row(y: float, number: int, wait: tuple[float, float], scale: float) -> str:
    low, high = wait
    x, width = LEFT + low * scale, (high - low) * scale
    return (
        f'<text x="0" y="{y + 4:g}" class="name">retry {number}</text>'
        f'<line x1="{LEFT}" y1="{y:g}" x2="{x:.1f}" y2="{y:g}" class="wait"/>'
        f'<rect x="{x:.1f}" y="{y - 7:g}" width="{width:.1f}" height="14" class="ok"/>'
        f'<text x="{WIDTH - RIGHT + 20}" y="{y + 4:g}" class="note">{low:.2f} to {high:.2f} s</text>'
    )


def _axis(scale: float, seconds: int, height: float) -> str:
    places = [(second, f"{LEFT + second * scale:.1f}") for second in range(0, seconds + 1, max(1, round(seconds / 8)))]
    return "".join(
        f'<text x="{x}" y="10" class="axis">{second} s</text>'
        f'<line x1="{x}" y1="14" x2="{x}" y2="{height:g}" class="grid"/>'
        for second, x in places
    )


def arrivals(client: Anthropic, callers: int, *, jitter: bool) -> list[list[float]]:
    """When the retries of so many callers arrive who all failed at second 0: a list for each retry."""
    source = random.Random(SEED)
    equal = [backoff(count) for count in range(client.max_retries)]
    waits = [sdk_waits(client, source) if jitter else equal for _ in range(callers)]
    return [list(wave) for wave in zip(*(accumulate(one) for one in waits), strict=True)]


def herd(client: Anthropic, callers: int = 200) -> Card:
    """How the retries of many callers arrive who failed together: all waiting equally long, and as the SDK waits."""
    names = ("everybody waits equally long", "the SDK's jitter")
    waves = [arrivals(client, callers, jitter=jitter) for jitter in (False, True)]
    seconds = max(moment for one in waves for wave in one for moment in wave)
    drawn = "".join(
        _panel(f"{name}: {_peaks(one)}", _counts(chain(*one)), colour, callers, seconds, TOP + index * PANEL)
        for index, (name, one, colour) in enumerate(zip(names, waves, ("bad", "ok"), strict=True))
    )
    title = f"Retries of {callers} callers that failed in the same moment"
    lines = [f"{name}: {_peaks(one)}" for name, one in zip(names, waves, strict=True)]
    return _picture(title, drawn, TOP + 2 * PANEL - 20, lines)


def _counts(moments: Iterable[float]) -> Counter[int]:
    """How many of `moments` fall into each tenth of a second."""
    # Rounded first: 3.5 / 0.1 is a little less than 35.
    return Counter(int(round(moment / BIN, 6)) for moment in moments)


def _peaks(waves: Sequence[Sequence[float]]) -> str:
    peaks = ", ".join(str(max(_counts(wave).values())) for wave in waves)
    return f"at most {peaks} requests in a tenth of a second, retry by retry"


def _panel(words: str, counts: Mapping[int, int], colour: str, most: int, seconds: float, top: int) -> str:
    scale, bottom = (WIDTH - 2 * EDGE) / seconds, top + BARS
    bars = "".join(
        f'<rect x="{EDGE + place * BIN * scale:.1f}" y="{bottom - count / most * TALLEST:.1f}" '
        f'width="{BIN * scale - 0.5:.1f}" height="{count / most * TALLEST:.1f}" class="{colour}"/>'
        for place, count in sorted(counts.items())
    )
    marks = "".join(
        f'<text x="{EDGE + second * scale:.1f}" y="{bottom + 14}" class="axis">{second} s</text>'
        for second in range(0, int(seconds) + 1, 2)
    )
    floor = f'<line x1="{EDGE}" y1="{bottom}" x2="{WIDTH - EDGE}" y2="{bottom}" class="grid"/>'
    return f'{bars}{marks}{floor}<text x="{EDGE}" y="{top}" class="note">{escape(words)}</text>'


def _picture(title: str, drawn: str, height: float, lines: Sequence[str]) -> Card:
    label = escape(f"{title}. {'; '.join(lines)}.", quote=True)
    html = (
        f"<p><b>{escape(title)}</b></p>"
        f'<svg role="img" viewBox="0 0 {WIDTH} {height:g}" width="100%" aria-label="{label}">{drawn}</svg>'
    )
    return Card(scrolling(html, title), "\n".join([title, *(f"  {line}" for line in lines)]))
