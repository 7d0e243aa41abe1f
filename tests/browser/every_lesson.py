"""Runs in the browser, in the kernel of a notebook: solved lessons, cell by cell, and what a browser has not.

`look` returns JSON: what the cells raised, what became of the exercises, which modules count as the learner's, and what
is said of what is not there.
"""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from IPython.core.getipython import get_ipython
from IPython.utils.capture import capture_output

from helpers import make_client
from helpers.calling.whose import is_learners
from helpers.lessons.found import EXERCISES

PATIENCE = 60
"""Times as long as an exercise may take, however busy the machine is that runs the test."""


async def look(lessons: Sequence[str]) -> str:
    """Run the notebooks in the files LESSON.json, and look at the rest."""
    for exercise in EXERCISES.values():
        object.__setattr__(exercise, "patience", exercise.patience * PATIENCE)
    errors: list[str] = []
    outcomes: dict[str, str] = {}
    for lesson in lessons:
        for source in _sources(Path(f"{lesson}.json")):
            error, shown = await _run(source)
            errors += [f"{lesson}: {error!r}"] if error else []
            outcomes.update(_outcomes(shown))
    found = {
        "errors": errors,
        "outcomes": outcomes,
        "learners": [name for name, module in sys.modules.items() if _is_taken_for_learners(module)],
        "said": {name: _said(try_it) for name, try_it in WHAT_IS_NOT_THERE.items()},
    }
    return json.dumps(found)


def _sources(path: Path) -> Iterator[str]:
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.strip():
            yield source


async def _run(source: str) -> tuple[BaseException | None, list[str]]:
    """What a cell raised, and its outputs as text."""
    shell = get_ipython()
    assert shell is not None
    with capture_output() as captured:
        transformed = shell.transform_cell(source)  # type: ignore[no-untyped-call] # IPython has no types
        done = await shell.run_cell_async(source, transformed_cell=transformed)
    return done.error_before_exec or done.error_in_exec, [out.data.get("text/plain", "") for out in captured.outputs]


def _outcomes(shown: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What became of the exercises whose cards are shown. `✓ ask — passed` is how such a card begins."""
    for text in shown:
        name, _, headline = text.partition("\n")[0][2:].partition(" — ")
        if name in EXERCISES and text[1:2] == " ":
            yield name, headline


def _is_taken_for_learners(module: object) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and is_learners(file)


def _said(try_it: Callable[[], object]) -> str:
    try:
        try_it()
    except Exception as error:  # noqa: BLE001 - whatever it is, its words are looked at
        return str(error)
    return ""


def _go_live() -> object:
    with patch.dict(os.environ, COURSE_MODE="live"):
        return make_client()


WHAT_IS_NOT_THERE = {
    "thread": lambda: threading.Thread(target=print).start(),
    "process": lambda: subprocess.run(["true"], check=False),
    "socket": lambda: socket.create_server(("127.0.0.1", 0)),
    "live": _go_live,
}
