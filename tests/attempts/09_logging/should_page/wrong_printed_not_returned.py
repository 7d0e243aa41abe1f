"""It says so, and goes on."""

from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
FORGIVEN = ("CancelledError", "invalid_request_error")


def burns(failed):
    return sum(failed) >= 5 and sum(failed) / len(failed) >= 0.144


def should_page(lines):
    hour = []
    for line in lines:
        if "attempt" in line or line.get("error_type") in FORGIVEN:
            continue
        now = datetime.fromisoformat(line["timestamp"])
        hour = [one for one in hour if now - one[0] <= HOUR] + [(now, line)]
        calls = [call for _, call in hour]
        same = [call for call in calls if call["model"] == line["model"]]
        if burns([call["stop_reason"] is None for call in calls]):
            print("ring")
            return
        if burns([call["stop_reason"] is None for call in same]):
            print("ring")
            return
        if burns([call["request_id"] is None for call in calls]):
            print("ring")
            return
