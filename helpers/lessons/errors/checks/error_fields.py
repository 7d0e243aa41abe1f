"""The check of `error_fields`: what an error says, wherever it says it."""

import json
import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name, shortened
from helpers.judging.words import GOODS
from helpers.lessons.errors import LESSON
from helpers.lessons.errors.checks.shared import (
    CUT,
    EDGE_PAGES,
    MALFORMED,
    REFUSED,
    broken_stream,
    error_case,
    error_event,
    shown,
)
from helpers.replay import EmptyBody, Fail, RefuseConnection
from helpers.replay.pages import PAGES

FIELDS: Final = "Three fields, and where they are not"
BAD: Final = "400"
IN_STREAM: Final = "error event in a stream"
NO_ID_INSIDE: Final = "a 529 whose body has no id"
TOO_LARGE: Final = "a 413 of the edge"
PAGE: Final = "a page instead of JSON"
OTHER_JSON: Final = "the edge's own JSON"
OTHER_ERROR: Final = "a proxy's own JSON"
EMPTY: Final = "a stream without anything"
NAMES: Final = {"type", "message", "request_id"}
JSON: Final = "application/json"
SAID_NOTHING: Final = (REFUSED, CUT, MALFORMED, PAGE, OTHER_JSON, OTHER_ERROR)
"""Where the API said nothing, so that the exception has to."""


def _field_cases(source: random.Random) -> Sequence[Case]:
    sentence = f"metadata.{source.choice(GOODS)}: Extra inputs are not permitted"
    told = {"type": "invalid_request_error", "message": sentence, "id": True}
    overloaded = {"type": "overloaded_error", "message": "Overloaded", "id": True}
    too_large = {"type": "request_too_large", "message": "Request exceeds the maximum size", "id": False}
    page = source.choice(EDGE_PAGES)
    return [
        error_case(BAD, source, Fail(400, sentence), expected=told),
        error_case(IN_STREAM, source, error_event(source, "overloaded_error"), "stream", expected=overloaded),
        _no_id_inside(source),
        error_case(TOO_LARGE, source, Fail(413), expected=too_large),
        error_case(REFUSED, source, RefuseConnection(), expected=_unsaid("APIConnectionError", "Connection error.")),
        error_case(CUT, source, broken_stream(source, "cut"), "stream", expected=_unsaid("RemoteProtocolError")),
        error_case(
            MALFORMED, source, broken_stream(source, "malformed"), "stream", expected=_unsaid("JSONDecodeError")
        ),
        error_case(PAGE, source, Fail(page), expected=_unsaid(_class_of(page), PAGES[page].body.strip())),
        _other_json(OTHER_JSON, source, {"title": "Web server is returning an unknown error", "status": 520}),
        _other_json(OTHER_ERROR, source, {"error": f"upstream {source.choice(GOODS)} does not answer"}),
        error_case(EMPTY, source, EmptyBody(), "stream", expected=_unsaid("AssertionError")),
    ]


def _no_id_inside(source: random.Random) -> Case:
    """As it was seen once: the id is in the header alone."""
    told = {"type": "overloaded_error", "message": "Overloaded"}
    body = {"type": "error", "error": told, "request_id": None}
    number = f"req_011{source.randrange(10**20, 10**21)}"
    fail = Fail(529, headers={"request-id": number}, body=json.dumps(body), content_type=JSON)
    return error_case(NO_ID_INSIDE, source, fail, expected={**told, "id": number})


def _other_json(name: str, source: random.Random, body: dict[str, Any]) -> Case:
    """A 520 whose body is JSON, and not in the format of the API."""
    fail = Fail(520, body=json.dumps(body), content_type=JSON)
    return error_case(name, source, fail, expected=_unsaid("InternalServerError"))


def _unsaid(type: str, message: str | None = None) -> dict[str, Any]:
    """What is expected where the API said nothing: the name of the class, and this message, or any."""
    return {"type": type, "message": message, "id": False}


def _class_of(status: int) -> str:
    return "ServiceUnavailableError" if status == 503 else "InternalServerError"


def _field(run: Run, name: str) -> Any:
    return run.value.get(name) if isinstance(run.value, dict) else None


def _wanted_id(run: Run) -> str | None:
    """The id in the header: one that the case names, or the one that was sent."""
    wanted: str | bool = run.case.expected["id"]
    if isinstance(wanted, str):
        return wanted
    return run.wire[0].request_id if wanted and run.wire else None


def _wrong_fields(run: Run) -> str | None:
    expected = run.case.expected
    if not isinstance(run.value, dict) or set(run.value) != NAMES:
        return f"expected a dictionary with {', '.join(f'`{name}`' for name in sorted(NAMES))}, got {shown(run)}."
    if run.value["type"] != expected["type"]:
        return f"`type` must be `{expected['type']}`, yours is {shortened(run.value['type'])}."
    message = run.value["message"]
    if not _is_message(run, message):
        return (
            f"`message` must be {shortened(expected['message'] or 'what the error says')}, yours is {_short(message)}."
        )
    if run.value["request_id"] != _wanted_id(run):
        return f"`request_id` must be {shortened(_wanted_id(run))}, yours is {shortened(run.value['request_id'])}."
    return None


def _is_message(run: Run, message: Any) -> bool:
    """Whether this is what the error says. One says nothing: then it is any text, or none, but not `None` as one."""
    if run.case.name == EMPTY:
        return message is None or (isinstance(message, str) and message != "None")
    return isinstance(message, str) and bool(message) and run.case.expected["message"] in (None, message)


def _looked_for_the_id_inside(run: Run) -> bool:
    if run.case.name == TOO_LARGE:
        return has_raised(run, "KeyError")
    return run.case.name == NO_ID_INSIDE and (
        has_raised(run, "KeyError") or (isinstance(run.value, dict) and _field(run, "request_id") is None)
    )


def _short(value: Any) -> str:
    return shortened(value)


def _said_fields(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    return f"you said {_field(run, 'type')}" if isinstance(run.value, dict) else "you returned no dictionary"


CHECK: Final = Check(
    LESSON.exercise("error_fields"),
    cases=_field_cases,
    right=_wrong_fields,
    said=_said_fields,
    misconceptions=(
        Misconception(
            id="sdk_sentence",
            applies=lambda run: run.case.name == BAD and str(_field(run, "message")).startswith("Error code:"),
            cause=lambda run: (
                f"your `message` is {shortened(_field(run, 'message'))}: the SDK's own sentence, with the whole body "
                "in it. Every one is different, because the request id is in it, so no log can count them."
            ),
            next_step="Take the API's sentence: `error.api_message`.",
            reread=FIELDS,
        ),
        Misconception(
            id="class_not_type",
            applies=lambda run: run.case.name == BAD and _field(run, "type") == "BadRequestError",
            cause="your `type` is the name of the SDK's class. Other languages' SDKs have other names, and inside a "
            "stream the class is always `APIStatusError`. The API's own word is the same everywhere.",
            next_step="Take `error.type`; the class's name only where there is none.",
            reread=FIELDS,
        ),
        Misconception(
            id="underscore_request_id",
            applies=lambda run: (
                run.case.name == BAD and _field(run, "request_id") is None and isinstance(run.value, dict)
            ),
            cause="the API sent a request id, and yours is `None`. On a message it is called `_request_id`; on an "
            "error it has no underscore.",
            next_step="Read `error.request_id`.",
            reread=FIELDS,
        ),
        Misconception(
            id="id_from_the_body",
            applies=_looked_for_the_id_inside,
            cause=lambda run: (
                "the body of a 413 has no `request_id`: it comes from the edge, before the API."
                if run.case.name == TOO_LARGE
                else "the body's `request_id` was null here, and the response had one all the same, in its header. "
                "Bodies without an id were seen: those of a 413, of a 529, and of error events before 2026."
            ),
            next_step="Read `error.request_id`, which the SDK takes from the header.",
            reread=FIELDS,
        ),
        Misconception(
            id="there_is_always_a_response",
            applies=lambda run: (
                run.case.name in (REFUSED, CUT, MALFORMED, EMPTY) and has_raised(run, "AttributeError", "TypeError")
            ),
            cause=lambda run: (
                f"your function itself raised `{raised_name(run)}` on an error that has no response: nobody answered, "
                "or what it said broke on the way. The log line of the failure is lost with it."
            ),
            next_step="Ask with a default: `getattr(error, 'request_id', None)`, and the same for the other two.",
            reread=FIELDS,
        ),
        Misconception(
            id="every_body_is_json",
            applies=lambda run: run.case.name == PAGE and has_raised(run, "AttributeError", "TypeError", "KeyError"),
            cause=lambda run: (
                f"your function raised `{raised_name(run)}` on an answer whose body is a page. Between you and the API "
                "stand proxies that know nothing of its error format."
            ),
            next_step="Do not look into `error.body`. `error.type` and `error.api_message` are `None` there.",
            reread=FIELDS,
        ),
        Misconception(
            id="every_json_is_the_apis",
            applies=lambda run: (
                run.case.name in (OTHER_JSON, OTHER_ERROR)
                and has_raised(run, "AttributeError", "TypeError", "KeyError")
            ),
            cause=lambda run: (
                f"your function raised `{raised_name(run)}` on a 520 whose body is JSON, but not the API's: edges and "
                "proxies have formats of their own."
            ),
            next_step="Do not look into `error.body`. The SDK has, carefully: `error.type` and `error.api_message` "
            "are `None` where the API said nothing.",
            reread=FIELDS,
        ),
        Misconception(
            id="none_as_text",
            applies=lambda run: "None" in (_field(run, "type"), _field(run, "message"), _field(run, "request_id")),
            cause='one of your fields is the text `"None"`. A search for lines without a request id does not find it, '
            "and a search for that text finds nothing else.",
            next_step="Leave a missing request id `None`, without `str()` around it.",
            reread=FIELDS,
        ),
        Misconception(
            id="nothing_to_search_for",
            applies=lambda run: (
                run.case.name in SAID_NOTHING
                and isinstance(run.value, dict)
                and not (_field(run, "type") and _field(run, "message"))
            ),
            cause=lambda run: (
                f"in your fields, `type` is {shortened(_field(run, 'type'))} and `message` is "
                f"{shortened(_field(run, 'message'))}. Something failed, and the line does not say what."
            ),
            next_step="Where the API said nothing, take `type(error).__name__` and `str(error)`.",
            reread=FIELDS,
        ),
    ),
    hints=(
        "The SDK's errors have three attributes with exactly these three facts. Where nobody answered, or where an "
        "answer broke, there are none of them; with a proxy's page they are empty.",
        "`getattr(error, 'type', None)`, `getattr(error, 'api_message', None)`, `getattr(error, 'request_id', None)`: "
        "none of these can fail. What comes instead of the first two where they are `None`?",
        "`or type(error).__name__` behind the first, `or str(error)` behind the second, and nothing behind the third.",
    ),
    besides="Ours falls back on `repr` where an exception says nothing, so that no message is empty.",
)
