"""The lines that a bill is made of: what the API's usage has, and what no line can tell."""

from decimal import Decimal

import pytest

from helpers.facts.prices import RATES, Rates
from helpers.lessons.logging.bills import Bookkeeper, morning_of_bills, usage
from helpers.lessons.logging.checks.bill import bill
from helpers.replay.events import USAGE

TEN: Rates = Rates(
    input=Decimal(10),
    output=Decimal(100),
    cache_read=Decimal(1),
    cache_write_5m=Decimal(12),
    cache_write_1h=Decimal(20),
    batch_share=Decimal("0.5"),
)
PRICES = dict.fromkeys(RATES, TEN)


def test_usage_as_recorded() -> None:
    """A usage has the fields that the API was recorded to send, but for where it was reckoned."""
    made = usage(Bookkeeper(1).source, read=7, for_minutes=3, for_an_hour=4)
    assert made.keys() - {"output_tokens_details"} == USAGE.keys() - {"inference_geo"}
    assert made["cache_creation"].keys() == USAGE["cache_creation"].keys()
    assert made["cache_creation_input_tokens"] == sum(made["cache_creation"].values()) == 7


def test_same_for_the_same_seed() -> None:
    """A morning comes back with its seed, and is another with another."""
    assert morning_of_bills(1) == morning_of_bills(1)
    assert morning_of_bills(1) != morning_of_bills(2)


def test_by_hand() -> None:
    """One answer of each kind, reckoned by hand."""
    keeper = Bookkeeper(1)
    told = usage(keeper.source, read=1_000, for_minutes=2_000, for_an_hour=3_000, thinking=10)
    told |= {"input_tokens": 100, "output_tokens": 50}
    batched = {**told, "service_tier": "batch"}
    whole = Decimal(100 * 10 + 1_000 * 1 + 2_000 * 12 + 3_000 * 20 + 50 * 100) / 1_000_000
    answer, stream, left = keeper.answer(told), keeper.stream(told), keeper.stream(told, left=True)
    batch, nameless = keeper.batch(batched), [*keeper.answer(told, named=False), *keeper.answer(told, named=False)]
    lines = [*answer, *stream, *left, *batch, *nameless, *keeper.lost(), stream[0]]
    assert bill(lines, PRICES) == {
        answer[0]["request_id"]: whole,
        stream[0]["request_id"]: whole,
        left[0]["request_id"]: whole - Decimal(49 * 100) / 1_000_000,
        f"{batch[0]['batch_id']}/doc_1": whole / 2,
        "": whole * 2,
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_morning_has_some_of_everything(seed: int) -> None:
    """Each mistake that the check knows makes another bill of a morning."""
    lines = morning_of_bills(seed)
    right = bill(lines, RATES)
    assert bill(lines, RATES, "summed") != right != bill(lines, RATES, "last_line")
    assert bill(lines, RATES, "no_cache") != right != bill(lines, RATES, "thinking_twice")
    assert bill(lines, RATES, "full_price_in_a_batch") != right != bill(lines, RATES, "whole_answers_only")
    assert bill(lines, RATES, "nameless_dropped") != right != bill(lines, RATES, "zero_for_unknown")
