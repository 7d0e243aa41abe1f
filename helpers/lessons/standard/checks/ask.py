"""The check of `ask`: all text of one answer, with one call."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import content_as_text, first_block, not_yet_text, own_prompt, printed
from helpers.judging.reading import calls_made, error_of, has_raised, said_returned, shortened, whole_text, wrong_text
from helpers.judging.words import draw_answer, draw_prompt, text_case
from helpers.lessons.standard import LESSON
from helpers.lessons.standard.checks.shared import BLOCKS, ROOM_ENOUGH, STOP_REASONS, allowed_tokens
from helpers.replay import Answer, Fail, Scenario, blocks, thinking_first

RETRIES: Final = "One call, up to three requests"
OVERLOADED: Final = "always 529"
EMPTY: Final = "no block at all"
SDK_ATTEMPTS: Final = 3


def _ask_cases(source: random.Random) -> Sequence[Case]:
    return [
        text_case("one block", source),
        text_case("two blocks", source, 2),
        _thinking_case(source),
        _empty_case(source),
        text_case("529, 529", source, 1, Fail(529), Fail(529)),
        _overloaded_case(source),
    ]


def _thinking_case(source: random.Random) -> Case:
    text = draw_answer(source)
    scenario = Scenario("thinking", "thinking", then=Answer(thinking_first(text)))
    return Case("thinking first", scenario, {"prompt": draw_prompt(source)}, {"texts": [text]})


def _empty_case(source: random.Random) -> Case:
    scenario = Scenario(EMPTY, EMPTY, then=Answer(blocks([])))
    return Case(EMPTY, scenario, {"prompt": draw_prompt(source)}, {"texts": []})


def _overloaded_case(source: random.Random) -> Case:
    scenario = Scenario(OVERLOADED, OVERLOADED, then=Fail(529))
    return Case(OVERLOADED, scenario, {"prompt": draw_prompt(source)}, {"texts": []})


def _wrong_answer(run: Run) -> str | None:
    if _stacked(run):
        return f"expected at most {SDK_ATTEMPTS} requests, got {len(run.wire)}."
    # The SDK itself raises a RuntimeError where the text of a stream without any is asked for.
    if run.case.name == EMPTY and has_raised(run, "UnusableAnswer", "RuntimeError"):
        return None
    if run.case.name != OVERLOADED:
        return wrong_text(run) or ("one call is enough, but your code made several." if _asked_twice(run) else None)
    if run.observation.raised is None:
        return f"expected the SDK's error, because no answer came; got {shortened(run.value)}."
    return None


def _stacked(run: Run) -> bool:
    # A loop of one's own is fine where the SDK's is switched off.
    return calls_made(run) > 1 and len(run.wire) > SDK_ATTEMPTS


def _asked_twice(run: Run) -> bool:
    return calls_made(run) > 1 and all(exchange.status == 200 for exchange in run.wire)


def _has_no_text(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "AttributeError" and "'text'" in raised.message


def _glued(run: Run) -> bool:
    texts = run.case.expected["texts"]
    same_words = isinstance(run.value, str) and "".join(run.value.split()) == "".join(whole_text(run).split())
    return len(texts) > 1 and same_words and run.value != whole_text(run)


def _cut_short(run: Run) -> bool:
    whole = whole_text(run)
    begun = isinstance(run.value, str) and run.value != whole and whole.startswith(run.value)
    return begun and 0 < allowed_tokens(run) < ROOM_ENOUGH


CHECK: Final = Check(
    LESSON.exercise("ask"),
    cases=_ask_cases,
    right=_wrong_answer,
    said=said_returned,
    misconceptions=(
        Misconception(
            id="asked_twice",
            applies=_asked_twice,
            cause=lambda run: (
                f"your code made {len(run.wire)} calls, and each is paid for. Two calls don't give two "
                "looks at one answer: they give two answers."
            ),
            next_step="Keep the message of the first call in a variable, and take all you need from it.",
            reread=RETRIES,
        ),
        Misconception(
            id="stacked_retries",
            applies=_stacked,
            cause=lambda run: (
                f"your code sent {len(run.wire)} requests. The SDK already tries a 529 twice more by "
                "itself, and each round of a loop around it does that again: more load for an API that has too much."
            ),
            next_step="Call once, and let the SDK's error through.",
            reread=RETRIES,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == OVERLOADED and run.observation.raised is None,
            cause=lambda run: (
                f"no answer ever came, but your function returned {shortened(run.value)}. "
                "Whoever called it takes that for the answer."
            ),
            next_step="Leave the exception alone: it has the status and the request id that the caller needs.",
            reread=RETRIES,
        ),
        printed(BLOCKS),
        own_prompt(BLOCKS),
        not_yet_text(BLOCKS),
        content_as_text(BLOCKS),
        Misconception(
            id="cut_short",
            applies=_cut_short,
            cause=lambda run: (
                f"you allowed {allowed_tokens(run)} tokens, and the answer needed more. The API stopped in "
                "mid-sentence with the stop reason `max_tokens`, and nothing raised."
            ),
            next_step="Give `max_tokens` room, 1024 for an answer to a customer: you pay for what is written, not for "
            "what is allowed.",
            reread=STOP_REASONS,
        ),
        first_block(BLOCKS),
        Misconception(
            id="every_block_has_text",
            applies=_has_no_text,
            cause=lambda run: (
                f"your code read `text` from a block that has none ({error_of(run).message}). "
                "The model's thinking, tool calls and search results are blocks too."
            ),
            next_step="Look at `block.type` first, and take the text of those whose type is `text`.",
            reread=BLOCKS,
        ),
        Misconception(
            id="always_a_block",
            applies=lambda run: (
                run.case.name == EMPTY and has_raised(run, "IndexError", "StopIteration", "TypeError", "ValueError")
            ),
            cause=lambda run: (
                f"`content` was an empty list, and your code raised `{error_of(run).type}` on it. Rarely, a model has "
                "nothing to say, and ends its turn well."
            ),
            next_step='Join what there is with `"".join(…)`: of nothing, that is the empty text.',
            reread=BLOCKS,
        ),
        Misconception(
            id="glued_with_whitespace",
            applies=_glued,
            cause="the words are right and the spaces between them are not. A new block can begin in the middle of a "
            "sentence, and the blocks bring their own spaces and line breaks.",
            next_step='Join the texts as they are, with nothing between them: `"".join(…)`.',
            reread=BLOCKS,
        ),
    ),
    hints=(
        "One call of `client.messages.create(…)`, no loop and no `try`: what can be retried, the SDK has retried.",
        "Go through `message.content`. Not every block is text, and there can be several that are.",
        'Keep the texts with `[block.text for block in message.content if block.type == "text"]` and join them with '
        "nothing between.",
    ),
    besides="Ours looks at what came, too: of a page with the status 200, as a captive portal sends it, it says "
    "that it is no message.",
)
