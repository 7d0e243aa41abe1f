"""The one file of prices: dated, sourced, and nothing else in the course has any."""

import re
from datetime import date
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.facts.prices import AS_OF, BATCH_SHARE, PRICES, SOURCE, Price, price_of
from helpers.replay.rules import KNOWN_MODELS
from helpers.settings import DEFAULT_MODEL

ROOT = Path(__file__).parents[3]
AMOUNT = re.compile(r"\$\d+(\.\d+)? ?(/ ?MTok|per million)", re.IGNORECASE)


def test_dated_and_sourced() -> None:
    """A day that exists, and the page that the numbers are from."""
    assert date.fromisoformat(AS_OF) >= date(2026, 11, 23)
    assert SOURCE.startswith("https://platform.claude.com/docs/")
    assert BATCH_SHARE == 0.5


def test_every_model_is_known_to_the_sdk() -> None:
    """No model is misspelt, none has a price below zero, and an answer costs more than a question."""
    assert set(PRICES) <= KNOWN_MODELS
    assert all(0 < price.input < price.output for price in PRICES.values())


def test_cost() -> None:
    """Prices are by the million tokens."""
    assert Price(5, 25).cost(1_000_000, 0) == 5
    assert Price(5, 25).cost(2_000, 400) == pytest.approx(0.02)


def test_price_of() -> None:
    """The course's own model has a price; one that has none is named."""
    assert price_of(DEFAULT_MODEL) is PRICES[DEFAULT_MODEL]
    with pytest.raises(CourseError, match=r"'claude-nothing' in helpers/facts/data/prices\.json"):
        price_of("claude-nothing")


@pytest.mark.parametrize("file", [*sorted(ROOT.glob("solutions/*.py")), *sorted(ROOT.glob("helpers/**/*.py"))], ids=str)
def test_nowhere_else(file: Path) -> None:
    """No lesson and no module writes a price down."""
    assert not AMOUNT.search(file.read_text("utf-8"))
