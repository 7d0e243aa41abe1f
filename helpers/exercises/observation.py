"""What can be seen of a learner's function from outside, as JSON."""

import dataclasses
import linecache
import sysconfig
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pydantic import BaseModel

LONGEST_TEXT: Final = 2_000
"""Characters of an error's message that are kept."""
_OURS: Final = (str(Path(__file__).parents[1]), sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), "<frozen")


@dataclasses.dataclass(frozen=True)
class Raised:
    """An exception that left the learner's function. `families` are the names of its class and of all above it."""

    type: str
    families: tuple[str, ...]
    message: str
    line: int | None = None
    source: str | None = None
    """Number and text of the last line of the learner's own code that ran."""


@dataclasses.dataclass(frozen=True)
class Observation:
    """One call of a learner's function. `wrote` are the pieces that it handed to `write`, in order."""

    value: Any = None
    raised: Raised | None = None
    wrote: tuple[str, ...] = ()
    stopped: str | None = None
    """Why it was stopped from outside, when it was."""
    notes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What the driver noted besides."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return dataclasses.asdict(self)


def observation_from_json(data: Mapping[str, Any]) -> Observation:
    """The observation that `to_json` wrote. Raises `KeyError` or `TypeError` when it is none."""
    raised = data["raised"]
    return Observation(
        value=data["value"],
        raised=None if raised is None else Raised(**{**raised, "families": tuple(raised["families"])}),
        wrote=tuple(data["wrote"]),
        stopped=data["stopped"],
        notes=data["notes"],
    )


def encode(value: Any) -> Any:
    """`value` as JSON made of built-in types only. What has no such form becomes `{"not_json": "its type"}`."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        return [encode(item) for item in value]
    if type(value) is dict:
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, BaseModel):
        return encode(value.model_dump(mode="json"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return {"not_json": type(value).__name__}


def describe(error: BaseException) -> Raised:
    """What left the learner's function, and the last of their lines it came from."""
    line, source = _learners_line(error.__traceback__)
    return Raised(
        type=type(error).__name__,
        families=tuple(base.__name__ for base in type(error).__mro__),
        message=str(error)[:LONGEST_TEXT],
        line=line,
        source=source,
    )


def _learners_line(trace: TracebackType | None) -> tuple[int | None, str | None]:
    for frame, line in reversed(list(traceback.walk_tb(trace))):
        file = frame.f_code.co_filename
        if not file.startswith(_OURS):
            return line, linecache.getline(file, line).strip() or None
    return None, None
