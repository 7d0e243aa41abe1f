"""Running tests of an app where there is no pytest: with the same fixtures, by the same names.

A learner's environment has none, and in a notebook pytest would look for its tests in files.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from helpers.errors import CourseError
from helpers.testing.api import MessagesApi
from helpers.testing.survival import DidNotSurvive


@dataclass(frozen=True)
class Tried:
    """What became of one test: `failed` is what left it, None where it passes."""

    name: str
    failed: Exception | None = None

    @property
    def found(self) -> list[str]:
        """The kinds of what was found, in the order of the rules."""
        return [one.kind for one in self.failed.findings] if isinstance(self.failed, DidNotSurvive) else []

    @property
    def said(self) -> str:
        """In a few words: what was found, or what else failed, or that it passes."""
        if self.failed is None:
            return "passes"
        return ", ".join(self.found) or f"{type(self.failed).__name__}: {self.failed}".strip(": ")


def try_tests(*tests: Callable[..., Any]) -> list[Tried]:
    """What becomes of each of `tests`, which take the plugin's fixtures by their names, and no others.

    Raises `CourseError` for a test that takes anything else. The environment is left as it is: hand the app
    `messages_api.base_url` or `messages_api.transport`. A browser has no sockets: there it can be the transport alone.
    """
    return [_try(test) for test in tests]


def _try(test: Callable[..., Any]) -> Tried:
    name = getattr(test, "__name__", str(test))
    with _api() as api:
        fixtures = {"messages_api": api, "wire_log": api.log, "api_clock": api.clock}
        wanted = list(inspect.signature(test).parameters)
        strangers = [one for one in wanted if one not in fixtures]
        if strangers:
            raise CourseError(
                f"{name} takes {strangers[0]!r}, and here are only {', '.join(fixtures)}: other fixtures are pytest's."
            )
        try:
            test(**{one: fixtures[one] for one in wanted})
        except Exception as error:  # noqa: BLE001 - whatever leaves a test, it has failed
            return Tried(name, error)
    return Tried(name)


@contextmanager
def _api() -> Iterator[MessagesApi]:
    api = MessagesApi()
    with nullcontext() if sys.platform == "emscripten" else api, api.clock.in_place_of_sleep():
        yield api
