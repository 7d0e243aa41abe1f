"""Grading on a Dask cluster of two processes on this machine."""

import csv
import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom import Plan, grade_class
from helpers.errors import CourseError
from tests.unit.classroom.conftest import WriteClass
from tests.unit.classroom.markers import broken, fragile, old

distributed = pytest.importorskip("distributed", reason="Dask, the extra course[cluster], is not installed")


@contextmanager
def cluster(**settings: object) -> Iterator[Any]:
    """A scheduler with two workers."""
    import dask

    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0"
        ) as running,
    ):
        yield running


@pytest.fixture
def plan(write_class: WriteClass, tmp_path: Path) -> Plan:
    """A class of eight, of whom one ends the worker that grades it: the first time."""
    sources = {f"learner {number}": "first_answer" for number in range(8)}
    folder = write_class(**sources | {"learner 3": f"request_id_of die once {tmp_path / 'died'}|"})
    return Plan(folder, tmp_path / "grades.csv", only=["00_start_here"])


def test_killed_worker(plan: Plan, tmp_path: Path) -> None:
    """A worker that is killed in mid-run costs nothing: everybody is graded, and nobody twice."""
    with cluster() as running:
        outcome = grade_class(replace(plan, scheduler=running.scheduler_address), fragile)
    assert (tmp_path / "died").exists()
    assert outcome.problems == {}
    lines = plan.journal.read_text("utf-8").splitlines()
    graded = Counter(record["submission"] for record in map(json.loads, lines) if "key" in record)
    assert graded == {f"learner {number}": 1 for number in range(8)}
    with plan.csv.open(encoding="utf-8", newline="") as file:
        passed = [(row["submission"], row["exercise"]) for row in csv.DictReader(file) if row["outcome"] == "passed"]
    others = [(f"learner {number}", "first_answer") for number in range(8) if number != 3]
    assert passed == sorted([*others, ("learner 3", "request_id_of")])


def test_killer(plan: Plan, write_class: WriteClass) -> None:
    """A submission that kills every worker is a row that says so. Those that were beside it are not blamed."""
    write_class(**{"learner 5": "die always"})
    with cluster(**{"distributed.scheduler.allowed-failures": 0}) as running:
        outcome = grade_class(replace(plan, scheduler=running.scheduler_address), fragile)
    assert set(outcome.problems) == {"learner 5"}
    assert "has died" in outcome.problems["learner 5"]
    assert len(outcome.graded) == 7


def test_unusable(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that have another course, none that works, and a cluster that goes away: one sentence for each."""
    with cluster() as running:
        on_cluster = replace(plan, scheduler=running.scheduler_address)
        with pytest.raises(CourseError, match=r"has course 0\.0\.1, and .* is needed"):
            grade_class(on_cluster, old)
        with pytest.raises(CourseError, match="cannot grade"):
            grade_class(on_cluster, broken)

        @contextmanager
        def closing(total: int) -> Iterator[Any]:
            yield running.close

        monkeypatch.setattr("helpers.classroom.run.show_progress", closing)
        with pytest.raises(CourseError, match="The cluster is lost"):
            grade_class(on_cluster, fragile)
    assert plan.journal.read_text("utf-8").count('"key"') == 1


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "foo://127.0.0.1:1"])
def test_no_scheduler(plan: Plan, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there: one sentence that names the address."""
    monkeypatch.setattr("helpers.classroom.cluster.CONNECT_SECONDS", 0.2)
    with pytest.raises(CourseError, match="No Dask scheduler answers"):
        grade_class(replace(plan, scheduler=address))


def test_something_else(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that is no scheduler, and says nothing."""
    monkeypatch.setattr("helpers.classroom.cluster.CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(CourseError, match="No Dask scheduler answers"):
            grade_class(replace(plan, scheduler=address))
