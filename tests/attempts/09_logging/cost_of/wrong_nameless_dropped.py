"""By request id: what has none is nobody's."""


def cost_of(lines, prices):
    costs = {}
    for line in lines:
        usage = line.get("usage")
        if not usage:
            continue
        rates, written = prices[line["model"]], usage["cache_creation"]
        cost = usage["input_tokens"] * rates.input + usage["output_tokens"] * rates.output
        cost += usage["cache_read_input_tokens"] * rates.cache_read
        cost += written["ephemeral_5m_input_tokens"] * rates.cache_write_5m
        cost += written["ephemeral_1h_input_tokens"] * rates.cache_write_1h
        cost /= 1_000_000
        if usage["service_tier"] == "batch":
            cost *= rates.batch_share
        key = line["request_id"] or ""
        if "batch_id" in line:
            key = line["batch_id"] + "/" + line["custom_id"]
        if key:
            costs[key] = max(cost, costs.get(key, cost))
        else:
            continue
    return costs
