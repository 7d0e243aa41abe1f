"""Processes of this machine: they are kept, and when one dies the others do not notice."""

import math
import os
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from unittest.mock import Mock

import pytest

from helpers.classroom import local
from helpers.classroom.local import (
    LONG,
    MANY_TIMES,
    MEMORY_OF_ONE,
    MOST_DEATHS,
    MOST_DESCRIPTORS,
    MOST_LONG,
    SHORT,
    Desk,
    Lost,
    mark_locally,
)
from helpers.classroom.parcel import Parcel, Terms, pack
from helpers.classroom.worker import Finished
from helpers.grading.nursery import NoNamespaces, NotStarted
from helpers.processors import usable
from tests.unit.classroom.markers import fragile, hindered, meeting, process, processors, quick, unfit

TERMS = Terms(5, ("00_start_here",), "1")


def parcels(*sources: str) -> Iterator[Parcel]:
    return (pack(f"learner {index}", {"a.py": source.encode()}, TERMS) for index, source in enumerate(sources))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """One whose process is never started."""
    monkeypatch.setattr(local, "ProcessPoolExecutor", lambda *_, **__: Mock())
    return Desk(quick, str(tmp_path), None)


def done(finished: Finished) -> Future[Finished]:
    """What a process has answered."""
    future: Future[Finished] = Future()
    future.set_result(finished)
    return future


def failed(error: Exception) -> Future[Finished]:
    """What a process has answered in which something is wrong."""
    future: Future[Finished] = Future()
    future.set_exception(error)
    return future


def test_deaths(tmp_path: Path) -> None:
    """A process that dies costs its submission another try; one that kills every process is a row that says so."""
    died = tmp_path / "died"
    sources = ("a", f"die once {died}|", "b", "die always", "c")
    found = {parcel.name: result for parcel, result in mark_locally(parcels(*sources), 2, fragile)}
    assert died.exists()
    lost = found.pop("learner 3")
    assert isinstance(lost, Lost)
    assert f"{MOST_DEATHS} times in a row" in str(lost)
    assert set(found) == {"learner 0", "learner 1", "learner 2", "learner 4"}
    assert all(isinstance(result, str) for result in found.values())


def test_hindered(tmp_path: Path) -> None:
    """A submission whose process can start none is tried in others, and is then a problem that says so, alone."""
    tries = tmp_path / "tries"
    found = {parcel.name: result for parcel, result in mark_locally(parcels("a", f"note {tries}|", "b"), 2, hindered)}
    lost = found.pop("learner 1")
    assert isinstance(lost, Lost)
    assert "No process could be started" in str(lost)
    assert len(set(tries.read_text("utf-8").split())) == MOST_DEATHS
    assert all(isinstance(result, str) for result in found.values())


def test_unfit() -> None:
    """A machine without what is demanded grades nobody."""
    with pytest.raises(NoNamespaces, match="cannot be had"):
        list(mark_locally(parcels("a", "b"), 2, unfit))


def test_kept() -> None:
    """One process grades one submission after the other."""
    assert len({result for _, result in mark_locally(parcels("a", "b", "c"), 1, process)}) == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no such call")
def test_processors() -> None:
    """Each process stays on a processor where all of them are used."""
    jobs = len(usable())
    found = {result for _, result in mark_locally(parcels(*"ab" * jobs), jobs, processors)}
    assert found <= {f"[{processor}]" for processor in usable()}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such pipes")
def test_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a submission that takes long: here it takes until the next one is begun."""
    monkeypatch.setattr(local, "LONG", 0.0)
    monkeypatch.setattr(local, "memory_left", lambda: math.inf)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found = [parcel.name for parcel, _ in mark_locally(parcels(f"read {pipe}", f"write {pipe}", "a"), 1, meeting)]
    assert sorted(found) == ["learner 0", "learner 1", "learner 2"]


@pytest.mark.parametrize(
    ("begun", "memory", "is_free"),
    [
        (0, 0.0, True),
        (1, MEMORY_OF_ONE, True),
        (1, MEMORY_OF_ONE - 1, False),
        (MOST_LONG, math.inf, True),
        (MOST_LONG + 1, math.inf, False),
    ],
)
def test_room(desk: Desk, monkeypatch: pytest.MonkeyPatch, begun: int, memory: float, is_free: bool) -> None:
    """One is at work, with more beside those that take long: some, while there is memory."""
    monkeypatch.setattr(local, "memory_left", lambda: memory)
    monkeypatch.setattr(local, "descriptors", lambda: math.inf)
    for parcel in parcels(*"a" * begun):
        desk.begin(parcel)
    assert desk.is_free == is_free


@pytest.mark.parametrize(
    ("descriptors", "most"),
    [(math.inf, MOST_LONG), (MOST_DESCRIPTORS, MOST_LONG), (MOST_DESCRIPTORS - 1, MOST_LONG - 1), (256, 0), (20, 0)],
)
def test_room_for_connections(desk: Desk, monkeypatch: pytest.MonkeyPatch, descriptors: float, most: int) -> None:
    """No more are waited for than the process has descriptors for: else they would lack those of somebody else."""
    monkeypatch.setattr(local, "memory_left", lambda: math.inf)
    monkeypatch.setattr(local, "descriptors", lambda: descriptors)
    for begun, parcel in enumerate(parcels(*"a" * (MOST_LONG + 2))):
        assert desk.is_free == (begun <= most)
        desk.begin(parcel)


def test_what_is_long(desk: Desk) -> None:
    """Many times what most of them take, within limits."""
    assert desk.long == LONG
    for seconds, long in ((0.01, SHORT), (0.2, 0.2 * MANY_TIMES), (9.0, LONG)):
        desk._took.extend([seconds] * 25)
        assert desk.long == pytest.approx(long)


def test_beside_others(desk: Desk) -> None:
    """When a process dies that had begun several, each is tried again alone, and none is blamed for another's doing."""
    several = list(parcels("a", "b"))
    for parcel in several:
        desk.begin(parcel)
    assert list(desk.results(failed(BrokenProcessPool()))) == []
    assert not desk.is_free
    for parcel in several:
        assert desk.go_on() is not None
        for _ in range(MOST_DEATHS - 1):
            assert list(desk.results(failed(BrokenProcessPool()))) == []
            assert desk.go_on() is not None
        assert list(desk.results(done({parcel.name: "a record"}))) == [(parcel, "a record")]
    assert desk.go_on() is None
    assert desk.is_free


def test_hindered_beside_others(desk: Desk) -> None:
    """Where a process can start none while it has begun others, these go on, and it is tried again after them."""
    first, second = parcels("a", "b")
    desk.begin(first)
    desk.begin(second)
    assert list(desk.results(done({second.name: NotStarted("it is busy")}))) == []
    assert not desk.is_free
    assert list(desk.results(done({first.name: "a record"}))) == [(first, "a record")]
    assert desk.go_on() is not None
    assert list(desk.results(done({second.name: "another"}))) == [(second, "another")]
    assert desk.is_free


def test_no_work() -> None:
    """Where there is nothing to grade, no process is started."""
    assert list(mark_locally(parcels(), 2, process)) == []


def test_lazy() -> None:
    """No more submissions are read than are being graded."""
    read: list[str] = []

    def reading() -> Iterator[Parcel]:
        for parcel in parcels("a", "b", "c"):
            read.append(parcel.name)
            yield parcel

    results = mark_locally(reading(), 1, process)
    next(results)
    assert read == ["learner 0"]
    results.close()
    with pytest.raises(StopIteration):
        next(results)
