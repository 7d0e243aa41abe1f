"""Each count at its highest, and priced at the end."""

from decimal import Decimal


def cost_of(lines, prices):
    highest, costs = {}, {}
    for place, line in enumerate(lines):
        usage = line.get("usage")
        if usage is None:
            continue
        named = line["request_id"] or (line["batch_id"] + "/" + line["custom_id"] if "custom_id" in line else "")
        split = usage["cache_creation"]
        counts = [
            usage["input_tokens"],
            usage["output_tokens"],
            usage["cache_read_input_tokens"],
            split["ephemeral_5m_input_tokens"],
            split["ephemeral_1h_input_tokens"],
        ]
        key = (named, "" if named else place)
        _, before = highest.get(key, (line, [0] * 5))
        highest[key] = line, [max(pair) for pair in zip(before, counts)]
    for (named, _), (line, counts) in highest.items():
        rates = prices[line["model"]]
        each = [rates.input, rates.output, rates.cache_read, rates.cache_write_5m, rates.cache_write_1h]
        dollars = sum(count * rate for count, rate in zip(counts, each)) / 10**6
        if "batch_id" in line:
            dollars *= rates.batch_share
        costs[named] = costs.get(named, Decimal()) + dollars
    return costs
