"""The official SDK client: live, or wired to the replay.

`make_client()` follows the mode: the API with `COURSE_MODE=live` and a key, the replay otherwise. Naming a scenario
always means the replay, in both modes: nobody can order a broken stream from the API. In replay mode nothing leaves the
process. In live mode each call's cost is said before and after it, and `COURSE_BUDGET` stops what would cost more.
"""

import sys
from itertools import count
from typing import TypeVar
from weakref import WeakKeyDictionary

import anthropic
import httpx2

from helpers.errors import CourseError
from helpers.live import PURSE, Purse, async_hooks, hooks
from helpers.live.purse import dollars
from helpers.replay import AsyncReplayTransport, Engine, ReplayTransport, Scenario, WireLog, scenario_named
from helpers.replay.sending import InTheTimeOfTheLoop, SendingTransport
from helpers.settings import Settings, read_settings

REPLAY_KEY = "replay"
REPLAY_URL = "http://replay.invalid"
"""An address that no name server may ever know (RFC 2606): a request that got past the replay would go nowhere."""

AnyClient = anthropic.Anthropic | anthropic.AsyncAnthropic
Client = TypeVar("Client", anthropic.Anthropic, anthropic.AsyncAnthropic)

_logs: WeakKeyDictionary[AnyClient, WireLog] = WeakKeyDictionary()
_seeds = count()


def make_client(scenario: str | Scenario | None = None, *, speed: float = 0.0) -> anthropic.Anthropic:
    """A synchronous client. `speed` is real seconds per second of API time: 0 does not wait, 1 feels like the API.

    Raises `CourseError` for an unknown scenario, and in live mode when there is no key.
    """
    settings = read_settings()
    if scenario is None and settings.mode == "live":
        return live_client(settings)
    _say_that_it_is_replayed(scenario, settings)
    return replay_client(new_engine(scenario, settings, speed))


def make_async_client(scenario: str | Scenario | None = None, *, speed: float = 0.0) -> anthropic.AsyncAnthropic:
    """As `make_client`, asynchronous."""
    settings = read_settings()
    if scenario is None and settings.mode == "live":
        return async_live_client(settings)
    _say_that_it_is_replayed(scenario, settings)
    return async_replay_client(new_engine(scenario, settings, speed))


def live_client(settings: Settings) -> anthropic.Anthropic:
    """A synchronous client of the API. Raises `CourseError` where there is no key that could be sent."""
    key = _key(settings)
    http_client = anthropic.DefaultHttpxClient(event_hooks=hooks(_purse(settings)))
    return anthropic.Anthropic(api_key=key, base_url=settings.base_url, http_client=http_client)


def async_live_client(settings: Settings) -> anthropic.AsyncAnthropic:
    """As `live_client`, asynchronous."""
    key = _key(settings)
    http_client = anthropic.DefaultAsyncHttpxClient(event_hooks=async_hooks(_purse(settings)))
    return anthropic.AsyncAnthropic(api_key=key, base_url=settings.base_url, http_client=http_client)


def new_engine(scenario: str | Scenario | None, settings: Settings, speed: float = 0.0) -> Engine:
    """An engine for `scenario` (`plain` for None). Each one in a process has a seed of its own, so ids never repeat."""
    if not isinstance(scenario, Scenario):
        scenario = scenario_named(scenario or "plain")
    speed = speed if settings.speed is None else settings.speed
    return Engine(scenario, seed=next(_seeds), speed=speed, models=(settings.model,))


def replay_client(engine: Engine, *, api_key: str = REPLAY_KEY) -> anthropic.Anthropic:
    """A synchronous client whose every request is answered by `engine`, in this process."""
    http_client = httpx2.Client(transport=ReplayTransport(engine))
    return remember(anthropic.Anthropic(api_key=api_key, base_url=REPLAY_URL, http_client=http_client), engine)


def async_replay_client(engine: Engine, *, api_key: str = REPLAY_KEY) -> anthropic.AsyncAnthropic:
    """As `replay_client`, asynchronous."""
    http_client = httpx2.AsyncClient(transport=AsyncReplayTransport(engine))
    return remember(anthropic.AsyncAnthropic(api_key=api_key, base_url=REPLAY_URL, http_client=http_client), engine)


def wire_log(client: AnyClient) -> WireLog:
    """What went over the wire of a client that `make_client` made. Raises `CourseError` for any other client."""
    log = _logs.get(client)
    if log is None:
        raise CourseError(
            "This client has no wire log: only a replayed client that make_client() returned has one. "
            "Pass that one rather than a copy, and name a scenario in live mode."
        )
    return log


def sending_replay_client(engine: Engine) -> anthropic.AsyncAnthropic:
    """As `async_replay_client`, for a loop in API time: an answer goes on, read or not, until it is closed."""
    http_client = httpx2.AsyncClient(transport=SendingTransport(InTheTimeOfTheLoop(engine)))
    client = anthropic.AsyncAnthropic(api_key=REPLAY_KEY, base_url=REPLAY_URL, http_client=http_client)
    return remember(client, engine)


def remember(client: Client, engine: Engine) -> Client:
    """`client`, whose wire log is from now on that of `engine`. The SDK's copies are clients of their own."""
    _logs[client] = engine.log
    return client


def _purse(settings: Settings) -> Purse:
    """This process's, with what it may spend from now on."""
    PURSE.budget = settings.budget
    # No more of the address than its host: a password may be in it.
    where = httpx2.URL(settings.base_url).host if settings.base_url else "the API"
    PURSE.announce(
        f"Live: calls go to {where} and cost money. This process may spend {dollars(settings.budget)} (COURSE_BUDGET)."
    )
    return PURSE


def _say_that_it_is_replayed(scenario: str | Scenario | None, settings: Settings) -> None:
    if settings.mode == "live" and scenario is not None:
        name = scenario.name if isinstance(scenario, Scenario) else scenario
        PURSE.announce(f"Live: {name!r} is replayed in this mode too, and free. Nobody can order it from the API.")


def _key(settings: Settings) -> str:
    if sys.platform == "emscripten":
        raise CourseError(
            "COURSE_MODE is live, but nothing leaves this page: unset COURSE_MODE here, and go live in JupyterLab on a "
            "machine of your own."
        )
    if settings.api_key is None:
        raise CourseError(
            "COURSE_MODE is live, but there is no key: set ANTHROPIC_API_KEY, or unset COURSE_MODE to use the replay."
        )
    if not settings.api_key.isascii() or not settings.api_key.isprintable() or " " in settings.api_key:
        raise CourseError(
            "ANTHROPIC_API_KEY holds a character that no key has, such as a line break: copy the key once more."
        )
    return settings.api_key
