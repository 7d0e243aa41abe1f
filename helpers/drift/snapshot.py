"""A snapshot of one SDK: what it is made of, and what it does at every ending of the replay.

{"sdk": "2.12.0", "topics": {"the client": {"attempts": "3", …}, "endings, streamed": {"cut": "…", …}, …}}
"""

import json
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from helpers.errors import CourseError
from helpers.replay import SCENARIOS, Engine, Scenario
from helpers.replay.server import ReplayServer
from helpers.replay.wire import Exchange

PROBE: Final = Path(__file__).with_name("probe.py")
STORED: Final = Path(str(resources.files("helpers.facts") / "data" / "sdk.json"))
"""That of the SDK which the course is written for."""
PROBE_LIMIT: Final = 300.0
"""Seconds. It takes ten."""
PATIENCE: Final = 30.0
"""Seconds of silence that are a timeout; where silence is what is asked about, `SILENCE`."""
SILENCE: Final = 1.0
SILENT: Final = ("stall", "warm_stall")
IN_REAL_TIME: Final = ("overloaded", "rate_limited")
"""Endings at which it is told how long the SDK waits: elsewhere the replay shortens that."""
ENDINGS: Final = tuple(name for name in SCENARIOS if not name.startswith("batch"))
Topics = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Snapshot:
    """What is known of one SDK: by topic, by name, in words."""

    sdk: str
    topics: Topics

    def to_json(self) -> str:
        """It, as text that compares line by line."""
        return json.dumps({"sdk": self.sdk, "topics": self.topics}, indent=1, ensure_ascii=False) + "\n"


def read_snapshot(path: Path) -> Snapshot:
    """The one in a file. Raises `CourseError` where there is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
        return Snapshot(document["sdk"], document["topics"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is no snapshot of an SDK: {error!r}. `course drift --accept` makes one.") from error


def take_snapshot(python: Path) -> Snapshot:
    """That of the SDK in the environment of `python`. Raises `CourseError` where nothing can be learned from it."""
    with ExitStack() as stack:
        engines = {name: _engine(SCENARIOS[name]) for name in ENDINGS}
        servers = {name: stack.enter_context(ReplayServer(engine)) for name, engine in engines.items()}
        found = _ask(python, {name: _question(name, server.url) for name, server in servers.items()})
    topics: Topics = found["topics"]
    topics["the client"]["the API's version"] = next(iter(engines["plain"].log)).headers["anthropic-version"]
    for way in ("unstreamed", "streamed"):
        topics[f"endings, {way}"] = {
            name: f"{answer[way]}; requests: {_requests(engines[name], way)}"
            for name, answer in found["endings"].items()
        }
    return Snapshot(found["version"], topics)


def _engine(scenario: Scenario) -> Engine:
    engine = Engine(scenario)
    engine.clock.speed = 1.0 if scenario.name in IN_REAL_TIME else 0.0
    return engine


def _question(name: str, url: str) -> dict[str, Any]:
    return {"url": url, "seconds": SILENCE if name in SILENT else PATIENCE}


def _ask(python: Path, questions: Mapping[str, Any]) -> Any:
    # Nothing of ours is needed there, and no key: whatever that environment is, it gets neither.
    environment = {"PATH": os.environ.get("PATH", ""), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    command = [str(python), "-I", "-B", str(PROBE)]
    try:
        done = subprocess.run(
            command, input=json.dumps(questions), capture_output=True, text=True, env=environment, timeout=PROBE_LIMIT
        )
        return json.loads(done.stdout)
    except OSError as error:
        raise CourseError(f"{python} cannot be run: {error}. Name the Python of an environment.") from error
    except subprocess.TimeoutExpired as error:
        raise CourseError(f"The SDK of {python} did not come to an end within {PROBE_LIMIT:g} seconds.") from error
    except ValueError as error:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(
            f"The SDK of {python} cannot be looked at: {said}. Is it there? `{python} -m pip install anthropic`"
        ) from error


def _requests(engine: Engine, way: str) -> int:
    return sum(_is_streamed(exchange) == (way == "streamed") for exchange in engine.log)


def _is_streamed(exchange: Exchange) -> bool:
    return isinstance(exchange.body, dict) and bool(exchange.body.get("stream"))
