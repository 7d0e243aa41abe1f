"""The check of `should_retry`: which errors are worth another try."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name
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
from helpers.replay import Answer, Fail, RefuseConnection
from helpers.replay.pages import edge_page

EXCEPTIONS: Final = "Where the rule of thumb ends"
TOO_LONG: Final = 64_000
"""More `max_tokens` than the SDK sends unstreamed."""
SPEND_LIMIT: Final = "enforced_spend_limit_reached"
OWN_BUG: Final = "our own KeyError"
UNSENT: Final = "the SDK's ValueError"
GARBLED: Final = "a stream that can't be decompressed"
TEMPORARY_4XX: Final = ("408", "409", "429", "408, a page", "409, a page", "429, a page")
SPENT: Final = "429, spend limit reached"
IN_STREAM: Final = "200, then "
PASSING: Final = f"{IN_STREAM}overloaded_error"
OTHERS_PASSING: Final = tuple(f"{IN_STREAM}{kind}" for kind in ("api_error", "rate_limit_error", "timeout_error"))
FAULTS: Final = tuple(
    f"{IN_STREAM}{kind}"
    for kind in (
        "invalid_request_error",
        "authentication_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
    )
)
ASKED: Final = "x-should-retry: true"
ASKED_NOT: Final = "x-should-retry: false"
STATUSES: Final = {
    **dict.fromkeys((400, 401, 402, 403, 404, 413, 422), False),
    **dict.fromkeys((408, 409, 429, 500, 504, 529), True),
}
WITHOUT_STATUS: Final = (REFUSED, CUT, MALFORMED, GARBLED, UNSENT, OWN_BUG)
PAGE: Final = ", a page"
GATEWAY_TIMEOUT: Final = f"504{PAGE}"
REFUSED_BY_PROXY: Final = (401, 403)
RARE_5XX: Final = tuple(status for status in range(505, 600) if status not in (*EDGE_PAGES, 529))
RARE_4XX: Final = (405, 406, 410, 411, 414, 415, 416, 417, 426, 431, 451)
BESIDE: Final = (428, 430, 499)
"""Statuses right beside those that pass."""
PASSING_PAGES: Final = (408, 409, 429, 500, 501)
"""What passes by its status alone: no header says so, and no type."""

FINAL: Final = (
    *(str(status) for status, again in STATUSES.items() if not again),
    *(f"{status}{PAGE}" for status in (*REFUSED_BY_PROXY, *BESIDE, *RARE_4XX)),
)


def _retry_cases(source: random.Random) -> Sequence[Case]:
    yes, no = {"retry": True}, {"retry": False}
    spent = Fail(429, "You have reached your API usage limits.", error_code=SPEND_LIMIT)
    wanted, unwanted = source.choice((400, 404, 422)), source.choice((500, 503, 529))
    pages = (*PASSING_PAGES, *source.sample(EDGE_PAGES, 2), *source.sample(RARE_5XX, 2))
    final = (*REFUSED_BY_PROXY, *BESIDE, source.choice(RARE_4XX))
    return [
        *(error_case(str(one), source, Fail(one), expected={"retry": again}) for one, again in STATUSES.items()),
        *(error_case(f"{one}{PAGE}", source, _page(one), expected=no) for one in final),
        error_case(GATEWAY_TIMEOUT, source, _page(504), expected=yes),
        *(error_case(f"{one}{PAGE}", source, _page(one), expected=yes) for one in pages),
        error_case(SPENT, source, spent, expected=no),
        error_case(ASKED, source, Fail(wanted, headers={"x-should-retry": "true"}), expected=yes),
        error_case(ASKED_NOT, source, Fail(unwanted, headers={"x-should-retry": "false"}), expected=no),
        *(_event_case(name, source, again=True) for name in (PASSING, *OTHERS_PASSING)),
        *(_event_case(name, source, again=False) for name in FAULTS),
        error_case(REFUSED, source, RefuseConnection(), expected=yes),
        error_case(CUT, source, broken_stream(source, "cut"), "stream", expected=yes),
        error_case(MALFORMED, source, broken_stream(source, "malformed"), "stream", expected=yes),
        error_case(GARBLED, source, broken_stream(source, "garbled"), "stream", expected=yes),
        error_case(UNSENT, source, Answer(), expected=no, max_tokens=TOO_LONG),
        error_case(OWN_BUG, source, Answer(), "own bug", expected=no),
    ]


def _page(status: int) -> Fail:
    """This status with a page: nothing in it is the API's, and no header says whether to retry."""
    page = edge_page(status, "Error")
    return Fail(status, body=page.body, content_type=page.content_type)


def _event_case(name: str, source: random.Random, *, again: bool) -> Case:
    event = error_event(source, name.removeprefix(IN_STREAM))
    return error_case(name, source, event, "stream", expected={"retry": again})


def _wrong_retry(run: Run) -> str | None:
    if run.value is run.case.expected["retry"]:
        return None
    return f"expected `{run.case.expected['retry']}`, got {shown(run)}."


def _said(run: Run, value: bool, *names: str) -> bool:
    """Whether, in one of these cases, the function said this although the opposite is right."""
    return run.case.name in names and run.value is value and run.case.expected["retry"] is not value


def _said_retry(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    words = {True: "you: again", False: "you: give up"}
    return words[run.value] if isinstance(run.value, bool) else f"you said {run.value!r}"


CHECK: Final = Check(
    LESSON.exercise("should_retry"),
    cases=_retry_cases,
    right=_wrong_retry,
    said=_said_retry,
    misconceptions=(
        Misconception(
            id="every_error_has_a_status",
            applies=lambda run: has_raised(run, "AttributeError") and run.case.name in WITHOUT_STATUS,
            cause="your code read `status_code` of an error that has none. Only an answer has a status, and here "
            "nothing was answered.",
            next_step="Look at the class first: `isinstance(error, anthropic.APIStatusError)`.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="everything_again",
            applies=lambda run: _said(run, True, *FINAL),
            cause=lambda run: (
                f"you want to try a {run.case.name[:3]} again. The same request is going to get the same answer, "
                "however often it is sent."
            ),
            next_step="Of the 4xx, say yes to 408, 409 and 429 only.",
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
            id="every_answer_has_a_type",
            applies=lambda run: _said(run, False, GATEWAY_TIMEOUT),
            cause="you give up at a 504 that is a page of HTML, and not at one of the API's own. Where a proxy "
            "answers, `error.type` is `None`: the status is all there is.",
            next_step="Decide by the status wherever there is one that is not 200.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="every_4xx_is_final",
            applies=lambda run: _said(run, False, *TEMPORARY_4XX),
            cause=lambda run: (
                f"you give up at a {run.case.name[:3]}. “4xx is your bug” has three exceptions, which pass by "
                "themselves: 408, 409 and 429."
            ),
            next_step="Say yes to these three, as the SDK does.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="a_list_of_5xx",
            applies=lambda run: run.case.name.endswith(PAGE) and _said(run, False, run.case.name),
            cause=lambda run: (
                f"you give up at a {run.case.name[:3]}. The edge before the API has statuses of its own, 520 to 530 "
                "among them, and no list has all of them."
            ),
            next_step="Say yes to every status from 500 on, as the SDK does.",
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
            id="only_overloaded",
            applies=lambda run: _said(run, False, *OTHERS_PASSING),
            cause=lambda run: (
                f"a stream broke with `{run.case.name.removeprefix(IN_STREAM)}`, and you give up. As a status it "
                "would pass, and you would try it again; inside of a stream it is the same failure."
            ),
            next_step="Say yes to every type whose status passes: `overloaded_error`, `api_error`, "
            "`rate_limit_error`, `timeout_error`.",
            reread=EXCEPTIONS,
        ),
        Misconception(
            id="every_stream_error_again",
            applies=lambda run: _said(run, True, *FAULTS),
            cause=lambda run: (
                f"not every error inside a stream passes. This one is `{run.case.name.removeprefix(IN_STREAM)}`: "
                "something is at fault that the next attempt has too."
            ),
            next_step="Where the status is 200, name the types that pass, and give up at all others.",
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
                f"the response said `{run.case.name}`, and you "
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
        Misconception(
            id="garbage_is_final",
            applies=lambda run: _said(run, False, MALFORMED, GARBLED),
            cause=lambda run: (
                f"the answer broke on its way to you, as with a closed connection, and what came of it was a "
                f"`{'json.JSONDecodeError' if run.case.name == MALFORMED else 'httpx2.DecodingError'}`: neither the "
                "SDK's nor a `TransportError`. You said no to it."
            ),
            next_step="Say yes to `json.JSONDecodeError` and to `httpx2.DecodingError` as well.",
            reread=EXCEPTIONS,
        ),
    ),
    hints=(
        "Five kinds of errors can come: no answer at all, an answer with a status, an error inside a stream, what can "
        "no longer be read, and bugs that have nothing to do with the API. Begin with the class.",
        "With a status: `x-should-retry` first, then the spent budget (`error.error_code`), then, if the status is "
        "200, `error.type`, else the status: 408, 409, 429 and everything from 500 on.",
        "`isinstance(error, (anthropic.APIConnectionError, httpx2.TransportError, httpx2.DecodingError, "
        "json.JSONDecodeError))` → True. Not an `anthropic.APIStatusError` → False. Then the header and the error "
        'code. Where the status is 200, `error.type in ("overloaded_error", "api_error", "rate_limit_error", '
        '"timeout_error")`.',
    ),
    besides="Ours asks the API first, whose `x-should-retry` knows better than any list of statuses.",
)
