"""What can be seen of a learner's function from outside, as JSON."""

import dataclasses
import linecache
import math
import traceback
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from types import FrameType
from typing import Any, Final

from pydantic import BaseModel

from helpers.calling.whose import is_learners

DEEPEST: Final = 90
"""Lists and dictionaries in one another, in what a function returned: no exercise asks for ten. Whoever judges goes
down as far, in several functions at once.
"""
MOST_DIGITS: Final = 1_000
"""Of a whole number. Python writes none of more than 4,300, and sums have to be written too."""
LONGEST_TEXT: Final = 2_000
"""Characters of an error's message that are kept."""
_MOST_BITS: Final = int(MOST_DIGITS * math.log2(10))


@dataclasses.dataclass(frozen=True)
class Raised:
    """An exception that left the learner's function. `families` are the names of its class and of all above it."""

    type: str
    families: tuple[str, ...]
    message: str
    line: int | None = None
    source: str | None = None
    """Number and text of the last line of the learner's own code that ran."""

    @property
    def place(self) -> str | None:
        """Both, for a sentence: `line 3: …`."""
        return f"line {self.line}: `{self.source}`" if self.source else None


@dataclasses.dataclass(frozen=True)
class Conduct:
    """How a learner's function behaved, whatever came of it."""

    returned: tuple[str, ...] = ()
    """The names of its value's class and of all above it."""
    printed_lines: int = 0
    printed_characters: int = 0
    closed_client: bool = False
    made_client: bool = False
    own_way_out: str | None = None
    """The host that it would have reached other than over the client it was given."""
    overran: float | None = None
    """The seconds after which it was stopped, when it was."""
    place: str | None = None
    """Where in its code the conduct was seen that stopped it."""


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
    conduct: Conduct = Conduct()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        # Not `dataclasses.asdict`, which would copy the value, JSON already, piece by piece.
        raised = None if self.raised is None else vars(self.raised)
        return {**vars(self), "raised": raised, "conduct": vars(self.conduct)}


def observation_from_json(data: Mapping[str, Any]) -> Observation:
    """The observation that `to_json` wrote. Raises `KeyError` or `TypeError` when it is none."""
    raised = data["raised"]
    return Observation(
        value=data["value"],
        raised=None if raised is None else Raised(**{**raised, "families": tuple(raised["families"])}),
        wrote=tuple(data["wrote"]),
        stopped=data["stopped"],
        notes=data["notes"],
        conduct=Conduct(**{**data["conduct"], "returned": tuple(data["conduct"]["returned"])}),
    )


def encode(value: Any, levels: int = DEEPEST) -> Any:
    """`value` as JSON made of built-in types only. What has no such form becomes `{"not_json": "its type"}`.

    An exact amount becomes `{"decimal": "0.1"}`.
    NaN and the infinities have none: they would be neither less nor more than what they are measured by. A moment
    becomes `{"datetime": …}`, as Python writes it, with its time zone where it has one.
    Raises `RecursionError` where it is nested more than `levels` deep, and `ValueError` for a number of thousands of
    digits.
    """
    if value is None or type(value) in (bool, str) or (type(value) is float and math.isfinite(value)):
        return value
    if type(value) is int:
        if value.bit_length() > _MOST_BITS:
            raise ValueError(f"what you returned holds a number of more than {MOST_DIGITS:,} digits")
        return value
    if levels == 0:
        raise RecursionError(f"what you returned is nested more than {DEEPEST} deep")
    inner = levels - 1
    if type(value) in (list, tuple):
        return [encode(item, inner) for item in value]
    if type(value) is dict:
        return {str(key): encode(item, inner) for key, item in value.items()}
    if type(value) is datetime:
        return {"datetime": value.isoformat()}
    if isinstance(value, BaseModel):
        return encode(value.model_dump(mode="json"), levels)
    if type(value) is Decimal:
        return {"decimal": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name), inner) for field in dataclasses.fields(value)}
    return {"not_json": repr(value) if type(value) is float else type(value).__name__}


def describe(error: BaseException) -> Raised:
    """What left the learner's function, and the last of their lines it came from."""
    line, source = _learners_line(reversed(list(traceback.walk_tb(error.__traceback__))))
    return Raised(
        type=type(error).__name__,
        families=tuple(base.__name__ for base in type(error).__mro__),
        message=str(error)[:LONGEST_TEXT],
        line=line,
        source=source,
    )


def place_in(stack: Iterable[tuple[FrameType, int]]) -> str | None:
    """The first line of the learner's code in `stack`, which begins with the innermost frame: `line 3: …`."""
    line, source = _learners_line(stack)
    return f"line {line}: `{source}`" if source else None


def _learners_line(stack: Iterable[tuple[FrameType, int]]) -> tuple[int | None, str | None]:
    for frame, line in stack:
        file = frame.f_code.co_filename
        if is_learners(file):
            return line, linecache.getline(file, line).strip() or None
    return None, None
