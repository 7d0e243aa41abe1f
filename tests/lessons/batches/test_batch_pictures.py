"""The pictures of lessons 03 and 05: each says in words what it draws, and keeps within its frame."""

from xml.etree import ElementTree

import pytest
from anthropic.types.messages import MessageBatch

from helpers.display import Card
from helpers.facts.errors import ERROR_MAP
from helpers.lessons.batches.amounts import amounts, shown
from helpers.lessons.batches.lifecycle import OUTCOMES, lifecycle
from helpers.lessons.errors.error_map import error_map

CHARACTER = 7.5
"""Pixels that a character needs at most on average."""
SENTENCE = 6.2
"""The same in a sentence of 40 characters and more, where wide and narrow ones even out. Measured in Chromium: 5.9."""

BATCH = MessageBatch.model_validate(
    {
        "id": "msgbatch_1",
        "type": "message_batch",
        "processing_status": "ended",
        "request_counts": {"processing": 0, "succeeded": 99_996, "errored": 2, "expired": 1, "canceled": 1},
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": "2026-01-02T00:00:00Z",
    }
)
CARDS = {
    "lifecycle": lifecycle(),
    "lifecycle of a batch": lifecycle(BATCH),
    "amounts": amounts("A night", {"standard calls": 85.125, "one batch": 42.5625}),
    "error map": error_map(),
}


def picture(card: Card) -> ElementTree.Element:
    """The card's picture as XML."""
    svg = ElementTree.fromstring(card.html.partition("</style>")[2]).find("svg")
    assert svg is not None
    return svg


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_named_and_told(card: Card) -> None:
    """A picture is an image to a screen reader, whose name says all that its text twin says."""
    svg = picture(card)
    assert svg.get("role") == "img"
    name = svg.get("aria-label") or ""
    for line in str(card).splitlines():
        for word in line.replace(":", "").split():
            assert word.rstrip(".,") in name, word


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_within_the_frame(card: Card) -> None:
    """No text begins or ends outside."""
    svg = picture(card)
    _, _, width, height = map(float, (svg.get("viewBox") or "").split())
    for text in svg.iter("text"):
        length = len(text.text or "")
        half = length * (CHARACTER if length < 40 else SENTENCE)
        middle = {"middle", "axis"}.intersection((text.get("class") or "").split())
        left = float(text.get("x") or 0) - (half / 2 if middle else 0)
        assert -8 <= left < left + half <= width + 8, text.text
        assert 0 < float(text.get("y") or 0) <= height


def test_numbers_of_the_batch() -> None:
    """With a batch, each outcome has its number; without one, there are none."""
    assert "99996 succeeded: use the text." in str(lifecycle(BATCH))
    assert all(f"\n  {name}: " in str(lifecycle()) for name in OUTCOMES)


def test_bars_are_to_scale() -> None:
    """Half the amount, half the bar."""
    widths = [float(bar.get("width") or 0) for bar in picture(CARDS["amounts"]).iter("rect")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)


def test_no_amount_at_all() -> None:
    """Nothing to pay is drawn as nothing, not divided by."""
    assert "$0.0000" in str(amounts("Nothing", {"a": 0.0, "b": 0.0}))


@pytest.mark.parametrize(("dollars", "text"), [(0.000_5, "$0.0005"), (9.5, "$9.5000"), (1234.567, "$1,234.57")])
def test_shown(dollars: float, text: str) -> None:
    """Small amounts keep what makes them differ."""
    assert shown(dollars) == text


def test_every_status_is_on_the_map() -> None:
    """Each has a box, which is dashed where the cheat sheet lacks it."""
    svg = picture(CARDS["error map"])
    drawn = {text.text for text in svg.iter("text")}
    assert {str(status) for status in ERROR_MAP} <= drawn
    dashed = ["dashed" in (box.get("class") or "") for box in svg.iter("rect")]
    assert dashed == [not row.on_cheat_sheet for row in ERROR_MAP.values()]
