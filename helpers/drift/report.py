"""Everything that is compared, and what came of it: in words for a terminal, as JSON for a program."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2

from helpers.client import REPLAY_KEY, REPLAY_URL, live_client, new_engine
from helpers.drift.api import API_VERSION, api_differences
from helpers.drift.difference import differences
from helpers.drift.fixtures import fixture_differences
from helpers.drift.recorded import recorded_differences
from helpers.drift.snapshot import STORED, read_snapshot, take_snapshot
from helpers.errors import CourseError
from helpers.grading.writing import write_file
from helpers.recording.record import FACTS
from helpers.replay import ReplayTransport
from helpers.settings import Settings


@dataclass(frozen=True)
class Comparison:
    """Two things that should agree, and a line for each place where they do not."""

    of: str
    differences: Sequence[str]


def compare(python: Path | None, settings: Settings) -> list[Comparison]:
    """The SDK of `python`, by default the one that the course runs with; the fixtures and the replay; the API, if live.

    Raises `CourseError` where something can't be looked at.
    """
    known, found = read_snapshot(STORED), take_snapshot(python or Path(sys.executable))
    comparisons = [Comparison(f"SDK {found.sdk}, and {known.sdk} as the course knows it", differences(known, found))]
    comparisons.append(Comparison("the fixtures, and the types of the SDK that is installed", fixture_differences()))
    with _replayed(settings) as replay:
        recorded = tuple(recorded_differences(replay, FACTS))
    comparisons.append(Comparison("the replay, and what the API was recorded to send", recorded))
    if settings.mode == "live":
        comparisons.append(Comparison("the API, and the replay", _api_differences(settings)))
    return comparisons


def accept(python: Path | None) -> str:
    """Take the SDK for the one that the course knows from now on. Returns its version."""
    found = take_snapshot(python or Path(sys.executable))
    write_file(STORED, found.to_json())
    return found.sdk


def report(comparisons: Sequence[Comparison]) -> str:
    """For a terminal."""
    lines = []
    for one in comparisons:
        lines += [f"{one.of}:", *(f"  ≠ {line}" for line in one.differences)] if one.differences else [f"✓ {one.of}"]
    return "\n".join(lines)


def report_json(comparisons: Sequence[Comparison]) -> str:
    """For a program."""
    return json.dumps({"comparisons": [asdict(one) for one in comparisons]}, indent=1, ensure_ascii=False) + "\n"


def _api_differences(settings: Settings) -> Sequence[str]:
    with live_client(settings) as sdk, _replayed(settings) as replay:
        # Below the SDK, which would hide a field that it does not know; its hooks count what is spent.
        api = sdk._client
        api.headers.update({**sdk.auth_headers, "anthropic-version": API_VERSION})
        try:
            return api_differences(api, replay)
        except httpx2.HTTPError as error:
            raise CourseError(f"The API can't be reached: {error or type(error).__name__}. Try again later.") from error


def _replayed(settings: Settings) -> httpx2.Client:
    headers = {"authorization": f"Bearer {REPLAY_KEY}", "anthropic-version": API_VERSION}
    return httpx2.Client(transport=ReplayTransport(new_engine(None, settings)), base_url=REPLAY_URL, headers=headers)
