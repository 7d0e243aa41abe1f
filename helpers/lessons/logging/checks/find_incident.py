"""The check of `find_incident`: the request ids to quote to support."""

import json
import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, returned_nothing, shortened
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.logs import CUT_SHORT, FIELDS, INTERRUPTED, NAMELESS, OF_THE_API, day_of_calls
from helpers.replay import Scenario

INCIDENT: Final = "An incident in 2,000 lines"
BUSY: Final = "2,000 lines"
SHORT: Final = "an hour of it"
QUIET: Final = "a quiet day"
KEY: Final = 32
"""Bytes."""


def _incident_cases(source: random.Random) -> Sequence[Case]:
    # Who solves this can make days as well: trying all seeds must not find the one that makes these.
    busy, short, quiet = (source.randbytes(KEY) for _ in range(3))
    days = {
        BUSY: day_of_calls(busy),
        SHORT: day_of_calls(short, 250),
        QUIET: day_of_calls(quiet, 250, incident=False),
    }
    nothing = Scenario("nothing", "nothing is asked")
    return [
        Case(name, nothing, {"lines": _copied(day.lines, source)}, {"ids": list(day.incident), **_by_kind(day.lines)})
        for name, day in days.items()
    ]


def _copied(lines: Sequence[str], source: random.Random) -> list[str]:
    """The lines, and among them one more half, and a call that a page ended which nobody had numbered."""
    copied = list(lines)
    page = {**json.loads(lines[0]), "request_id": None, "stop_reason": None, "output_tokens": None}
    half = lines[1][: len(lines[1]) // 2]
    for line in (json.dumps({name: page[name] for name in FIELDS}), half):
        copied.insert(source.randrange(2, len(lines) // 3), line)
    return copied


def _by_kind(lines: Sequence[str]) -> dict[str, list[str]]:
    """The request ids of the lines that failed, by how."""
    found: dict[str, list[str]] = {}
    for line in map(json.loads, lines[:-1]):
        kind = line.get("error_type") or (CUT_SHORT if line["stop_reason"] is None else "")
        if kind and kind not in NAMELESS:
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


CHECK: Final = Check(
    LESSON.exercise("find_incident"),
    cases=_incident_cases,
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
            applies=lambda run: has_raised(run, "JSONDecodeError"),
            cause="the file was copied while it was written: its last line is half a line, and so is another, in which "
            "two processes wrote at once. Your function raised there, and what it had found is gone.",
            next_step="Pass over a line that `json.loads` refuses with a `ValueError`.",
            reread=INCIDENT,
        ),
        Misconception(
            id="stopped_at_half_a_line",
            applies=lambda run: _ids(run) == [] and bool(run.case.expected["ids"]),
            cause="your list is empty, and the incident is in the lines: reading ended at the first half of a line.",
            next_step="Pass over such a line with `continue`; what comes after it is whole.",
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
            cause="there is a `None` among your ids: a call whose connection failed has no request id, nor has one "
            "that a page of the edge answered. There is nothing to look up.",
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
            id="interruptions_quoted",
            applies=lambda run: _quoted(run, INTERRUPTED) > 0,
            cause=lambda run: (
                f"{_quoted(run, INTERRUPTED)} of your ids are of calls that somebody on your side ended: their "
                f"`error_type` is `{INTERRUPTED}`. The API was still writing."
            ),
            next_step="Ask which types are the API's, not which are yours: the list of yours is never complete.",
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
    besides="Ours keeps the ids as keys of a dictionary: each is there once, where it was seen first.",
)
