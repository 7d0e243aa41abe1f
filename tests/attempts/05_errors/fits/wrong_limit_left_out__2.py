"""Indented, as one reads it: more than what is sent."""

import json

from helpers.facts import LIMITS


def fits(endpoint, payload):
    return len(json.dumps(payload, ensure_ascii=False, indent=2).encode()) <= LIMITS[endpoint]
