"""What crosses the boundary: one JSON document to a line, bounded in size, and nothing that runs when it is read.

| asked | with | answered |
|---|---|---|
| `read` | `files`: the cells of each notebook | `Contents` |
| `prepare` | `exercise`, `file` | `Preparation` |
| `run` | `exercise`, `file`, `url`, `folder`, `inputs`, `seconds` | `Observation` |

Every question has an `id` that nobody can guess, which the answer repeats. In place of an answer there may be a
`problem`: a sentence. What comes from the child is a claim of the learner's process. Its shape is checked here; the
verdict sets it beside the wire log, which the child cannot reach.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from helpers.calling.observation import MOST_DIGITS, Observation, observation_from_json
from helpers.grading.extent import excess

LONGEST_ANSWER: Final = 1_000_000
"""Bytes of one line from the child."""
_RAISED: Final = {"type": str, "families": list, "message": str, "line": (int, type(None)), "source": (str, type(None))}


_OBSERVATION: Final = {
    "value": object,
    "raised": (dict, type(None)),
    "wrote": list,
    "stopped": (str, type(None)),
    "notes": dict,
    "conduct": dict,
}
_CONDUCT: Final = {
    "returned": list,
    "printed_lines": int,
    "printed_characters": int,
    "closed_client": bool,
    "made_client": bool,
    "own_way_out": (str, type(None)),
    "overran": (float, type(None)),
    "place": (str, type(None)),
}


class BadAnswer(Exception):  # noqa: N818 - a domain word
    """What the child answered is not what was asked for."""


class Problem(Exception):  # noqa: N818 - a domain word
    """The child says why it has no answer."""


@dataclass(frozen=True)
class Note:
    """A sentence about a part of a file, and the exercises whose names stand in that part."""

    file: int
    said: str
    exercises: frozenset[str]


@dataclass(frozen=True)
class Contents:
    """What a submission holds, as far as exercises go."""

    found: list[list[str]]
    """Those that each of its files defines."""
    assigned: list[list[str]]
    """Those whose names each of its files gives to something else, with no `def` or `class` of that name."""
    left_out: list[Note]
    """What was not read, or not run."""
    elsewhere: list[Note]
    """Where a name stands that does not count there."""


@dataclass(frozen=True)
class Preparation:
    """Whether a function can be called, what is wrong if not, and which statements that it needs raised."""

    state: Literal["ready", "stub", "signature", "unusable"]
    said: str
    left_out: list[str]


def to_line(document: object) -> bytes:
    """`document` as one line."""
    return json.dumps(document).encode() + b"\n"


def read_answer(line: bytes, identifier: str) -> Any:
    """The answer to the question with this id. Raises `BadAnswer` when `line` holds none, and `Problem`."""
    try:
        document = json.loads(line, parse_constant=_no_number, parse_int=_number)
        if b"\\ud" in line.lower():
            document = json.loads(_without_lone_surrogates(document))
    except (ValueError, RecursionError) as error:
        raise BadAnswer("the answer is no JSON") from error
    much = excess(document, line)
    if much is not None:
        raise BadAnswer(f"the answer {much}")
    if type(document) is not dict or document.get("id") != identifier:
        raise BadAnswer("the answer belongs to no question")
    if "problem" in document:
        raise Problem(str(document["problem"]))
    return document.get("answer")


def _number(digits: str) -> int:
    """Sums of it have to be written too."""
    if len(digits) > MOST_DIGITS + 2:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _no_number(name: str) -> Any:
    """JSON has no NaN. One that got in would be neither less nor more than anything that it is measured by."""
    raise ValueError(f"{name} is no JSON")


def _without_lone_surrogates(document: object) -> str:
    """`document` as JSON that every file and terminal takes."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace").decode()


def read_contents(data: Any) -> Contents:
    """The contents in an answer. Raises `BadAnswer` for anything but their exact shape."""
    _check(data, dict.fromkeys(("found", "assigned", "left_out", "elsewhere"), list))
    return Contents(
        [_texts(names) for names in data["found"]],
        [_texts(names) for names in data["assigned"]],
        [_note(note) for note in data["left_out"]],
        [_note(note) for note in data["elsewhere"]],
    )


def _note(data: Any) -> Note:
    _check(data, {"file": int, "said": str, "exercises": list})
    return Note(data["file"], data["said"], frozenset(_texts(data["exercises"])))


def read_preparation(data: Any) -> Preparation:
    """The preparation in an answer. Raises `BadAnswer` for anything but its exact shape."""
    _check(data, {"state": str, "said": str, "left_out": list})
    if data["state"] not in ("ready", "stub", "signature", "unusable"):
        raise BadAnswer("the state is unknown")
    return Preparation(data["state"], data["said"], _texts(data["left_out"]))


def read_observation(data: Any) -> Observation:
    """The observation in an answer. Raises `BadAnswer` for anything but its exact shape."""
    _check(data, _OBSERVATION)
    _texts(data["wrote"])
    if data["raised"] is not None:
        _check(data["raised"], _RAISED)
        _texts(data["raised"]["families"])
    _check(data["conduct"], _CONDUCT)
    has_ended = data["raised"] is None and data["stopped"] is None
    if not _texts(data["conduct"]["returned"]) and has_ended:
        raise BadAnswer("what was returned is of no class")
    return observation_from_json(data)


def _check(data: Any, shape: dict[str, Any]) -> None:
    if type(data) is not dict or set(data) != set(shape):
        raise BadAnswer(f"an object with {', '.join(shape)} was expected")
    for name, types in shape.items():
        if not isinstance(data[name], types) or (types not in (object, bool) and isinstance(data[name], bool)):
            raise BadAnswer(f"{name!r} is a {type(data[name]).__name__}")


def _texts(data: Any) -> list[str]:
    if type(data) is not list or any(type(item) is not str for item in data):
        raise BadAnswer("a list of strings was expected")
    return data
