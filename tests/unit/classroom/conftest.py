import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom.local import Lost, Results
from helpers.classroom.parcel import Parcel

WriteClass = Callable[..., Path]


@pytest.fixture
def write_class(tmp_path: Path) -> WriteClass:
    """Writes a class below `tmp_path`: a sub-folder for each name, with a notebook of this one cell."""

    def write(**sources: str) -> Path:
        folder = tmp_path / "class"
        for name, source in sources.items():
            submission = folder / name
            submission.mkdir(parents=True, exist_ok=True)
            cells = [{"cell_type": "code", "source": source}]
            notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
            (submission / "00_start_here.ipynb").write_text(json.dumps(notebook), "utf-8")
        return folder

    return write


class Marked:
    """Stands in for the workers: grades in this process, and remembers whom."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, parcels: Any, jobs: int, mark: Callable[[str], str]) -> Results:
        for parcel in parcels:
            self.names.append(parcel.name)
            yield parcel, self._result(parcel, mark)

    def _result(self, parcel: Parcel, mark: Callable[[str], str]) -> str | Lost:
        return mark(parcel.to_json())


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Marked:
    """Grading without processes."""
    marked = Marked()
    monkeypatch.setattr("helpers.classroom.run.mark_locally", marked)
    return marked
