"""What keeps processes apart is found out once, and is never less afterwards."""

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final
from unittest.mock import Mock

import pytest

from helpers.errors import CourseError
from helpers.grading.nursery import CAN_FORK, NoNamespaces, NotStarted, Nursery
from helpers.grading.process import LACKING
from tests.unit.grading.hindrances import exhaust, forbid

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")

BUSY: Final = (errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """One that has had namespaces, and has lost the process that it forks from."""
    with Nursery() as nursery:
        if nursery.isolation != "namespaces":
            pytest.skip(nursery.why_not)
        nursery._end_zygote()
        yield nursery


def test_busy_at_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that can start no process now may have namespaces: nothing is graded, and the next one finds out."""
    with Nursery() as nursery:
        for number in BUSY:
            with monkeypatch.context() as busy:
                exhaust(busy, number)
                with pytest.raises(NotStarted, match=os.strerror(number)):
                    nursery.start(tmp_path)
        assert nursery.isolation == "namespaces" or nursery.why_not


def test_busy_later(nursery: Nursery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the process that others are forked from is lost, and no new one can be started, nothing is graded."""
    for number in BUSY:
        with monkeypatch.context() as busy:
            exhaust(busy, number)
            with pytest.raises(NotStarted, match="nothing is graded in one that is kept apart less"):
                nursery.start(tmp_path)
    assert nursery.isolation == "namespaces"


def test_forbidden_later(nursery: Nursery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Namespaces that were had once are never done without, whatever is said of them later."""
    for said in (LACKING + b"not permitted", b"Cannot allocate memory", b""):
        forbid(monkeypatch, said)
        with pytest.raises(NotStarted):
            nursery.start(tmp_path)
        with pytest.raises(NotStarted):
            nursery.isolation  # noqa: B018 - it is what raises


def test_shared(nursery: Nursery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where several grade with one and one of them can get no process, nobody else's is ended."""
    with nursery.lent(), closing(nursery.start(tmp_path)) as process:
        zygote = nursery.zygote_pid
        for number in BUSY:
            with monkeypatch.context() as busy, nursery.lent():
                busy.setattr(nursery, "_next", Mock(side_effect=OSError(number, os.strerror(number))))
                with pytest.raises(NotStarted, match=os.strerror(number)):
                    nursery.start(tmp_path)
        assert nursery.zygote_pid == zygote
        assert not process.has_ended()


def test_compilers(nursery: Nursery) -> None:
    """Each thread has a compiler of its own, and keeps it: none waits until another's cell is read."""
    with ThreadPoolExecutor(1) as other:
        theirs = {other.submit(lambda: nursery.compiler).result() for _ in range(2)}
    assert len(theirs) == 1
    assert nursery.compiler is nursery.compiler
    assert nursery.compiler not in theirs


def test_lacking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system that has none is one with a guard, and it is known why."""
    forbid(monkeypatch)
    with Nursery() as nursery:
        assert nursery.isolation == "guard"
        assert nursery.why_not == "not permitted"
        nursery.start(tmp_path).close()


def test_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that ends without a word has said nothing about the system."""
    forbid(monkeypatch, b"")
    with Nursery() as nursery, pytest.raises(NotStarted, match="exit code 0"):
        nursery.isolation  # noqa: B018 - it is what raises


def test_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who demands namespaces gets a sentence where there are none, every time."""
    forbid(monkeypatch)
    with Nursery("namespaces") as nursery:
        for _ in range(2):
            with pytest.raises(NoNamespaces, match=r"\(not permitted\).*--isolation guard"):
                nursery.isolation  # noqa: B018 - it is what raises


def test_asked_for() -> None:
    """Who asks for a guard gets no more than that."""
    with Nursery("guard") as nursery:
        assert nursery.isolation == "guard"


def test_kinds_of_errors() -> None:
    """What means that a system has no namespaces is never an error that passes."""
    from helpers.grading.sandbox import is_lacking  # not on every system

    assert is_lacking(OSError(errno.EPERM, ""))
    assert is_lacking(OSError(errno.ENOSPC, ""))
    assert not any(is_lacking(OSError(number, "")) for number in (*BUSY, errno.EIO, errno.EINTR))
    assert issubclass(NotStarted, CourseError)
