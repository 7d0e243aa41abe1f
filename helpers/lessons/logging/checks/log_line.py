"""The check of `log_line`: one line, seven fields."""

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.facts.keys import draw_key
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import error_of, has_raised, noted, returned_nothing, shortened
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.checks.shared import LINE, WHERE, key_logged, missing_fields, tells_content
from helpers.lessons.logging.drivers import turns
from helpers.replay import Answer, Fail, Scenario, says
from helpers.replay.events import count_tokens
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.settings import MODEL

STANDARD: Final = "standard"
STREAMED: Final = "streamed"
OVERLOADED: Final = "529"
BAD: Final = "400"
BROKEN: Final = "stream cut"
SILENT: Final = "no response"
MALFORMED: Final = "an event that is no JSON"
SHORT: Final = "stream cut short"
PAGE: Final = "502, a page"
TOO_LARGE: Final = "413"
PORTAL: Final = "200, a page"
WITHOUT_TOKENS: Final = (OVERLOADED, BAD, SILENT, PAGE, TOO_LARGE, PORTAL)
ENOUGH: Final = 12
"""Characters by which a message is known again."""
HALF: Final = (BROKEN, MALFORMED, SHORT)
"""Streams of which `message_start` arrived, and the end did not."""


def _line_cases(source: random.Random) -> Sequence[Case]:
    return [
        _line_case(STANDARD, source, Answer()),
        _line_case(STREAMED, source, Answer(), streamed=True),
        _line_case(OVERLOADED, source, Fail(529)),
        _line_case(BAD, source, Fail(400)),
        _line_case(BROKEN, source, Answer(ending="cut", after=4), streamed=True),
        _line_case(SILENT, source, Answer(ending="cut", after=1)),
        _line_case(MALFORMED, source, Answer(ending="malformed", after=4), streamed=True),
        _line_case(SHORT, source, Answer(ending="truncate", after=4), streamed=True),
        _line_case(PAGE, source, Fail(502)),
        _line_case(TOO_LARGE, source, Fail(413)),
        _line_case(PORTAL, source, Fail(200, body=CAPTIVE_PORTAL.body)),
    ]


def _line_case(name: str, source: random.Random, step: Step, *, streamed: bool = False) -> Case:
    text = draw_answer(source)
    known: dict[str, Any] = dict.fromkeys(("stop_reason", "input_tokens", "output_tokens"))
    if isinstance(step, Answer):
        step = Answer(says(text), ending=step.ending, after=step.after)
    inputs = {
        "prompt": draw_prompt(source),
        "streamed": streamed,
        "key": draw_key(source),
        "timestamp": f"2026-03-{source.randrange(10, 28)}T1{source.randrange(10)}:20:30.{source.randrange(100, 999)}Z",
        "latency": round(source.uniform(0.2, 9.0), 3),
    }
    if name in (STANDARD, STREAMED, *HALF):
        message = says(text).message
        known["input_tokens"] = max(1, count_tokens(json.dumps(["", turns(inputs["prompt"])])))
        if name not in HALF:
            known |= {"stop_reason": message["stop_reason"], "output_tokens": message["usage"]["output_tokens"]}
    return Case(name, Scenario(name, name, then=step), inputs, {"text": text, "known": known})


def _line(run: Run) -> Mapping[str, Any]:
    """The returned line; empty when it is none."""
    return run.value if isinstance(run.value, dict) else {}


def _expected_line(run: Run) -> Mapping[str, Any]:
    request_id = run.wire[-1].request_id if run.wire and run.case.name != SILENT else None
    given = {name: run.case.inputs[name] for name in ("timestamp", "latency")}
    return {**given, "model": MODEL, "request_id": request_id, **run.case.expected["known"]}


def _failed(run: Run) -> bool:
    return run.case.name not in (STANDARD, STREAMED, SHORT)


def _wrong_line(run: Run) -> str | None:
    line = _line(run)
    if not line:
        return f"expected a dictionary, got {shortened(run.value)}."
    for name, value in _expected_line(run).items():
        if name == "input_tokens" and run.case.name in HALF and line.get(name) is None:
            continue  # the message's beginning says it, and its end may correct it
        if not same(line.get(name), value):
            return f"`{name}` must be {value!r}, yours is {shortened(line.get(name))}."
    if run.case.name != SHORT and _failed(run) is not bool(line.get("error_type")):
        return "a failed call has an `error_type`, and an answered one has none."
    if run.case.name in (STANDARD, STREAMED) and line.get("error_message"):
        return "an answered call has no `error_message`."
    return None


def _said_line(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    request_id = _line(run).get("request_id")
    return f"you logged {str(request_id)[:12]}…" if request_id else "no request id" if _line(run) else "no line"


def _lacks_its_id(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "AttributeError" and "'_request_id'" in raised.message


def _right_type(run: Run) -> bool:
    """Whether a failed call's line names the API's own type of error, or for other errors their class."""
    told = _line(run).get("error_type")
    if run.case.name in (OVERLOADED, BAD, TOO_LARGE):
        return bool(run.wire) and told == run.wire[-1].error_type
    return isinstance(told, str) and told.rpartition(".")[2] == _error(run)[0]


def _right_message(run: Run) -> bool:
    """Whether a failed call's line says what the error says, or how that begins."""
    told, (_, *said) = _line(run).get("error_message"), _error(run)
    return isinstance(told, str) and any(text[:ENOUGH] in told for text in said if text)


def _error(run: Run) -> tuple[str, str, str]:
    """The class of the error, what it says, and what the API said in it."""
    match noted(run, "error"):
        case [str(name), str(said), str(api)]:
            return name, said, api
    return "", "", ""


CHECK: Final = Check(
    LESSON.exercise("log_line"),
    cases=_line_cases,
    right=_wrong_line,
    said=_said_line,
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=returned_nothing,
            cause="your function returned `None`. Whoever called it has no line to log.",
            next_step="End the function with `return` and the dictionary.",
            reread=LINE,
        ),
        Misconception(
            id="every_error_has_a_response",
            applies=lambda run: (
                run.case.name in (SILENT, BROKEN, MALFORMED)
                and has_raised(run, "AttributeError")
                and not _lacks_its_id(run)
            ),
            cause=lambda run: (
                f"your function raised ({run.observation.raised.message if run.observation.raised else ''}) while it "
                "wrote down a failure. An error without a response has neither a request id nor a status nor a type, "
                "and now the log has no line at all."
            ),
            next_step='Ask for what may not be there: `getattr(error, "request_id", None)`.',
            reread=WHERE,
        ),
        Misconception(
            id="every_message_has_an_id",
            applies=lambda run: run.case.name != PORTAL and _lacks_its_id(run),
            cause="your function raised while it wrote the line of a stream: the final message of a stream has no "
            "`_request_id`, not even an empty one.",
            next_step="Take the `request_id` that you were given first, and ask the message with "
            '`getattr(message, "_request_id", None)`.',
            reread=WHERE,
        ),
        Misconception(
            id="message_id",
            applies=lambda run: str(_line(run).get("request_id")).startswith("msg_"),
            cause=lambda run: (
                f"`{_line(run)['request_id']}` is the id of the message. It names the answer; support looks for the "
                "request, and a call that failed has no message."
            ),
            next_step="Log the id that begins with `req_`: `message._request_id`.",
            reread=WHERE,
        ),
        Misconception(
            id="content_logged",
            applies=lambda run: tells_content(run, run.value),
            cause="your line holds what the customer was told. Logs are read by more people than the conversation "
            "was meant for, and kept longer.",
            next_step="Take single fields out of the message: its stop reason and its usage.",
            reread=LINE,
        ),
        Misconception(
            id="not_json",
            applies=lambda run: bool(noted(run, "not_json")),
            cause=lambda run: f"your line cannot be written as JSON: {noted(run, 'not_json')}.",
            next_step="Put strings, numbers and `None` into it: `message.usage.input_tokens` rather than "
            "`message.usage`.",
            reread=LINE,
        ),
        Misconception(
            id="fields_missing",
            applies=lambda run: bool(_line(run)) and bool(missing_fields(_line(run))),
            cause=lambda run: (
                f"this line has no {', '.join(f'`{name}`' for name in missing_fields(_line(run)))}. A search for a "
                "field passes over the lines that lack it, and those are the failed calls that you are looking for."
            ),
            next_step="Put all seven fields into every line, with `None` for what is not known.",
            reread=LINE,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                bool(_line(run))
                and _line(run).get("request_id") is None
                and _expected_line(run)["request_id"] is not None
            ),
            cause=lambda run: (
                "the line has no request id, and there was one: "
                + {
                    STANDARD: "`message._request_id`.",
                    STREAMED: "the final message of a stream has none, so it was given to you as `request_id`.",
                    MALFORMED: "it was given to you as `request_id`, because the error does not know it.",
                    BROKEN: "it was given to you as `request_id`, because neither the error nor the message knows it.",
                }.get(run.case.name, "`error.request_id`. Failed calls are those that you need it for.")
            ),
            next_step="Take `request_id` where it was given, else the message's, else the error's.",
            reread=WHERE,
        ),
        Misconception(
            id="zero_for_unknown",
            applies=lambda run: (
                run.case.name in WITHOUT_TOKENS
                and any(same(_line(run).get(name), 0) for name in ("input_tokens", "output_tokens"))
            ),
            cause="your line says that 0 tokens were used. Nobody knows: there was no answer to read it from. Zeros "
            "become part of every average.",
            next_step="Log `None` for what is not known.",
            reread=LINE,
        ),
        Misconception(
            id="error_not_told",
            applies=lambda run: _failed(run) and run.case.name != PORTAL and bool(_line(run)) and not _right_type(run),
            cause=lambda run: (
                f"the call failed, and `error_type` is {shortened(_line(run).get('error_type'))}. The API says it in "
                "one word that can be counted; where it said nothing, the exception's class does."
            ),
            next_step="Log `error.type` where the error has one, else `type(error).__name__`.",
            reread=LINE,
        ),
        Misconception(
            id="message_not_told",
            applies=lambda run: (
                _failed(run) and run.case.name != PORTAL and bool(_line(run)) and not _right_message(run)
            ),
            cause=lambda run: (
                f"the call failed, and `error_message` is {shortened(_line(run).get('error_message'))}. The type says "
                "what kind of failure it was; which field was too long, or which limit was reached, only the message "
                "says."
            ),
            next_step="Log `error.api_message` where the error has one, else `str(error)`.",
            reread=LINE,
        ),
        Misconception(
            id="latency_reworked",
            applies=lambda run: bool(_line(run)) and not same(_line(run).get("latency"), run.case.inputs["latency"]),
            cause=lambda run: (
                f"you were given {run.case.inputs['latency']} seconds and logged {shortened(_line(run)['latency'])}. "
                "A machine adds these up, together with those of other services."
            ),
            next_step="Log the seconds as the number that you were given.",
            reread=LINE,
        ),
        Misconception(
            id="every_body_is_the_apis",
            applies=lambda run: (
                run.case.name in (PAGE, TOO_LARGE)
                and has_raised(run, "AttributeError", "KeyError", "TypeError", "IndexError")
            ),
            cause=lambda run: (
                f"your function raised ({error_of(run).message}) at an answer that is not the API's: a page has no "
                "fields, and the body of a 413 no `request_id`. Now the log has no line at all."
            ),
            next_step="Take `error.type`, `error.api_message` and `error.request_id`, which are None where the body "
            "says nothing, rather than reading `error.body` yourself.",
            reread=WHERE,
        ),
        Misconception(
            id="every_answer_is_a_message",
            applies=lambda run: run.case.name == PORTAL and has_raised(run, "AttributeError", "TypeError"),
            cause=lambda run: (
                f"your function raised ({error_of(run).message}): a network answered 200 with a page, and "
                "`messages.create` returned it as a `str`. There is no line of a call that nobody answered."
            ),
            next_step="Read `message` only where `isinstance(message, Message)`.",
            reread=LINE,
        ),
        Misconception(
            id="page_as_success",
            applies=lambda run: run.case.name == PORTAL and bool(_line(run)) and not _line(run).get("error_type"),
            cause="what came back was a page of some network and no message, and your line has no `error_type`. It "
            "reads as an answered call.",
            next_step="Give a line an `error_type` also where `message` is no `Message` and nothing was raised.",
            reread=LINE,
        ),
        Misconception(
            id="placeholder_counted",
            applies=lambda run: run.case.name in HALF and type(_line(run).get("output_tokens")) is int,
            cause=lambda run: (
                f"the stream broke, and your line says {_line(run)['output_tokens']} output tokens. That is what "
                "`message_start` says of every answer before a word is written. The count comes at the end, and the "
                "end did not come."
            ),
            next_step="Log the output tokens only of a message that has a `stop_reason`, else `None`.",
            reread=LINE,
        ),
        key_logged(lambda run: run.value),
    ),
    hints=(
        "Begin with the seven fields, and ask for each of them: who knows it when the call was answered, and who when "
        "it failed?",
        "The id: `request_id`, else `message._request_id`, else `error.request_id`, and the last two may not be there. "
        "`getattr(thing, name, None)` asks without raising. Tokens are in `message.usage`.",
        "The shape: `usage = message.usage if message else None`, then a dictionary with seven entries such as "
        '`"input_tokens": usage.input_tokens if usage else None`. When there is an `error`, two entries more: '
        '`getattr(error, "type", None) or type(error).__name__`, and `str(error)`. A `message` that is a `str` counts '
        "as none; one without a `stop_reason` has no final count.",
    ),
    besides="Ours asks the message and the error for an id in the same way: whatever there is gets into the line.",
)
