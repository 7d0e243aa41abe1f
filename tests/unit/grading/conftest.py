import json
from collections.abc import Callable
from pathlib import Path

import pytest

WriteNotebook = Callable[..., Path]


@pytest.fixture
def write_notebook(tmp_path: Path) -> WriteNotebook:
    """Writes a notebook with these code cells below `tmp_path`."""

    def write(*sources: str, name: str = "08_midstream.ipynb", bom: bool = False, **fields: object) -> Path:
        cells = [{"cell_type": "markdown", "source": "# A lesson"}]
        cells += [{"cell_type": "code", "source": source} for source in sources]
        text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **fields})
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8-sig" if bom else "utf-8")
        return path

    return write
