import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode

WriteLesson = Callable[..., Path]

SOURCE = '''\
# %% [markdown]
# # A lesson

# %%
import sys

print("out")
print("err", file=sys.stderr)
print("out again")


# %%
def double(number: int) -> int:
    """Twice `number`."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION


# %% tags=["solution-only"]
double(21)
'''


@pytest.fixture
def write_lesson(tmp_path: Path) -> WriteLesson:
    """Writes the source of a lesson below `tmp_path`, the root of a course."""

    def write(name: str = "08_midstream", text: str = SOURCE) -> Path:
        path = tmp_path / "solutions" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    return write


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building takes the cells as run, for tests about files."""

    async def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
        return copy.deepcopy(notebook)

    monkeypatch.setattr("helpers.authoring.building.execute", execute)
