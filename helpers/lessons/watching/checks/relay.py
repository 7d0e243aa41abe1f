"""The check of `relay`: a stream, passed on to a page."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check
from helpers.judging.mistakes import own_prompt
from helpers.lessons.watching import LESSON
from helpers.lessons.watching.checks.cases import CANCELLED, LEAVES, ended_cases, left_case, two_pages
from helpers.lessons.watching.checks.passing_on import goes_on, left_behind, misconceptions, said_page, wrong_page

BREAK: Final = "One line too many"
QUIET: Final = "Nothing for a minute"
BUFFERED: Final = "Somebody stands between"
END: Final = "An error after your 200"
LEAVING: Final = "The user leaves"


def _relay_cases(source: random.Random) -> Sequence[Case]:
    return [
        *ended_cases(source),
        two_pages(source),
        left_case(LEAVES, source, "told"),
        left_case(CANCELLED, source, "cancelled"),
    ]


CHECK: Final = Check(
    LESSON.exercise("relay"),
    cases=_relay_cases,
    right=wrong_page,
    said=said_page,
    misconceptions=(
        *misconceptions(BREAK, END, QUIET, BUFFERED, LEAVING, "Exercise: `relay`"),
        goes_on(
            "Open the stream with `async with`, in the generator that the response is made of: a cancellation that "
            "goes through it closes the connection.",
            LEAVING,
        ),
        left_behind(QUIET),
        own_prompt("See it work"),
    ),
    hints=(
        "A `StreamingResponse` is made of a generator. Which four things can it yield: a piece of text, …?",
        "Write `async def events()` inside `relay`: the loop over the stream in a `try`, an event `error` in its "
        "`except`, and `done` at its end. What you return is `StreamingResponse(with_heartbeats(events()), …)`.",
        "The shape: `complete, request_id = False, None`; `try:` around `async with client.messages.stream(…) as "
        "stream:`; "
        'in it `request_id = stream.request_id`, and for each event a `yield event("text", text=…)` or the stop reason '
        "of `message_delta`; `except` the three families, with `complete = False`, the error's request id and "
        '`yield event("error", …)`; last `yield event("done", …)`. The response gets `media_type` and '
        "`headers=HEADERS`.",
    ),
    besides="Ours opens the stream inside the generator, so that an API which is slow, or refuses, is told to the "
    "page too.",
)
