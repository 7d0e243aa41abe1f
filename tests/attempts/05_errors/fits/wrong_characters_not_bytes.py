"""I believed: a character is a byte."""

import json

from helpers.facts import LIMITS


def fits(endpoint, payload):
    return len(json.dumps(payload, ensure_ascii=False)) <= LIMITS[endpoint]
