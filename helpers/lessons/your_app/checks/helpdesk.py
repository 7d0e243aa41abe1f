"""The check of `HelpDesk`: what the four tests of the lesson ask for, and what worked before, in words of each seed.

The rules are those of `helpers.testing`, which stands above the lessons: a test holds the two against each other.
"""

import json
import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import CUT_SHORT, UNREACHABLE, WHOLE, amid_the_text, is_told
from helpers.judging.reading import (
    calls_made,
    ended_well,
    has_raised,
    is_streamed,
    noted,
    raised_name,
    said_returned,
    shortened,
)
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.your_app import LESSON
from helpers.replay import Answer, Exchange, Fail, RefuseConnection, Scenario, says
from helpers.replay.scenario import Step

TESTS: Final = "Four tests"
SERVICE: Final = "The service"
VERDICT: Final = "What the verdict is made of"

ANSWERED: Final = "answered"
STOPPED: Final = "stop_sequence"
BUSY: Final = "529, answered"
AT_FAULT: Final = "a 4xx"
OVERLOADED: Final = "529, always"
TRUNCATED: Final = "truncate"
CUT: Final = "cut"
STALLED: Final = "stall"
SHORT: Final = "cut short"
GOOD: Final = (ANSWERED, STOPPED, BUSY)
SDK_ATTEMPTS: Final = 3
PATIENCE: Final = 120.0
"""Seconds of silence after which nobody is waiting any more, but for an app that has no timeout of its own."""
MISSING: Final = "missing"
"""Of a field that is not there. No error is called that."""
SILENT: Final = ("stall", "timeout")


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        _case(ANSWERED, source),
        _case(STOPPED, source, reason="stop_sequence"),
        _case(BUSY, source, Fail(529)),
        _case(AT_FAULT, source, then=Fail(source.choice((400, 401, 403, 404)))),
        _case(OVERLOADED, source, then=Fail(529)),
        _case(UNREACHABLE, source, then=RefuseConnection()),
        *(_broken_case(name, source) for name in (TRUNCATED, CUT, STALLED)),
        _case(SHORT, source, reason=source.choice(CUT_SHORT)),
    ]


def _case(name: str, source: random.Random, *script: Step, then: Step | None = None, reason: str = WHOLE[0]) -> Case:
    text = draw_answer(source)
    scenario = Scenario(name, name, script, then or Answer(says(text, stop_reason=reason)))
    return Case(name, scenario, {"question": draw_prompt(source)}, {"text": text, "reason": reason})


def _broken_case(name: Any, source: random.Random) -> Case:
    message = says(draw_answer(source))
    return _case(name, source, then=Answer(message, ending=name, after=amid_the_text(source, message)))


def _lines(run: Run) -> list[Any]:
    lines = noted(run, "lines")
    return lines if isinstance(lines, list) else []


def _is_whole(run: Run) -> bool:
    return run.case.name in GOOD


def _is_served(run: Run) -> bool:
    """Whether the customer got the whole answer."""
    return _is_whole(run) and ended_well(run)


def _got_away(run: Run) -> bool:
    """Whether the function came to its end although there is no whole answer."""
    return not _is_whole(run) and ended_well(run)


def _is_answer(run: Run) -> bool:
    return isinstance(run.value, str) and bool(run.value)


def _waits_for_ever(run: Run) -> bool:
    """Whether a silence was waited out, or would have been: a grader that has sockets does not wait as long."""
    return any(one.ending in SILENT and max(_waited(one), one.read_timeout) >= PATIENCE for one in run.wire)


def _waited(one: Exchange) -> float:
    return (one.ended or one.started) - one.started


def _id(run: Run) -> str | None:
    """The id of the last request, where an app can know it: of an answer in one piece that breaks off, it can't."""
    last = run.wire[-1] if run.wire else None
    if last is None or last.status is None or not (last.ending == "clean" or is_streamed(run)):
        return None
    return last.request_id


def _field(line: Any, name: str) -> Any:
    return line.get(name, MISSING) if isinstance(line, dict) else MISSING


def _names_the_error(run: Run, line: Any) -> bool:
    error = _field(line, "error")
    return error is None if _is_served(run) else isinstance(error, str) and is_told(error)


def _right(run: Run) -> str | None:
    if not _is_whole(run):
        if _slipped(run):
            return f"expected an exception that says what went wrong, got `{raised_name(run)}`."
        return None if run.observation.raised else f"expected an exception, got {shortened(run.value)}."
    if run.value != run.case.expected["text"]:
        return f"expected the text {shortened(run.case.expected['text'])}, got {shortened(run.value)}."
    if not run.wire or run.case.inputs["question"] not in _asked(run):
        return "what was sent is not the question that your desk was asked."
    return None


def _asked(run: Run) -> str:
    return json.dumps(run.wire[0].body, ensure_ascii=False)


def _slipped(run: Run) -> bool:
    """Whether what left the desk is an accident of its code."""
    return has_raised(run, "AttributeError", "LookupError", "NameError", "TypeError")


def _began(run: Run) -> bool:
    """Whether the desk got to ask: what raised before has no traces to read."""
    return bool(run.wire)


CHECK: Final = Check(
    LESSON.exercise("HelpDesk"),
    cases=_cases,
    right=_right,
    said=said_returned,
    misconceptions=(
        Misconception(
            id="retried_4xx",
            applies=lambda run: run.case.name == AT_FAULT and len(run.wire) > 1,
            cause=lambda run: (
                f"the API answered {run.wire[0].status}, and your desk sent the same request {len(run.wire)} times. "
                "It is at fault itself: only somebody who changes it can help."
            ),
            next_step="Take the loop away. What can be retried, the SDK has retried before you see an error.",
            reread=TESTS,
        ),
        Misconception(
            id="stacked_retries",
            applies=lambda run: run.case.name == OVERLOADED and calls_made(run) > 1 and len(run.wire) > SDK_ATTEMPTS,
            cause=lambda run: (
                f"the API has too much to do, and your desk sent it {len(run.wire)} requests for one question. Each "
                "round of a loop is three: the SDK tries twice more by itself."
            ),
            next_step="Take the loop away, and let the error through.",
            reread=TESTS,
        ),
        Misconception(
            id="retries_switched_off",
            applies=lambda run: run.case.name == BUSY and len(run.wire) == 1,
            cause="your desk gave up after one request with a 529, and the next one would have been answered. Not "
            "retrying a 4xx does not mean retrying nothing.",
            next_step="Leave the client's `max_retries` as it is: the SDK tells the passing errors from the others.",
            reread=TESTS,
        ),
        Misconception(
            id="taken_for_whole",
            applies=lambda run: run.case.name in (TRUNCATED, CUT, STALLED) and _got_away(run) and _is_answer(run),
            cause=lambda run: (
                f"the stream broke (`{run.case.name}`), and your desk answered {shortened(run.value)}. Whoever asked "
                "cannot tell that from a whole answer."
            ),
            next_step="After the loop, look at `stream.get_final_message().stop_reason`, and raise unless it is "
            "`end_turn` or `stop_sequence`. What the SDK or `httpx2` raises before, let through.",
            reread=TESTS,
        ),
        Misconception(
            id="any_stop_reason",
            applies=lambda run: run.case.name == SHORT and _got_away(run) and _is_answer(run),
            cause=lambda run: (
                f"your desk answered with what came before the stop reason `{run.case.expected['reason']}`. A stop "
                "reason says why the model stopped, not that it had finished."
            ),
            next_step="Take an answer for whole with the stop reasons `end_turn` and `stop_sequence`, and with no "
            "other.",
            reread=TESTS,
        ),
        Misconception(
            id="error_swallowed",
            applies=_got_away,
            cause=lambda run: (
                f"there was no whole answer (`{run.case.name}`), and your desk returned {shortened(run.value)}. "
                "Whoever called it does not learn that something went wrong, nor what."
            ),
            next_step="Let the exception through. The page that the customer sees decides what to say.",
            reread=VERDICT,
        ),
        Misconception(
            id="no_timeout",
            applies=_waits_for_ever,
            cause="nothing came any more, and your desk waited on. Its customer had left minutes before, and the "
            "worker that waits serves nobody else.",
            next_step="Give the client seconds for each byte that it waits for: `with_options(timeout=30)`. A long "
            "answer has no trouble with that, as long as it goes on.",
            reread=TESTS,
        ),
        Misconception(
            id="whole_refused",
            applies=lambda run: (
                run.case.name == STOPPED and _began(run) and run.observation.raised is not None and not _slipped(run)
            ),
            cause=lambda run: (
                f"a whole answer came, and `{raised_name(run)}` left your desk. It ended with the stop reason "
                "`stop_sequence`, which is as good an end as `end_turn`."
            ),
            next_step="Take both for whole: `end_turn` and `stop_sequence`.",
            reread=TESTS,
        ),
        Misconception(
            id="no_line",
            applies=lambda run: _began(run) and not _lines(run),
            cause=lambda run: (
                f"the question left no line in the log (`{run.case.name}`): `{raised_name(run)}` went past it. Errors "
                "of `httpx2` are no `anthropic.APIError`, and nor are yours."
            ),
            next_step="Write the line in one place that every way out passes: `finally`.",
            reread=SERVICE,
        ),
        Misconception(
            id="several_lines",
            applies=lambda run: len(_lines(run)) > 1,
            cause=lambda run: (
                f"one question left {len(_lines(run))} lines in the log (`{run.case.name}`). Whoever counts them "
                "counts customers that there never were."
            ),
            next_step="Write the line once, when it is known what came of the question.",
            reread=SERVICE,
        ),
        Misconception(
            id="logged_wrong",
            applies=lambda run: _began(run) and any(_field(line, "ok") is not _is_served(run) for line in _lines(run)),
            cause=lambda run: (
                f"the customer got {'the' if _is_served(run) else 'no'} whole answer (`{run.case.name}`), and the line "
                f"says {shortened(_lines(run)[0])}. Its `ok` has to be `{_is_served(run)}`."
            ),
            next_step="Begin with `ok` False, and make it True in the last line before the answer is returned.",
            reread=SERVICE,
        ),
        Misconception(
            id="error_not_named",
            applies=lambda run: (
                _began(run) and not _slipped(run) and not all(_names_the_error(run, line) for line in _lines(run))
            ),
            cause=lambda run: (
                f"the line's `error` is {shortened(_field(_lines(run)[0], 'error'))} (`{run.case.name}`). It has to be "
                "the class of what went wrong, and None where nothing did."
            ),
            next_step="Fill in `type(error).__name__` where you catch it.",
            reread=SERVICE,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                _id(run) is not None and any(_field(line, "request_id") != _id(run) for line in _lines(run))
            ),
            cause=lambda run: (
                f"the `request_id` of the line is `{_field(_lines(run)[0], 'request_id')}` (`{run.case.name}`), and on "
                f"the wire it is `{_id(run)}`. Nobody can find that call again, and least of all support."
            ),
            next_step="Take it from `stream.request_id`, as the first thing inside the `with` block; where no stream "
            'began, the error has it: `getattr(error, "request_id", None)`.',
            reread=TESTS,
        ),
    ),
    hints=(
        "Each test names one fault, and the finding names the lesson: two of the four are in `reply`, one is in "
        "`_ask`, one in `__init__`. Repair one, run the tests again, and go on.",
        "In `__init__`: seconds in place of None. In `reply`: no loop, one `try`, and the line in its `finally`. In "
        "`_ask`: note `stream.request_id` first, and look at the stop reason last.",
        'The shape: `line = {"ok": False, "error": None, "request_id": None}`; `try:` `text = self._ask(question, '
        'line)`, `line["ok"] = True`, `return text`; `except Exception as error:` fill in `error`, and the '
        "`request_id` where there is none yet, and `raise`; `finally: self.log(line)`.",
    ),
    besides="Ours has one line that is begun before the call and written after it, so that no way out goes past it.",
)
