import json
from typing import Any

import pytest

from helpers.authoring.digest import is_generated, source_digest, was_edited

Notebook = dict[str, Any]


@pytest.fixture
def notebook() -> Notebook:
    """A learner's notebook as it was generated."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "\n", "prose"]},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": ["x = 1"], "outputs": [], "execution_count": None},
    ]
    return {
        "cells": cells,
        "metadata": {"course": {"source_digest": source_digest(cells)}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def edited(notebook: Notebook) -> bool:
    return was_edited(json.dumps(notebook).encode())


def test_untouched(notebook: Notebook) -> None:
    """A notebook as generated was not edited."""
    assert not edited(notebook)


def test_run(notebook: Notebook) -> None:
    """Running a cell is no edit; neither is the empty cell that JupyterLab adds below the last one."""
    notebook["cells"][1] |= {
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "hi"}],
        "execution_count": 3,
    }
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": [], "outputs": [], "execution_count": None}
    )
    assert not edited(notebook)


def test_reformatted(notebook: Notebook) -> None:
    """Saved otherwise, with a source as one string, other metadata and other ids, it is still the same."""
    notebook["cells"][0] |= {"source": "# Title\n\nprose", "id": "c", "metadata": {"trusted": True}}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13.1"}
    assert not was_edited(json.dumps(notebook, indent=4, sort_keys=True).encode())


def test_typed(notebook: Notebook) -> None:
    """A changed source is an edit."""
    notebook["cells"][1]["source"] = ["x = 2"]
    assert edited(notebook)


def test_retyped(notebook: Notebook) -> None:
    """A cell that changed its kind is an edit."""
    notebook["cells"][1]["cell_type"] = "raw"
    assert edited(notebook)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"cells": []}', b'{"metadata": {"course": 1}}'])
def test_unreadable(content: bytes) -> None:
    """What we can't read or didn't write counts as somebody's work."""
    assert was_edited(content)
    assert not is_generated(content)


def test_generated(notebook: Notebook) -> None:
    """Ours stays ours when edited."""
    notebook["cells"].clear()
    assert is_generated(json.dumps(notebook).encode())
