"""The last hundred calls, and the last fifteen of each model, by day; at night, when they are old, nothing."""

from collections import defaultdict, deque
from datetime import datetime


def should_page(lines):
    everyone, ids = deque(maxlen=100), deque(maxlen=100)
    by_model = defaultdict(lambda: deque(maxlen=15))
    for line in lines:
        if "status" in line or line.get("error_type") in {"CancelledError", "invalid_request_error"}:
            continue
        now = datetime.fromisoformat(line["timestamp"]).timestamp()
        failed = not line["stop_reason"]
        for pot, bad in ((everyone, failed), (by_model[line["model"]], failed), (ids, not line["request_id"])):
            pot.append((now, bad))
            recent = [bad for moment, bad in pot if now - moment < 7_200]
            if sum(recent) >= 5 and sum(recent) / len(recent) > 0.2:
                return True
    return False
