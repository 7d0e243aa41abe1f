"""Reading what a run left: what was returned, raised, noted and sent. In what is returned, anything may stand."""

import json
from typing import Any

from helpers.calling.observation import Raised
from helpers.judging.check import Run


def whole_text(run: Run) -> str:
    """The text that the case's answer holds."""
    return "".join(run.case.expected["texts"])


def text_in(message: Any) -> str | None:
    """The text of a returned message, its blocks joined; None where it is no message."""
    if (
        not isinstance(message, dict)
        or message.get("type") != "message"
        or not isinstance(message.get("content"), list)
    ):
        return None
    return "".join(str(block.get("text", "")) for block in message["content"] if isinstance(block, dict))


def wrong_text(run: Run) -> str | None:
    """What is wrong with the returned text; None when it is the whole answer."""
    if run.value == whole_text(run):
        return None
    return f"expected the text {shortened(whole_text(run))}, got {shortened(run.value)}."


def shortened(value: Any, length: int = 60) -> str:
    """`value` as code, short enough for a sentence."""
    shown = repr(value)
    return f"`{shown if len(shown) <= length else shown[: length - 1] + '…'}`"


def said_returned(run: Run) -> str:
    """What the function did, in a few words for the picture."""
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if isinstance(run.value, str):
        return f"you returned {len(run.value)} characters"
    return "you returned nothing" if run.value is None else "you returned no text"


def returned_nothing(run: Run) -> bool:
    """Whether the function ran to its end and returned None."""
    return run.observation.raised is None and run.observation.stopped is None and run.value is None


def turns_of(run: Run) -> list[Any]:
    """The messages of the first request, as far as they are some: nobody has to send what the API takes."""
    body = run.wire[0].body if run.wire else None
    turns = body.get("messages") if isinstance(body, dict) else None
    return [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []


def asked(run: Run) -> str:
    """The messages of the first request, as JSON text; empty when none was sent."""
    turns = turns_of(run)
    return json.dumps(turns, ensure_ascii=False) if turns else ""


def has_raised(run: Run, *families: str) -> bool:
    """Whether what left the function is of one of these classes."""
    raised = run.observation.raised
    return raised is not None and any(family in raised.families for family in families)


def raised_name(run: Run) -> str:
    """The class of what left the function."""
    return run.observation.raised.type if run.observation.raised else "nothing"


def error_of(run: Run) -> Raised:
    """What left the function, where something is known to have."""
    assert run.observation.raised is not None
    return run.observation.raised


def ended_well(run: Run) -> bool:
    """Whether the function came to its end by itself."""
    return run.observation.raised is None and run.observation.stopped is None


def noted(run: Run, name: str) -> Any:
    """What the driver noted under this name."""
    return run.observation.notes.get(name)


def calls_made(run: Run) -> int:
    """How often the SDK was called, not counting what it tried again by itself."""
    return sum(exchange.retry_count == 0 for exchange in run.wire)


def is_streamed(run: Run) -> bool:
    """Whether the first request asked for a stream."""
    body = run.wire[0].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is True
