"""What stands in for the API in a test of an app: an address, a transport, a key, and a scenario."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Final

import httpx2

from helpers.errors import CourseError
from helpers.facts.keys import draw_key
from helpers.replay import AsyncReplayTransport, Exchange, RefuseConnection, ReplayTransport, Scenario, scenario_named
from helpers.replay.allowance import Allowance
from helpers.replay.scenario import Choose
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL
from helpers.testing.clock import ApiClock
from helpers.testing.engine import AppEngine, asked_here
from helpers.testing.evidence import AppLog

SETTLING: Final = 5.0
"""Real seconds in which what is under way over a socket may end."""
LONGEST_SILENCE: Final = 10.0
"""Real seconds of silence over a socket after which an app is taken for one that waits for ever."""
FELT: Final = 0.02
"""Real seconds per second of API time from which on a client over a socket can tell that time passes."""

_seeds = count()


class AppTransport(ReplayTransport, AsyncReplayTransport):  # type: ignore[misc] # its engine answers both
    """Answers a synchronous and an asynchronous `httpx2` client, in this process."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """As `ReplayTransport`."""
        with asked_here():
            return super().handle_request(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """As `AsyncReplayTransport`."""
        with asked_here():
            return await super().handle_async_request(request)


class MessagesApi:
    """The Messages API as one test needs it: answers as its scenario says, and remembers what was asked."""

    def __init__(self) -> None:
        seed = next(_seeds)
        self.key = draw_key(random.Random(seed))
        """A key that nobody has. It is what `ANTHROPIC_API_KEY` holds during the test."""
        self.clock = ApiClock(lambda: self._engine.clock)
        self.log = AppLog(self)
        self._chosen = scenario_named("plain")
        self._judged = 0
        self._engine = self._new_engine(0.0, ())
        self._server = ReplayServer(self._engine, allowance=Allowance(silence=LONGEST_SILENCE))
        self._transport = AppTransport(self._engine)

    def __enter__(self) -> "MessagesApi":
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, traceback)

    @property
    def base_url(self) -> str:
        """The address, for any client that takes a base URL. It is what `ANTHROPIC_BASE_URL` holds during the test."""
        return self._server.url

    @property
    def transport(self) -> AppTransport:
        """For `httpx2.Client(transport=…)` and `httpx2.AsyncClient(transport=…)`: no socket, and no real time."""
        return self._transport

    def scenario(self, scenario: str | Scenario, *, speed: float = 0.0, models: Sequence[str] = ()) -> None:
        """Answer as `scenario` says from now on, with an empty wire log. Before that it is `plain`.

        `speed` is real seconds per second of API time, `models` are known beside those of the SDK. Raises `CourseError`
        for a name that there is not, and where requests were sent that nobody has judged.
        """
        chosen = scenario if isinstance(scenario, Scenario) else scenario_named(scenario)
        sent = len(self._engine.log)
        if sent > self._judged:
            raise CourseError(
                f"{sent - self._judged} requests were sent in the scenario {self._chosen.name!r} that nobody has "
                "judged: call `assert_survives(wire_log)` before you choose another one, or write another test."
            )
        self._chosen, self._judged = chosen, 0
        self._engine = self._new_engine(speed, models)
        self._transport.engine = self._server.engine = self._engine
        self.clock.begin()

    @property
    def chosen(self) -> Scenario:
        """The scenario, as it was chosen."""
        return self._chosen

    def settled(self) -> Sequence[Exchange]:
        """The exchanges, once nothing is under way over a socket any more, or has been for too long."""
        self._server.settle(SETTLING)
        return tuple(self._engine.log)

    def judge(self) -> None:
        """Note that what was sent so far is judged. Raises `AssertionError` where the replay itself failed."""
        self._judged = len(self._engine.log)
        if self._server.failure is not None:
            raise AssertionError(f"The replay failed, so nothing can be said: {self._server.failure!r}.")

    @property
    def hurried(self) -> frozenset[int]:
        """The numbers of requests that came over a socket faster than anybody could leave them."""
        return frozenset() if self._engine.clock.speed >= FELT else frozenset(self._engine.over_sockets)

    @property
    def pauses(self) -> Sequence[float]:
        """Seconds of every pause of the app's own, in their order."""
        return self.clock.pauses

    @property
    def threads(self) -> Mapping[int, int]:
        """By a request's number, which thread of this process sent it."""
        return self._engine.threads

    @property
    def stop_reasons(self) -> Mapping[int, str]:
        """By a request's number, why its message ended."""
        return self._engine.stop_reasons

    def _new_engine(self, speed: float, models: Sequence[str]) -> AppEngine:
        scenario = self._chosen
        if all(isinstance(step, RefuseConnection) for step in (*scenario.script, scenario.then)):
            # Else nobody would listen, and nothing of it would be in the log.
            scenario = replace(scenario, then=Choose(lambda request, log: RefuseConnection()))
        return AppEngine(scenario, seed=next(_seeds), speed=speed, models=(MODEL, *models))
