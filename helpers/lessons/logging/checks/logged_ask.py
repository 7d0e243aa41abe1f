"""The check of `logged_ask`: one line for every call."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from helpers.facts.keys import draw_key
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import has_raised, noted, raised_name, returned_nothing, shortened
from helpers.judging.words import draw_answer, draw_prompt, split
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.checks.shared import (
    LINE,
    WHERE,
    count_of_lines,
    key_logged,
    logged_lines,
    missing_fields,
    tells_content,
)
from helpers.replay import Answer, EmptyBody, Fail, Scenario, blocks, says
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.settings import MODEL

CALLS: Final = "One line for every call"
ANSWERED: Final = "answered"
BLOCKS: Final = "thinking, then two texts"
RECOVERED: Final = "529, 529, answered"
ALWAYS: Final = "529, always"
REFUSED: Final = "400"
CUT: Final = "cut, then answered"
TRUNCATED: Final = "truncated"
MALFORMED: Final = "an event that is no JSON"
EMPTY: Final = "200, nothing"
PORTAL: Final = "200, a page"
PAGE: Final = "502, a page, always"
INTERRUPTED: Final = "interrupted"
THOUGHT: Final = {"type": "thinking", "thinking": "The customer wants to know where it is.", "signature": "EqoBCkYI"}
ROUNDING: Final = 0.6
"""By which a latency may be too long: nobody has to log fractions."""
NEVER_WHOLE: Final = (ALWAYS, REFUSED, TRUNCATED, MALFORMED, EMPTY, PORTAL, PAGE, INTERRUPTED)


def _ask_cases(source: random.Random) -> Sequence[Case]:
    text = draw_answer(source)
    answer = Answer(says(text))
    broken, truncated, malformed = (
        Answer(says(text), ending=ending, after=source.randrange(3, 6)) for ending in ("cut", "truncate", "malformed")
    )
    scripts: dict[str, tuple[tuple[Step, ...], Step]] = {
        ANSWERED: ((), answer),
        BLOCKS: ((), Answer(blocks([THOUGHT, *({"type": "text", "text": part} for part in split(text, 2))]))),
        RECOVERED: ((Fail(529), Fail(529)), answer),
        ALWAYS: ((), Fail(529)),
        REFUSED: ((), Fail(400)),
        CUT: ((broken,), answer),
        TRUNCATED: ((), truncated),
        MALFORMED: ((), malformed),
        EMPTY: ((), EmptyBody()),
        PORTAL: ((), Fail(200, body=CAPTIVE_PORTAL.body)),
        PAGE: ((), Fail(502)),
        INTERRUPTED: ((), answer),
    }
    return [
        Case(
            name,
            Scenario(name, name, script, then),
            {"prompt": draw_prompt(source), "interrupted": name == INTERRUPTED, "key": draw_key(source)},
            {"text": text},
        )
        for name, (script, then) in scripts.items()
    ]


def _streamed(run: Run) -> bool:
    body = run.wire[-1].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is True


def _must_fail(run: Run) -> bool:
    """Whether no whole answer could be had. A stream that was cut is not asked for again, an unstreamed call is."""
    return run.case.name in NEVER_WHOLE or (run.case.name == CUT and bool(run.wire) and run.wire[-1].ending == "cut")


def _passed_on(run: Run) -> bool:
    """Whether whoever called heard that there is no answer."""
    return run.value is None and (run.observation.raised is not None or noted(run, "passed_on") is True)


def _known_id(run: Run) -> str | None:
    """The request id that the caller could know."""
    unknown = run.case.name in (TRUNCATED, MALFORMED, EMPTY, INTERRUPTED) and not _streamed(run)
    return None if unknown or not run.wire else run.wire[-1].request_id


def _wrong_ask(run: Run) -> str | None:
    if not run.wire:
        return "expected a call, and nothing was sent."
    if len(logged_lines(run)) != 1:
        return f"expected one line for the call, got {len(logged_lines(run))}."
    if _must_fail(run):
        return None if _passed_on(run) else f"expected an error, got {shortened(run.value)}."
    if run.value != run.case.expected["text"]:
        return f"expected the text {shortened(run.case.expected['text'])}, got {shortened(run.value)}."
    return _wrong_line(logged_lines(run)[0])


def _wrong_line(line: Mapping[str, Any]) -> str | None:
    """What is wrong with the line of an answered call."""
    if not line.get("stop_reason"):
        return "the line of an answered call must have its `stop_reason`."
    if not all(type(line.get(name)) is int for name in ("input_tokens", "output_tokens")):
        return "the line of an answered call must have its tokens."
    return "the line of an answered call must have no error." if line.get("error_type") else None


def _is_moment(text: Any) -> bool:
    """Whether this is a moment in RFC 3339, which names its zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _is_latency(run: Run, seconds: Any) -> bool:
    """Whether it can have taken so long: the driver has looked at its own clock."""
    latency, took = number(seconds), number(noted(run, "took"))
    return latency is not None and 0 <= latency <= (took or 0.0) + ROUNDING


def _first(run: Run, name: str) -> Any:
    return next(iter(logged_lines(run)), {}).get(name)


def _said_logged(run: Run) -> str:
    outcome = "raised" if _passed_on(run) else "returned"
    return f"{count_of_lines(run)}, {outcome}"


def _as_success(run: Run) -> bool:
    """Whether a broken answer was returned, or its line reads as if nothing had been."""
    if not run.wire or not _must_fail(run) or run.case.name in (ALWAYS, REFUSED, PAGE, INTERRUPTED):
        return False
    whole = len(logged_lines(run)) == 1 and not missing_fields(logged_lines(run)[0])
    return bool(run.value) or (whole and not logged_lines(run)[0].get("error_type"))


CHECK: Final = Check(
    LESSON.exercise("logged_ask"),
    cases=_ask_cases,
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
                f"no whole answer came, and {'you returned half of one' if run.value else 'the line has no error'}. "
                "This is the failure of lesson 08: a mid-stream error logged as success."
            ),
            next_step="When there is no message, or its `stop_reason` is `None`, the answer is not whole: log an "
            "`error_type` and raise `Unfinished`.",
            reread=CALLS,
        ),
        Misconception(
            id="no_line_on_failure",
            applies=lambda run: run.case.name != INTERRUPTED and bool(run.wire) and not logged_lines(run),
            cause=lambda run: (
                f"{f'`{run.observation.raised.type}`' if run.observation.raised else 'the answer'} left your function, "
                "and nothing was logged. The calls that fail are those that somebody asks about."
            ),
            next_step="Write the line for every way out, in `finally`; and no line may raise, whatever came back.",
            reread=CALLS,
        ),
        Misconception(
            id="several_lines",
            applies=lambda run: len(logged_lines(run)) > 1,
            cause=lambda run: (
                f"one call, {len(logged_lines(run))} lines. Whoever counts lines counts calls, and every rate and "
                "average comes out wrong."
            ),
            next_step="Write one line, when you know how the call ended.",
            reread=CALLS,
        ),
        Misconception(
            id="content_logged",
            applies=lambda run: tells_content(run, logged_lines(run)),
            cause="your line holds what the customer asked or was told. Logs are read by more people than the "
            "conversation was meant for, and kept longer.",
            next_step="Leave prompt and text out of the line. The request id leads to them, for those who may look.",
            reread=LINE,
        ),
        Misconception(
            id="fields_missing",
            applies=lambda run: len(logged_lines(run)) == 1 and bool(missing_fields(logged_lines(run)[0])),
            cause=lambda run: (
                f"the line has no {', '.join(f'`{name}`' for name in missing_fields(logged_lines(run)[0]))}. What is "
                "not a field of its own cannot be searched."
            ),
            next_step="Pass the dictionary of `log_line` as it is: `logger.info(…, extra=line)`.",
            reread=LINE,
        ),
        Misconception(
            id="riddle_of_a_time",
            applies=lambda run: any(not _is_moment(line.get("timestamp")) for line in logged_lines(run)),
            cause=lambda run: (
                f"the line's `timestamp` is {shortened(_first(run, 'timestamp'))}. A time without its zone is a "
                "riddle: whoever looks for the call on another server, or after the clocks were changed, looks an hour "
                "away."
            ),
            next_step="Log `datetime.now(UTC).isoformat()`.",
            reread=LINE,
        ),
        Misconception(
            id="no_latency",
            applies=lambda run: any(not _is_latency(run, line.get("latency")) for line in logged_lines(run)),
            cause=lambda run: (
                f"the line's `latency` is {shortened(_first(run, 'latency'))}, and the call took "
                f"{number(noted(run, 'took')) or 0.0:.3f} seconds on this computer."
            ),
            next_step="Take `time.monotonic()` before the call, and log what it is then less than at the end: seconds, "
            "as a number.",
            reread=CALLS,
        ),
        Misconception(
            id="no_model",
            applies=lambda run: any(line.get("model") != MODEL for line in logged_lines(run)),
            cause=lambda run: (
                f"the line's `model` is {shortened(_first(run, 'model'))}. You know which model you asked, also where "
                "nobody answered: a model that is down shows in the lines of the calls that failed."
            ),
            next_step="Give `MODEL` to `log_line`, whatever came of the call.",
            reread=CALLS,
        ),
        Misconception(
            id="first_block_only",
            applies=lambda run: (
                run.case.name == BLOCKS
                and (
                    has_raised(run, "AttributeError")
                    or (isinstance(run.value, str) and run.value != run.case.expected["text"] and len(run.wire) == 1)
                )
            ),
            cause=lambda run: (
                "the model thought first, and wrote its answer in two blocks. Of these you made "
                f"{f'an `{raised_name(run)}`' if run.observation.raised else shortened(run.value)}."
            ),
            next_step="Join the text of all blocks whose `type` is `text`.",
            reread=CALLS,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                len(logged_lines(run)) == 1
                and _known_id(run) is not None
                and logged_lines(run)[0].get("request_id") != _known_id(run)
            ),
            cause=lambda run: (
                f"the line says {shortened(logged_lines(run)[0].get('request_id'))}, and the request was "
                f"`{_known_id(run)}`. Nobody can find it again."
            ),
            next_step="Take it from the stream, `stream.request_id`; from the message, `message._request_id`; or from "
            "the error, `error.request_id`.",
            reread=WHERE,
        ),
        Misconception(
            id="error_not_told",
            applies=lambda run: (
                run.case.name in (ALWAYS, REFUSED, PAGE)
                and len(logged_lines(run)) == 1
                and not logged_lines(run)[0].get("error_type")
            ),
            cause="the call failed, and its line has no `error_type`. It reads like a stream that was cut short, and "
            "nobody can count how many calls were overloaded and how many were wrong.",
            next_step="Give every error that you catch to `log_line`, not some of their families.",
            reread=CALLS,
        ),
        Misconception(
            id="placeholder_counted",
            applies=lambda run: (
                run.case.name in (CUT, TRUNCATED, MALFORMED)
                and _must_fail(run)
                and any(type(line.get("output_tokens")) is int for line in logged_lines(run))
            ),
            cause=lambda run: (
                "the stream broke, and the line says how many tokens it had: "
                f"{logged_lines(run)[0].get('output_tokens')}. That is what `message_start` says of every answer "
                "before a word is written."
            ),
            next_step="Log the output tokens only of a message that has a `stop_reason`, else `None`.",
            reread=LINE,
        ),
        Misconception(
            id="interruption_swallowed",
            applies=lambda run: run.case.name == INTERRUPTED and bool(run.wire) and not _passed_on(run),
            cause=lambda run: (
                f"somebody pressed Ctrl-C, and you returned {shortened(run.value)}. The program that was to end goes "
                "on, and believes that this is the answer."
            ),
            next_step="After the line is written, `raise`, whatever it was.",
            reread=CALLS,
        ),
        Misconception(
            id="interruption_as_success",
            applies=lambda run: (
                run.case.name == INTERRUPTED
                and (not logged_lines(run) or not all(line.get("error_type") for line in logged_lines(run)))
            ),
            cause=lambda run: (
                "somebody pressed Ctrl-C in mid-answer, and "
                + ("the line has no error" if logged_lines(run) else "there is no line")
                + ". `except Exception` does not see an interruption, nor the cancellation of a task: they are a "
                "`BaseException`. Without an `error_type` such a line reads like a stream that the API cut short."
            ),
            next_step="Keep it with `except BaseException as failure`, and `raise` it.",
            reread=CALLS,
        ),
        key_logged(lambda run: noted(run, "lines")),
    ),
    hints=(
        "There are four ways out: a whole answer, an exception, somebody who interrupts, and a stream that ended "
        "without any. Each passes one place that writes the line.",
        "`try:` the call, `except BaseException as failure:` keep it in `error` and `raise`, and write the line in "
        "`finally`. For a stream: note `stream.request_id` first, and raise `Unfinished` when `stop_reason` is `None`.",
        "The shape: `message = error = request_id = None`, `began = datetime.now(UTC)`; `try:` around the call, "
        "`except BaseException as failure: error = failure; raise`, `finally: logger.info(…, extra=log_line(…))`; the "
        "text is returned from inside the `try`. In a stream, `for _ in stream: message = "
        "stream.current_message_snapshot` keeps what is known.",
    ),
    besides="Ours logs in a `finally`, which an interruption passes through too, and with the level `ERROR` where"
    " the call failed.",
)
