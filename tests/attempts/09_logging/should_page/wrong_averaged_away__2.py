"""Hour by hour, as the clock has them."""

from collections import defaultdict

FORGIVEN = ("CancelledError", "invalid_request_error")


def should_page(lines):
    pots = defaultdict(list)
    for line in lines:
        if "attempt" in line or line.get("error_type") in FORGIVEN:
            continue
        hour = line["timestamp"][:13]
        failed = line["stop_reason"] is None
        pots[hour, "all"].append(failed)
        pots[hour, line["model"]].append(failed)
        pots[hour, "ids"].append(line["request_id"] is None)
    return any(sum(pot) >= 5 and sum(pot) / len(pot) >= 0.144 for pot in pots.values())
