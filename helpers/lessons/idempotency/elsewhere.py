"""Another process, a day later, played: what differs there although nothing that a request holds has changed.

A real one would have to be given the function, which may live in a notebook. So for a moment `hash()` is salted anew,
the process has another id, objects have other places, and every clock that a function may ask is a day further on.
"""

import builtins
import datetime
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType
from typing import Any, Final
from unittest.mock import patch

LATER: Final = datetime.timedelta(days=1, hours=1, minutes=1, seconds=1)
SECONDS: Final = LATER.total_seconds()
SALT: Final = 0x5DEECE66D
RUN_ID: Final = re.compile(r"[0-9a-f]{8}", re.I)
"""What is made up once for a process nearly always looks like this: of a uuid, a digest, a random number."""


REAL: Final[Mapping[tuple[Any, str], Any]] = {
    (place, name): getattr(place, name)
    for place, names in {
        builtins: ("hash", "id"),
        os: ("getpid", "getppid"),
        time: ("time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime", "ctime", "strftime"),
    }.items()
    for name in names
}
"""What a process is asked about itself, and about the time."""


class _LaterDate(datetime.date):
    """Dates whose today is tomorrow."""

    @classmethod
    def today(cls) -> "_LaterDate":
        later = datetime.datetime.now()
        return cls(later.year, later.month, later.day)


class _LaterMoment(datetime.datetime):
    """Moments whose now is a day later."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return super().now(tz) + LATER

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


def _later(place: Any, name: str) -> Callable[..., Any]:
    """What takes the place of a function of `REAL`."""
    real, now = REAL[place, name], REAL[time, "time"]
    match name:
        case "hash" | "id":
            return lambda value: real(value) ^ SALT
        case "getpid" | "getppid":
            return lambda: real() + 1
        case "localtime" | "gmtime" | "ctime":
            return lambda *moment: real(*(moment or (now() + SECONDS,)))
        case "strftime":
            return lambda form, *moment: real(form, *(moment or (REAL[time, "localtime"](now() + SECONDS),)))
        case "time_ns":
            return lambda: real() + int(SECONDS * 1e9)
    return lambda: real() + SECONDS


@contextmanager
def elsewhere(function: Callable[..., Any]) -> Iterator[None]:
    """While this lasts, `function` runs as in another process, a day later. Other threads, such as those of a
    notebook's kernel, are told the truth.
    """
    here = threading.get_ident()

    def told(real: Callable[..., Any], later: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: (later if threading.get_ident() == here else real)(*arguments)

    replaced = {key: told(real, _later(*key)) for key, real in REAL.items()}
    replaced[datetime, "datetime"], replaced[datetime, "date"] = _LaterMoment, _LaterDate
    namespace = function.__globals__ if isinstance(function, FunctionType) else {}
    # `from datetime import datetime` has taken the real one already.
    news = {id(getattr(place, name)): new for (place, name), new in replaced.items()}
    taken = {name: news[id(value)] for name, value in namespace.items() if id(value) in news}
    with ExitStack() as stack:
        stack.enter_context(patch.dict(namespace, taken))
        for (place, name), new in replaced.items():
            stack.enter_context(patch.object(place, name, new))
        yield


def holds_run_id(function: Callable[..., Any], key: object) -> bool:
    """Whether `key` holds what the function's module made up when it began: a global that looks random, or a number."""
    if not isinstance(key, str) or not isinstance(function, FunctionType):
        return False
    values = (function.__globals__.get(name) for name in _names(function.__code__))
    texts = (str(getattr(value, "hex", value) if not callable(value) else value) for value in values)
    return any(RUN_ID.search(text) is not None and text in key for text in texts)


def _names(code: CodeType) -> set[str]:
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return {*code.co_names, *(name for one in inner for name in _names(one))}
