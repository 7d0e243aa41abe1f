"""Where no thread can be started, that is said."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.calling.threads import NONE_HERE, say_that_there_are_none


def test_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what starts one, and by what starts them for others."""

    def fail(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    say_that_there_are_none()
    for begin in (lambda: threading.Thread(target=print).start(), lambda: ThreadPoolExecutor().submit(print)):
        with pytest.raises(RuntimeError, match=f"can't start new thread: {NONE_HERE}"):
            begin()


def test_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that starts, starts."""
    monkeypatch.setattr(threading.Thread, "start", threading.Thread.start)
    say_that_there_are_none()
    ran: list[int] = []
    thread = threading.Thread(target=ran.append, args=(1,))
    thread.start()
    thread.join()
    assert ran == [1]
