"""The wires that the tests of the replay run over."""

from collections.abc import Iterator
from typing import cast

import pytest

from helpers.replay import Engine, scenario_named
from helpers.replay.server import ReplayServer
from tests.unit.replay.wires import WIRES, Kind, Seam, Wire, observed_waits


@pytest.fixture(scope="session")
def server() -> Iterator[ReplayServer]:
    """One loopback server; each test assigns it an engine of its own."""
    with ReplayServer(Engine(scenario_named("plain"))) as running:
        yield running


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest, server: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Each seam with each kind of client."""
    seam, _, kind = request.param.partition(" ")
    with observed_waits(monkeypatch) as waits:
        yield Wire(cast("Seam", seam), cast("Kind", kind), server, waits)
