"""What tokens cost. The numbers are in one dated file, `helpers/facts/data/prices.json`, and nowhere else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from helpers.errors import CourseError
from helpers.facts.models import model_facts
from helpers.settings import MODEL

MILLION: Final = 1_000_000

_DATA: Final[Mapping[str, Any]] = json.loads(
    (resources.files("helpers.facts") / "data" / "prices.json").read_text(encoding="utf-8")
)

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


PRICES: Final[Mapping[str, Price]] = {model: Price(**price) for model, price in _DATA["models"].items()}
"""By model."""


def price_of(model: str = MODEL) -> Price:
    """The price of `model`, by its dated name too. Raises `CourseError` for one that the file does not have."""
    facts = model_facts(model)
    name = facts.name if facts else model
    if name not in PRICES:
        known = ", ".join(PRICES)
        place = "helpers/facts/data/prices.json"
        raise CourseError(f"There is no price of {model!r} in {place}: add it, or use one of {known}.")
    return PRICES[name]
