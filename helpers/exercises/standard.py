"""Exercises of lesson 01: one standard call, what its stop reason allows, and answers too long to wait for."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.observation import Raised
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import (
    content_as_text,
    first_block,
    not_yet_text,
    own_prompt,
    printed,
    said_returned,
    shortened,
    split,
    text_case,
    text_in,
    whole_text,
    wrong_text,
)
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Fail, Fixture, Scenario, blocks, says
from helpers.replay.events import Event
from helpers.settings import MODEL

LESSON: Final = "01_standard"
BLOCKS: Final = "What comes back is a list of blocks"
RETRIES: Final = "One call, up to three requests"
STOP_REASONS: Final = "Why it stopped decides what the text is worth"
LONG: Final = "Too long to wait for"

UNSTREAMED_TOKENS: Final = 21_333
"""The SDK sends no more `max_tokens` than this unstreamed: 600 s at 128,000 tokens an hour."""
ROOM_ENOUGH: Final = 200
"""The longest answer here has 50 tokens."""
OVERLOADED: Final = "always 529"
SDK_ATTEMPTS: Final = 3


def thinking_first(text: str) -> Fixture:
    """A message whose first block is the model's thinking, and whose second is `text`."""
    spoken = says(text).events
    later = (
        replace(event, data={**event.data, "index": 1}) if "index" in event.data else event for event in spoken[1:]
    )
    start = {"type": "thinking", "thinking": "", "signature": ""}
    deltas = (
        {"type": "thinking_delta", "thinking": "The customer wants to know where it is."},
        {"type": "signature_delta", "signature": "c2lnbmF0dXJl"},
    )
    thinking = (
        Event("content_block_start", {"type": "content_block_start", "index": 0, "content_block": start}),
        *(
            Event("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": one}, 0.4)
            for one in deltas
        ),
        Event("content_block_stop", {"type": "content_block_stop", "index": 0}),
    )
    return Fixture("thinking", (spoken[0], *thinking, *later))


# ask


def _ask_cases(source: random.Random) -> Sequence[Case]:
    return [
        text_case("one block", source),
        text_case("two blocks", source, 2),
        _thinking_case(source),
        text_case("529, 529", source, 1, Fail(529), Fail(529)),
        _overloaded_case(source),
    ]


def _thinking_case(source: random.Random) -> Case:
    text = draw_answer(source)
    scenario = Scenario("thinking", "thinking", then=Answer(thinking_first(text)))
    return Case("thinking first", scenario, {"prompt": draw_prompt(source)}, {"texts": [text]})


def _overloaded_case(source: random.Random) -> Case:
    scenario = Scenario(OVERLOADED, OVERLOADED, then=Fail(529))
    return Case(OVERLOADED, scenario, {"prompt": draw_prompt(source)}, {"texts": []})


def _wrong_answer(run: Run) -> str | None:
    if _stacked(run):
        return f"expected at most {SDK_ATTEMPTS} requests, got {len(run.wire)}."
    if run.case.name != OVERLOADED:
        return wrong_text(run) or ("one call is enough, but your code made several." if _asked_twice(run) else None)
    if run.observation.raised is None:
        return f"expected the SDK's error, because no answer came; got {shortened(run.value)}."
    return None


def _calls(run: Run) -> int:
    """How often the SDK was called, not counting what it tried again by itself."""
    return sum(exchange.retry_count == 0 for exchange in run.wire)


def _stacked(run: Run) -> bool:
    # A loop of one's own is fine where the SDK's is switched off.
    return _calls(run) > 1 and len(run.wire) > SDK_ATTEMPTS


def _asked_twice(run: Run) -> bool:
    return _calls(run) > 1 and all(exchange.status == 200 for exchange in run.wire)


def _has_no_text(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "AttributeError" and "'text'" in raised.message


def _glued(run: Run) -> bool:
    texts = run.case.expected["texts"]
    same_words = isinstance(run.value, str) and "".join(run.value.split()) == "".join(whole_text(run).split())
    return len(texts) > 1 and same_words and run.value != whole_text(run)


def _room(run: Run) -> int:
    body = run.wire[0].body if run.wire else None
    return int(body.get("max_tokens", 0)) if isinstance(body, dict) else 0


def _cut_short(run: Run) -> bool:
    whole = whole_text(run)
    begun = isinstance(run.value, str) and run.value != whole and whole.startswith(run.value)
    return begun and 0 < _room(run) < ROOM_ENOUGH


ASK: Final = Exercise(
    name="ask",
    lesson=LESSON,
    parameters=("client", "prompt"),
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
                f"you allowed {_room(run)} tokens, and the answer needed more. The API stopped in "
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
                f"your code read `text` from a block that has none ({_error(run).message}). "
                "The model's thinking, tool calls and search results are blocks too."
            ),
            next_step="Look at `block.type` first, and take the text of those whose type is `text`.",
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
)


# usable_text

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
BUGS: Final = ("AttributeError", "ImportError", "IndexError", "KeyError", "NameError", "TypeError", "UnboundLocalError")


def _usable_cases(source: random.Random) -> Sequence[Case]:
    return [
        _stop_case("end_turn", source),
        _stop_case("stop_sequence", source),
        _stop_case("two blocks", source, "end_turn", parts=2),
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


def answer_then_judge(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask the prompt through the SDK, streamed or not, then call `function(message)`."""
    inputs = stage.inputs
    prompt, room = inputs["prompt"], inputs["max_tokens"]
    if not inputs["streamed"]:
        return function(
            stage.client.messages.create(model=MODEL, max_tokens=room, messages=[{"role": "user", "content": prompt}])
        )
    with stage.client.messages.stream(
        model=MODEL, max_tokens=room, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        message = stream.get_final_message()
    return function(message)


def _expected_error(run: Run) -> str | None:
    name: str | None = run.case.expected["raises"]
    return name


def _raised_as(run: Run, name: str) -> bool:
    return run.observation.raised is not None and name in run.observation.raised.families


def _wrong_use(run: Run) -> str | None:
    name = _expected_error(run)
    if name is None:
        return None if run.case.name == EMPTY and _raised_as(run, "UnusableAnswer") else wrong_text(run)
    if _raised_as(run, name):
        return None
    came = run.observation.raised.type if run.observation.raised else f"the text {shortened(run.value)}"
    return f"expected {_errors(name)}, got {came}."


def _error(run: Run) -> Raised:
    """What left the function, where something is known to have."""
    assert run.observation.raised is not None
    return run.observation.raised


def _errors(name: str) -> str:
    return "`Unfinished`" if name == "UnusableAnswer" else f"`{name}`"


def _handed_on(run: Run, *names: str) -> bool:
    """Whether, in one of these cases, the function returned a text that must not be used."""
    return run.case.name in names and run.observation.raised is None and bool(run.value)


def _used(id: str, cause: str, next_step: str, *names: str) -> Misconception:
    """A text that was handed on in one of these cases."""
    return Misconception(id, lambda run: _handed_on(run, *names), cause, next_step, STOP_REASONS)


USABLE_TEXT: Final = Exercise(
    name="usable_text",
    lesson=LESSON,
    parameters=("message",),
    cases=_usable_cases,
    driver=answer_then_judge,
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
                and not _raised_as(run, name)
                and run.observation.raised.type not in BUGS
            ),
            cause=lambda run: (
                f"you raised `{_error(run).type}`, and your caller waits for {_errors(_expected_error(run) or '')}. "
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
)


# long_report


def _long_cases(source: random.Random) -> Sequence[Case]:
    return [
        _long_case("short", source, source.randrange(300, 900)),
        _long_case("just allowed", source, UNSTREAMED_TOKENS),
        _long_case("one more", source, UNSTREAMED_TOKENS + 1),
        _long_case("a book", source, source.randrange(60_000, 128_000)),
    ]


def _long_case(name: str, source: random.Random, max_tokens: int) -> Case:
    case = text_case(name, source)
    return replace(case, inputs={**case.inputs, "max_tokens": max_tokens})


def _wrong_report(run: Run) -> str | None:
    text = text_in(run.value)
    if text is None:
        return f"expected a `Message`, got {shortened(run.value)}."
    if text != whole_text(run):
        return f"expected the message {shortened(whole_text(run))}, got {shortened(text)}."
    if len(run.wire) != 1:
        return f"one request is enough, but there were {len(run.wire)}."
    return None


def _unstreamed(run: Run) -> bool:
    body = run.wire[0].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is not True


def _said_report(run: Run) -> str:
    if isinstance(run.value, dict) and run.value.get("type") == "message":
        return (
            f"streamed, max_tokens {_room(run):,}" if not _unstreamed(run) else f"unstreamed, max_tokens {_room(run):,}"
        )
    return said_returned(run)


LONG_REPORT: Final = Exercise(
    name="long_report",
    lesson=LESSON,
    parameters=("client", "prompt", "max_tokens"),
    cases=_long_cases,
    right=_wrong_report,
    said=_said_report,
    misconceptions=(
        Misconception(
            id="sdk_refused",
            applies=lambda run: _raised_as(run, "ValueError") and "Streaming is required" in _error(run).message,
            cause=lambda run: (
                f"the SDK refused {run.case.inputs['max_tokens']:,} tokens before it sent anything: an answer that "
                "long may take more than ten minutes, and a silent connection rarely lives that long."
            ),
            next_step="Stream the request. `stream.get_final_message()` gives the same `Message` at the end.",
            reread=LONG,
        ),
        Misconception(
            id="capped_max_tokens",
            applies=lambda run: 0 < _room(run) < run.case.inputs["max_tokens"],
            cause=lambda run: (
                f"you were asked for up to {run.case.inputs['max_tokens']:,} tokens and sent "
                f"`max_tokens` {_room(run):,}. Nothing raises any more, and long reports will end in mid-sentence."
            ),
            next_step="Send `max_tokens` as it was given, and stream the request.",
            reread=LONG,
        ),
        Misconception(
            id="timeout_overruled",
            applies=lambda run: run.case.inputs["max_tokens"] > UNSTREAMED_TOKENS and _unstreamed(run),
            cause=lambda run: (
                f"up to {run.case.inputs['max_tokens']:,} tokens were asked for unstreamed. A `timeout` of your own "
                "takes the SDK's objection away and leaves its reason: for minutes no byte travels, and networks cut "
                "such connections. The replay is kinder than they are."
            ),
            next_step="Stream the request, then no silence is long.",
            reread=LONG,
        ),
        replace(printed(LONG), next_step="End the function with `return` and the message."),
        Misconception(
            id="stream_not_message",
            applies=lambda run: isinstance(run.value, dict) and "Stream" in str(run.value.get("not_json")),
            cause=lambda run: (
                f"you returned a `{run.value['not_json']}`: the means to read an answer, not the answer. "
                "Its connection is still open, or closed and unread."
            ),
            next_step="Inside the `with`, return `stream.get_final_message()`.",
            reread=LONG,
        ),
        Misconception(
            id="text_not_message",
            applies=lambda run: isinstance(run.value, str),
            cause="you returned the text alone. The caller needs the whole message: without `stop_reason` nobody can "
            "tell a whole report from half of one.",
            next_step="Return the message, and leave the text to `usable_text`.",
            reread=LONG,
        ),
        own_prompt(LONG),
    ),
    hints=(
        "No `max_tokens` is too large for a streamed request. Nobody has to see the words arrive.",
        "`client.messages.stream(…)` takes what `create` takes. It is a context manager: use it in a `with`.",
        "Inside `with client.messages.stream(…) as stream:` the one line `return stream.get_final_message()` waits for "
        "the end.",
    ),
)

EXERCISES: Final = (ASK, USABLE_TEXT, LONG_REPORT)
