"""Exercises of lesson 05 whose functions are given an error: what it says, and whether trying again can help."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import anthropic
import httpx2

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import shortened
from helpers.exercises.words import GOODS, draw_answer, draw_prompt
from helpers.replay import Answer, Fail, RefuseConnection, Scenario, says
from helpers.replay.scenario import Step
from helpers.settings import MODEL

LESSON: Final = "05_errors"
FIELDS: Final = "Three fields, and where they are not"
EXCEPTIONS: Final = "Where the rule of thumb ends"

TOO_LONG: Final = 64_000
"""More `max_tokens` than the SDK sends unstreamed."""
SPEND_LIMIT: Final = "enforced_spend_limit_reached"
PROXY_PAGE: Final = "<html><body><h1>502 Bad Gateway</h1></body></html>"


def fail_and_tell(function: Callable[..., Any], stage: Stage) -> Any:
    """Let a call fail as the case says, and call `function(error)`."""
    return function(_failure(stage.client.with_options(max_retries=0), stage.inputs))


def _failure(client: anthropic.Anthropic, inputs: Mapping[str, Any]) -> Exception:
    """What is raised. Of the four ways to fail three go through the SDK; a proxy's page is written here."""
    try:
        match inputs["how"]:
            case "stream":
                with client.messages.stream(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": inputs["prompt"]}]
                ) as stream:
                    stream.until_done()
            case "proxy":
                request = httpx2.Request("POST", "http://replay.invalid/v1/messages")
                response = httpx2.Response(502, text=PROXY_PAGE, request=request)
                raise anthropic.InternalServerError(PROXY_PAGE, response=response, body=PROXY_PAGE)
            case "own bug":
                raise KeyError(inputs["prompt"])
            case _:
                client.messages.create(
                    model=MODEL,
                    max_tokens=inputs.get("max_tokens", 1024),
                    messages=[{"role": "user", "content": inputs["prompt"]}],
                )
    except Exception as error:  # noqa: BLE001 - all of them are what the learner's function is about
        return error
    raise AssertionError("the call was to fail")


def _case(
    name: str, source: random.Random, step: Step, how: str = "create", *, expected: Mapping[str, Any], **more: Any
) -> Case:
    inputs = {"how": how, "prompt": draw_prompt(source), **more}
    return Case(name, Scenario(name, name, then=step), inputs, expected)


def _error_event(source: random.Random, kind: str) -> Answer:
    """A stream that breaks with an error event. As in the API's own streams, the event holds no request id."""
    return Answer(says(draw_answer(source)), ending="error_event", after=source.randrange(4, 9), error=kind)


def _raised(run: Run, *families: str) -> bool:
    return run.observation.raised is not None and bool(set(families).intersection(run.observation.raised.families))


def _raised_as(run: Run) -> str:
    return run.observation.raised.type if run.observation.raised else "nothing"


# error_fields

BAD: Final = "400"
IN_STREAM: Final = "error event in a stream"
REFUSED: Final = "connection refused"
CUT: Final = "connection closed in a stream"
PROXY: Final = "a proxy's 502"
NAMES: Final = {"type", "message", "request_id"}


def _field_cases(source: random.Random) -> Sequence[Case]:
    sentence = f"metadata.{source.choice(GOODS)}: Extra inputs are not permitted"
    told = {"type": "invalid_request_error", "message": sentence, "id": True}
    overloaded = {"type": "overloaded_error", "message": "Overloaded", "id": True}
    return [
        _case(BAD, source, Fail(400, sentence), expected=told),
        _case(IN_STREAM, source, _error_event(source, "overloaded_error"), "stream", expected=overloaded),
        _case(
            REFUSED,
            source,
            RefuseConnection(),
            expected={"type": "APIConnectionError", "message": "Connection error.", "id": False},
        ),
        _case(
            CUT,
            source,
            Answer(says(draw_answer(source)), ending="cut", after=7),
            "stream",
            expected={"type": "RemoteProtocolError", "message": None, "id": False},
        ),
        _case(
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
        return f"expected a dictionary with {', '.join(f'`{name}`' for name in sorted(NAMES))}, got {_got(run)}."
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


def _got(run: Run) -> str:
    return f"`{_raised_as(run)}`" if run.observation.raised else shortened(run.value)


def _said_fields(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {_raised_as(run)}"
    return f"you said {_field(run, 'type')}" if isinstance(run.value, dict) else "you returned no dictionary"


ERROR_FIELDS: Final = Exercise(
    name="error_fields",
    lesson=LESSON,
    parameters=("error",),
    cases=_field_cases,
    driver=fail_and_tell,
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
                and (_raised(run, "KeyError") or (isinstance(run.value, dict) and _field(run, "request_id") is None))
            ),
            cause="an error event inside a stream has no `request_id` in its body. The response that it came in has "
            "one: in its header, since the first byte.",
            next_step="Read `error.request_id`, which the SDK takes from the header.",
            reread=FIELDS,
        ),
        Misconception(
            id="there_is_always_a_response",
            applies=lambda run: run.case.name in (REFUSED, CUT) and _raised(run, "AttributeError", "TypeError"),
            cause=lambda run: (
                f"your function itself raised `{_raised_as(run)}` on an error that has no response: nobody answered, "
                "or the connection broke. The log line of the failure is lost with it."
            ),
            next_step="Ask with a default: `getattr(error, 'request_id', None)`, and the same for the other two.",
            reread=FIELDS,
        ),
        Misconception(
            id="every_body_is_json",
            applies=lambda run: run.case.name == PROXY and _raised(run, "AttributeError", "TypeError", "KeyError"),
            cause=lambda run: (
                f"your function raised `{_raised_as(run)}` on a 502 whose body is a page of HTML. Between you and the "
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


# should_retry

OWN_BUG: Final = "our own KeyError"
UNSENT: Final = "the SDK's ValueError"
TEMPORARY_4XX: Final = ("408", "409", "429")
SPENT: Final = "429, spend limit reached"
PASSING: Final = "200, then overloaded_error"
FAULT: Final = "200, then invalid_request_error"
ASKED: Final = "400, x-should-retry: true"
ASKED_NOT: Final = "529, x-should-retry: false"
STATUSES: Final = {
    **dict.fromkeys((400, 401, 404, 413), False),
    **dict.fromkeys((408, 409, 429, 500, 504, 529), True),
}


def _retry_cases(source: random.Random) -> Sequence[Case]:
    yes, no = {"retry": True}, {"retry": False}
    spent = Fail(429, "You have reached your API usage limits.", error_code=SPEND_LIMIT)
    return [
        *(_case(str(one), source, Fail(one), expected={"retry": again}) for one, again in STATUSES.items()),
        _case(SPENT, source, spent, expected=no),
        _case(ASKED, source, Fail(400, headers={"x-should-retry": "true"}), expected=yes),
        _case(ASKED_NOT, source, Fail(529, headers={"x-should-retry": "false"}), expected=no),
        _case(PASSING, source, _error_event(source, "overloaded_error"), "stream", expected=yes),
        _case(FAULT, source, _error_event(source, "invalid_request_error"), "stream", expected=no),
        _case(REFUSED, source, RefuseConnection(), expected=yes),
        _case(CUT, source, Answer(says(draw_answer(source)), ending="cut", after=7), "stream", expected=yes),
        _case(UNSENT, source, Answer(), expected=no, max_tokens=TOO_LONG),
        _case(OWN_BUG, source, Answer(), "own bug", expected=no),
    ]


def _wrong_retry(run: Run) -> str | None:
    if run.value is run.case.expected["retry"]:
        return None
    return f"expected `{run.case.expected['retry']}`, got {_got(run)}."


def _said(run: Run, value: bool, *names: str) -> bool:
    """Whether, in one of these cases, the function said this although the opposite is right."""
    return run.case.name in names and run.value is value and run.case.expected["retry"] is not value


def _said_retry(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {_raised_as(run)}"
    words = {True: "you: again", False: "you: give up"}
    return words[run.value] if isinstance(run.value, bool) else f"you said {run.value!r}"


SHOULD_RETRY: Final = Exercise(
    name="should_retry",
    lesson=LESSON,
    parameters=("error",),
    cases=_retry_cases,
    driver=fail_and_tell,
    right=_wrong_retry,
    said=_said_retry,
    misconceptions=(
        Misconception(
            id="every_error_has_a_status",
            applies=lambda run: _raised(run, "AttributeError") and run.case.name in (REFUSED, CUT, UNSENT, OWN_BUG),
            cause="your code read `status_code` of an error that has none. Only an answer has a status, and here "
            "nothing was answered.",
            next_step="Look at the class first: `isinstance(error, anthropic.APIStatusError)`.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="everything_again",
            applies=lambda run: _said(run, True, "400", "401", "404", "413"),
            cause=lambda run: (
                f"you want to try a {run.case.name} again. The same request is going to get the same answer, "
                "however often it is sent."
            ),
            next_step="Of the 4xx, say yes to 408, 409 and 429 only.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="every_4xx_is_final",
            applies=lambda run: _said(run, False, *TEMPORARY_4XX),
            cause=lambda run: (
                f"you give up at a {run.case.name}. “4xx is your bug” has three exceptions, which pass by themselves: "
                "408, 409 and 429."
            ),
            next_step="Say yes to these three, as the SDK does.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="timeout_is_final",
            applies=lambda run: _said(run, False, "504"),
            cause="you give up at a 504. The advice to stream or to send a batch is good for next time; this one may "
            "pass, and the SDK tries it again like every other 5xx.",
            next_step="Say yes to every status from 500 on.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="status_200_is_fine",
            applies=lambda run: _said(run, False, PASSING),
            cause="inside a stream, an overloaded API can only send an event: the status was 200 long before. Neither "
            "the status nor the class says what happened; `error.type` does.",
            next_step="Where the status is 200, decide by `error.type`.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="every_stream_error_again",
            applies=lambda run: _said(run, True, FAULT),
            cause="not every error inside a stream passes. This one is an `invalid_request_error`: the request is at "
            "fault, as with a 400.",
            next_step="Where the status is 200, decide by `error.type`.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="no_answer_is_final",
            applies=lambda run: _said(run, False, REFUSED),
            cause="you give up where nobody answered. A connection that was refused or timed out is the most passing "
            "failure of all.",
            next_step="Say yes to `anthropic.APIConnectionError`; `APITimeoutError` is below it.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="only_sdk_errors",
            applies=lambda run: _said(run, False, CUT),
            cause="a connection that breaks inside a stream raises an error of `httpx2`, which is none of the SDK's "
            "classes. You said no to it.",
            next_step="Say yes to `httpx2.TransportError` as well.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="header_ignored",
            applies=lambda run: _said(run, True, ASKED_NOT) or _said(run, False, ASKED),
            cause=lambda run: (
                f"the response said `x-should-retry: {'false' if run.case.name == ASKED_NOT else 'true'}`, and you "
                "decided by the status. The API knows more about this failure than its status says; the SDK obeys it."
            ),
            next_step='Read `error.response.headers.get("x-should-retry")` before the status.',
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="spent_is_not_busy",
            applies=lambda run: _said(run, True, SPENT),
            cause="this 429 is no rate limit: the month's budget is spent, and every retry fails until the first of "
            f"next month. Its `error_code` is `{SPEND_LIMIT}`.",
            next_step="Say no when `error.error_code` is that.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="own_bugs_again",
            applies=lambda run: _said(run, True, UNSENT, OWN_BUG),
            cause=lambda run: (
                f"in `{run.case.name}` nothing was sent at all. A bug in the program is there the second time too."
            ),
            next_step="End with `return False` for whatever is neither the SDK's nor `httpx2`'s.",
            reread=EXCEPTIONS,
        ),
    ),
    hints=(
        "Four kinds of errors can come: no answer at all, an answer with a status, an error inside a stream, and bugs "
        "that have nothing to do with the API. Begin with the class.",
        "With a status: `x-should-retry` first, then the spent budget (`error.error_code`), then, if the status is "
        "200, `error.type`, else the status: 408, 409, 429 and everything from 500 on.",
        "`isinstance(error, (anthropic.APIConnectionError, httpx2.TransportError))` → True. Not an "
        "`anthropic.APIStatusError` → False. Then the header and the error code. Where the status is "
        '200, `error.type in ("overloaded_error", "api_error", "rate_limit_error", "timeout_error")`.',
    ),
)
