"""With the spaces of json.dumps: a few bytes more caution."""

import json

from helpers.facts import LIMITS


def fits(endpoint, payload):
    return len(json.dumps(payload, ensure_ascii=False).encode("utf-8")) <= LIMITS[endpoint]
