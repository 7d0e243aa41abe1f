"""The day's calls, all of them and by model."""

from collections import defaultdict

FORGIVEN = ("CancelledError", "invalid_request_error")


def should_page(lines):
    calls = [line for line in lines if "attempt" not in line and line.get("error_type") not in FORGIVEN]
    models = defaultdict(list)
    for call in calls:
        models[call["model"]].append(call["stop_reason"] is None)
    pots = [*models.values(), [call["stop_reason"] is None for call in calls]]
    pots.append([call["request_id"] is None for call in calls])
    return any(sum(pot) >= 5 and sum(pot) / len(pot) > 0.144 for pot in pots)
