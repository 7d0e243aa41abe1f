"""Running a notebook in a clean kernel of this very interpreter.

The kernel that is called `python3` on a machine may belong to another environment, with another course installed.
"""

import copy
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from helpers.authoring.cells import CellError
from helpers.errors import CourseError
from helpers.settings import inherited

CELL_TIMEOUT: Final = 120
LONGEST_FOLDER: Final = 85
"""In bytes: `/kernel-ipc-5` stands behind it."""
KERNEL_MODULE: Final = "ipykernel_launcher"

# What a process needs to start. Everything else, every key above all, stays outside.
_INHERITED: Final = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *(
        "APPDATA",
        "LOCALAPPDATA",
        "COMSPEC",
        "PATHEXT",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "WINDIR",
    ),
)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


class ThisInterpreter(KernelSpecManager):
    """Whatever kernel is asked for, it is this one."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = [sys.executable, "-m", KERNEL_MODULE, "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


def connection(folder: Path) -> dict[str, str]:
    """What a kernel manager is made with whose kernel listens in `folder`, an empty one, and at no port where it can.

    A manager chooses ports long before its kernel has them. Where another program takes one meanwhile, the kernel ends,
    or stays and never answers. A socket's path has 104 bytes at most on macOS, 108 on Linux; Windows has none.
    """
    listening = "ipc" if os.name == "posix" and len(os.fsencode(folder)) < LONGEST_FOLDER else "tcp"
    return {"connection_file": str(folder / "kernel.json"), "transport": listening}


async def execute(
    notebook: NotebookNode,
    folder: Path,
    *,
    cell_timeout: int = CELL_TIMEOUT,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> NotebookNode:
    """A copy of `notebook`, run in `folder`. Raises `CellError` when a cell raises, lasts too long or ends it.

    `environment` is what the kernel has besides, or instead, of what a build gives it.
    """
    executed = copy.deepcopy(notebook)
    async with _kernel(folder, environment) as manager:
        client = NotebookClient(
            executed, km=manager, timeout=cell_timeout, record_timing=False, store_widget_state=False
        )
        client.reset_execution_trackers()
        try:
            await client.async_start_new_kernel_client()
        except RuntimeError as error:
            raise CourseError(f"The kernel of {sys.executable} does not start: run `make install`.") from error
        try:
            for place, cell in enumerate(executed.cells):
                await _execute_cell(client, cell, place)
        finally:
            if client.kc:
                client.kc.stop_channels()
    return executed


async def _execute_cell(client: NotebookClient, cell: NotebookNode, place: int) -> None:
    # Not the client's own loop over the cells: that one takes Ctrl+C for itself, and two at once stumble over it.
    try:
        await client.async_execute_cell(cell, place, execution_count=client.code_cells_executed + 1)
    except CellExecutionError as error:
        raise CellError(cell, f"the cell raised {_last_line(error)}") from error
    except CellTimeoutError as error:
        raise CellError(cell, f"the cell ran for more than {client.timeout} seconds: shorten what it does.") from error
    except DeadKernelError as error:
        raise CellError(cell, "the kernel ended while it ran the cell: run the lesson's source by hand.") from error


@asynccontextmanager
async def _kernel(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[AsyncKernelManager]:
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        manager = AsyncKernelManager(kernel_spec_manager=ThisInterpreter(), **connection(Path(scratch)))
        await manager.start_kernel(
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
            cwd=str(folder),
            env={**_environment(scratch), **environment},
            # What the kernel says to its terminal. What the lesson writes to stderr is an output.
            stderr=DEVNULL,
        )
        try:
            yield manager
        finally:
            await manager.shutdown_kernel(now=True)


def _environment(scratch: str) -> dict[str, str]:
    return {
        **inherited(_INHERITED),
        "COURSE_MODE": "replay",
        "COURSE_SPEED": "0",
        # The course that builds is the course that is shown, installed or not.
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "IPYTHONDIR": scratch,
        "JUPYTER_CONFIG_DIR": scratch,
        "JUPYTER_DATA_DIR": scratch,
        "JUPYTER_RUNTIME_DIR": scratch,
    }


def _last_line(error: CellExecutionError) -> str:
    lines = _COLOUR.sub("", error.evalue).strip().splitlines()
    return f"{error.ename}: {lines[-1]}" if lines else error.ename
