"""Cards: what the course shows under a cell, as HTML and as its plain-text twin."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from html import escape
from textwrap import indent
from typing import TYPE_CHECKING, Final

from helpers.display.asking import asking
from helpers.display.style import STYLE
from helpers.display.timeline import Mark, Row, picture, text

if TYPE_CHECKING:
    # What a lesson's pictures import must not bring along what judges.
    from helpers.judging.check import Run
    from helpers.judging.offer import Offer
    from helpers.judging.verdict import Verdict

SYMBOLS: Final = {"passed": "✓", "not_started": "○", "checker_broken": "!", "not_available": "–"}
HEADLINES: Final = {
    "passed": "passed",
    "not_started": "not started",
    "raised": "your code raised",
    "not_available": "not available here",
    "checker_broken": "the checker is broken",
}
BORDERS: Final = {"passed": "course-passed", "misconception": "course-wrong", "raised": "course-wrong"}

MOST_REQUESTS: Final = 5
"""Requests of one case that are drawn; of more, the first ones and the last."""
LONGEST_CURL: Final = 2_000
"""Characters of a curl line that is shown; a longer one is only pointed to."""

KNOWN: Final = "What was expected and seen"
_WHERE: Final = ", for a terminal on a machine of your own" if sys.platform == "emscripten" else ""
CURL: Final = (
    f"The first request as a curl line{_WHERE}. It goes to `$ANTHROPIC_BASE_URL` where that is set, as to the address "
    "that `course serve` prints:"
)


@dataclass(frozen=True)
class Card:
    """Something to show: JupyterLab takes the HTML, a terminal takes the text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def card(body: str, plain: str, *, label: str, border: str = "") -> Card:
    """A card with this HTML body; `label` is its name for a screen reader."""
    name = escape(label, quote=True)
    html = f'{STYLE}<section class="course course-card {border}" aria-label="{name}">{body}</section>'
    return Card(html, plain)


def result_card(verdict: Verdict, offer: Offer | None = None) -> Card:
    """The card of a checked exercise: the message first, one cause, the wire, the next step, and the case in question
    to try oneself.
    """
    name = verdict.exercise.name
    symbol = SYMBOLS.get(verdict.outcome, "✗")
    headline = HEADLINES.get(verdict.outcome) or _score(verdict)
    rows = _rows(verdict)
    help_line = _help(verdict)
    body = [
        f"<p><b>{symbol} {escape(name)}</b> — {escape(headline)}</p>",
        f"<p>{code_marks(verdict.message)}</p>",
        picture(rows, f"What happened on the wire, {name}") if rows else "",
        f"<p>{_next(verdict)}</p>" if verdict.next_step else "",
        f'<p class="dim">{code_marks(help_line)}</p>' if help_line else "",
        _offer_html(offer) if offer else "",
        asking(verdict, offer),
    ]
    plain = [f"{symbol} {name} — {headline}", verdict.message]
    plain += [text(rows)] if rows else []
    plain += [f"Next: {verdict.next_step}"] if verdict.next_step else []
    plain += [help_line] if help_line else []
    plain += _offer_lines(offer) if offer else []
    return card("".join(body), "\n".join(plain), label=f"{headline}: {name}", border=BORDERS.get(verdict.outcome, ""))


def _offer_html(offer: Offer) -> str:
    known = "".join(f"<li>{code_marks(sentence)}</li>" for sentence in _known(offer))
    curl = f"<p>{code_marks(CURL)}</p>{code_block(offer.curl)}" if _is_shown(offer) else ""
    parts = [
        f"<p>{code_marks(_offer_head(offer))}</p>{code_block(offer.code)}",
        "" if offer.called else f'<p class="dim">{code_marks(_as_checked(offer))}</p>',
        f"<details><summary>{_summary(offer)}</summary><ul>{known}</ul>{curl}</details>" if known else "",
    ]
    return f'<div class="course-case">{"".join(parts)}</div>'


def _offer_lines(offer: Offer) -> list[str]:
    known = [f"  {sentence}" for sentence in _known(offer)]
    lines = [_offer_head(offer), indent(offer.code, "    ")]
    lines += [] if offer.called else [_as_checked(offer)]
    lines += [f"{KNOWN}:", *known] if known else []
    lines += [CURL, indent(offer.curl, "    ")] if _is_shown(offer) else []
    return lines


def _offer_head(offer: Offer) -> str:
    return f"Try `{offer.case}` yourself, in a cell of your own: print, step through it, call again."


def _as_checked(offer: Offer) -> str:
    """The other way into it, where the code takes the plain one."""
    return f"Or as the check calls it, with pauses in API time: `{offer.asking}.call()`"


def _summary(offer: Offer) -> str:
    return f"{KNOWN}, and the request as a curl line" if _is_shown(offer) else KNOWN


def _known(offer: Offer) -> list[str]:
    """What is known of the case besides the message: what was expected, and what was seen."""
    lines = [offer.expected, *offer.seen] if offer.expected else list(offer.seen)
    if offer.curl and not _is_shown(offer):
        lines += [f"`{offer.asking}.curl` is its first request as a curl line, which is long"]
    return lines


def _is_shown(offer: Offer) -> bool:
    return 0 < len(offer.curl) <= LONGEST_CURL


def _help(verdict: Verdict) -> str:
    """Where to look next, for who does not see it yet."""
    if verdict.reread is None:
        return ""
    return f"Read again: “{verdict.reread}”. Still stuck? `hint({verdict.exercise.name})`"


def _next(verdict: Verdict) -> str:
    return f"<b>Next:</b> {code_marks(verdict.next_step)}"


def _score(verdict: Verdict) -> str:
    if not verdict.runs:
        return "not yet"
    right = len(verdict.runs) - len(verdict.wrong)
    return f"{right} of {len(verdict.runs)} cases right"


def _rows(verdict: Verdict) -> list[Row]:
    return [row for run in verdict.runs for row in _run_rows(verdict, run)]


def _run_rows(verdict: Verdict, run: Run) -> list[Row]:
    said = verdict.said.get(run.case.name, "")
    mark: Mark = "bad" if run.case.name in verdict.wrong else "ok"
    if not run.wire:
        return [Row(run.case.name, None, said or "no request", mark)]
    rows = [Row("" if index else run.case.name, exchange, "", mark) for index, exchange in enumerate(run.wire)]
    rows[-1] = replace(rows[-1], note=said)
    if len(rows) <= MOST_REQUESTS:
        return rows
    return [
        *rows[: MOST_REQUESTS - 2],
        Row("", None, f"… and {len(rows) - MOST_REQUESTS + 1} more requests …", mark),
        rows[-1],
    ]


def code_marks(sentence: str) -> str:
    """`sentence` as HTML, with what stands between backticks as code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(sentence))


def code_block(source: str) -> str:
    """`source` as HTML, line by line."""
    return f"<pre><code>{escape(source)}</code></pre>"
