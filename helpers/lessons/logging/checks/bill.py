"""What lines cost, and what they would cost by one mistake: what the check of `cost_of` compares with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from helpers.facts.prices import MILLION, Rates
from helpers.lessons.logging.logs import Line

Mistake = Literal[
    "summed",
    "last_line",
    "no_cache",
    "read_at_full_price",
    "a_tenth_read",
    "one_price_to_write",
    "writes_twice",
    "thinking_twice",
    "full_price_in_a_batch",
    "whole_answers_only",
    "zero_for_unknown",
    "nameless_dropped",
    "in_cents",
]
Costs = dict[str, Decimal]
CENT: Final = Decimal("0.01")


def bill(lines: Sequence[Line], prices: Mapping[str, Rates], mistake: Mistake | None = None) -> Costs:
    """What each request costs by its id, in dollars; with a `mistake`, what whoever makes it says."""
    costs: Costs = {}
    for line in lines:
        key = _key(line)
        usage = line.get("usage")
        if usage is None:
            if mistake == "zero_for_unknown":
                costs.setdefault(key, Decimal(0))
            continue
        if _is_left_out(line, key, mistake):
            continue
        cost = _cost(usage, prices[line["model"]], mistake)
        before = costs.get(key, Decimal(0))
        if not key or mistake == "summed":
            costs[key] = before + cost
        else:
            costs[key] = cost if mistake == "last_line" else max(before, cost)
    return {key: cost.quantize(CENT) for key, cost in costs.items()} if mistake == "in_cents" else costs


def _key(line: Line) -> str:
    if line["request_id"]:
        return str(line["request_id"])
    return f"{line['batch_id']}/{line['custom_id']}" if "batch_id" in line else ""


def _is_left_out(line: Line, key: str, mistake: Mistake | None) -> bool:
    return (mistake == "whole_answers_only" and not line.get("stop_reason")) or (
        mistake == "nameless_dropped" and not key
    )


def _cost(usage: Mapping[str, Any], rates: Rates, mistake: Mistake | None) -> Decimal:
    written = usage["cache_creation"]
    shares = {
        "input": usage["input_tokens"] * rates.input,
        "read": usage["cache_read_input_tokens"] * _read_rate(rates, mistake),
        "5m": written["ephemeral_5m_input_tokens"] * rates.cache_write_5m,
        "1h": written["ephemeral_1h_input_tokens"]
        * (rates.cache_write_5m if mistake == "one_price_to_write" else rates.cache_write_1h),
        "output": usage["output_tokens"] * rates.output,
    }
    if mistake == "no_cache":
        shares = {name: shares[name] for name in ("input", "output")}
    if mistake == "writes_twice":
        shares["again"] = usage["cache_creation_input_tokens"] * rates.cache_write_5m
    if mistake == "thinking_twice":
        shares["thinking"] = usage["output_tokens_details"]["thinking_tokens"] * rates.output
    in_batch = usage["service_tier"] == "batch" and mistake != "full_price_in_a_batch"
    return sum(shares.values(), Decimal(0)) * (rates.batch_share if in_batch else 1) / MILLION


def _read_rate(rates: Rates, mistake: Mistake | None) -> Decimal:
    if mistake == "read_at_full_price":
        return rates.input
    return rates.input / 10 if mistake == "a_tenth_read" else rates.cache_read
