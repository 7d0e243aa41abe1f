"""The check of `continue_from`: going on from a partial answer."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.endings import CUT_SHORT, WHOLE, new_reason
from helpers.judging.reading import ended_well, has_raised, raised_name, shortened, turns_of
from helpers.judging.words import draw_answer, draw_prompt, split
from helpers.lessons.midstream import LESSON
from helpers.lessons.midstream.checks.shared import text_of
from helpers.replay import Answer, Fixture, Scenario, blocks, says

THOUGHTFUL: Final = "thinking first"


def _continuation_cases(source: random.Random) -> Sequence[Case]:
    return [
        *(_continuation_case(f"broken after {share:.0%}", source, share) for share in (0.25, 0.6)),
        _continuation_case(THOUGHTFUL, source, 0.5, thinks=True),
        _continuation_case("max_tokens again", source, 0.4, CUT_SHORT[0]),
        _continuation_case("not whole again", source, 0.4, source.choice([*CUT_SHORT[1:], new_reason(source)])),
    ]


def _continuation_case(
    name: str, source: random.Random, share: float, reason: str = WHOLE[0], *, thinks: bool = False
) -> Case:
    text = draw_answer(source)
    words = text.split(" ")
    kept = max(1, int(len(words) * share))
    partial, rest = " ".join(words[:kept]), " " + " ".join(words[kept:])
    message = _thinking_first(rest) if thinks else says(rest, stop_reason=reason)
    scenario = Scenario(name, "the rest of a broken answer", then=Answer(message))
    inputs = {"prompt": draw_prompt(source), "partial": partial}
    return Case(name, scenario, inputs, {"text": text, "rest": rest, "reason": reason})


def _thinking_first(text: str) -> Fixture:
    """A message that thinks first, and then says `text` in two blocks."""
    thinking = {"type": "thinking", "thinking": "The customer wants to know where it is.", "signature": "EqoBCkYI"}
    return blocks([thinking, *({"type": "text", "text": part} for part in split(text, 2))])


def _sent(run: Run) -> str:
    """Everything that the first request said, in one string."""
    body = run.wire[0].body if run.wire else None
    system = body.get("system", "") if isinstance(body, dict) else ""
    return "\n".join([text_of(system), *(text_of(turn.get("content", "")) for turn in turns_of(run))])


def _last_role(run: Run) -> str | None:
    turns = turns_of(run)
    return turns[-1].get("role") if turns else None


def _is_whole(run: Run) -> bool:
    return run.case.expected["reason"] in WHOLE


def _is_text(run: Run) -> bool:
    return isinstance(run.value, str)


def _right_text(run: Run) -> str | None:
    if not _is_whole(run):
        return "expected an exception: the rest was cut short as well." if ended_well(run) else None
    if run.value == run.case.expected["text"]:
        return None
    return f"expected the whole answer {run.case.expected['text']!r}, yours is {run.value!r}."


CHECK: Final = Check(
    LESSON.exercise("continue_from"),
    cases=_continuation_cases,
    right=_right_text,
    misconceptions=(
        Misconception(
            id="prefilled_assistant",
            applies=lambda run: _last_role(run) == "assistant",
            cause="your last turn has the role `assistant`: a prefill. The API answers 400: models since 4.6 do not "
            "take one.",
            next_step="Put the partial text into a `user` turn and ask to go on from there.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="partial_not_sent",
            applies=lambda run: bool(run.wire) and run.case.inputs["partial"] not in _sent(run),
            cause="your request does not hold the partial text. The model starts a new answer: it does not remember "
            "the stream that broke.",
            next_step="Send `partial` word for word, and ask for what comes after it.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="prompt_not_sent",
            applies=lambda run: bool(run.wire) and run.case.inputs["prompt"] not in _sent(run),
            cause="your request holds the partial text, but not the question that it answers. The model has to guess.",
            next_step="Send the question too, before the partial text.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="only_the_rest",
            applies=lambda run: isinstance(run.value, str) and run.value.strip() == run.case.expected["rest"].strip(),
            cause=lambda run: (
                f"you returned only what came second, `{str(run.value)[:40]}…`. The beginning is missing."
            ),
            next_step="Return `partial` and what the model adds to it, as one text.",
            reread="Exercise: `continue_from`",
        ),
        Misconception(
            id="glued",
            applies=lambda run: (
                isinstance(run.value, str)
                and run.value != run.case.expected["text"]
                and "".join(run.value.split()) == "".join(run.case.expected["text"].split())
            ),
            cause="the words are right, but the seam is not: `strip()` or a separator of your own changed the white "
            "space between the two parts.",
            next_step="Join `partial` and the new text as they are: the model sends the space that it needs.",
            reread="Exercise: `continue_from`",
        ),
        Misconception(
            id="first_block_only",
            applies=lambda run: (
                run.case.name == THOUGHTFUL
                and (has_raised(run, "AttributeError") or (_is_text(run) and run.value != run.case.expected["text"]))
            ),
            cause=lambda run: (
                "the model thought first, and wrote the rest in two blocks. Of these you made "
                f"{f'an `{raised_name(run)}`' if run.observation.raised else shortened(run.value)}."
            ),
            next_step="Join the text of all blocks whose `type` is `text`, with nothing between them.",
            reread="Exercise: `continue_from`",
        ),
        Misconception(
            id="half_again",
            applies=lambda run: not _is_whole(run) and ended_well(run),
            cause=lambda run: (
                f"the second half ended as a half too, with the stop reason `{run.case.expected['reason']}`, and you "
                "returned the two as the whole answer."
            ),
            next_step="Return where `message.stop_reason` is in `WHOLE`; raise `Unfinished` where it is another.",
            reread="Name what you know",
        ),
    ),
    hints=(
        "The model remembers nothing. Which two texts does it need to go on where the stream broke?",
        "One `user` turn can hold both: the question, then that the answer was interrupted, and how it ended.",
        "Send one `user` turn made of `prompt`, a sentence such as `Your answer was interrupted. It ended with:`, "
        "`partial`, and `Go on from there, without repeating it.` Return `partial` plus the text blocks of the reply, "
        "where its stop reason means whole.",
    ),
    besides="Ours asks within the user's turn, because the API does not go on from a turn of the assistant.",
)
