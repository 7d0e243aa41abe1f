"""The check of `error_fields`: what an error says, wherever it says it."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name, shortened
from helpers.judging.words import GOODS, draw_answer
from helpers.lessons.errors import LESSON
from helpers.lessons.errors.checks.shared import CUT, REFUSED, error_case, error_event, shown
from helpers.lessons.errors.drivers import PROXY_PAGE
from helpers.replay import Answer, Fail, RefuseConnection, says

FIELDS: Final = "Three fields, and where they are not"
BAD: Final = "400"
IN_STREAM: Final = "error event in a stream"
PROXY: Final = "a proxy's 502"
NAMES: Final = {"type", "message", "request_id"}


def _field_cases(source: random.Random) -> Sequence[Case]:
    sentence = f"metadata.{source.choice(GOODS)}: Extra inputs are not permitted"
    told = {"type": "invalid_request_error", "message": sentence, "id": True}
    overloaded = {"type": "overloaded_error", "message": "Overloaded", "id": True}
    return [
        error_case(BAD, source, Fail(400, sentence), expected=told),
        error_case(IN_STREAM, source, error_event(source, "overloaded_error"), "stream", expected=overloaded),
        error_case(
            REFUSED,
            source,
            RefuseConnection(),
            expected={"type": "APIConnectionError", "message": "Connection error.", "id": False},
        ),
        error_case(
            CUT,
            source,
            Answer(says(draw_answer(source)), ending="cut", after=7),
            "stream",
            expected={"type": "RemoteProtocolError", "message": None, "id": False},
        ),
        error_case(
            PROXY,
            source,
            Answer(),
            "proxy",
            expected={"type": "InternalServerError", "message": PROXY_PAGE, "id": False},
        ),
    ]


def _field(run: Run, name: str) -> Any:
    return run.value.get(name) if isinstance(run.value, dict) else None


def _wanted_id(run: Run) -> str | None:
    return run.wire[0].request_id if run.case.expected["id"] and run.wire else None


def _wrong_fields(run: Run) -> str | None:
    expected = run.case.expected
    if not isinstance(run.value, dict) or set(run.value) != NAMES:
        return f"expected a dictionary with {', '.join(f'`{name}`' for name in sorted(NAMES))}, got {shown(run)}."
    if run.value["type"] != expected["type"]:
        return f"`type` must be `{expected['type']}`, yours is {shortened(run.value['type'])}."
    message = run.value["message"]
    if not isinstance(message, str) or not message or expected["message"] not in (None, message):
        return (
            f"`message` must be {shortened(expected['message'] or 'what the error says')}, yours is {_short(message)}."
        )
    if run.value["request_id"] != _wanted_id(run):
        return f"`request_id` must be {shortened(_wanted_id(run))}, yours is {shortened(run.value['request_id'])}."
    return None


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
            applies=lambda run: (
                run.case.name == IN_STREAM
                and (has_raised(run, "KeyError") or (isinstance(run.value, dict) and _field(run, "request_id") is None))
            ),
            cause="an error event inside a stream has no `request_id` in its body. The response that it came in has "
            "one: in its header, since the first byte.",
            next_step="Read `error.request_id`, which the SDK takes from the header.",
            reread=FIELDS,
        ),
        Misconception(
            id="there_is_always_a_response",
            applies=lambda run: run.case.name in (REFUSED, CUT) and has_raised(run, "AttributeError", "TypeError"),
            cause=lambda run: (
                f"your function itself raised `{raised_name(run)}` on an error that has no response: nobody answered, "
                "or the connection broke. The log line of the failure is lost with it."
            ),
            next_step="Ask with a default: `getattr(error, 'request_id', None)`, and the same for the other two.",
            reread=FIELDS,
        ),
        Misconception(
            id="every_body_is_json",
            applies=lambda run: run.case.name == PROXY and has_raised(run, "AttributeError", "TypeError", "KeyError"),
            cause=lambda run: (
                f"your function raised `{raised_name(run)}` on a 502 whose body is a page of HTML. Between you and the "
                "API stand proxies that know nothing of its error format."
            ),
            next_step="Do not look into `error.body`. `error.type` and `error.api_message` are `None` there.",
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
                run.case.name in (REFUSED, CUT, PROXY)
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
        "The SDK's errors have three attributes with exactly these three facts. Two families of errors have none of "
        "them, and a proxy's error has them empty.",
        "`getattr(error, 'type', None)`, `getattr(error, 'api_message', None)`, `getattr(error, 'request_id', None)`: "
        "none of these can fail. What comes instead of the first two where they are `None`?",
        "`or type(error).__name__` behind the first, `or str(error)` behind the second, and nothing behind the third.",
    ),
)
