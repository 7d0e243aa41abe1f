"""Small apps, each with one fault that is common in production, and the same apps mended.

`every.APPS` are what the course and llmock judge side by side (tests/benchmarks/survival.py); each is a module with
`faulty` and `mended`, which use the API over a `Wire` and return what a test says of them: arguments of
`assert_survives`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import anthropic
import httpx2

from helpers.replay import Scenario
from helpers.testing import MessagesApi

MODEL: Final = "claude-opus-4-8"
Said: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Wire:
    """Where the API is, and who asks. With a `transport` nothing is sent over a socket."""

    base_url: str
    key: str
    transport: Any = None

    def client(self, **options: Any) -> anthropic.Anthropic:
        """A synchronous client."""
        http = None if self.transport is None else httpx2.Client(transport=self.transport)
        return anthropic.Anthropic(base_url=self.base_url, api_key=self.key, http_client=http, **options)

    def async_client(self, **options: Any) -> anthropic.AsyncAnthropic:
        """An asynchronous client."""
        http = None if self.transport is None else httpx2.AsyncClient(transport=self.transport)
        return anthropic.AsyncAnthropic(base_url=self.base_url, api_key=self.key, http_client=http, **options)


def wire_of(api: MessagesApi, *, in_process: bool = True) -> Wire:
    """A wire to `api`: in this process, or over a socket."""
    return Wire(api.base_url, api.key, api.transport if in_process else None)


@dataclass(frozen=True)
class App:
    """An app and its fault."""

    name: str
    fault: str
    """What it does wrong, in a few words."""
    kind: str
    """The finding that it is."""
    faulty: Callable[[Wire], Said]
    mended: Callable[[Wire], Said]
    scenario: Scenario
    behaviors: Sequence[Mapping[str, Any]] = ()
    """The same trouble as llmock's `POST /_llmock/scenario` takes it."""


def question(text: str = "Can I get a refund?") -> dict[str, Any]:
    """What every request has."""
    return {"model": MODEL, "max_tokens": 1024, "messages": [{"role": "user", "content": text}]}
