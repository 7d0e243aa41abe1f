"""Runs notebooks in live mode, one after the other, in one process whose API is a server on loopback.

    python -m tests.notebooks.running_live [--without-checks] NOTEBOOK…

The server is `course serve`, or one with the same doors. For each notebook a line of JSON says which requests reached
it, which cell raised, and where the key turned up: in an output, a log, or what a process was started with.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

import httpx2
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

KEY: Final = os.environ["ANTHROPIC_API_KEY"]
API: Final = os.environ["ANTHROPIC_BASE_URL"]
STARTED: Final = {"subprocess.Popen": 3, "os.posix_spawn": 2, "os.exec": 2, "os.spawn": 3, "os.system": None}
"""What starts a process, and which argument of its audit event is the environment."""

_handed_on: list[str] = []
_log: Final = StringIO()


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note a process that is started with the key in its environment: with this one's, where none is named."""
    if event in STARTED:
        place = STARTED[event]
        environment = None if place is None else arguments[place]
        if environment is None or KEY in str(environment):
            _handed_on.append(f"{event} {arguments[:2]}"[:200])


def run(path: Path, *, checks: bool) -> dict[str, Any]:
    """What became of one notebook."""
    shell = InteractiveShell.instance()
    seen: list[str] = []
    error = None
    for cell in nbformat.read(path, as_version=4).cells:  # type: ignore[no-untyped-call]
        if cell.cell_type != "code" or (not checks and cell.source.startswith("check(")):
            continue
        with capture_output() as captured:
            result = shell.run_cell(cell.source, store_history=True)  # type: ignore[no-untyped-call]
        seen += [captured.stdout, captured.stderr, *(str(output.data) for output in captured.outputs)]
        if not result.success:
            error = f"{cell.source[:80]!r}: {result.error_in_exec or result.error_before_exec!r}"
            break
    InteractiveShell.clear_instance()
    return {"name": path.stem, "error": error, "said": "".join(seen), "leaks": list(leaks(seen))}


def leaks(seen: list[str]) -> Iterator[str]:
    """Where the key turned up since the last notebook."""
    if KEY in "".join(seen):
        yield "an output"
    if KEY in _log.getvalue():
        yield "the log"
    yield from _handed_on
    _handed_on.clear()
    _log.truncate(_log.seek(0))


def main(arguments: list[str]) -> None:
    """Run them all."""
    checks = "--without-checks" not in arguments
    logging.basicConfig(level=logging.DEBUG, stream=_log)
    sys.addaudithook(watch)
    with httpx2.Client(base_url=API) as doors:
        for path in map(Path, arguments):
            if path.suffix != ".ipynb":
                continue
            doors.post("/_reset")
            ran = run(path, checks=checks)
            ran["requests"] = doors.get("/_wire").json()
            print(json.dumps(ran), flush=True)  # noqa: T201 - this is the report


if __name__ == "__main__":
    main(sys.argv[1:])
