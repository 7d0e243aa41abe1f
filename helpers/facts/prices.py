"""What tokens cost. The numbers are in one dated file, `helpers/facts/data/prices.json`, and nowhere else."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any, Final

from helpers.errors import CourseError
from helpers.facts.models import answered_as, model_facts
from helpers.settings import MODEL

MILLION: Final = 1_000_000

_TEXT: Final = (resources.files("helpers.facts") / "data" / "prices.json").read_text(encoding="utf-8")
_DATA: Final[Mapping[str, Any]] = json.loads(_TEXT)

AS_OF: Final[str] = _DATA["as_of"]
"""The day on which the prices were looked up."""
SOURCE: Final[str] = _DATA["source"]
BATCH_SHARE: Final[float] = _DATA["batch_share"]
"""What a token costs in a batch, as a share of its standard price."""

CACHE_WRITE_SHARE: Final[float] = _DATA["cache_write_share"]
"""What a token costs that is written to a cache, where it is kept longest, as a share of its standard price."""


@dataclass(frozen=True)
class Price:
    """The standard price of a model, in US dollars per million tokens."""

    input: float
    output: float

    def cost(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens cost in a standard call, in dollars."""
        return (input_tokens * self.input + output_tokens * self.output) / MILLION


PRICES: Final[Mapping[str, Price]] = {
    model: Price(price["input"], price["output"]) for model, price in _DATA["models"].items()
}
"""By model."""


@dataclass(frozen=True)
class Rates:
    """What a million tokens of a model cost, in US dollars, to the last digit: by how they are billed."""

    input: Decimal
    """What was neither written to a cache nor read from one."""
    output: Decimal
    """Thinking too."""
    cache_read: Decimal
    cache_write_5m: Decimal
    """What is written to a cache that keeps it for five minutes."""
    cache_write_1h: Decimal
    """For an hour."""
    batch_share: Decimal
    """What all of this costs in a batch, as a share."""


def _all_rates() -> Iterator[tuple[str, Rates]]:
    data = json.loads(_TEXT, parse_float=Decimal, parse_int=Decimal)
    for model, price in data["models"].items():
        rates = Rates(
            input=price["input"],
            output=price["output"],
            cache_read=price.get("cache_read", price["input"] * data["cache_read_share"]),
            cache_write_5m=price["input"] * data["cache_write_5m_share"],
            cache_write_1h=price["input"] * data["cache_write_share"],
            batch_share=data["batch_share"],
        )
        yield from ((name, rates) for name in {model, answered_as(model)})


RATES: Final[Mapping[str, Rates]] = dict(_all_rates())
"""By model, under each name that an answer gives it: the dated one too."""


def price_of(model: str = MODEL) -> Price:
    """The price of `model`, by its dated name too. Raises `CourseError` for one that the file does not have."""
    facts = model_facts(model)
    name = facts.name if facts else model
    if name not in PRICES:
        known = ", ".join(PRICES)
        place = "helpers/facts/data/prices.json"
        raise CourseError(f"There is no price of {model!r} in {place}: add it, or use one of {known}.")
    return PRICES[name]
