"""One exchange, held against what the API was recorded to send before: kinds, headers, fields and their types."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from helpers.errors import CourseError
from helpers.recording.cleaning import arrived
from helpers.recording.exchange import Kept, fields_of
from helpers.replay.events import Event, message_of

ALWAYS: Final = 0.99
"""A header or a field that so large a share of the recordings has is one that is expected."""
FRAMING: Final = ("connection", "content-length", "date", "transfer-encoding", "vary", "via", "set-cookie", "server")
"""Headers that belong to the connection, or that nobody counted."""
OF_THE_ACCOUNT: Final = ("anthropic-organization-id", "anthropic-workspace-id")
"""On some accounts, and then with every answer."""

_ID: Final = re.compile(r"/(?:msgbatch|file|msg)_\w+|(?<=/models)/[^/]+")
_TYPES: Final = {"NoneType": "null", "dict": "obj"}

Facts = Mapping[str, Any]


def held(kept: Kept, facts: Facts) -> list[str]:
    """What is other than in `facts`, a line each; none where all agrees."""
    kind = f"{kept.method} {_ID.sub('/ID', kept.path)} {kept.status}{' stream' if kept.is_stream else ''}"
    known = facts["kinds"].get(kind)
    if known is None:
        return [f"{kind} was never recorded"]
    return [f"{kind}: {line}" for line in (*_headers(kept, known), *_message(kept, facts), *_body(kept, known, facts))]


def _headers(kept: Kept, known: Facts) -> Iterator[str]:
    types = {name.partition(";")[0] for name in known["content_types"]} - {"None"}
    if types and kept.content_type.partition(";")[0] not in types:
        yield f"its content type is {kept.content_type or 'missing'}, and was {', '.join(sorted(types))}"
    counted = known["headers_unfiltered_recordings"]
    if not counted:
        return
    new = sorted(set(kept.headers) - set(known["headers"]) - {*FRAMING, *OF_THE_ACCOUNT})
    gone = sorted(
        name for name, count in known["headers"].items() if count >= ALWAYS * counted and name not in kept.headers
    )
    if new:
        yield f"new headers {', '.join(new)}"
    if gone:
        yield f"no {', '.join(gone)}, which {counted} recordings had"


def _message(kept: Kept, facts: Facts) -> Iterator[str]:
    if kept.status != 200 or not kept.path.endswith("/messages"):
        return
    try:
        events = [Event(one.name, one.data) for one in arrived(kept)]
        message = message_of(events) if kept.is_stream else dict(fields_of(kept.answer))
    except (CourseError, AttributeError, KeyError, IndexError, TypeError) as error:
        yield f"it is no message ({error})"
        return
    message.pop("content", None)
    yield from _fields(message, facts["message"]["jul_aug_2026"], facts["message"]["fields"])


def _body(kept: Kept, known: Facts, facts: Facts) -> Iterator[str]:
    """Of what is no message: an error, a batch, a page of either, a count."""
    if "body" in known:
        shape = facts["bodies"][known["body"]]
        yield from _fields(fields_of(kept.answer), shape, shape["fields"])


def _fields(body: Mapping[str, Any], recent: Facts, known: Facts) -> Iterator[str]:
    fields = dict(_flat(body))
    always = {name for name, field in recent["fields"].items() if field.get("n", 0) >= ALWAYS * recent["n"]}
    if new := sorted(set(fields) - set(known)):
        yield f"new fields {', '.join(new)}"
    if gone := sorted(always - set(fields)):
        yield f"no field {', '.join(gone)}, which {recent['n']} recordings had"
    for name, kind in fields.items():
        if name in known and kind not in known[name]["types"]:
            yield f"the field {name} is {kind}, and was {', '.join(known[name]['types'])}"


def _flat(value: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Every field's place and type, without what is in lists."""
    for name, inner in value.items():
        yield f"{place}{name}", _TYPES.get(type(inner).__name__, type(inner).__name__)
        if isinstance(inner, dict):
            yield from _flat(inner, f"{place}{name}.")
