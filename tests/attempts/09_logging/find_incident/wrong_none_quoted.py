"""A call without an answer has failed."""

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
        if kind in (*THEIRS, "APIConnectionError") or (kind is None and call["stop_reason"] is None):
            found[call["request_id"]] = None
    return list(found)
