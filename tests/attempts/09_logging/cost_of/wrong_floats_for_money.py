"""A float for each rate: the price page has them with two digits."""


def cost_of(lines, prices):
    costs = {}
    for line in lines:
        usage = line.get("usage")
        if not usage:
            continue
        rates, written = prices[line["model"]], usage["cache_creation"]
        price_in, price_out = float(rates.input), float(rates.output)
        cost = usage["input_tokens"] * price_in + usage["output_tokens"] * price_out
        cost += usage["cache_read_input_tokens"] * float(rates.cache_read)
        cost += written["ephemeral_5m_input_tokens"] * float(rates.cache_write_5m)
        cost += written["ephemeral_1h_input_tokens"] * float(rates.cache_write_1h)
        cost /= 1_000_000
        if usage["service_tier"] == "batch":
            cost *= float(rates.batch_share)
        key = line["request_id"] or ""
        if "batch_id" in line:
            key = line["batch_id"] + "/" + line["custom_id"]
        if key:
            costs[key] = max(cost, costs.get(key, cost))
        else:
            costs[key] = costs.get(key, 0.0) + cost
    return costs
