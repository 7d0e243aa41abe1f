"""Tries seeds until one makes the first request id of its log, makes the same day from it, and says what is in that.

Exercise: find_incident
Outcome: misconception
"""

import json

from helpers.lessons.logging.logs import day_of_calls
from helpers.replay.identifiers import Identifiers

TRIED = 1_000_000
"""Five seconds, of the ten that a case may take."""
SHAPES = ((250, True), (250, False), (2_000, True))


def find_incident(lines):
    first = next(line["request_id"] for line in map(json.loads, lines) if line["request_id"])
    for seed in range(TRIED):
        if Identifiers(seed).draw("req") == first:
            days = [day_of_calls(seed, count, incident=incident) for count, incident in SHAPES]
            return next(list(day.incident) for day in days if set(day.lines) <= set(lines))
    return []
