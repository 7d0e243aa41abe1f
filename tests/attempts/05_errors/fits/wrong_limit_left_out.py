"""What is as large as the limit is taken to be too large."""

from helpers.facts import LIMITS, request_size


def fits(endpoint, payload):
    return request_size(payload) < LIMITS[endpoint]
