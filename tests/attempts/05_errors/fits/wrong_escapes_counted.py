"""I believed: json.dumps writes what is sent."""

import json

from helpers.facts import LIMITS


def fits(endpoint, payload):
    return len(json.dumps(payload)) <= LIMITS[endpoint]
