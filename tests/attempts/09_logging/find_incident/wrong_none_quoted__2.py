"""What the API failed at has a request id."""

import json


def read(line):
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def is_theirs(call):
    if "error_type" in call:
        return call["error_type"] in {"api_error", "timeout_error", "overloaded_error"}
    return call["stop_reason"] is None


def find_incident(lines):
    calls = [call for call in map(read, lines) if call]
    ids = [call["request_id"] for call in calls if is_theirs(call)]
    return sorted(set(ids), key=ids.index)
