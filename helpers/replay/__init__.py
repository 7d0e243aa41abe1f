"""The replayed wire: one engine that answers like the Messages API, and two thin seams that run it.

How a reply can end:

| ending | on the wire | what the SDK shows of a stream |
|---|---|---|
| `clean` | complete | success |
| `cut` | connection closed in mid-body | `httpx2.RemoteProtocolError` |
| `reset` | connection reset | `httpx2.ReadError` |
| `stall` | no more bytes | `httpx2.ReadTimeout` after the client's own read timeout |
| `warm_stall` | no more text, but pings, for ten minutes | nothing: no timeout, no exception, `stop_reason is None` |
| `truncate` | the body ends properly before `message_stop` | no exception, `stop_reason is None` |
| `malformed` | an event whose data is not JSON | `json.JSONDecodeError` |
| `garbled` | `content-encoding: gzip`, and what can't be decompressed | `httpx2.DecodingError` |
| `error_event` | `event: error` after a 200, perhaps the very first event | `anthropic.APIStatusError`, status 200 |
| `empty` | a 200 with nothing in its body | no text; `get_final_message()` raises `AssertionError` |
| `page` | a 200 with a page that is not the API's | as `empty`; unstreamed, `create` returns a `str` |

Where it differs from what the API was recorded to send, deviations.md says why.
"""

from helpers.replay.engine import Engine, ReplayFailure, RequestBudgetExceeded
from helpers.replay.fixture import Fixture, fixtures
from helpers.replay.ratelimits import Quota
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
    thinking_first,
)
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
    "Quota",
    "RefuseConnection",
    "ReplayFailure",
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
