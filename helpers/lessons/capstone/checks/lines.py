"""A line of the bot's log: five fields, and what may be in them."""

from collections.abc import Mapping
from typing import Any


def wrong_field(line: Any, actions: Mapping[str, str]) -> str | None:
    """What is wrong with a line, in a few words; None where it has its fields. `actions` are those of the tickets.

    Its request id is another matter: that is one of the five failures.
    """
    if not isinstance(line, dict):
        return "it is no dictionary"
    missing = [name for name in ("ticket", "action", "ok", "seconds") if name not in line]
    if missing:
        return f"it has no `{missing[0]}`"
    if line["ticket"] not in actions:
        return "its `ticket` is none"
    if line["action"] != actions[line["ticket"]]:
        return f"its `action` is not `{actions[line['ticket']]}`"
    if type(line["ok"]) is not bool:
        return "its `ok` is neither True nor False"
    return None if type(line["seconds"]) in (int, float) else "its `seconds` are no number"
