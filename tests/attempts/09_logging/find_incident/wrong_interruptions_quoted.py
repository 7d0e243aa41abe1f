"""What is not mine is theirs."""

import json

MINE = ("invalid_request_error", "authentication_error", "rate_limit_error")


def find_incident(lines):
    found = {}
    for line in lines:
        try:
            call = json.loads(line)
        except ValueError:
            continue
        kind = call.get("error_type")
        if call["request_id"] and call["stop_reason"] is None and kind not in MINE:
            found[call["request_id"]] = None
    return list(found)
