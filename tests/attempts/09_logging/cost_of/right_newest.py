"""The newest line of each request, by its time; then what it says is priced."""

from collections import defaultdict
from decimal import Decimal

COUNTS = {"input_tokens": "input", "cache_read_input_tokens": "cache_read", "output_tokens": "output"}
WRITTEN = {"ephemeral_5m_input_tokens": "cache_write_5m", "ephemeral_1h_input_tokens": "cache_write_1h"}


def price(usage, rates):
    counts = [(usage[name], rate) for name, rate in COUNTS.items()]
    counts += [(usage["cache_creation"][name], rate) for name, rate in WRITTEN.items()]
    total = sum(Decimal(count) * getattr(rates, rate) / Decimal(1_000_000) for count, rate in counts)
    return total * rates.batch_share if usage["service_tier"] == "batch" else total


def cost_of(lines, prices):
    newest = {}
    nameless = []
    for line in sorted(lines, key=lambda line: line["timestamp"]):
        if not line.get("usage"):
            continue
        if line["request_id"]:
            newest[line["request_id"]] = line
        elif line.get("batch_id"):
            newest[f"{line['batch_id']}/{line['custom_id']}"] = line
        else:
            nameless.append(line)
    costs = defaultdict(Decimal)
    for key, line in newest.items():
        costs[key] = price(line["usage"], prices[line["model"]])
    for line in nameless:
        costs[""] += price(line["usage"], prices[line["model"]])
    return costs
