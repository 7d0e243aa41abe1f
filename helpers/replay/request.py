"""A request as it arrives on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from helpers.replay.encoding import from_json


@dataclass
class Request:
    """Method, path, headers with lower-case names, and the body as sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    origin: str = "http://replay.invalid"
    """Scheme and host as the caller wrote them: what a `results_url` must begin with."""

    size: int | None = None
    """The body's bytes on the wire, where it says so: a seam need not keep them all."""
    moment: float | None = None
    """When it leaves, where its caller lives in API time: the SDK's waits pass in it too."""

    @property
    def length(self) -> int:
        """The body's bytes on the wire."""
        return len(self.body) if self.size is None else self.size

    @cached_property
    def parsed(self) -> Any:
        """The body as JSON, or None when it is empty or is not JSON."""
        return parse(self.body)

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The body's fields; empty when it is not a JSON object."""
        return self.parsed if isinstance(self.parsed, dict) else {}

    @property
    def wants_stream(self) -> bool:
        """Whether the caller asked for events."""
        return self.fields.get("stream") is True

    @property
    def prompt(self) -> str:
        """The text of the last turn."""
        return prompt_of(self.fields)

    @property
    def retry_count(self) -> int:
        """Which attempt of the SDK's own retries this is: 0 for the first."""
        count = self.headers.get("x-stainless-retry-count", "")
        # A number of thousands of digits is no count, and Python refuses to read it.
        return int(count) if count.isdecimal() and len(count) < 10 else 0


def parse(body: bytes) -> Any:
    """A body as JSON, or None when it is empty or is not JSON."""
    try:
        return from_json(body) if body else None
    except ValueError:
        return None


def why_not(body: bytes) -> str | None:
    """Why a body is not JSON; None where it is."""
    try:
        from_json(body)
    except UnicodeDecodeError:
        return "invalid UTF-8"
    except ValueError as error:
        return str(error)
    return None


def prompt_of(params: Mapping[str, Any]) -> str:
    """The text of the last turn of a message's parameters; empty when there is none."""
    turns = params.get("messages")
    last = turns[-1] if isinstance(turns, list) and turns else {}
    content = last.get("content", "") if isinstance(last, dict) else ""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return " ".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))
