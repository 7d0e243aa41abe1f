from pathlib import Path

import pytest
from nbformat import NotebookNode, from_dict

from helpers.authoring.cells import CellError
from helpers.authoring.kernel import execute


@pytest.fixture
def anyio_backend() -> str:
    """The kernel's sockets know asyncio only."""
    return "asyncio"


async def test_timeout(tmp_path: Path) -> None:
    """A cell that does not end is given up, and blamed."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": id_, "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for id_, source in (("first", "1"), ("second", "while True: pass"))
    ]
    notebook: NotebookNode = from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})  # type: ignore[no-untyped-call]
    with pytest.raises(CellError, match="the cell ran for more than 1 seconds") as caught:
        await execute(notebook, tmp_path, cell_timeout=1)
    assert caught.value.cell_id == "second"
    assert notebook.cells[0].execution_count is None
