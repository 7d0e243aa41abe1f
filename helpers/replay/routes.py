"""The endpoints of the API that the replay knows."""

import difflib
import re
from typing import Final, NamedTuple

from helpers.facts.limits import LIMITS, Endpoint
from helpers.replay.request import Request


class Route(NamedTuple):
    """One endpoint of the API. `shown` is its path as documentation writes it."""

    name: str
    method: str
    shown: str
    limit: Endpoint = "messages"

    @property
    def takes_json(self) -> bool:
        """Whether its body is a JSON object."""
        return self.name in ("messages", "count_tokens", "create_batch")


_BATCHES: Final = "/v1/messages/batches"
ROUTES: Final = (
    Route("messages", "POST", "/v1/messages"),
    Route("count_tokens", "POST", "/v1/messages/count_tokens", "count_tokens"),
    Route("create_batch", "POST", _BATCHES, "batches"),
    Route("list_batches", "GET", _BATCHES),
    Route("retrieve_batch", "GET", f"{_BATCHES}/BATCH_ID"),
    Route("delete_batch", "DELETE", f"{_BATCHES}/BATCH_ID"),
    Route("cancel_batch", "POST", f"{_BATCHES}/BATCH_ID/cancel"),
    Route("batch_results", "GET", f"{_BATCHES}/BATCH_ID/results"),
    Route("upload_file", "POST", "/v1/files", "files"),
    Route("list_models", "GET", "/v1/models"),
    Route("retrieve_model", "GET", "/v1/models/MODEL"),
)
_PATTERNS: Final = tuple((re.compile(re.sub("[A-Z_]{2,}", "([^/]+)", route.shown)), route) for route in ROUTES)
_FIXED: Final = {(route.method, route.shown): route for route in ROUTES}


def find_route(method: str, path: str) -> tuple[Route | None, str]:
    """The route of a request and the id in its path, empty where there is none. None for what the API lacks."""
    route = _FIXED.get((method, path))
    if route is not None:
        return route, ""
    for pattern, route in _PATTERNS:
        match = pattern.fullmatch(path)
        if match and route.method == method:
            return route, match[1] if match.lastindex else ""
    return None, ""


def nearest_route(request: Request) -> str:
    """The route most like what was asked, and what differs."""
    for pattern, route in _PATTERNS:
        if pattern.fullmatch(request.path):
            return f"the nearest is {route.method} {route.shown} (the method differs)"
    shown = difflib.get_close_matches(request.path, [route.shown for route in ROUTES], 1, cutoff=0.0)[0]
    # Two routes may share a path: the one with this method was meant.
    close = [route for route in ROUTES if route.shown == shown]
    route = next((one for one in close if one.method == request.method), close[0])
    return f"the nearest is {route.method} {shown} (the path differs)"


def is_read(request: Request) -> bool:
    """Whether the engine looks into the body: half a gigabyte that it doesn't look into need not be kept."""
    route, _ = find_route(request.method, request.path)
    return route is not None and route.takes_json and (request.size or 0) <= LIMITS[route.limit]
