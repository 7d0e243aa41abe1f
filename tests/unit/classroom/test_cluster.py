"""Grading on a Dask cluster that is not there."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom import Plan, grade_class
from helpers.errors import CourseError
from tests.unit.classroom.conftest import WriteClass


@pytest.fixture
def plan(write_class: WriteClass, tmp_path: Path) -> Plan:
    """A class of one."""
    return Plan(write_class(anna=""), tmp_path / "grades.csv", scheduler="tcp://127.0.0.1:1")


def test_without_dask(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Dask is not installed, the sentence names what installs it."""
    imported = builtins.__import__

    def without(name: str, *arguments: Any) -> Any:
        if name.partition(".")[0] == "distributed":
            raise ImportError(name)
        return imported(name, *arguments)

    monkeypatch.setattr("builtins.__import__", without)
    with pytest.raises(CourseError, match=r"course\[cluster\]"):
        grade_class(plan)
