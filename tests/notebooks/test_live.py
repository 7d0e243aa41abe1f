"""Live mode in every lesson, tried without a key: the API is a server of ours on loopback, which counts.

What leaves is held against what the lesson says that it costs. Learners' notebooks run with their checks, which send
nothing; solved ones without them, because those of solved exercises take minutes and run in `course build --check`.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.live.cost import at_most
from helpers.proofs.costs import read_cost
from helpers.proofs.course import cells_of, text_of
from helpers.replay import Engine, scenario_named
from helpers.replay.server import ReplayServer
from helpers.settings import inherited
from helpers.typescript.node import problem

from .conftest import NOTEBOOKS, ROOT

KEY: Final = "sk-ant-api03-" + "Zq8WmT3nXv5LrKd7PbYc" * 4
SECONDS: Final = 600
"""A hundred times what a notebook takes: it only keeps a hanging one from hanging the whole run."""
LEFT_OUT: Final = {
    "A1_typescript": "solved, it compiles for half a minute; its clients name a scenario, as the learner's do",
    "cheatsheet": "it has no exercises, so its notebook is the solved one",
}
SOLVED: Final = [ROOT / "solutions" / path.name for path in NOTEBOOKS if path.stem not in LEFT_OUT]

Ran = Mapping[str, Mapping[str, Any]]


def run_live(paths: Iterable[Path], folder: Path, *options: str) -> Ran:
    """What became of each notebook, by its name."""
    environment = {
        **inherited(("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "USERPROFILE")),
        "PYTHONPATH": str(ROOT),
        "COURSE_MODE": "live",
        "COURSE_SPEED": "0",
        "ANTHROPIC_API_KEY": KEY,
        "IPYTHONDIR": str(folder),
    }
    possible = [path for path in paths if problem() is None or "%%typescript " not in path.read_text("utf-8")]
    command = [sys.executable, "-m", "tests.notebooks.running_live", *options, *map(str, possible)]
    with ReplayServer(Engine(scenario_named("plain")), doors=True) as server:
        environment["ANTHROPIC_BASE_URL"] = server.url
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return {one["name"]: one for one in map(json.loads, ran.stdout.splitlines())}


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ran]:
    """Both kinds of notebooks, in a process each: those that somebody asks for."""
    folder = tmp_path_factory.mktemp("live")
    mine = (item for item in request.session.items if isinstance(item, pytest.Function) and item.path == request.path)
    names = {item.callspec.params["name"] for item in mine}
    unsolved, solved = ([path for path in paths if path.stem in names] for paths in (NOTEBOOKS, SOLVED))
    return {"unsolved": run_live(unsolved, folder), "solved": run_live(solved, folder, "--without-checks")}


@pytest.fixture(params=["unsolved", "solved"])
def ran(request: pytest.FixtureRequest, name: str, runs: Mapping[str, Ran]) -> Mapping[str, Any]:
    """What became of the lesson called `name`."""
    found = runs[request.param].get(name)
    if found is None:
        pytest.skip(problem() or LEFT_OUT[name])
    return found


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_lesson(name: str, ran: Mapping[str, Any]) -> None:
    """It runs from top to bottom; what reaches the API, and what that can cost, is what its first lines say."""
    assert ran["error"] is None
    assert ran["leaks"] == []
    prose = "\n".join(
        text_of(cell) for cell in cells_of(ROOT / "notebooks" / f"{name}.ipynb") if cell["cell_type"] == "markdown"
    )
    stated = read_cost(prose.partition("\n## ")[0])
    assert stated is not None, "its first lines do not say what it costs live"
    paid = [one for one in ran["requests"] if one["status"] == 200]
    most = sum(at_most(one["method"], one["path"], one["body"] or {}, one["request_bytes"]) for one in paid)
    assert len(ran["requests"]) == stated.requests
    assert 100 * most <= stated.cents
    assert (most > 0) == (stated.cents > 0)
    assert ran["said"].count("spent so far.") == stated.requests
