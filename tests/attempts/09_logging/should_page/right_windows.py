"""Windows of half an hour, two a window apart; the bad ones of each customer count three times at most."""

from collections import Counter
from datetime import datetime


def minute_of(line):
    moment = datetime.fromisoformat(line["timestamp"])
    return moment.hour * 60 + moment.minute


def too_many(calls, is_bad):
    bad = Counter(call["customer"] for call in calls if is_bad(call))
    counted = sum(min(count, 3) for count in bad.values())
    return counted >= 5 and counted / len(calls) > 0.13


def should_page(lines):
    calls = [line for line in lines if "stop_reason" in line and line.get("error_type") != "CancelledError"]
    minutes = [minute_of(call) for call in calls]
    for start in range(0, 24 * 60, 5):
        window = [call for call, minute in zip(calls, minutes) if start <= minute < start + 60]
        pots = [window, *([c for c in window if c["model"] == model] for model in {c["model"] for c in window})]
        if any(too_many(pot, lambda call: call["stop_reason"] is None) for pot in pots if pot):
            return True
        if window and too_many(window, lambda call: not call["request_id"] and "error_type" not in call):
            return True
    return False
