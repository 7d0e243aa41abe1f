"""Processes of this machine: they are kept, and when one dies the others do not notice."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from helpers.classroom import local
from helpers.classroom.local import MEMORY_OF_ONE, MOST_DEATHS, Lost, Room, mark_locally
from helpers.classroom.parcel import Parcel, Terms, pack
from helpers.grading.nursery import NoNamespaces
from helpers.processors import usable
from tests.unit.classroom.markers import fragile, hindered, meeting, process, processors, quick, unfit

TERMS = Terms(5, ("00_start_here",), "1")


def parcels(*sources: str) -> Iterator[Parcel]:
    return (pack(f"learner {index}", {"a.py": source.encode()}, TERMS) for index, source in enumerate(sources))


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
    ("until_long", "memory", "is_full"),
    [
        ([], 0.0, False),
        ([1.0], 0.0, False),
        ([1.0, math.inf], math.inf, True),
        ([1.0, -1.0], MEMORY_OF_ONE, False),
        ([1.0, -1.0], MEMORY_OF_ONE - 1, True),
        ([-1.0] * 9, math.inf, False),
        ([-1.0] * 10, math.inf, True),
    ],
)
def test_room(monkeypatch: pytest.MonkeyPatch, until_long: list[float], memory: float, is_full: bool) -> None:
    """As many as there are jobs are at work, with more beside those that take long: some, while there is memory."""
    times = iter(until_long)
    monkeypatch.setattr(local, "memory_left", lambda: memory)
    monkeypatch.setattr(local, "Desk", lambda *_: Mock(until_long=next(times)))
    with Room(2, quick) as room:
        for _ in until_long:
            room.take()
        assert room.is_full == is_full
        assert room.until_long == (1.0 if 1.0 in until_long else None)


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
