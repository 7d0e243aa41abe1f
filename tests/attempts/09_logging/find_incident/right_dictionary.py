"""Four questions to each line."""

import json

THEIRS = ("api_error", "timeout_error", "overloaded_error")


def find_incident(lines):
    found = {}
    for line in lines:
        try:
            call = json.loads(line)
        except ValueError:
            continue
        kind = call.get("error_type")
        if call["request_id"] and (kind in THEIRS or (kind is None and call["stop_reason"] is None)):
            found[call["request_id"]] = None
    return list(found)
