"""The replayed wire: one engine that answers like the Messages API, and two thin seams that run it.

How a reply can end:

| ending | on the wire | what the SDK shows |
|---|---|---|
| `clean` | complete | success |
| `cut` | connection closed in mid-body | `httpx2.RemoteProtocolError` |
| `reset` | connection reset | `httpx2.ReadError` |
| `stall` | no more bytes | `httpx2.ReadTimeout` after the client's own read timeout |
| `truncate` | the body ends properly before `message_stop` | no exception, `stop_reason is None` |
| `error_event` | `event: error` after a 200 | `anthropic.APIStatusError`, status 200 |
"""

from helpers.replay.engine import Engine, RequestBudgetExceeded
from helpers.replay.fixture import Fixture, fixtures
from helpers.replay.request import Request
from helpers.replay.scenario import (
    SCENARIOS,
    Answer,
    Choose,
    EmptyBody,
    Fail,
    RefuseConnection,
    Scenario,
    blocks,
    says,
    scenario_named,
)
from helpers.replay.thinking import thinking_first
from helpers.replay.transport import AsyncReplayTransport, ReplayTransport
from helpers.replay.wire import Exchange, WireLog

__all__ = [
    "SCENARIOS",
    "Answer",
    "AsyncReplayTransport",
    "Choose",
    "EmptyBody",
    "Engine",
    "Exchange",
    "Fail",
    "Fixture",
    "RefuseConnection",
    "ReplayTransport",
    "Request",
    "RequestBudgetExceeded",
    "Scenario",
    "WireLog",
    "blocks",
    "fixtures",
    "says",
    "scenario_named",
    "thinking_first",
]
