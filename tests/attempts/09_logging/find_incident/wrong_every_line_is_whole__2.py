"""Only the last line can be half a line."""

import json


def is_theirs(call):
    if "error_type" in call:
        return call["error_type"] in {"api_error", "timeout_error", "overloaded_error"}
    return call["stop_reason"] is None


def find_incident(lines):
    calls = [call for call in map(json.loads, lines[:-1])]
    ids = [call["request_id"] for call in calls if is_theirs(call)]
    return sorted(set(filter(None, ids)), key=ids.index)
