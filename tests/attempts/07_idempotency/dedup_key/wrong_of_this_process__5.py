"""I believed: within the hour a repeat is a repeat, and after it a new charge."""

from datetime import UTC, datetime


def dedup_key(tool_use):
    hour = datetime.now(UTC).strftime("%Y-%m-%d %H")
    return f"{hour} {tool_use.name} {tool_use.input['payment']}"
