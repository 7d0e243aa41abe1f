"""Exercises of lesson 00: the text of one reply, and the id of the request that brought it."""

import json
import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Fail, Scenario, blocks
from helpers.settings import MODEL

LESSON: Final = "00_start_here"
REPLY: Final = "A reply is a list of blocks"
REQUEST_ID: Final = "Every answer has a request id"


def text_case(name: str, source: random.Random, parts: int = 1, *failures: Fail) -> Case:
    """A case that is answered, after `failures`, with one text in so many blocks."""
    texts = split(draw_answer(source), parts)
    answer = Answer(blocks([{"type": "text", "text": text} for text in texts]))
    return Case(name, Scenario(name, name, failures, answer), {"prompt": draw_prompt(source)}, {"texts": texts})


def split(text: str, parts: int) -> list[str]:
    """`text` in so many parts of as many words. A part may end in mid-sentence, as the API's blocks do."""
    words = re.findall(r"\s*\S+", text)
    edges = [len(words) * index // parts for index in range(parts + 1)]
    return ["".join(words[start:end]) for start, end in pairwise(edges)]


def whole_text(run: Run) -> str:
    """The text that the case's answer holds."""
    return "".join(run.case.expected["texts"])


def text_in(message: Any) -> str | None:
    """The text of a returned message, its blocks joined; None where it is no message."""
    if (
        not isinstance(message, dict)
        or message.get("type") != "message"
        or not isinstance(message.get("content"), list)
    ):
        return None
    return "".join(str(block.get("text", "")) for block in message["content"] if isinstance(block, dict))


def wrong_text(run: Run) -> str | None:
    """What is wrong with the returned text; None when it is the whole answer."""
    if run.value == whole_text(run):
        return None
    return f"expected the text {shortened(whole_text(run))}, got {shortened(run.value)}."


def shortened(value: Any, length: int = 60) -> str:
    """`value` as code, short enough for a sentence."""
    shown = repr(value)
    return f"`{shown if len(shown) <= length else shown[: length - 1] + '…'}`"


def said_returned(run: Run) -> str:
    """What the function did, in a few words for the picture."""
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if isinstance(run.value, str):
        return f"you returned {len(run.value)} characters"
    return "you returned nothing" if run.value is None else "you returned no text"


def returned_nothing(run: Run) -> bool:
    """Whether the function ran to its end and returned None."""
    return run.observation.raised is None and run.observation.stopped is None and run.value is None


def turns_of(run: Run) -> list[Any]:
    """The messages of the first request, as far as they are some: nobody has to send what the API takes."""
    body = run.wire[0].body if run.wire else None
    turns = body.get("messages") if isinstance(body, dict) else None
    return [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []


def asked(run: Run) -> str:
    """The messages of the first request, as JSON text; empty when none was sent."""
    turns = turns_of(run)
    return json.dumps(turns, ensure_ascii=False) if turns else ""


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


def _first_answer_cases(source: random.Random) -> Sequence[Case]:
    return [
        text_case("one block", source),
        text_case("two blocks", source, 2),
        text_case("after a 529", source, 1, Fail(529)),
    ]


FIRST_ANSWER: Final = Exercise(
    name="first_answer",
    lesson=LESSON,
    parameters=("client", "prompt"),
    cases=_first_answer_cases,
    right=wrong_text,
    said=said_returned,
    misconceptions=(
        printed(REPLY),
        own_prompt(REPLY),
        not_yet_text(REPLY),
        content_as_text(REPLY),
        first_block(REPLY),
    ),
    hints=(
        "Ask with `client.messages.create(…)`: it needs `model`, `max_tokens` and `messages`. What comes back is a "
        "message, and its `content` is a list of blocks.",
        "A block has a `type`. Take the `text` of every block whose type is `text`, also of the second and the third.",
        'The last line can be `return "".join(block.text for block in message.content if block.type == "text")`.',
    ),
)


def answer_then_call(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask the prompt through the SDK, then call `function(message)`."""
    message = stage.client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": stage.inputs["prompt"]}]
    )
    return function(message)


def _request_id_cases(source: random.Random) -> Sequence[Case]:
    return [text_case("one call", source), text_case("after a 529", source, 1, Fail(529))]


def _request_id(run: Run) -> str:
    """The id of the request that the driver's message came with: the function may have sent others after it."""
    return next((one.request_id or "" for one in run.wire if one.whole), "")


def _wrong_request_id(run: Run) -> str | None:
    if run.value == _request_id(run) != "":
        return None
    return f"expected the id of the request that was answered, `{_request_id(run)}`, got {shortened(run.value)}."


def _raised(run: Run, *types: str) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type in types and "request" in raised.message


def _said_id(run: Run) -> str:
    return f"you returned {run.value[:8]}…" if isinstance(run.value, str) else said_returned(run)


REQUEST_ID_OF: Final = Exercise(
    name="request_id_of",
    lesson=LESSON,
    parameters=("message",),
    cases=_request_id_cases,
    driver=answer_then_call,
    right=_wrong_request_id,
    said=_said_id,
    misconceptions=(
        printed(REQUEST_ID),
        Misconception(
            id="message_id",
            applies=lambda run: isinstance(run.value, str) and run.value.startswith("msg_"),
            cause=lambda run: (
                f"you returned `{run.value}`, the id of the message. It names the answer; the request "
                "that brought it has another id, and support asks for that one."
            ),
            next_step="Look for the attribute whose value begins with `req_`.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="no_public_name",
            applies=lambda run: _raised(run, "AttributeError"),
            cause="a message has no attribute `request_id`. A stream and an error have one; a message keeps it under "
            "a name with an underscore before it, because it is not a field of the message.",
            next_step="Read `message._request_id`. The underscore is the SDK's own, documented name.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="looked_in_body",
            applies=lambda run: _raised(run, "KeyError"),
            cause="you looked for the id among the message's fields. It is none of them: it came in the header "
            "`request-id` of the response, beside the message.",
            next_step="Read it from the message object itself: `message._request_id`.",
            reread=REQUEST_ID,
        ),
        Misconception(
            id="own_id",
            applies=lambda run: isinstance(run.value, str) and _request_id(run) not in run.value,
            cause=lambda run: (
                f"you returned {shortened(run.value)}, which never was on the wire. An id that you made "
                "up finds your own log line, but nobody at the API knows it."
            ),
            next_step="Return the id that the API gave the request: `message._request_id`.",
            reread=REQUEST_ID,
        ),
    ),
    hints=(
        "The id travels in the header `request-id` of the response. The SDK keeps it on the message that it returns.",
        "It is not a field of the message, so its name begins with an underscore.",
        "`return message._request_id` is the whole function.",
    ),
)

EXERCISES: Final = (FIRST_ANSWER, REQUEST_ID_OF)
