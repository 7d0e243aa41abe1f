"""The one file of prices: dated, sourced, and nothing else in the course has any."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.facts.models import MODELS
from helpers.facts.prices import AS_OF, BATCH_SHARE, CACHE_WRITE_SHARE, PRICES, RATES, SOURCE, Price, price_of
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


def test_rates() -> None:
    """Exact, of the same numbers as the prices, under every name that an answer has; a cache's in their order."""
    snapshots = {facts.snapshot for name, facts in MODELS.items() if name in PRICES and facts.snapshot}
    assert RATES.keys() == PRICES.keys() | snapshots
    for name, price in PRICES.items():
        rates = RATES[name]
        assert all(type(rate) is Decimal for rate in vars(rates).values())
        assert (float(rates.input), float(rates.output)) == (price.input, price.output)
        assert rates.cache_read < rates.input < rates.cache_write_5m < rates.cache_write_1h
        assert float(rates.cache_write_1h) == price.input * CACHE_WRITE_SHARE
        assert rates.batch_share == Decimal(BATCH_SHARE)
    assert RATES["claude-haiku-4-5-20251001"] == RATES["claude-haiku-4-5"]


def test_reading_a_cache() -> None:
    """A tenth of the input, but for the models that the page of prices says otherwise of."""
    shares = {name: RATES[name].cache_read / RATES[name].input for name in PRICES}
    others = {name: share for name, share in shares.items() if share != Decimal("0.1")}
    assert others == {
        "claude-fable-5-1": Decimal("0.025"),
        "claude-opus-5-5": Decimal("0.05"),
        "claude-sonnet-5-5": Decimal("0.05"),
    }


@pytest.mark.parametrize("file", [*sorted(ROOT.glob("solutions/*.py")), *sorted(ROOT.glob("helpers/**/*.py"))], ids=str)
def test_nowhere_else(file: Path) -> None:
    """No lesson and no module writes a price down."""
    assert not AMOUNT.search(file.read_text("utf-8"))
