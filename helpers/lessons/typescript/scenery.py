"""What lesson A1 shows beside its cells: what became of a call, the table of endings, and curl over a wire of ours.

Where Node or curl is missing, each says so in place of an answer: the lesson can be read to its end.
"""

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from helpers.client import new_engine
from helpers.display.card import Card
from helpers.display.table import table
from helpers.errors import CourseError
from helpers.settings import Settings, inherited
from helpers.typescript.endings import kept
from helpers.typescript.errors import TypeScriptError, UnhandledRejection
from helpers.typescript.functions import written_late

COLUMNS: Final = ("ending", "Python", "TypeScript", "curl")
LONGEST: Final = 60
"""Real seconds for curl. It takes two where nothing comes any more, as it is told to."""
SPEED: Final[Mapping[str, float]] = {"warm_stall": 0.002}
"""Real seconds per second of API time, where that is not none at all."""


def became(function: Callable[..., Any], *arguments: Any) -> str:
    """What became of calling `function`: what its promise resolved to, or what was thrown; and what came later."""
    try:
        value = function(*arguments)
    except UnhandledRejection as error:
        return f"Node ends: an unhandled {type(error).__name__}"
    except TypeScriptError as error:
        status = getattr(error, "status", None) or "undefined"
        return f"throws {type(error).__name__}, status {status}"
    except CourseError as error:
        return str(error)
    late = len(written_late())
    resolved = value if isinstance(value, str) else json.dumps(value)
    return f"{resolved}; {late} pieces came after that" if late else resolved


def endings_table() -> Card:
    """How every ending looks in Python, in TypeScript and to curl: as it was seen when all three were run."""
    endings = kept()
    shown = {name: version for name, version in endings.versions.items() if not name.startswith("@types")}
    named = ", ".join(f"{name} {version}" for name, version in shown.items())
    rows = [(row.ending, row.python, row.typescript, row.curl) for row in endings.rows]
    return table(f"Every ending, three times ({named})", COLUMNS, rows)


@dataclass(frozen=True)
class Ran:
    """What a command printed, and the code it ended with: None where it could not be run."""

    code: int | None
    printed: str

    @property
    def events(self) -> Sequence[str]:
        """The names of the events in what it printed."""
        return [line.removeprefix("event: ") for line in self.printed.splitlines() if line.startswith("event: ")]


def run(command: str, scenario: str, **variables: str) -> Ran:
    """What `command` says, which is written as for a shell, over a server of ours that answers with `scenario`.

    Of a shell there is nothing but its quotes and these `variables`, with ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY.
    """
    program, *rest = shlex.split(command)
    found = shutil.which(program)
    if found is None:
        return Ran(None, f"{program} is not installed here.")
    from helpers.replay.server import ReplayServer

    with ReplayServer(new_engine(scenario, Settings(speed=SPEED.get(scenario, 0.0)))) as server:
        known = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "replay", **variables}
        asked = [found, *(_filled(part, known) for part in rest)]
        environment = inherited(("PATH", "SYSTEMROOT"))
        ran = subprocess.run(asked, env=environment, capture_output=True, timeout=LONGEST, check=False)
    said = (ran.stdout + ran.stderr).decode("utf-8", "replace").replace(server.url, "")
    return Ran(ran.returncode, said.replace("\r\n", "\n"))


def _filled(part: str, variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        part = part.replace(f"${name}", value)
    return part
