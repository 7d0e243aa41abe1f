"""Exercises of lesson 09: a log line for every call and every attempt, and what a day of them tells."""

import inspect
import json
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx2
from anthropic import Anthropic, APIError

from helpers.exercises.exact import number, same
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.observation import encode
from helpers.exercises.retries import quick_sleeps
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import own_prompt, returned_nothing, shortened
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.logs import CUT_SHORT, FIELDS, NO_RESPONSE, OF_THE_API, day_of_calls
from helpers.replay import Answer, Fail, Scenario, says
from helpers.replay.events import count_tokens
from helpers.replay.scenario import Step
from helpers.settings import MODEL

LESSON: Final = "09_logging"
WHERE: Final = "Where the request id is"
LINE: Final = "One line, seven fields"
CALLS: Final = "One line for every call"
ATTEMPTS: Final = "One line for every attempt"
INCIDENT: Final = "An incident in 2,000 lines"


def _raised(run: Run, family: str) -> bool:
    return run.observation.raised is not None and family in run.observation.raised.families


def _note(run: Run, name: str) -> Any:
    return run.observation.notes.get(name)


def _message_params(stage: Stage) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1024, "messages": _turns(stage.inputs["prompt"])}


def _turns(prompt: Any) -> list[Any]:
    return [{"role": "user", "content": prompt}]


# log_line

STANDARD: Final = "standard"
STREAMED: Final = "streamed"
OVERLOADED: Final = "529"
BAD: Final = "400"
BROKEN: Final = "stream cut"
SILENT: Final = "no response"
WITHOUT_TOKENS: Final = (OVERLOADED, BAD, SILENT)


def line_of(function: Callable[..., Any], stage: Stage) -> Any:
    """Make one call as the case says, then call `function` with what came of it."""
    known = _one_call(stage.client.with_options(max_retries=0), stage)
    given = {name: stage.inputs[name] for name in ("timestamp", "latency")}
    line = function(**given, model=MODEL, **known)
    try:
        json.dumps(line)
    except TypeError as error:
        stage.notes["not_json"] = str(error)
    return line


def _one_call(client: Anthropic, stage: Stage) -> dict[str, Any]:
    """What is known after the call: the message, the error, and the request id where only the stream knows it."""
    params = _message_params(stage)
    try:
        if not stage.inputs["streamed"]:
            return {"message": client.messages.create(**params), "error": None, "request_id": None}
        with client.messages.stream(**params) as stream:
            error: Exception | None = None
            try:
                stream.until_done()
            except httpx2.TransportError as broken:
                error = broken
            return {"message": stream.current_message_snapshot, "error": error, "request_id": stream.request_id}
    except APIError as refused:
        return {"message": None, "error": refused, "request_id": None}


def _line_cases(source: random.Random) -> Sequence[Case]:
    return [
        _line_case(STANDARD, source, Answer()),
        _line_case(STREAMED, source, Answer(), streamed=True),
        _line_case(OVERLOADED, source, Fail(529)),
        _line_case(BAD, source, Fail(400)),
        _line_case(BROKEN, source, Answer(ending="cut", after=8), streamed=True),
        _line_case(SILENT, source, Answer(ending="cut", after=1)),
    ]


def _line_case(name: str, source: random.Random, step: Step, *, streamed: bool = False) -> Case:
    text = draw_answer(source)
    known: dict[str, Any] = dict.fromkeys(("stop_reason", "input_tokens", "output_tokens"))
    if isinstance(step, Answer):
        step = Answer(says(text), ending=step.ending, after=step.after)
    inputs = {
        "prompt": draw_prompt(source),
        "streamed": streamed,
        "timestamp": f"2026-03-{source.randrange(10, 28)}T1{source.randrange(10)}:20:30.{source.randrange(100, 999)}Z",
        "latency": round(source.uniform(0.2, 9.0), 3),
    }
    if name in (STANDARD, STREAMED, BROKEN):
        message = says(text).message
        known["input_tokens"] = max(1, count_tokens(json.dumps(["", _turns(inputs["prompt"])])))
        if name != BROKEN:
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
    return run.case.name in (OVERLOADED, BAD, BROKEN, SILENT)


def _wrong_line(run: Run) -> str | None:
    line = _line(run)
    if not line:
        return f"expected a dictionary, got {shortened(run.value)}."
    for name, value in _expected_line(run).items():
        if name == "output_tokens" and run.case.name == BROKEN and type(line.get(name)) in (int, type(None)):
            continue  # what was counted until then, or that nobody knows
        if not same(line.get(name), value):
            return f"`{name}` must be {value!r}, yours is {shortened(line.get(name))}."
    if _failed(run) is not bool(line.get("error_type")):
        return "a failed call has an `error_type`, and an answered one has none."
    return None


def _said_line(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    request_id = _line(run).get("request_id")
    return f"you logged {str(request_id)[:12]}…" if request_id else "no request id" if _line(run) else "no line"


def _missing(line: Mapping[str, Any]) -> list[str]:
    return [name for name in FIELDS if name not in line]


def _lacks_its_id(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "AttributeError" and "'_request_id'" in raised.message


def _tells_content(run: Run, line: Any) -> bool:
    """Whether what the customer asked, or was told, stands in the line."""
    written = json.dumps(line, ensure_ascii=False)
    secrets = (run.case.inputs["prompt"], run.case.expected["text"])
    return any(json.dumps(secret, ensure_ascii=False)[1:-1] in written for secret in secrets)


def _right_type(run: Run) -> bool:
    """Whether a failed call's line names the API's own type of error, or for other errors any."""
    told = _line(run).get("error_type")
    return told == run.wire[-1].error_type if run.case.name in (OVERLOADED, BAD) else bool(told)


LOG_LINE: Final = Exercise(
    name="log_line",
    lesson=LESSON,
    parameters=("timestamp", "latency", "model", "message", "error", "request_id"),
    cases=_line_cases,
    driver=line_of,
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
                run.case.name in (SILENT, BROKEN) and _raised(run, "AttributeError") and not _lacks_its_id(run)
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
            applies=lambda run: _lacks_its_id(run),
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
            applies=lambda run: _tells_content(run, run.value),
            cause="your line holds what the customer was told. Logs are read by more people than the conversation "
            "was meant for, and kept longer.",
            next_step="Take single fields out of the message: its stop reason and its usage.",
            reread=LINE,
        ),
        Misconception(
            id="not_json",
            applies=lambda run: bool(_note(run, "not_json")),
            cause=lambda run: f"your line cannot be written as JSON: {_note(run, 'not_json')}.",
            next_step="Put strings, numbers and `None` into it: `message.usage.input_tokens` rather than "
            "`message.usage`.",
            reread=LINE,
        ),
        Misconception(
            id="fields_missing",
            applies=lambda run: bool(_line(run)) and bool(_missing(_line(run))),
            cause=lambda run: (
                f"this line has no {', '.join(f'`{name}`' for name in _missing(_line(run)))}. A search for a field "
                "passes over the lines that lack it, and those are the failed calls that you are looking for."
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
            applies=lambda run: _failed(run) and bool(_line(run)) and not _right_type(run),
            cause=lambda run: (
                f"the call failed, and `error_type` is {shortened(_line(run).get('error_type'))}. The API says it in "
                "one word that can be counted; where it said nothing, the exception's class does."
            ),
            next_step="Log `error.type` where the error has one, else `type(error).__name__`.",
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
    ),
    hints=(
        "Begin with the seven fields, and ask for each of them: who knows it when the call was answered, and who when "
        "it failed?",
        "The id: `request_id`, else `message._request_id`, else `error.request_id`, and the last two may not be there. "
        "`getattr(thing, name, None)` asks without raising. Tokens are in `message.usage`.",
        "The shape: `usage = message.usage if message else None`, then a dictionary with seven entries such as "
        '`"input_tokens": usage.input_tokens if usage else None`. When there is an `error`, two entries more: '
        '`getattr(error, "type", None) or type(error).__name__`, and `str(error)`.',
    ),
)


# logged_ask

ANSWERED: Final = "answered"
RECOVERED: Final = "529, 529, answered"
ALWAYS: Final = "529, always"
REFUSED: Final = "400"
CUT: Final = "cut, then answered"
TRUNCATED: Final = "truncated"
_STANDARD_ATTRIBUTES: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Recorder(logging.Handler):
    """Keeps what is logged: as `extra`, as a dictionary in place of the message, or as JSON in it."""

    def __init__(self, lines: list[Any]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the fields of `record`."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD_ATTRIBUTES}
        self._lines.append(encode({"level": record.levelname, **_fields(record), **extra}))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    if isinstance(record.msg, dict):
        return record.msg
    said = record.getMessage()
    begin = said.find("{")
    try:
        value = json.loads(said[begin:]) if begin >= 0 else None
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"said": said}


def _recording_logger(stage: Stage) -> logging.Logger:
    lines: list[Any] = []
    stage.notes["lines"] = lines
    logger = logging.Logger("calls", logging.DEBUG)
    logger.addHandler(Recorder(lines))
    return logger


def call_with_logger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, prompt, logger)`."""
    with quick_sleeps([], 0.0):
        return function(stage.client, **stage.inputs, logger=_recording_logger(stage))


def _ask_cases(source: random.Random) -> Sequence[Case]:
    text = draw_answer(source)
    answer = Answer(says(text))
    broken = Answer(says(text), ending="cut", after=source.randrange(5, 12))
    truncated = Answer(says(text), ending="truncate", after=source.randrange(5, 12))
    scripts: dict[str, tuple[tuple[Step, ...], Step]] = {
        ANSWERED: ((), answer),
        RECOVERED: ((Fail(529), Fail(529)), answer),
        ALWAYS: ((), Fail(529)),
        REFUSED: ((), Fail(400)),
        CUT: ((broken,), answer),
        TRUNCATED: ((), truncated),
    }
    return [
        Case(name, Scenario(name, name, script, then), {"prompt": draw_prompt(source)}, {"text": text})
        for name, (script, then) in scripts.items()
    ]


def _lines(run: Run) -> list[Mapping[str, Any]]:
    lines = _note(run, "lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def _streamed(run: Run) -> bool:
    body = run.wire[-1].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is True


def _must_fail(run: Run) -> bool:
    """Whether no whole answer could be had. A stream that was cut is not asked for again, an unstreamed call is."""
    return run.case.name in (ALWAYS, REFUSED, TRUNCATED) or (run.case.name == CUT and run.wire[-1].ending == "cut")


def _known_id(run: Run) -> str | None:
    """The request id that the caller could know."""
    unknown = run.case.name == TRUNCATED and not _streamed(run)
    return None if unknown or not run.wire else run.wire[-1].request_id


def _wrong_ask(run: Run) -> str | None:
    if not run.wire:
        return "expected a call, and nothing was sent."
    if len(_lines(run)) != 1:
        return f"expected one line for the call, got {len(_lines(run))}."
    if _must_fail(run):
        return None if run.observation.raised else f"expected an error, got {shortened(run.value)}."
    if run.value != run.case.expected["text"]:
        return f"expected the text {shortened(run.case.expected['text'])}, got {shortened(run.value)}."
    return None if _lines(run)[0].get("stop_reason") else "the line of an answered call must have its `stop_reason`."


def _count_of_lines(run: Run) -> str:
    count = len(_lines(run))
    return "one line" if count == 1 else f"{count} lines"


def _said_logged(run: Run) -> str:
    outcome = "raised" if run.observation.raised else "returned"
    return f"{_count_of_lines(run)}, {outcome}"


def _as_success(run: Run) -> bool:
    """Whether a broken answer was returned, or its line reads as if nothing had been."""
    if not run.wire or not _must_fail(run) or run.case.name not in (TRUNCATED, CUT):
        return False
    whole = len(_lines(run)) == 1 and not _missing(_lines(run)[0])
    return bool(run.value) or (whole and not _lines(run)[0].get("error_type"))


LOGGED_ASK: Final = Exercise(
    name="logged_ask",
    lesson=LESSON,
    parameters=("client", "prompt", "logger"),
    cases=_ask_cases,
    driver=call_with_logger,
    right=_wrong_ask,
    said=_said_logged,
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=lambda run: run.case.name == ANSWERED and returned_nothing(run),
            cause="your function returned `None`. The line is for the log; the caller wants the answer.",
            next_step="End the function with `return` and the text.",
            reread=CALLS,
        ),
        own_prompt(CALLS),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name in (ALWAYS, REFUSED) and run.observation.raised is None,
            cause=lambda run: (
                f"no answer ever came, and you returned {shortened(run.value)}. Writing an error down does not deal "
                "with it: whoever called you believes that this is the answer."
            ),
            next_step="After the line is written, `raise`.",
            reread=CALLS,
        ),
        Misconception(
            id="logged_as_success",
            applies=_as_success,
            cause=lambda run: (
                f"the stream broke, and {'you returned half an answer' if run.value else 'the line has no error'}. "
                "This is the failure of lesson 08: a mid-stream error logged as success."
            ),
            next_step="When `stop_reason` is `None`, the answer is not whole: log an `error_type` and raise "
            "`Unfinished`.",
            reread=CALLS,
        ),
        Misconception(
            id="no_line_on_failure",
            applies=lambda run: bool(run.wire) and not _lines(run),
            cause=lambda run: (
                f"{f'`{run.observation.raised.type}`' if run.observation.raised else 'the answer'} left your function, "
                "and nothing was logged. The calls that fail are those that somebody asks about."
            ),
            next_step="Write the line for every way out: after the answer, and in an `except Exception` that raises "
            "again.",
            reread=CALLS,
        ),
        Misconception(
            id="several_lines",
            applies=lambda run: len(_lines(run)) > 1,
            cause=lambda run: (
                f"one call, {len(_lines(run))} lines. Whoever counts lines counts calls, and every rate and average "
                "comes out wrong."
            ),
            next_step="Write one line, when you know how the call ended.",
            reread=CALLS,
        ),
        Misconception(
            id="content_logged",
            applies=lambda run: _tells_content(run, _lines(run)),
            cause="your line holds what the customer asked or was told. Logs are read by more people than the "
            "conversation was meant for, and kept longer.",
            next_step="Leave prompt and text out of the line. The request id leads to them, for those who may look.",
            reread=LINE,
        ),
        Misconception(
            id="fields_missing",
            applies=lambda run: len(_lines(run)) == 1 and bool(_missing(_lines(run)[0])),
            cause=lambda run: (
                f"the line has no {', '.join(f'`{name}`' for name in _missing(_lines(run)[0]))}. What is not a field "
                "of its own cannot be searched."
            ),
            next_step="Pass the dictionary of `log_line` as it is: `logger.info(…, extra=line)`.",
            reread=LINE,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                len(_lines(run)) == 1
                and _known_id(run) is not None
                and _lines(run)[0].get("request_id") != _known_id(run)
            ),
            cause=lambda run: (
                f"the line says {shortened(_lines(run)[0].get('request_id'))}, and the request was "
                f"`{_known_id(run)}`. Nobody can find it again."
            ),
            next_step="Take it from the stream, `stream.request_id`; from the message, `message._request_id`; or from "
            "the error, `error.request_id`.",
            reread=WHERE,
        ),
    ),
    hints=(
        "There are three ways out: a whole answer, an exception, and a stream that ended without either. Each passes "
        "one place that writes the line.",
        "`try:` the call, `except Exception as failure:` keep it in `error`, and write the line after both, or in "
        "`finally`. For a stream: note `stream.request_id` first, and raise `Unfinished` when `stop_reason` is `None`.",
        "The shape: `message = error = request_id = None`, `began = datetime.now(UTC)`; `try:` around the call, "
        "`except Exception as failure: error = failure; raise`, `finally: logger.info(…, extra=log_line(…))`; the "
        "text is returned from inside the `try`.",
    ),
)


# attempt_logger

TWICE: Final = "529, 529, answered"
LOST: Final = "connection lost, then answered"
BAD_REQUEST: Final = "400"
STREAM: Final = "a stream"


def with_middleware(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask through a client that has what `function(logger)` returns as its middleware."""
    middleware = function(_recording_logger(stage))
    stage.notes["is_middleware"] = callable(middleware) and not inspect.iscoroutinefunction(middleware)
    if not stage.notes["is_middleware"]:
        return None
    client = stage.client.with_options(middleware=[middleware])
    try:
        with quick_sleeps([], 0.0):
            return _read(client, stage) if stage.inputs["streamed"] else _asked(client, stage)
    except APIError as error:
        stage.notes["failed"] = type(error).__name__
        return None


def _asked(client: Anthropic, stage: Stage) -> str | None:
    message: Any = client.messages.create(**_message_params(stage))
    stage.notes["nothing"] = message is None
    return None if message is None else "".join(block.text for block in message.content)


def _read(client: Anthropic, stage: Stage) -> str | None:
    created: Any = client.messages.create(**_message_params(stage), stream=True)
    stage.notes["nothing"] = created is None
    if created is None:
        return None
    text, moments = "", []
    for event in created:
        if event.type == "content_block_delta":
            text += event.delta.text
            moments.append(stage.clock.now())
    stage.notes["arrived_over"] = moments[-1] - moments[0] if moments else 0.0
    return text


def _attempt_cases(source: random.Random) -> Sequence[Case]:
    text = draw_answer(source)
    answer = Answer(says(text))
    scripts: dict[str, tuple[tuple[Step, ...], Step]] = {
        TWICE: ((Fail(529), Fail(529)), answer),
        LOST: ((Answer(says(text), ending="cut", after=1),), answer),
        BAD_REQUEST: ((), Fail(400)),
        STREAM: ((), answer),
    }
    return [
        Case(
            name,
            Scenario(name, name, script, then),
            {"prompt": draw_prompt(source), "streamed": name == STREAM},
            {"text": None if name == BAD_REQUEST else text, "attempts": len(script) + 1},
        )
        for name, (script, then) in scripts.items()
    ]


def _expected_attempts(run: Run) -> list[list[Any]]:
    """Number, status and request id of each attempt, as the SDK could know them."""
    lost = [one.ending == "cut" for one in run.wire]
    return [
        [number, None if gone else one.status, None if gone else one.request_id]
        for number, (one, gone) in enumerate(zip(run.wire, lost, strict=True), start=1)
    ]


def _wrong_attempts(run: Run) -> str | None:
    told = [[line.get("attempt"), line.get("status"), line.get("request_id")] for line in _lines(run)]
    if not same(told, _expected_attempts(run)):
        return f"expected lines with (attempt, status, request_id) of {_expected_attempts(run)}, got {told}."
    if run.value != run.case.expected["text"]:
        return f"expected that the caller gets {shortened(run.case.expected['text'])}, got {shortened(run.value)}."
    return None


ATTEMPT_LOGGER: Final = Exercise(
    name="attempt_logger",
    lesson=LESSON,
    parameters=("logger",),
    cases=_attempt_cases,
    driver=with_middleware,
    right=_wrong_attempts,
    said=_count_of_lines,
    misconceptions=(
        Misconception(
            id="no_middleware",
            applies=lambda run: _note(run, "is_middleware") is False,
            cause="your function did not return a plain function. The SDK calls a middleware once for every attempt; "
            "a client that is not asynchronous takes no `async def`.",
            next_step="Define a function with `request` and `call_next` inside, and return it without calling it.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == LOST and _note(run, "nothing") is True and len(_lines(run)) == 1,
            cause="the connection was lost, your middleware caught the error, and the SDK never heard of it: it did "
            "not try again, and the caller got `None`.",
            next_step="Log it, then `raise`.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="response_not_returned",
            applies=lambda run: _note(run, "nothing") is True,
            cause="your middleware returned `None`, and that became the answer: the caller got no message, and the "
            "SDK no status to retry.",
            next_step="Keep the response of `call_next(request)`, log it, and return it.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="asked_twice",
            applies=lambda run: len(run.wire) > run.case.expected["attempts"],
            cause=lambda run: (
                f"{len(run.wire)} requests went out, {run.case.expected['attempts']} were meant. `call_next(request)` "
                "is the request: calling it once to log and once to return sends it twice."
            ),
            next_step="Call `call_next(request)` once, and keep what it returns.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="stream_consumed",
            applies=lambda run: (
                run.case.name == STREAM
                and len(run.wire) == 1
                and (run.observation.raised is not None or (number(_note(run, "arrived_over")) or 0.0) < 1.0)
            ),
            cause="your middleware read the body of a stream. Nobody sees a word before the last one is written, or "
            "nobody sees any.",
            next_step="Log what the headers say, `response.status_code` and `response.request_id`, and leave the body.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="attempts_missing",
            applies=lambda run: run.case.name != LOST and len(_lines(run)) < len(run.wire),
            cause=lambda run: (
                f"{len(run.wire)} attempts, and {_count_of_lines(run)}. Those that are missing are in no other log: "
                "the line for the call knows the last attempt alone."
            ),
            next_step="Log every response, whatever its status.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="no_line_without_response",
            applies=lambda run: run.case.name == LOST and len(_lines(run)) < len(run.wire),
            cause="the first attempt lost its connection, and there is no line of it. Where no response comes, "
            "`call_next` raises, and what stands below it does not run.",
            next_step="Put `call_next(request)` into a `try`; in `except Exception`, log `None` for status and request "
            "id, and raise again.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="attempt_from_zero",
            applies=lambda run: bool(_lines(run)) and same(_lines(run)[0].get("attempt"), 0),
            cause="your first attempt has the number 0: `retries_taken` counts the retries before it.",
            next_step="Log `request.retries_taken + 1`.",
            reread=ATTEMPTS,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                len(_lines(run)) == len(run.wire)
                and any(
                    expected[2] is not None and line.get("request_id") != expected[2]
                    for line, expected in zip(_lines(run), _expected_attempts(run), strict=True)
                )
            ),
            cause="a line has not the request id of its attempt. Every attempt has an id of its own, and those of the "
            "failed ones are in no message.",
            next_step="Log `response.request_id`.",
            reread=WHERE,
        ),
    ),
    hints=(
        "A middleware is a function `(request, call_next)` that returns a response. Yours is made inside "
        "`attempt_logger`, so that it knows `logger`.",
        "`response = call_next(request)` sends the request. The response has `status_code` and `request_id`, the "
        "request has `retries_taken`. Where no response came, `call_next` raises.",
        "The shape: `def log_attempt(request, call_next):` with `status = request_id = None`; `try:` "
        "`response = call_next(request)`, note its two fields, `return response`; `finally:` "
        '`logger.info("attempt", extra={"attempt": request.retries_taken + 1, …})`. Then `return log_attempt`.',
    ),
)


# find_incident

BUSY: Final = "2,000 lines"
SHORT: Final = "an hour of it"
QUIET: Final = "a quiet day"


def find(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(lines)`."""
    return function(list(stage.inputs["lines"]))


def _incident_cases(source: random.Random) -> Sequence[Case]:
    days = {
        BUSY: day_of_calls(source.randrange(10**6)),
        SHORT: day_of_calls(source.randrange(10**6), 250),
        QUIET: day_of_calls(source.randrange(10**6), 250, incident=False),
    }
    nothing = Scenario("nothing", "nothing is asked")
    return [
        Case(name, nothing, {"lines": list(day.lines)}, {"ids": list(day.incident), **_by_kind(day.lines)})
        for name, day in days.items()
    ]


def _by_kind(lines: Sequence[str]) -> dict[str, list[str]]:
    """The request ids of the lines that failed, by how."""
    found: dict[str, list[str]] = {}
    for line in map(json.loads, lines[:-1]):
        kind = line.get("error_type") or (CUT_SHORT if line["stop_reason"] is None else "")
        if kind and kind != NO_RESPONSE:
            found.setdefault(kind, []).append(line["request_id"])
    return found


def _ids(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else []


def _of(run: Run, *kinds: str) -> set[str]:
    return {one for kind in kinds for one in run.case.expected.get(kind, [])}


def _quoted(run: Run, *kinds: str) -> int:
    """How many of the returned ids are of calls that failed so."""
    return sum(isinstance(one, str) and one in _of(run, *kinds) for one in _ids(run))


def _wrong_ids(run: Run) -> str | None:
    expected = run.case.expected["ids"]
    if run.value == expected:
        return None
    if not isinstance(run.value, list):
        return f"expected a list of request ids, got {shortened(run.value)}."
    if sorted(map(str, run.value)) == sorted(expected):
        return "expected the ids in the order of time, and yours are in another."
    wanted = sum(one in run.value for one in expected)
    return f"expected {len(expected)} request ids, got {len(run.value)}, of which {wanted} are wanted."


def _said_ids(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return f"you found {len(run.value)}" if isinstance(run.value, list) else "you found nothing"


FIND_INCIDENT: Final = Exercise(
    name="find_incident",
    lesson=LESSON,
    parameters=("lines",),
    cases=_incident_cases,
    driver=find,
    right=_wrong_ids,
    said=_said_ids,
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=returned_nothing,
            cause="your function returned `None`. What `print` shows does not reach the code that called you.",
            next_step="End the function with `return` and the list.",
            reread=INCIDENT,
        ),
        Misconception(
            id="every_line_is_whole",
            applies=lambda run: _raised(run, "JSONDecodeError"),
            cause="the last line is half a line: the file was copied while it was written. Your function raised there, "
            "and what it had found in 1,999 others is gone.",
            next_step="Pass over a line that `json.loads` refuses with a `ValueError`.",
            reread=INCIDENT,
        ),
        Misconception(
            id="lines_for_ids",
            applies=lambda run: any(
                isinstance(one, dict) or (isinstance(one, str) and one.startswith("{")) for one in _ids(run)
            ),
            cause="you returned whole lines. Support asks for the ids, and need not see your latencies.",
            next_step='Return `line["request_id"]` of each.',
            reread=INCIDENT,
        ),
        Misconception(
            id="none_quoted",
            applies=lambda run: None in _ids(run),
            cause="there is a `None` among your ids: a call whose connection failed has no request id. There is "
            "nothing to look up, and it may never have reached the API.",
            next_step="Leave out lines without a request id.",
            reread=INCIDENT,
        ),
        Misconception(
            id="own_bugs_quoted",
            applies=lambda run: _quoted(run, "invalid_request_error", "authentication_error") > 0,
            cause=lambda run: (
                f"{_quoted(run, 'invalid_request_error', 'authentication_error')} of your ids are of requests that "
                "were refused because they were wrong. Support answers that the API worked."
            ),
            next_step="Keep the types of the API's own failures: `api_error`, `timeout_error`, `overloaded_error`.",
            reread=INCIDENT,
        ),
        Misconception(
            id="rate_limits_quoted",
            applies=lambda run: _quoted(run, "rate_limit_error") > 0,
            cause=lambda run: (
                f"{_quoted(run, 'rate_limit_error')} of your ids are of requests over your own rate limit. That is a "
                "matter of your traffic at nine o'clock."
            ),
            next_step="Leave `rate_limit_error` out.",
            reread=INCIDENT,
        ),
        Misconception(
            id="answers_quoted",
            applies=lambda run: any(
                isinstance(one, str) and one not in _of(run, *run.case.expected) for one in _ids(run)
            ),
            cause="some of your ids are of calls that were answered, and not cut short. `max_tokens`, `tool_use` and a "
            "refusal are answers.",
            next_step="A line without `error_type` belongs to the incident only when its `stop_reason` is `None`.",
            reread=INCIDENT,
        ),
        Misconception(
            id="silent_truncation",
            applies=lambda run: bool(_of(run, CUT_SHORT)) and bool(_ids(run)) and _quoted(run, CUT_SHORT) == 0,
            cause=lambda run: (
                f"{len(_of(run, CUT_SHORT))} calls are missing: they have no error, and no stop reason either. Their "
                "streams ended in the middle, and nothing was raised."
            ),
            next_step="Look for `stop_reason` `None` without an `error_type` as well.",
            reread=INCIDENT,
        ),
        Misconception(
            id="quoted_twice",
            applies=lambda run: _quoted(run, *OF_THE_API) > len({one for one in _ids(run) if isinstance(one, str)}),
            cause="an id is in your list twice, because its line is in the log twice: a shipper that must not lose a "
            "line sends some again.",
            next_step="Keep each id once, at its first place: `dict.fromkeys(ids)` does that.",
            reread=INCIDENT,
        ),
    ),
    hints=(
        "Four questions to a line: is it whole, has it a request id, whose failure was it, have I had it already?",
        "On the API's side are three types of errors, and the line that has neither an error nor a stop reason. "
        "`json.loads` raises a `ValueError` for half a line.",
        "The shape: `found: dict[str, None] = {}`; for each line `try: call = json.loads(line)`, "
        '`except ValueError: continue`; `kind = call.get("error_type")`; when `kind in ON_THEIR_SIDE or (kind is None '
        'and call["stop_reason"] is None)` and there is an id, `found[call["request_id"]] = None`; at the end '
        "`return list(found)`.",
    ),
)

EXERCISES: Final = (LOG_LINE, LOGGED_ASK, ATTEMPT_LOGGER, FIND_INCIDENT)
