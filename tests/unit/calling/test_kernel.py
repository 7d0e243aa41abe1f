"""In a real kernel: after whatever a learner's function did, the next cell runs."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from helpers.authoring.kernel import execute

HEAD: Final = """
from helpers import MODEL, check, make_client
from helpers.lessons.found import EXERCISES, check_named
from helpers.judging.checking import check_function
client = make_client()
"""
CELLS: Final = {
    "left_the_process": "def ask(client, prompt):\n    exit()\ncheck(ask)",
    "never_ended": """
import time
def ask(client, prompt):
    while True:
        time.sleep(3600)
verdict = check_function(check_named("ask"), ask, seconds=0.05)
verdict.message
""",
    "own_client": "def ask(client, prompt):\n    client = make_client()\n    return 'x'\ncheck(ask)",
    "printed_too_much": "def ask(client, prompt):\n    print('x\\n' * 1_000_000)\ncheck(ask)",
    "alive": "'alive'",
}
SAID: Final = {
    "left_the_process": "`SystemExit` left your function",
    "never_ended": "still running after 0.05 seconds, in your line 4: `time.sleep(3600)`",
    "own_client": "made a client of its own",
    "printed_too_much": "printed 1,000,001 lines",
    "alive": "alive",
}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each cell displayed, all run in one kernel."""
    notebook: NotebookNode = new_notebook(cells=[new_code_cell(HEAD), *map(new_code_cell, CELLS.values())])  # type: ignore[no-untyped-call]
    folder: Path = tmp_path_factory.mktemp("kernel")
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        cells = runner.run(execute(notebook, folder, cell_timeout=60)).cells[1:]
    texts = ["".join(one["data"]["text/plain"] for one in cell.outputs if "data" in one) for cell in cells]
    return dict(zip(CELLS, texts, strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_kernel_lives(executed: dict[str, str], name: str) -> None:
    """The card says which, and the kernel lives on."""
    assert SAID[name] in executed[name]
