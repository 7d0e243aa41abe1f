"""The check of `showText`: words as they are written, and a promise that waits for them."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import ended_well, returned_nothing, said_returned, shortened
from helpers.judging.streams import CUT, asked_twice, cut_case, half_returned, stream_case, text_blocks, with_pings
from helpers.judging.words import draw_answer
from helpers.lessons.typescript import LESSON
from helpers.lessons.typescript.checks.shared import ANYWHERE, ENDS, PROMISES
from helpers.replay import Answer, Fail, Scenario, says, thinking_first

SEE: Final = "See it work"
TRUNCATED: Final = "ends too early"


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        stream_case("one block", source, says(f"{draw_answer(source)}\n")),
        stream_case("two blocks", source, text_blocks(draw_answer(source), 2)),
        stream_case("thinking first", source, thinking_first(draw_answer(source))),
        stream_case("with pings", source, with_pings(says(draw_answer(source)))),
        stream_case("after a 529", source, says(draw_answer(source)), Fail(529)),
        cut_case(CUT, source),
        _truncated_case(source),
    ]


def _truncated_case(source: random.Random) -> Case:
    cut = cut_case(TRUNCATED, source)
    then = cut.scenario.then
    assert isinstance(then, Answer)
    ending = Answer(then.message, ending="truncate", after=then.after)
    return Case(TRUNCATED, Scenario(TRUNCATED, TRUNCATED, then=ending), cut.inputs, cut.expected)


def _pieces(run: Run) -> list[str]:
    pieces: list[str] = run.case.expected["pieces"]
    return pieces


def _wrong(run: Run) -> str | None:
    if list(run.observation.wrote) != _pieces(run):
        written = "".join(run.observation.wrote)
        return f"expected {len(_pieces(run))} pieces, you wrote {len(run.observation.wrote)}: {shortened(written)}."
    if run.case.name in (CUT, TRUNCATED):
        if run.observation.raised is not None:
            return None
        return f"the answer was cut off: expected an error, your promise resolved to {shortened(run.value)}."
    whole = "".join(_pieces(run))
    return None if run.value == whole else f"expected the whole text {shortened(whole)}, got {shortened(run.value)}."


def _said(run: Run) -> str:
    return said_returned(run) if run.observation.raised else f"you wrote {len(run.observation.wrote)} pieces"


def _snapshots(run: Run) -> bool:
    wrote = run.observation.wrote
    return len(wrote) > 2 and all(later.startswith(earlier) for earlier, later in pairwise(wrote))


CHECK: Final = Check(
    LESSON.exercise("showText"),
    cases=_cases,
    right=_wrong,
    said=_said,
    misconceptions=(
        *ANYWHERE,
        asked_twice(SEE),
        own_prompt(SEE),
        Misconception(
            id="silent_truncation",
            applies=lambda run: run.case.name == TRUNCATED and ended_well(run),
            cause="the stream ended before `message_stop`, and your promise resolved as if it were whole. `done()` "
            "resolves there and a `for await` loop ends, without a word: `finalMessage()` and `finalText()` alone "
            "throw.",
            next_step="Await `stream.finalMessage()` before you return.",
            reread=ENDS,
        ),
        half_returned(ENDS),
        Misconception(
            id="never_written",
            applies=lambda run: ended_well(run) and not run.observation.wrote,
            cause="`write` was never called. A handler that is attached when the stream has ended hears nothing, and "
            "`console.log` reaches your eyes, not the user's.",
            next_step='Attach `stream.on("text", …)` first, and await the end after that.',
            reread=SEE,
        ),
        Misconception(
            id="snapshots_written",
            applies=_snapshots,
            cause=lambda run: (
                f"your second piece begins with your first: {shortened(run.observation.wrote[1])}. The handler of "
                "`text` gets two values: the piece, and everything so far."
            ),
            next_step="Write the first of the two.",
            reread=SEE,
        ),
        Misconception(
            id="shown_at_the_end",
            applies=lambda run: len(run.observation.wrote) == 1 and len(_pieces(run)) > 1,
            cause=lambda run: (
                f"you called `write` once, with all {len(run.observation.wrote[0])} characters. The user looked at an "
                "empty screen until the last word was there."
            ),
            next_step='Call `write` in the handler: `stream.on("text", …)`.',
            reread=SEE,
        ),
        Misconception(
            id="blocks_joined_by_spaces",
            applies=lambda run: (
                isinstance(run.value, str)
                and run.value != "".join(_pieces(run))
                and run.value.split() == "".join(_pieces(run)).split()
            ),
            cause="the words that you returned are right, and their white space is not. `finalText()` joins the text "
            "blocks of a message with a space of its own, and a block may end in the middle of a sentence.",
            next_step='Take the text of each block of the message, and `join("")` them; or add up what you write.',
            reread=SEE,
        ),
        Misconception(
            id="nothing_returned",
            applies=lambda run: returned_nothing(run) and list(run.observation.wrote) == _pieces(run),
            cause="the user has read it all, and your caller has got nothing: a promise of `undefined`.",
            next_step="Return the whole text, when the stream has come to its end.",
            reread=PROMISES,
        ),
    ),
    hints=(
        "Three steps: make the stream, attach `write` to it, wait for its end. Which of its methods returns a promise?",
        '`stream.on("text", (text) => write(text))` hands each piece on. `finalMessage()` returns a promise of the '
        "message, and throws where there is none.",
        "`const stream = client.messages.stream({ … });` then "
        '`stream.on("text", (text) => write(text));` then `const message = await stream.finalMessage();`, and of its '
        '`content` the `text` of each block whose `type` is `text`, with `.join("")`.',
    ),
    besides="Ours awaits `finalMessage()`, the way to the end that throws where the stream ended too early.",
)
