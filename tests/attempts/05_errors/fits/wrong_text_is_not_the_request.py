"""I believed: the prompt is the request."""

from helpers.facts import LIMITS


def fits(endpoint, payload):
    requests = [one["params"] for one in payload["requests"]] if "requests" in payload else [payload]
    texts = [turn["content"] for request in requests for turn in request["messages"]]
    return sum(len(text.encode()) for text in texts) <= LIMITS[endpoint]
