"""The check of `show`: words as they are written."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import numbers
from helpers.judging.mistakes import own_prompt
from helpers.judging.reading import ended_well, returned_nothing, said_returned, shortened
from helpers.judging.streams import (
    CUT,
    NEAR,
    asked_twice,
    cut_case,
    half_returned,
    raised_message,
    stream_case,
    text_blocks,
    with_pings,
)
from helpers.judging.words import draw_answer
from helpers.lessons.streaming import LESSON
from helpers.lessons.streaming.checks.shared import WHOLE
from helpers.replay import Fail, says, thinking_first

SEE: Final = "See it work"
PIECES: Final = "What a stream is made of"
THOUGHT: Final = "The customer wants to know"
"""How the thinking of `thinking_first` begins."""


def _show_cases(source: random.Random) -> Sequence[Case]:
    return [
        stream_case("one block", source, says(f"{draw_answer(source)}\n")),
        stream_case("two blocks", source, text_blocks(draw_answer(source), 2)),
        stream_case("thinking first", source, thinking_first(draw_answer(source))),
        stream_case("with pings", source, with_pings(says(draw_answer(source)))),
        stream_case("after a 529", source, says(draw_answer(source)), Fail(529)),
        cut_case(CUT, source),
    ]


def _pieces(run: Run) -> list[str]:
    pieces: list[str] = run.case.expected["pieces"]
    return pieces


def _whole(run: Run) -> str:
    return "".join(_pieces(run))


def _written(run: Run) -> str:
    return "".join(run.observation.wrote)


def _arrivals(run: Run) -> list[float]:
    """When each piece of text came, as the wire says; empty when nothing was answered with a stream."""
    events = run.wire[-1].events if run.wire else []
    places = run.case.expected["places"]
    return [events[place][1] for place in places] if events and len(events) > places[-1] else []


def _late(run: Run) -> bool:
    """Whether nothing had been written when the last piece arrived."""
    moments = numbers(run.observation.notes.get("moments"))
    arrivals = _arrivals(run)
    if len(moments) != len(run.observation.wrote):
        return True  # not our driver's notes
    return bool(moments) and (not arrivals or moments[0] >= arrivals[-1] - NEAR)


def _wrong_show(run: Run) -> str | None:
    if list(run.observation.wrote) != _pieces(run):
        return f"expected {len(_pieces(run))} pieces, {_written_words(run)}: {shortened(_written(run))}."
    if run.case.name == CUT:
        raised = run.observation.raised is not None
        return (
            None if raised else f"the answer was cut off: expected an exception, you returned {shortened(run.value)}."
        )
    if _late(run):
        return "the pieces are right, but the first was written when the last had arrived."
    if run.value != _whole(run):
        return f"expected the whole text {shortened(_whole(run))} to be returned, got {shortened(run.value)}."
    return None


def _written_words(run: Run) -> str:
    count = len(run.observation.wrote)
    return f"you wrote {count} piece{'' if count == 1 else 's'}"


def _said_show(run: Run) -> str:
    return said_returned(run) if run.observation.raised else _written_words(run)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _snapshots(run: Run) -> bool:
    wrote = run.observation.wrote
    return len(wrote) > 2 and all(later.startswith(earlier) for earlier, later in pairwise(wrote))


CHECK: Final = Check(
    LESSON.exercise("show"),
    cases=_show_cases,
    right=_wrong_show,
    said=_said_show,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(SEE),
        half_returned(SEE),
        Misconception(
            id="delta_without_text",
            applies=lambda run: (
                run.observation.raised is not None
                and run.observation.raised.type == "AttributeError"
                and "'text'" in run.observation.raised.message
            ),
            cause=lambda run: (
                f"your loop read `text` from an event that has none ({raised_message(run)}). Thinking, citations and "
                "tool calls come in deltas too."
            ),
            next_step="Loop over `stream.text_stream`, or look at `event.type` (and at `event.delta.type`) first.",
            reread=PIECES,
        ),
        Misconception(
            id="thinking_shown",
            applies=lambda run: THOUGHT in _written(run),
            cause="the user has read the model's thinking: you wrote every delta, and the first ones of this answer "
            "are not part of it.",
            next_step="Write the text alone: `stream.text_stream` yields nothing else.",
            reread=PIECES,
        ),
        Misconception(
            id="never_written",
            applies=lambda run: ended_well(run) and not run.observation.wrote,
            cause="`write` was never called, so the user's screen stays empty. `print` reaches your eyes, not theirs, "
            "and a loop over a stream that `get_final_message()` has already read to its end finds nothing.",
            next_step="Call `write(text)` inside the loop over `stream.text_stream`, and ask for the message after it.",
            reread=SEE,
        ),
        Misconception(
            id="every_piece_twice",
            applies=lambda run: (
                run.observation.wrote[::2] == run.observation.wrote[1::2] and bool(run.observation.wrote)
            ),
            cause="every piece is written twice. When you loop over the stream itself, the SDK yields each delta as it "
            "came (`content_block_delta`), and then once more as an event of its own (`text`).",
            next_step="Choose one of the two, or loop over `stream.text_stream`.",
            reread=PIECES,
        ),
        Misconception(
            id="snapshots_written",
            applies=_snapshots,
            cause=lambda run: (
                f"your second piece begins with your first: {shortened(run.observation.wrote[1])}. You write "
                "everything so far each time, and the user reads the beginning again and again."
            ),
            next_step="Write what is new: `event.text` and not `event.snapshot`, the piece and not the sum.",
            reread=PIECES,
        ),
        Misconception(
            id="shown_at_the_end",
            applies=lambda run: len(run.observation.wrote) == 1 and len(_pieces(run)) > 1,
            cause=lambda run: (
                f"you called `write` once, with all {len(run.observation.wrote[0])} characters. The user looked at an "
                "empty screen until the last word was there."
            ),
            next_step="Call `write` inside the loop, with each piece.",
            reread=SEE,
        ),
        Misconception(
            id="written_after_the_end",
            applies=lambda run: _late(run) and min(len(run.observation.wrote), len(_pieces(run))) > 1,
            cause=lambda run: (
                f"{_written_words(run)}, and the first of them when the answer was already complete. It looks like a "
                "stream, but the user waited as long as without one."
            ),
            next_step="Write each piece in the loop that receives it. Do not collect first.",
            reread=SEE,
        ),
        Misconception(
            id="white_space_changed",
            applies=lambda run: any(
                text != _whole(run) and _without_spaces(text) == _without_spaces(_whole(run))
                for text in (_written(run), str(run.value))
            ),
            cause="the words are right and the white space is not: `strip`, a space or a line break of your own. A "
            "piece may begin in the middle of a word, and brings the spaces that it needs.",
            next_step="Write each piece exactly as it comes, and return the same.",
            reread=PIECES,
        ),
        Misconception(
            id="split_up",
            applies=lambda run: _written(run) == _whole(run) and len(run.observation.wrote) > len(_pieces(run)),
            cause=lambda run: (
                f"the answer came in {len(_pieces(run))} pieces, and {_written_words(run)}. Cutting them up makes "
                "nothing arrive earlier; on a real screen each call costs a redraw."
            ),
            next_step="One call of `write` for each piece, as it is.",
            reread=PIECES,
        ),
        Misconception(
            id="last_piece_returned",
            applies=lambda run: len(_pieces(run)) > 1 and run.value == _pieces(run)[-1],
            cause=lambda run: (
                f"you returned {shortened(run.value)}: after the loop the variable still holds the last piece, and "
                "only that."
            ),
            next_step="Add the pieces up while you write them, or ask the stream: `stream.get_final_text()`.",
            reread=WHOLE,
        ),
        Misconception(
            id="nothing_returned",
            applies=lambda run: returned_nothing(run) and list(run.observation.wrote) == _pieces(run),
            cause="the user has read it all, and your caller has got `None`: nothing to store, to log or to answer to.",
            next_step="Return the whole text after the loop.",
            reread=WHOLE,
        ),
    ),
    hints=(
        "Stream the request as in the first cells of this lesson, and put `write(text)` where `print` stands.",
        "`write` belongs inside the loop over `stream.text_stream`. The whole text can be had after the loop, while "
        "the `with` is still open: a stream that has been read keeps what it brought.",
        "`for text in stream.text_stream: write(text)`, then, inside the same `with`, "
        "`return stream.get_final_text()`.",
    ),
    besides="Ours returns the text of the final message, so that what is returned does not hang on what `write` "
    "made of the pieces.",
)
