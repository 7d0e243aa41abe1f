"""Misconceptions that several lessons meet, each with the section of its lesson to read again."""

import json
from typing import Any

from helpers.judging.check import Misconception, Run
from helpers.judging.reading import asked, returned_nothing, shortened, turns_of


def printed(reread: str) -> Misconception:
    """The answer is shown to the person and not given to the program."""
    return Misconception(
        id="printed_not_returned",
        applies=returned_nothing,
        cause="your function returned `None`. What `print` shows reaches your eyes, but not the code that called you.",
        next_step="End the function with `return` and the value.",
        reread=reread,
    )


def own_prompt(reread: str) -> Misconception:
    """The question is written into the function."""
    return Misconception(
        id="prompt_ignored",
        applies=lambda run: bool(run.wire) and json.dumps(run.case.inputs["prompt"])[1:-1] not in asked(run),
        cause=lambda run: (
            f"the request does not hold the prompt that your function was given, "
            f"{shortened(run.case.inputs['prompt'])}. It asked {shortened(_last_question(run))} instead."
        ),
        next_step="Send the parameter `prompt` as the content of the user's message.",
        reread=reread,
    )


def _last_question(run: Run) -> Any:
    turns = turns_of(run)
    return turns[-1].get("content") if turns else ""


def content_as_text(reread: str) -> Misconception:
    """`str()` of the SDK's objects."""
    return Misconception(
        id="repr_not_text",
        applies=lambda run: isinstance(run.value, str) and "TextBlock(" in run.value,
        cause=lambda run: (
            f"you returned how Python prints the blocks, {shortened(run.value)}. "
            "Your customer would read the word `TextBlock`."
        ),
        next_step="Take `block.text` from each block whose `type` is `text`.",
        reread=reread,
    )


def not_yet_text(reread: str) -> Misconception:
    """The SDK's object where a string was promised."""
    return Misconception(
        id="message_not_text",
        applies=lambda run: _is_from_sdk(run.value),
        cause="you returned the SDK's object, but the function promises a string. The text is two steps further in: "
        "`message.content` is a list of blocks, and each text block has a `text`.",
        next_step="Go through `message.content` and return the text of its blocks.",
        reread=reread,
    )


def _is_from_sdk(value: Any) -> bool:
    """Whether `value` is a message, a block of one, or its list of blocks."""
    return any(isinstance(item, dict) and "type" in item for item in (value if isinstance(value, list) else [value]))


def first_block(reread: str) -> Misconception:
    """`content[0].text`, or a loop that returns too early."""
    return Misconception(
        id="first_block_only",
        applies=lambda run: len(run.case.expected["texts"]) > 1 and run.value == run.case.expected["texts"][0],
        cause=lambda run: (
            f"the answer came in {len(run.case.expected['texts'])} text blocks, and you returned the "
            "first alone. Nothing raised: the rest of the answer is lost in silence."
        ),
        next_step="Go through all of `message.content` and join what you find.",
        reread=reread,
    )
