"""The time axis of a wire timeline: seconds of API time to pixels, long silences shortened."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

LONGEST_GAP: Final = 6.0
"""Seconds in which nothing happens anywhere, above which the axis is broken."""
GAP_LABEL: Final = 54.0
"""Pixels that the label of a broken gap needs on each side, with the label beside it."""
LEAST_EXTENT: Final = 8.0
"""Seconds that every axis shows at least, so that half an answer looks shorter than a whole one."""
BROKEN_GAP: Final = 2.0
"""Seconds that a broken gap is drawn as."""


class Axis:
    """Maps moments to pixels. Where nothing happens for long, the axis is broken and says so."""

    def __init__(self, moments: Iterable[float], left: float, width: float) -> None:
        self._points: list[tuple[float, float]] = [(0.0, 0.0)]
        self.gaps: list[tuple[float, float]] = []
        """Start and end of each broken gap, in seconds."""
        for moment in sorted({moment for moment in moments if moment > 0}):
            last, drawn = self._points[-1]
            gap = moment - last
            if gap > LONGEST_GAP:
                self.gaps.append((last, moment))
                gap = BROKEN_GAP
            self._points.append((moment, drawn + gap))
        last, drawn = self._points[-1]
        if drawn < LEAST_EXTENT:
            self._points.append((last + LEAST_EXTENT - drawn, LEAST_EXTENT))
        self._left = left
        self._scale = width / self._points[-1][1]

    def x(self, moment: float) -> float:
        """The place of `moment` in pixels."""
        after = next((index for index, (at, _) in enumerate(self._points) if at >= moment), len(self._points) - 1)
        (start, low), (end, high) = self._points[max(after - 1, 0)], self._points[after]
        share = 1.0 if end == start else (moment - start) / (end - start)
        return round(self._left + (low + (high - low) * share) * self._scale, 1)

    def ticks(self, spacing: float = 42.0) -> Sequence[float]:
        """Whole seconds to label, at least `spacing` pixels apart and away from every broken gap."""
        chosen: list[float] = []
        gaps = [self.middle(gap) for gap in self.labelled_gaps()]
        for second in self._seconds():
            place = self.x(second)
            crowded = chosen and place - self.x(chosen[-1]) < spacing
            if not crowded and all(abs(place - gap) >= GAP_LABEL for gap in gaps):
                chosen.append(float(second))
        return chosen

    def _seconds(self) -> Iterator[int]:
        """Whole seconds outside the broken gaps: a gap may be a month."""
        start = 0
        for left, right in self.gaps:
            yield from range(start, math.floor(left) + 1)
            start = max(math.ceil(right), math.floor(left) + 1)
        yield from range(start, math.floor(self._points[-1][0]) + 1)

    def labelled_gaps(self, spacing: float = 64.0) -> Sequence[tuple[float, float]]:
        """The broken gaps to label, at least `spacing` pixels apart: the longest, where there is no room for all."""
        chosen: list[tuple[float, float]] = []
        for gap in sorted(self.gaps, key=lambda gap: gap[0] - gap[1]):
            if all(abs(self.middle(gap) - self.middle(other)) >= spacing for other in chosen):
                chosen.append(gap)
        return sorted(chosen)

    def middle(self, gap: tuple[float, float]) -> float:
        """The place of the middle of a broken gap, in pixels."""
        return round((self.x(gap[0]) + self.x(gap[1])) / 2, 1)
