"""Makes the table: each library in an environment of its own, with its current release, at every ending."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from helpers.errors import CourseError
from helpers.libraries.table import KEPT, Cell, Made, kept
from helpers.replay import SCENARIOS, Answer, Engine, Scenario, blocks
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL, without_keys

PROGRAMS: Final = Path(__file__).with_name("programs")
ENDINGS: Final = (
    *("plain", "overloaded_twice", "error_event", "error_first", "cut", "reset", "stall", "truncate", "warm_stall"),
    *("garbled", "malformed", "empty", "captive_portal"),
)
WAYS: Final = ("unstreamed", "streamed")
PATIENCE: Final = 2.0
"""Seconds without a byte that each library is told to wait, where it can be told."""
LONGEST: Final = 60.0
"""Seconds after which it is said to wait on."""
SPEED: Final = 0.1
"""Real seconds per second of API time, so that the events come one by one."""
SLOW: Final = {"warm_stall": 0.01}
"""Its pings come for ten minutes of API time: three times `PATIENCE` in real time."""
AT_ONCE: Final = 2
HALF: Final = 12
"""Characters that are not nothing: an ending comes after six events."""
TOOL: Final = "Reply"


@dataclass(frozen=True)
class Library:
    """A library, and the packages of which its environment is made."""

    name: str
    program: str
    packages: tuple[str, ...]
    takes_a_tool_call: bool = False
    """Whether the answer is the input of a tool call, rather than text."""


SDK: Final = Library("anthropic", "sdk", ("anthropic",))
LIBRARIES: Final = (
    SDK,
    Library("langchain-anthropic", "langchain", ("langchain-anthropic",)),
    Library("pydantic-ai", "pydantic_ai", ("pydantic-ai-slim[anthropic]",)),
    Library("litellm", "litellm", ("litellm",)),
    Library("instructor", "instructor", ("instructor[anthropic]",), takes_a_tool_call=True),
    Library("llm", "llm", ("llm", "llm-anthropic")),
    Library("AI SDK (Vercel)", "ai", ("ai", "@ai-sdk/anthropic")),
)


def make(library: Library, folder: Path) -> Made:
    """Its part of the table, with an environment below `folder`.

    Raises `CourseError` where that can't be made, or does not answer.
    """
    environment = made_of(library, folder)
    cells = {library.name: {way: _row(environment, way) for way in WAYS}}
    return Made(datetime.now(UTC).date().isoformat(), environment.versions, cells)


@dataclass(frozen=True)
class Environment:
    library: Library
    command: tuple[str, ...]
    versions: Mapping[str, str]


def made_of(library: Library, folder: Path) -> Environment:
    home = folder / library.program
    home.mkdir(parents=True, exist_ok=True)
    if library.program == "ai":
        _run(["npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", "--silent", *library.packages])
        program = shutil.copy(PROGRAMS / "ai.mjs", home)
        listed = json.loads(_run(["npm", "ls", "--prefix", str(home), "--json", "--depth=0"]))["dependencies"]
        return Environment(library, ("node", str(program)), {name: one["version"] for name, one in listed.items()})
    _run([sys.executable, "-m", "venv", str(home)])
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "install", "--quiet", *library.packages])
    names = {package.partition("[")[0] for package in library.packages}
    listed = {one["name"]: one["version"] for one in json.loads(_run([*pip, "list", "--format=json"]))}
    versions = {name: listed[name] for name in sorted(names)}
    if library is not SDK and "anthropic" in listed:
        versions[f"{library.name}'s anthropic"] = listed["anthropic"]
    return Environment(library, (str(python), "-B", str(PROGRAMS / "calling.py"), library.program), versions)


def _run(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, env=without_keys(), capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise CourseError(f"{command[0]} is missing here: install it, then try again.") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(f"`{' '.join(command[:4])} …` failed: {last}") from error


def _row(environment: Environment, way: str) -> dict[str, Cell]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(ENDINGS, pool.map(partial(cell, environment, way), ENDINGS), strict=True))


def cell(environment: Environment, way: str, ending: str) -> Cell:
    engine = Engine(_scenario(environment.library, SCENARIOS[ending]), speed=SLOW.get(ending, SPEED), models=(MODEL,))
    with ReplayServer(engine) as server, TemporaryDirectory(ignore_cleanup_errors=True) as home:
        told = {"BASE_URL": server.url, "MODEL": MODEL, "PATIENCE": str(PATIENCE), "WAY": way}
        variables = {"PATH": os.environ.get("PATH", ""), "HOME": home, "LITELLM_LOCAL_MODEL_COST_MAP": "True", **told}
        try:
            ran = subprocess.run(
                [*environment.command, way], env=variables, capture_output=True, text=True, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return Cell("none", "", len(engine.log), waits=True)
    try:
        found = json.loads(ran.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(f"{environment.library.name} did not answer at {ending}, {way}: {last}") from error
    return Cell(_how_much(found["text"]), found["raised"], len(engine.log), waits=found.get("waits", False))


def _how_much(text: str) -> str:
    return "all" if text.endswith(ANSWER[-HALF:]) else "half" if text else "none"


ANSWER: Final = "Here is a short answer, written for the replay."


def _scenario(library: Library, scenario: Scenario) -> Scenario:
    if not library.takes_a_tool_call:
        return scenario
    call = blocks(
        [{"type": "tool_use", "id": "toolu_01", "name": TOOL, "input": {"text": ANSWER}}], stop_reason="tool_use"
    )

    def answered(step: Any) -> Any:
        return replace(step, message=call) if isinstance(step, Answer) else step

    return replace(scenario, script=tuple(map(answered, scenario.script)), then=answered(scenario.then))


@click.command(help=__doc__)
@click.option("--keep", is_flag=True, help="Keep the table, in place of the one that is there.")
@click.option("--folder", type=click.Path(path_type=Path), help="For the environments: those that are there are used.")
@click.option("--only", type=click.Choice([one.program for one in LIBRARIES]), multiple=True)
def main(folder: Path | None, only: tuple[str, ...], *, keep: bool) -> None:
    """Print what differs from the table that is kept; exit with 1 where anything does."""
    differing: list[str] = []
    with TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        for library in LIBRARIES:
            if only and library.program not in only:
                continue
            click.echo(f"{library.name} …")
            try:
                made = make(library, folder or Path(temporary))
            except CourseError as error:
                raise click.ClickException(str(error)) from error
            before = kept() if KEPT.exists() else Made("", {}, {})
            differing += _differing(before, made)
            if keep:
                _keep(before, made)
    click.echo("\n".join(differing) or "Nothing differs.")
    sys.exit(1 if differing and not keep else 0)


def _keep(before: Made, made: Made) -> None:
    """Also of a part: what was made is there when the next library fails."""
    cells = {**before.cells, **made.cells}
    ordered = {library.name: cells[library.name] for library in LIBRARIES if library.name in cells}
    KEPT.write_text(Made(made.made, {**before.versions, **made.versions}, ordered).to_json(), encoding="utf-8")


def _differing(before: Made, made: Made) -> list[str]:
    return [
        f"{library}, {way}, {ending}: {cell.words}"
        for library, ways in made.cells.items()
        for way, found in ways.items()
        for ending, cell in found.items()
        if before.cells.get(library, {}).get(way, {}).get(ending) != cell
    ]


if __name__ == "__main__":
    main()
