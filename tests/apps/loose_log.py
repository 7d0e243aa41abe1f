"""Logs each call: without its request id, and with what the client was made of."""

import json

from helpers.replay import SCENARIOS
from tests.apps import App, Said, Wire, question


def faulty(wire: Wire) -> Said:
    with wire.client() as client:
        message = client.messages.create(**question())
    line = {"event": "answered", "id": message.id, "headers": client.auth_headers}
    return {"outcome": message.content, "logs": [json.dumps(line)]}


def mended(wire: Wire) -> Said:
    with wire.client() as client:
        message = client.messages.create(**question())
    line = {"event": "answered", "request_id": message._request_id, "stop_reason": message.stop_reason}
    return {"outcome": message.content, "logs": [json.dumps(line)]}


APP = App("loose_log", "logs the key, and no request id", "no_request_id", faulty, mended, SCENARIOS["plain"])
