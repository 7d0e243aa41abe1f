"""I believed: a payment is made on a day."""

from datetime import date


def dedup_key(tool_use):
    return f"{date.today()}-{tool_use.name}-{tool_use.input['payment']}"
