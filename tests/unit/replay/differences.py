"""What an answer of the replay has other than every recorded answer of its kind: headers, fields, types."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

RECORDED: Final[Mapping[str, Any]] = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
DEVIATIONS: Final = (Path(__file__).parents[3] / "helpers" / "replay" / "deviations.md").read_text(encoding="utf-8")
FEW: Final = 0.99
"""What so large a share of a kind's recordings has is what the kind has."""
EVERYWHERE: Final = frozenset({"date", "server", "cf-ray", "strict-transport-security", "content-type", "request-id"})
"""Headers that all recent answers have, whichever of them were counted."""
OF_THE_ACCOUNT: Final = frozenset({"anthropic-organization-id", "anthropic-workspace-id"})
"""With all of them but a 401."""
LIMITS: Final = frozenset(
    name for name in RECORDED["kinds"]["POST /v1/messages 200"]["headers"] if name.startswith("anthropic-ratelimit-")
)
MESSAGE: Final = "POST /v1/messages 200"
PARTS: Final = {"page of batches": "batch", "page of models": "model"}
"""What is in the list of a page."""
TYPES: Final = {"NoneType": "null", "dict": "obj"}


def differences(kind: str, headers: Mapping[str, str], body: Any) -> list[str]:
    """One sentence for each; none where the answer could have been recorded. Of events and lines, the headers alone."""
    found = [*_headers(kind, headers)]
    if isinstance(body, dict):
        found += _message(body) if kind == MESSAGE else _body(RECORDED["kinds"][kind]["body"], body)
    return found


def status_in(kind: str) -> int:
    """The status of a kind."""
    return int(kind.split()[2])


def flat(value: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Every field's place and type, without what is in lists."""
    for name, inner in value.items():
        yield f"{place}{name}", TYPES.get(type(inner).__name__, type(inner).__name__)
        if isinstance(inner, dict):
            yield from flat(inner, f"{place}{name}.")


def _headers(kind: str, headers: Mapping[str, str]) -> Iterator[str]:
    recorded = RECORDED["kinds"][kind]
    types = {name: count for name, count in recorded["content_types"].items() if name != "None"}
    usual = max(types, key=types.__getitem__, default="application/json")
    if headers.get("content-type") != usual:
        yield f"the content type is {headers.get('content-type')}, not {usual}"
    if (date := headers.get("date")) and not _is_date(date):
        yield f"the date is {date}"
    yield from (f"there is no header {name}" for name in _expected(kind) - set(headers))
    yield from (f"the header {name} was never seen" for name in set(headers) - _known(kind))


def _is_date(value: str) -> bool:
    try:
        datetime.strptime(value, "%a, %d %b %Y %H:%M:%S GMT")
    except ValueError:
        return False
    return True


def _expected(kind: str) -> set[str]:
    recorded, status = RECORDED["kinds"][kind], status_in(kind)
    unfiltered = recorded["headers_unfiltered_recordings"]
    often = {name for name, count in recorded["headers"].items() if unfiltered and count >= FEW * unfiltered}
    left_out = {name for name in often if f"`{name}`" in DEVIATIONS}
    account = OF_THE_ACCOUNT if status != 401 else frozenset()
    retry = {"x-should-retry"} if status >= 400 else set()
    limits = LIMITS if kind.startswith(MESSAGE) else frozenset()
    return {*EVERYWHERE, *(often - left_out), *account, *retry, *limits}


def _known(kind: str) -> set[str]:
    """Headers that the kind may have; where all of its recordings were filtered, those of its status."""
    recorded = RECORDED["kinds"][kind]
    alike = [one for name, one in RECORDED["kinds"].items() if status_in(name) == status_in(kind)]
    of_limits = set() if kind.startswith(MESSAGE) else LIMITS
    seen = [recorded] if recorded["headers_unfiltered_recordings"] else alike
    names = {name for one in seen for name in one["headers"]} - of_limits
    return {*names, *EVERYWHERE, "anthropic-workspace-id"}


def _body(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    yield from _fields(body, RECORDED["bodies"][name], RECORDED["bodies"][name])
    if name in PARTS and isinstance(body.get("data"), list):
        for part in body["data"]:
            yield from _body(PARTS[name], part)


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    """Every field that each answer since July 2026 has, with its type, and none that no answer ever had."""
    content = message.get("content")
    rest = {name: value for name, value in message.items() if name != "content"}
    yield from _fields(rest, RECORDED["message"]["jul_aug_2026"], RECORDED["message"])
    if not isinstance(content, list):
        yield "the content is no list"
        return
    for block in content:
        if ",".join(sorted(block)) not in RECORDED["message"]["blocks"].get(block.get("type"), ()):
            yield f"a block has the fields {', '.join(block)}"
        if not isinstance(block.get("text", ""), str):
            yield "a text is none"


def _fields(body: Mapping[str, Any], recent: Mapping[str, Any], all_of_them: Mapping[str, Any]) -> Iterator[str]:
    found, known = dict(flat(body)), all_of_them["fields"]
    always = {name for name, field in recent["fields"].items() if field.get("n", 0) >= FEW * recent["n"]}
    yield from (f"there is no field {name}" for name in always - set(found))
    for name, kind in found.items():
        if name not in known:
            yield f"the field {name} was never seen"
        elif kind not in known[name]["types"]:
            yield f"the field {name} is {kind}"
