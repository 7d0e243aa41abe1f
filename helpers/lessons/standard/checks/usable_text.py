"""The check of `usable_text`: what the stop reason allows."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import first_block, printed
from helpers.judging.reading import error_of, has_raised, said_returned, shortened, wrong_text
from helpers.judging.words import draw_answer, draw_prompt, split
from helpers.lessons.standard import LESSON
from helpers.lessons.standard.checks.shared import BLOCKS, ROOM_ENOUGH, STOP_REASONS
from helpers.replay import Answer, Scenario, blocks, says, thinking_first

RAISES: Final[Mapping[str, str]] = {
    "max_tokens": "Truncated",
    "model_context_window_exceeded": "Truncated",
    "refusal": "Refused",
    "tool_use": "Unfinished",
    "pause_turn": "Unfinished",
}
"""What a text with this stop reason must become. Any other known stop reason leaves it usable."""
NO_STOP_REASON: Final = "None"
CONTEXT: Final = "context full"
EMPTY: Final = "empty"
THINKING: Final = "thinking first"
BUGS: Final = ("AttributeError", "ImportError", "IndexError", "KeyError", "NameError", "TypeError", "UnboundLocalError")


def _usable_cases(source: random.Random) -> Sequence[Case]:
    return [
        _stop_case("end_turn", source),
        _stop_case("stop_sequence", source),
        _stop_case("two blocks", source, "end_turn", parts=2),
        _thinking_case(source),
        _stop_case(EMPTY, source, "end_turn", parts=0),
        _stop_case("max_tokens", source, "end_turn", max_tokens=source.randrange(8, 20)),
        _stop_case(CONTEXT, source, "model_context_window_exceeded"),
        _stop_case("refusal", source),
        _stop_case("tool_use", source),
        _stop_case("pause_turn", source),
        _broken_case(source),
    ]


def _stop_case(
    name: str, source: random.Random, reason: str | None = None, *, parts: int = 1, max_tokens: int = 1024
) -> Case:
    reason = reason or name
    texts = split(draw_answer(source), parts) if parts else []
    content: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    if reason == "tool_use":
        number = source.randrange(1000, 9999)
        content.append({"type": "tool_use", "id": f"toolu_{number}", "name": "find_order", "input": {"order": number}})
    details = {"type": "refusal", "category": None, "explanation": None} if reason == "refusal" else None
    answer = Answer(blocks(content, stop_reason=reason, stop_details=details))
    inputs = {"prompt": draw_prompt(source), "max_tokens": max_tokens, "streamed": False}
    return Case(
        name, Scenario(name, name, then=answer), inputs, {"texts": texts, "raises": _raises(reason, max_tokens)}
    )


def _thinking_case(source: random.Random) -> Case:
    text = draw_answer(source)
    scenario = Scenario(THINKING, THINKING, then=Answer(thinking_first(text)))
    inputs = {"prompt": draw_prompt(source), "max_tokens": 1024, "streamed": False}
    return Case(THINKING, scenario, inputs, {"texts": [text], "raises": None})


def _raises(reason: str, max_tokens: int) -> str | None:
    return "Truncated" if max_tokens < ROOM_ENOUGH else RAISES.get(reason)


def _broken_case(source: random.Random) -> Case:
    text = draw_answer(source)
    answer = Answer(says(text), ending="truncate", after=source.randrange(5, 12))
    inputs = {"prompt": draw_prompt(source), "max_tokens": 1024, "streamed": True}
    return Case(
        NO_STOP_REASON,
        Scenario("truncate", "truncate", then=answer),
        inputs,
        {"texts": [text], "raises": "UnusableAnswer"},
    )


def _expected_error(run: Run) -> str | None:
    name: str | None = run.case.expected["raises"]
    return name


def _wrong_use(run: Run) -> str | None:
    name = _expected_error(run)
    if name is None:
        return None if run.case.name == EMPTY and has_raised(run, "UnusableAnswer") else wrong_text(run)
    if has_raised(run, name):
        return None
    came = run.observation.raised.type if run.observation.raised else f"the text {shortened(run.value)}"
    return f"expected {_errors(name)}, got {came}."


def _errors(name: str) -> str:
    return "`Unfinished`" if name == "UnusableAnswer" else f"`{name}`"


def _handed_on(run: Run, *names: str) -> bool:
    """Whether, in one of these cases, the function returned a text that must not be used."""
    return run.case.name in names and run.observation.raised is None and bool(run.value)


def _used(id: str, cause: str, next_step: str, *names: str) -> Misconception:
    """A text that was handed on in one of these cases."""
    return Misconception(id, lambda run: _handed_on(run, *names), cause, next_step, STOP_REASONS)


CHECK: Final = Check(
    LESSON.exercise("usable_text"),
    cases=_usable_cases,
    right=_wrong_use,
    said=said_returned,
    misconceptions=(
        replace(
            printed(STOP_REASONS),
            applies=lambda run: run.case.name == "end_turn" and said_returned(run) == "you returned nothing",
        ),
        Misconception(
            id="quiet_nothing",
            applies=lambda run: _expected_error(run) is not None and run.observation.raised is None and not run.value,
            cause=lambda run: (
                f"you returned {shortened(run.value)}. An empty answer exists too (the case `{EMPTY}`), "
                "so your caller can't tell it from an answer that must not be used."
            ),
            next_step="Raise `Truncated`, `Refused` or `Unfinished` there.",
            reread=STOP_REASONS,
        ),
        first_block(BLOCKS),
        Misconception(
            id="every_block_has_text",
            applies=lambda run: run.case.name == THINKING and has_raised(run, "AttributeError"),
            cause=lambda run: (
                f"your code read `text` from a block that has none ({error_of(run).message}). The answer ended well, "
                "and its first block is what the model thought."
            ),
            next_step="Look at `block.type` first, and take the text of those whose type is `text`.",
            reread=BLOCKS,
        ),
        _used(
            "truncated_as_whole",
            "you returned a text that stops in mid-sentence. The API says so: `stop_reason` is `max_tokens`.",
            "Look at `message.stop_reason` before you use the text, and raise `Truncated` here.",
            "max_tokens",
        ),
        _used(
            "context_window_forgotten",
            "`max_tokens` is not the only limit. With `model_context_window_exceeded` the conversation filled the "
            "model's window, and the text is cut off all the same.",
            "Raise `Truncated` for both.",
            CONTEXT,
        ),
        _used(
            "refusal_as_answer",
            "the model declined to go on, and you returned what it had written until then as an answer.",
            "Raise `Refused`. What there is to know is in `message.stop_details`.",
            "refusal",
        ),
        Misconception(
            id="unfinished_as_answer",
            applies=lambda run: _handed_on(run, "tool_use", "pause_turn"),
            cause=lambda run: (
                f"the stop reason is `{run.case.name}`: the model has not finished its turn. What you "
                "returned is what it said before the part that matters."
            ),
            next_step="Raise `Unfinished` for `tool_use` and for `pause_turn`.",
            reread=STOP_REASONS,
        ),
        _used(
            "no_stop_reason_as_whole",
            "`stop_reason` is `None`: the stream that this message was put together from broke off before it could "
            "say why it stopped. A list of bad stop reasons lets that through.",
            "Name the stop reasons whose text you use, and raise for everything else.",
            NO_STOP_REASON,
        ),
        Misconception(
            id="only_end_turn",
            applies=lambda run: run.case.name == "stop_sequence" and run.observation.raised is not None,
            cause="a text that ends at one of your own `stop_sequences` ends where you asked it to. It is whole.",
            next_step="Let `stop_sequence` through beside `end_turn`.",
            reread=STOP_REASONS,
        ),
        Misconception(
            id="wrong_exception",
            applies=lambda run: (
                (name := _expected_error(run)) is not None
                and run.observation.raised is not None
                and not has_raised(run, name)
                and run.observation.raised.type not in BUGS
            ),
            cause=lambda run: (
                f"you raised `{error_of(run).type}`, and your caller waits for {_errors(_expected_error(run) or '')}. "
                "The three need three reactions: ask for more room, do not ask again, carry on with the turn."
            ),
            next_step="Raise the exception that fits the stop reason. All three come from `helpers`.",
            reread=STOP_REASONS,
        ),
    ),
    hints=(
        "Everything hangs on `message.stop_reason`. There are seven, and `None`.",
        "Two of them let you use the text. Two mean `Truncated`, one means `Refused`. Treat all others as "
        "`Unfinished`, also those that you have never heard of.",
        'In a `match message.stop_reason:`, `case "end_turn" | "stop_sequence":` returns the joined text. Two more '
        "cases raise `Truncated` and `Refused`, and `case _:` raises `Unfinished`.",
    ),
    besides="Ours names the stop reasons that it accepts, so that one which is invented next year is not taken "
    "for a whole answer.",
)
