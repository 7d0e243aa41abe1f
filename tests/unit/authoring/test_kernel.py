import os
from pathlib import Path

import pytest
from nbformat import NotebookNode, from_dict

from helpers.authoring.cells import CellError
from helpers.authoring.kernel import connection, execute


@pytest.fixture
def anyio_backend() -> str:
    """The kernel's sockets know asyncio only."""
    return "asyncio"


def notebook_of(*sources: str) -> NotebookNode:
    """A notebook of these cells: `cell0`, `cell1`, …"""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": f"cell{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources)
    ]
    return from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})  # type: ignore[no-untyped-call,no-any-return]


async def test_timeout(tmp_path: Path) -> None:
    """A cell that does not end is given up, and blamed."""
    notebook = notebook_of("1", "while True: pass")
    with pytest.raises(CellError, match="the cell ran for more than 1 seconds") as caught:
        await execute(notebook, tmp_path, cell_timeout=1)
    assert caught.value.cell_id == "cell1"
    assert notebook.cells[0].execution_count is None


@pytest.mark.skipif(os.name != "posix", reason="Windows has no sockets in the file system")
@pytest.mark.parametrize(("folder", "listening"), [("/tmp/course-x", "ipc"), (f"/tmp/{'deep/' * 20}", "tcp")])
def test_connection(folder: str, listening: str) -> None:
    """A port may be taken before the kernel has it; a path must be short enough."""
    assert connection(Path(folder)) == {"connection_file": str(Path(folder, "kernel.json")), "transport": listening}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no sockets in the file system")
async def test_no_port(tmp_path: Path) -> None:
    """The kernel is asked where it listens: at no address of a network."""
    asked = "from ipykernel.connect import get_connection_info\nget_connection_info(unpack=True)['ip']"
    executed = await execute(notebook_of(asked), tmp_path)
    assert executed.cells[0].outputs[0]["data"]["text/plain"].endswith("kernel-ipc'")
