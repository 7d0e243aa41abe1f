"""The check of `SupportBot`: repair a service that has all five failures.

One case, a day of chaos. The verdict reads the wire, the log lines and the ledger. What worked before must work still;
then the failures are told one at a time, in the order of the cheat sheet.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.facts.keys import tells_key
from helpers.judging.check import Case, Check, Inspection, Misconception, Run
from helpers.judging.reading import shortened
from helpers.lessons.capstone import LESSON
from helpers.lessons.capstone.checks.chaos import chaos_case, read_refunds
from helpers.lessons.capstone.checks.day import NAMES, Day, Failure
from helpers.lessons.capstone.drivers import LEDGER

SERVICE: Final = "The service"
REPAIR: Final = "Exercise: SupportBot"


SECTIONS: Final[dict[Failure, str]] = {
    "retried_a_4xx": "1. The same 400, three times",
    "logged_as_success": "2. Half an answer, and the log says ok",
    "user_in_a_batch": "3. An agent on the phone, waiting for a batch",
    "paid_back_twice": "4. Paid back twice",
    "no_request_id": "5. Nothing to tell support",
}


def _cases(source: random.Random) -> Sequence[Case]:
    return [chaos_case(source)]


def _began(run: Run) -> bool:
    """Whether the bot was made and got to work: what raised before has no traces to read."""
    return Day(run).stopped is None


def _failed(failure: Failure) -> Misconception:
    """The failure is still there."""
    causes: dict[Failure, Callable[[Run], str]] = {
        "retried_a_4xx": lambda run: (
            f"{_bad(run, failure)} requests that were refused as wrong were sent again, unchanged, "
            f"{Day(run).refused_bodies.most_common(1)[0][1]} times each. They were refused again."
        ),
        "logged_as_success": _cause_of_unlogged,
        "user_in_a_batch": lambda run: (
            f"{len(Day(run).in_a_batch)} questions of somebody who was waiting went into a batch. On this day each of "
            "them took minutes; a batch may take 24 hours."
        ),
        "paid_back_twice": lambda run: (
            f"{_bad(run, failure)} of {_of(run, failure)} refunds were paid twice. The answer was lost after the "
            "refund, the same was asked again, and your key took it for another refund."
        ),
        "no_request_id": lambda run: (
            f"{_bad(run, failure)} of {_of(run, failure)} log lines have no `request_id` of their own ticket, such as "
            f"`{next(line for line in Day(run).lines if not Day(run).has_id(line))}`."
        ),
    }
    steps: dict[Failure, str] = {
        "retried_a_4xx": "Let the SDK retry what can be retried, and every error that leaves it go up.",
        "logged_as_success": "Write the line in `finally`, whatever was raised, and say `ok` only where the "
        "`stop_reason` is one of a whole answer: neither None nor `max_tokens`.",
        "user_in_a_batch": "Ask with a stream or a standard call where somebody waits; leave the digest in its batch.",
        "paid_back_twice": "Make the key of what the shop knew before the model was asked: `call.input['refund']`.",
        "no_request_id": "Take it from the message, the stream, the error or the batch, whichever there is, and put it "
        "into the line as `request_id`. Where a response had none, as a page, the field is None.",
    }
    return Misconception(
        id=failure,
        applies=lambda run: _began(run) and _bad(run, failure) > 0,
        cause=causes[failure],
        next_step=steps[failure],
        reread=SECTIONS[failure],
    )


def _bad(run: Run, failure: Failure) -> int:
    return Day(run).score(failure).bad


def _of(run: Run, failure: Failure) -> int:
    return Day(run).score(failure).of


def _cause_of_unlogged(run: Run) -> str:
    day = Day(run)
    called_ok = [job for job in day.unlogged if True in day.oks(job.ticket)]
    silent = len(day.unlogged) - len(called_ok)
    said = [f"{len(called_ok)} are logged as `ok`"] if called_ok else []
    said += [f"of {silent} the log says nothing, because an exception went past it"] if silent else []
    first = day.unlogged[0]
    return (
        f"{_of(run, 'logged_as_success')} calls failed or broke off on this day: {' and '.join(said)}. The first is "
        f"{first.ticket} (`{first.action}`, `{first.trouble}`)."
    )


def _broken(run: Run) -> str:
    day = Day(run)
    problems = list(day.broken_jobs())
    if not problems:
        return f"{day.unpaid} refunds were never paid: your key takes two refunds of the same amount for one."
    job, problem = problems[0]
    others = f" {len(problems)} jobs in all." if len(problems) > 1 else ""
    return f"what worked before is broken. `{job.action}` for {job.ticket} did its work, and now {problem}.{others}"


def _right(run: Run) -> str | None:
    if not _began(run):
        return "the bot did not get through the day."
    left = [score.name for score in Day(run).scores if not score.is_full]
    return f"there are still: {', '.join(left)}." if left else None


def _said(run: Run) -> str:
    if not _began(run):
        return "the bot did not get through the day"
    full = sum(score.is_full for score in Day(run).scores)
    return f"{full} of {len(NAMES)} failures repaired"


CHECK: Final = Check(
    LESSON.exercise("SupportBot"),
    cases=_cases,
    inspect=Inspection((LEDGER,), read_refunds),
    right=_right,
    said=_said,
    misconceptions=(
        Misconception(
            id="batches_given_up",
            applies=lambda run: _began(run) and not Day(run).digest_in_batch and not _digest_lost(run),
            cause="the night's digest does not go into a batch any more. Nobody waits for it, and now it costs "
            "twice as much.",
            next_step="Leave `digest` as it was: only questions of people who wait come out of the batch.",
            reread=SECTIONS["user_in_a_batch"],
        ),
        Misconception(
            id="broke_what_worked",
            applies=lambda run: _began(run) and (any(Day(run).broken_jobs()) or Day(run).unpaid > 0),
            cause=_broken,
            next_step="Mend that first: a repair that costs what worked is none.",
            reread=SERVICE,
        ),
        Misconception(
            id="half_a_call_run",
            applies=lambda run: _began(run) and Day(run).half_calls_run > 0,
            cause=lambda run: (
                f"{Day(run).half_calls_run} refunds were paid for tool calls that were not whole: the answer had "
                "stopped at `max_tokens`, in the middle of the call, and the amount had lost a digit."
            ),
            next_step='Run tools only where `stop_reason == "tool_use"`.',
            reread=REPAIR,
        ),
        Misconception(
            id="receipt_not_told",
            applies=lambda run: _began(run) and Day(run).untold is not None,
            cause=lambda run: (
                f"a refund was paid, and the model was told {shortened(Day(run).untold)}, which is not the receipt in "
                "the ledger. It tells the customer something else than what happened."
            ),
            next_step="After the `INSERT`, read the receipt of the key from the ledger, and make that the `content` "
            "of the result.",
            reread=SECTIONS["paid_back_twice"],
        ),
        Misconception(
            id="interruption_swallowed",
            applies=lambda run: _began(run) and bool(Day(run).swallowed),
            cause=lambda run: (
                f"somebody pressed Ctrl-C in the middle of `{Day(run).swallowed[0].action}`, and the bot went on: "
                "nobody can stop this service any more."
            ),
            next_step="Write the line in `finally`, and `raise` whatever it was. A `return` in `finally` swallows it "
            "too.",
            reread=REPAIR,
        ),
        _failed("retried_a_4xx"),
        Misconception(
            id="stacked_retries",
            applies=lambda run: _began(run) and bool(Day(run).stacked),
            cause=lambda run: (
                f"one complaint was sent {Day(run).stacked[0][1]} times to an API that had too much to do. Each round "
                "of your loop is three requests: the SDK tries twice more by itself."
            ),
            next_step="Take the loop away, or switch the SDK's retries off with `max_retries=0`: one of the two.",
            reread=SECTIONS["retried_a_4xx"],
        ),
        *map(_failed, [failure for failure in NAMES if failure != "retried_a_4xx"]),
        Misconception(
            id="fields_missing",
            applies=lambda run: _began(run) and Day(run).wrong_line is not None,
            cause=lambda run: (
                f"a line of the log is not as it was: {_wrong_line(run)[1]}. "
                f"It is {shortened(_wrong_line(run)[0], 160)}."
            ),
            next_step="Write `ticket`, `action`, `ok`, `seconds` and `request_id` into every line, the `action` being "
            "the name of the method.",
            reread=REPAIR,
        ),
        Misconception(
            id="no_line_for_a_call",
            applies=lambda run: _began(run) and bool(Day(run).silent),
            cause=lambda run: (
                f"of {_silent(run)[0]} the wire saw {_silent(run)[1]} calls, and the log has {_silent(run)[2]}. "
                "A call that nobody wrote down is one that nobody can look for."
            ),
            next_step="Write the line where the call is made, in `finally`: one for every call, the second of a refund "
            "too.",
            reread=REPAIR,
        ),
        Misconception(
            id="several_lines",
            applies=lambda run: _began(run) and Day(run).repeated is not None,
            cause=lambda run: (
                f"two lines have the id `{Day(run).repeated}`. Whoever counts lines counts calls, and every rate and "
                "average comes out wrong."
            ),
            next_step="Write one line, when you know how the call ended.",
            reread=REPAIR,
        ),
        Misconception(
            id="wrong_seconds",
            applies=lambda run: _began(run) and Day(run).mistimed is not None,
            cause=lambda run: (
                f"a line says {_mistimed(run)[0]['seconds']} seconds, and its call took {_mistimed(run)[1]:.1f}: "
                f"{shortened(_mistimed(run)[0], 160)}."
            ),
            next_step="Take `self.clock.now()` before the call, and again when the line is written: the difference is "
            "how long somebody waited.",
            reread=REPAIR,
        ),
        Misconception(
            id="content_logged",
            applies=lambda run: _began(run) and Day(run).telling_line is not None,
            cause=lambda run: (
                "a line of the log holds what a customer wrote or was told: "
                f"{shortened(Day(run).telling_line, 160)}. Logs are read by more people than the conversation was "
                "meant for."
            ),
            next_step="Leave question and answer out of the line: the ticket and the request id lead to them.",
            reread=REPAIR,
        ),
        Misconception(
            id="key_logged",
            applies=lambda run: _began(run) and tells_key(run.case.inputs["key"], Day(run).lines),
            cause="your log holds the API key of the client. Whoever reads the log can now spend your money, and a log "
            "is copied to where nobody looks for keys.",
            next_step="Write single fields of what was answered into the line; neither the client nor the headers of a "
            "request, which hold the key.",
            reread=REPAIR,
        ),
    ),
    hints=(
        "Five methods, one failure each: `_ask` sends again, `answer` says ok, `suggest` waits for a batch, "
        "`_pay_back` makes a key, `_line` writes too little. Repair one, run the check, and read what is left.",
        "`_ask` needs no loop: the SDK has one. `answer` must write its line in `finally`, since streams break in more "
        "families than one can list, and look at `stream.get_final_message().stop_reason`. `suggest` can use `_ask`. "
        "The key is the shop's own number.",
        "Give `_line` a parameter `request_id`. Fill it with `message._request_id`, `error.request_id`, "
        "`stream.request_id` (taken as the first thing inside the `with` block) and `batch._request_id`.",
    ),
    besides="Ours looks again, up to three times, where a batch cannot be found: not every server knows it at once.",
)


def _wrong_line(run: Run) -> tuple[Any, str]:
    return Day(run).wrong_line or (None, "")


def _silent(run: Run) -> tuple[str, int, int]:
    return Day(run).silent[0]


def _mistimed(run: Run) -> tuple[Mapping[str, Any], float]:
    return Day(run).mistimed or ({}, 0.0)


def _digest_lost(run: Run) -> bool:
    return any(job.action == "digest" for job, _ in Day(run).broken_jobs())
