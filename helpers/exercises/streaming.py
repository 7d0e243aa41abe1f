"""Exercises of lesson 02: words as they are written, the whole message, the wait for the first word, many at once."""

import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from anthropic import AsyncAnthropic
from anthropic._base_client import get_platform

from helpers.exercises.exact import number, numbers, same
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage, call_async
from helpers.exercises.standard import thinking_first
from helpers.exercises.start_here import own_prompt, printed, returned_nothing, said_returned, shortened, split
from helpers.exercises.words import draw_answer, draw_prompt
from helpers.replay import Answer, Fail, Fixture, Request, Scenario, blocks, says
from helpers.replay.events import Event, Json
from helpers.replay.scenario import Step
from helpers.replay.wire import Exchange

LESSON: Final = "02_streaming"
SEE: Final = "See it work"
PIECES: Final = "What a stream is made of"
WHOLE: Final = "The whole message, from the same stream"
FIRST: Final = "The wait that a user feels"
MANY: Final = "Many at once"
RUNNING: Final = "A loop is already running"

THOUGHT: Final = "The customer wants to know"
"""How the thinking of `thinking_first` begins."""
SLOW: Final = 5.0
"""How much slower an answer is written whose first word is timed: no clock of one's own can pass for API time."""
NEAR: Final = 0.05
"""Seconds within which two moments are the same."""
WORD_BY_WORD: Final = 1.0
"""Seconds between two words of an answer in `ask_all`: long enough for calls to overlap on a busy machine too."""
FAILS: Final = "one fails"


def _calls(run: Run) -> int:
    """How often the SDK was called, not counting what it tried again by itself."""
    return sum(exchange.retry_count == 0 for exchange in run.wire)


def _streamed(run: Run) -> bool:
    body = run.wire[0].body if run.wire else None
    return isinstance(body, dict) and body.get("stream") is True


def _ended_well(run: Run) -> bool:
    return run.observation.raised is None and run.observation.stopped is None


def _places(fixture: Fixture) -> list[int]:
    """Which of the events carry text."""
    return [
        index for index, event in enumerate(fixture.events) if event.data.get("delta", {}).get("type") == "text_delta"
    ]


def _case(name: str, source: random.Random, fixture: Fixture, *failures: Fail, **inputs: Any) -> Case:
    """A case that is answered with `fixture`, after `failures`."""
    places = _places(fixture)
    expected = {"pieces": [fixture.events[place].data["delta"]["text"] for place in places], "places": places}
    scenario = Scenario(name, name, failures, Answer(fixture))
    return Case(name, scenario, {"prompt": draw_prompt(source), **inputs}, expected)


def _text_blocks(text: str, parts: int) -> Fixture:
    return blocks([{"type": "text", "text": part} for part in split(text, parts)])


def _with_pings(fixture: Fixture) -> Fixture:
    """The same with a ping after the first event and one between the words."""
    ping = Event("ping", {"type": "ping"}, 0.3)
    first, *rest = fixture.events
    return Fixture(fixture.name, (first, ping, *rest[:4], ping, *rest[4:]))


def asked_twice(reread: str) -> Misconception:
    """One request for the words and another for the message."""
    return Misconception(
        id="asked_twice",
        applies=lambda run: _calls(run) > 1,
        cause=lambda run: (
            f"your code made {_calls(run)} calls for one answer, and each is paid for. A second call does not give you "
            "the rest of the first one: it gives you another answer."
        ),
        next_step="Take all that you need from one stream: it has the words, the message and the request id.",
        reread=reread,
    )


def unstreamed(reread: str, why: str) -> Misconception:
    """`create` without `stream=True`."""
    return Misconception(
        id="unstreamed",
        applies=lambda run: bool(run.wire) and not _streamed(run),
        cause=f"your request does not ask for a stream. {why}",
        next_step="Use `client.messages.stream(…)` in a `with`.",
        reread=reread,
    )


# show


def write_on_time(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`, and note when it writes."""
    moments = stage.notes["moments"] = []

    def write(text: str) -> None:
        """Show `text` to the user."""
        moments.append(stage.clock.now())
        stage.write(text)

    return function(stage.client, **stage.inputs, write=write)


def _show_cases(source: random.Random) -> Sequence[Case]:
    return [
        _case("one block", source, says(draw_answer(source))),
        _case("two blocks", source, _text_blocks(draw_answer(source), 2)),
        _case("thinking first", source, thinking_first(draw_answer(source))),
        _case("with pings", source, _with_pings(says(draw_answer(source)))),
        _case("after a 529", source, says(draw_answer(source)), Fail(529)),
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


SHOW: Final = Exercise(
    name="show",
    lesson=LESSON,
    parameters=("client", "prompt", "write"),
    cases=_show_cases,
    driver=write_on_time,
    right=_wrong_show,
    said=_said_show,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(SEE),
        Misconception(
            id="delta_without_text",
            applies=lambda run: (
                run.observation.raised is not None
                and run.observation.raised.type == "AttributeError"
                and "'text'" in run.observation.raised.message
            ),
            cause=lambda run: (
                f"your loop read `text` from an event that has none ({_message(run)}). Thinking, citations and tool "
                "calls come in deltas too."
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
            applies=lambda run: _ended_well(run) and not run.observation.wrote,
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
            applies=lambda run: _late(run) and len(run.observation.wrote) > 1,
            cause=lambda run: (
                f"{_written_words(run)}, and the first of them when the answer was already complete. It looks like a "
                "stream, but the user waited as long as without one."
            ),
            next_step="Write each piece in the loop that receives it. Do not collect first.",
            reread=SEE,
        ),
        Misconception(
            id="white_space_changed",
            applies=lambda run: (
                _written(run) != _whole(run) and _without_spaces(_written(run)) == _without_spaces(_whole(run))
            ),
            cause="the words are right and the white space is not: `strip`, a space or a line break of your own. A "
            "piece may begin in the middle of a word, and brings the spaces that it needs.",
            next_step="Write each piece exactly as it comes.",
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
)


def _message(run: Run) -> str:
    return run.observation.raised.message if run.observation.raised else ""


# stream_message


def _message_cases(source: random.Random) -> Sequence[Case]:
    order = source.randrange(1000, 9999)
    tool: Json = {"type": "tool_use", "id": f"toolu_{order}", "name": "find_order", "input": {"order": order}}
    remark: Json = {"type": "text", "text": "I look that up."}
    fixtures = {
        "text": says(draw_answer(source)),
        "two blocks": _text_blocks(draw_answer(source), 2),
        "thinking first": thinking_first(draw_answer(source)),
        "a tool call": blocks([remark, tool], stop_reason="tool_use"),
    }
    return [_message_case(name, source, fixture) for name, fixture in fixtures.items()]


def _message_case(name: str, source: random.Random, fixture: Fixture) -> Case:
    case = _case(name, source, fixture)
    return replace(case, expected={**case.expected, "message": fixture.message})


def _is_message(run: Run) -> bool:
    return isinstance(run.value, dict) and run.value.get("type") == "message"


def _substance(message: Mapping[str, Any]) -> list[Any]:
    """What a message must not lose: its blocks, why it ended, and what it cost."""
    kept = ("type", "text", "thinking", "name", "input")
    found = message.get("content")
    blocks = [block for block in found if isinstance(block, dict)] if isinstance(found, list) else []
    content = [{name: block[name] for name in kept if name in block} for block in blocks]
    usage = message.get("usage")
    return [content, message.get("stop_reason"), usage.get("output_tokens") if isinstance(usage, dict) else None]


def _wrong_message(run: Run) -> str | None:
    if not _is_message(run):
        return f"expected a `Message`, got {shortened(run.value)}."
    if not _streamed(run) or len(run.wire) != 1:
        return "one streamed request is enough."
    expected, got = _substance(run.case.expected["message"]), _substance(run.value)
    return None if same(got, expected) else f"expected the message {shortened(expected)}, got {shortened(got)}."


def _said_message(run: Run) -> str:
    if not _is_message(run):
        return said_returned(run)
    kinds = [str(block.get("type")) for block in _substance(run.value)[0]]
    return f"{', '.join(kinds) or 'no blocks'} · {run.value.get('stop_reason')}"


STREAM_MESSAGE: Final = Exercise(
    name="stream_message",
    lesson=LESSON,
    parameters=("client", "prompt"),
    cases=_message_cases,
    right=_wrong_message,
    said=_said_message,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(WHOLE),
        unstreamed(
            WHOLE,
            "You got a message, and a user has seen nothing until it was there; above 21,333 tokens the SDK would not "
            "even have sent it.",
        ),
        printed(WHOLE),
        Misconception(
            id="stream_not_message",
            applies=lambda run: isinstance(run.value, dict) and "Stream" in str(run.value.get("not_json")),
            cause=lambda run: (
                f"you returned a `{run.value['not_json']}`: the means to read an answer, not the answer. Outside its "
                "`with` it is closed."
            ),
            next_step="Inside the `with`, return `stream.get_final_message()`.",
            reread=WHOLE,
        ),
        Misconception(
            id="text_not_message",
            applies=lambda run: isinstance(run.value, str),
            cause="you returned the text alone. Why it ended and what it cost are lost, and of a tool call there is "
            "nothing left.",
            next_step="Return the message: `stream.get_final_message()`.",
            reread=WHOLE,
        ),
        Misconception(
            id="message_too_early",
            applies=lambda run: _is_message(run) and run.value.get("stop_reason") is None,
            cause=lambda run: (
                "the message that you returned has no stop reason, and "
                f"{len(run.value.get('content') or [])} blocks: it was taken while the stream was still under way. "
                "What `message_start` carries, and `current_message_snapshot`, is the message so far."
            ),
            next_step="Let the stream come to its end: `stream.get_final_message()` reads what is left of it.",
            reread=WHOLE,
        ),
        Misconception(
            id="put_together_by_hand",
            applies=lambda run: (
                isinstance(run.value, dict)
                and "content" in run.value
                and not same(_substance(run.value), _substance(run.case.expected["message"]))
            ),
            cause=lambda run: (
                f"your message differs from the one that was streamed: it should be "
                f"{shortened(_substance(run.case.expected['message']), 90)}. What is put together from the text alone "
                "has no thinking, no tool call and no usage."
            ),
            next_step="The SDK has already put it together: `stream.get_final_message()`.",
            reread=WHOLE,
        ),
    ),
    hints=(
        "One request. The stream keeps what it has read, and can give you the whole at its end.",
        "You need not loop: the method that returns the message reads the rest of the stream first.",
        "Inside `with client.messages.stream(…) as stream:` the one line `return stream.get_final_message()`.",
    ),
)


# time_to_first_text


def call_later(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, clock=…)` when the clock has been running for a while."""
    inputs = dict(stage.inputs)
    stage.clock.sleep(inputs.pop("asked_at"))
    return function(stage.client, **inputs, clock=stage.clock)


def _slowed(fixture: Fixture) -> Fixture:
    return Fixture(fixture.name, tuple(replace(event, delay=event.delay * SLOW) for event in fixture.events))


def _first_cases(source: random.Random) -> Sequence[Case]:
    return [
        _first_case("text", source, says(draw_answer(source))),
        _first_case("with pings", source, _with_pings(says(draw_answer(source)))),
        _first_case("thinking first", source, thinking_first(draw_answer(source))),
        _first_case("after a 529", source, says(draw_answer(source)), Fail(529)),
    ]


def _first_case(name: str, source: random.Random, fixture: Fixture, *failures: Fail) -> Case:
    slow = _slowed(fixture)
    case = _case(name, source, slow, *failures, asked_at=float(source.randrange(2, 6)))
    timing = {"delays": [event.delay for event in slow.events], "names": [event.name for event in slow.events]}
    return replace(case, expected={**case.expected, **timing})


def _after(run: Run, place: int) -> float:
    """Seconds from the first request to an event, also to one that the caller no longer read."""
    since: float = sum(run.case.expected["delays"][: place + 1])
    return run.wire[-1].started - run.wire[0].started + since


def _first_text(run: Run) -> float | None:
    """Seconds from the first request to the first text."""
    return _after(run, run.case.expected["places"][0]) if run.wire else None


def _is_near(run: Run, seconds: float | None) -> bool:
    returned = number(run.value)
    return returned is not None and seconds is not None and abs(returned - seconds) < NEAR


def _timed_event(run: Run) -> str | None:
    """The event before the first text that was timed instead, if one was."""
    if not run.wire or _is_near(run, _first_text(run)):
        return None
    before = range(run.case.expected["places"][0])
    return next((run.case.expected["names"][place] for place in before if _is_near(run, _after(run, place))), None)


def _wrong_first(run: Run) -> str | None:
    if _is_near(run, _first_text(run)):
        return None if len(run.wire) <= 2 else f"one call is enough, but there were {len(run.wire)} requests."
    right = _first_text(run)
    told = "the first text" if right is None else f"{right:g} s, when the first text came"
    return f"expected {told}, got {shortened(run.value)}."


def _said_first(run: Run) -> str:
    if (returned := number(run.value)) is not None and _ended_well(run):
        return f"you said {returned:.4g} s"
    return said_returned(run)


def _ended(run: Run) -> float | None:
    """Seconds from the first request to the end of the answer."""
    return _after(run, len(run.case.expected["delays"]) - 1) if run.wire else None


def _from_first_byte(run: Run) -> float | None:
    """Seconds from the first event to the first text."""
    right = _first_text(run)
    return None if right is None else right - _after(run, 0)


TIME_TO_FIRST_TEXT: Final = Exercise(
    name="time_to_first_text",
    lesson=LESSON,
    parameters=("client", "prompt", "clock"),
    cases=_first_cases,
    driver=call_later,
    right=_wrong_first,
    said=_said_first,
    misconceptions=(
        asked_twice(WHOLE),
        own_prompt(FIRST),
        unstreamed(FIRST, "Without one there is no first text: all of it comes at the end."),
        printed(FIRST),
        Misconception(
            id="moment_not_duration",
            applies=lambda run: _is_near(run, (_first_text(run) or 0.0) + run.case.inputs["asked_at"]),
            cause=lambda run: (
                f"you returned {run.value:g}: what the clock said when the text came. It had been running for "
                f"{run.case.inputs['asked_at']:g} s when you were called."
            ),
            next_step="Read the clock twice, before the call and at the first text, and return the difference.",
            reread=FIRST,
        ),
        Misconception(
            id="time_to_the_end",
            applies=lambda run: _is_near(run, _ended(run)) and not _is_near(run, _first_text(run)),
            cause=lambda run: (
                f"you returned {run.value:g} s, the time until the whole answer was there. The user began to read "
                f"after {_first_text(run):g} s."
            ),
            next_step="Read the clock inside the loop, at the first piece, not after it.",
            reread=FIRST,
        ),
        Misconception(
            id="thinking_timed",
            applies=lambda run: _timed_event(run) == "content_block_delta",
            cause=lambda run: (
                f"you returned {run.value:g} s, when the model began to think. The user has something to read after "
                f"{_first_text(run):g} s."
            ),
            next_step="Wait for the first piece of `stream.text_stream`, which yields text and nothing else.",
            reread=FIRST,
        ),
        Misconception(
            id="first_event_timed",
            applies=lambda run: _timed_event(run) not in (None, "content_block_delta"),
            cause=lambda run: (
                f"you returned {run.value:g} s, the moment of the event `{_timed_event(run)}`. It says that an answer "
                f"has begun; there is nothing to read in it. The first text came after {_first_text(run):g} s."
            ),
            next_step="Wait for the first piece of `stream.text_stream`.",
            reread=FIRST,
        ),
        Misconception(
            id="clock_started_late",
            applies=lambda run: _is_near(run, _from_first_byte(run)),
            cause=lambda run: (
                f"you returned {run.value:g} s, and the user waited {_first_text(run):g} s. Your clock started inside "
                "the `with`: by then the request was sent and its answer had begun."
            ),
            next_step="Read the clock before `client.messages.stream(…)`.",
            reread=FIRST,
        ),
        Misconception(
            id="own_clock",
            applies=lambda run: (
                (returned := number(run.value)) is not None and _first_text(run) is not None and returned < SLOW * 0.15
            ),
            cause=lambda run: (
                f"you returned {run.value:.4g} s, and on the clock that you were given {_first_text(run):g} s went by. "
                "A clock of your own, such as `time.time()`, can't be set by a test, and jumps when somebody sets it."
            ),
            next_step="Use `clock.now()` for both readings.",
            reread=FIRST,
        ),
    ),
    hints=(
        "Two readings of `clock.now()`: one before the request leaves, one when the user has something to read.",
        "The first reading stands before the `with`, because entering it sends the request. The second is taken at "
        "the first piece of `stream.text_stream`, which passes over everything that is no text.",
        "`started = clock.now()`, then inside the `with` `for _ in stream.text_stream: return clock.now() - started`, "
        "and after the loop `raise Unfinished(…)`, for an answer without any text.",
    ),
)


# ask_all


def call_settled(function: Callable[..., Coroutine[Any, Any, Any]], stage: Stage) -> Any:
    """Await `function(async client, **inputs)` with a client that has found out where it runs.

    The SDK does that in a thread, before its first request: which of several requests leaves first would be chance.
    """

    async def settled(client: AsyncAnthropic, **inputs: Any) -> Any:
        client._platform = get_platform()
        return await function(client, **inputs)

    return call_async(settled, stage)


def _all_cases(source: random.Random) -> Sequence[Case]:
    return [
        _all_case("8 prompts, 3 at a time", source, 8, 3, Fail(529)),
        _all_case("6 prompts, 2 at a time", source, 6, 2, Fail(529)),
        _all_case("one prompt", source, 1, 3),
        _all_case("no prompts", source, 0, 3),
        _all_case(FAILS, source, 5, 2, Answer(says("Good.", delay=WORD_BY_WORD)), Fail(400)),
    ]


def _all_case(name: str, source: random.Random, count: int, limit: int, *script: Step) -> Case:
    prompts = _different_prompts(source, count)
    # The first answer is the longest, and has to be asked for twice where there is a 529: it does not come first.
    texts = [" ".join(draw_answer(source) for _ in range(1 if index else 3)) for index in range(count)]
    scenario = Scenario(name, name, script, Answer(_answering(prompts, texts)))
    return Case(name, scenario, {"prompts": prompts, "limit": limit}, {"texts": texts})


def _different_prompts(source: random.Random, count: int) -> list[str]:
    prompts: list[str] = []
    while len(prompts) < count:
        prompt = draw_prompt(source)
        if prompt not in prompts:
            prompts.append(prompt)
    return prompts


def _answering(prompts: Sequence[str], texts: Sequence[str]) -> Callable[[Request], Fixture]:
    """Answers each prompt with its own text."""

    def reply(request: Request) -> Fixture:
        asked = str(request.fields["messages"])
        found = (text for prompt, text in zip(prompts, texts, strict=True) if prompt in asked)
        return says(next(found, "Which order do you mean?"), delay=WORD_BY_WORD)

    return reply


def most_in_flight(wire: Sequence[Exchange]) -> int:
    """How many requests were under way at once, at most."""
    return max((sum(_overlaps(other, one.started) for other in wire) for one in wire), default=0)


def _overlaps(exchange: Exchange, moment: float) -> bool:
    ended = exchange.started if exchange.ended is None else exchange.ended
    return exchange.started <= moment < ended - 1e-6


def _texts(run: Run) -> list[str]:
    texts: list[str] = run.case.expected["texts"]
    return texts


def _wrong_all(run: Run) -> str | None:
    if run.case.name == FAILS:
        return None if _let_through(run) else f"expected the SDK's error, got {shortened(run.value)}."
    if _too_many(run):
        return f"{most_in_flight(run.wire)} requests were under way at once, {run.case.inputs['limit']} are allowed."
    if run.value != _texts(run):
        return f"expected {len(_texts(run))} texts in the order of the prompts, got {shortened(run.value)}."
    return "the calls were made one after the other." if _in_a_row(run) else None


def _too_many(run: Run) -> bool:
    # When one fails, the others are given up at some moment: how many were under way then is chance.
    return run.case.name != FAILS and most_in_flight(run.wire) > run.case.inputs["limit"]


def _let_through(run: Run) -> bool:
    """Whether the SDK's error left the function, also within the group that `asyncio.TaskGroup` raises."""
    raised = run.observation.raised
    return raised is not None and bool({"APIError", "BaseExceptionGroup"} & set(raised.families))


def _in_a_row(run: Run) -> bool:
    enough = len(_texts(run)) >= run.case.inputs["limit"] > 1
    return enough and run.case.name != FAILS and len(run.wire) >= len(_texts(run)) and most_in_flight(run.wire) == 1


def _said_all(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if isinstance(run.value, list) and not run.wire:
        return f"you returned {len(run.value)} texts"
    return f"at most {most_in_flight(run.wire)} at once" if run.wire else said_returned(run)


def _items(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else [run.value]


def _unawaited(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("not_json")) in ("coroutine", "Task", "Future", "_GatheringFuture")


def _loop_in_loop(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and raised.type == "RuntimeError" and "running" in raised.message


ASK_ALL: Final = Exercise(
    name="ask_all",
    lesson=LESSON,
    parameters=("client", "prompts", "limit"),
    cases=_all_cases,
    driver=call_settled,
    right=_wrong_all,
    said=_said_all,
    misconceptions=(
        Misconception(
            id="loop_in_a_loop",
            applies=_loop_in_loop,
            cause=lambda run: (
                f"`{_message(run)}` Your function is called by an event loop, in a notebook as in a web server, and "
                "there can be only one of them in a thread."
            ),
            next_step="Write `await` where you start a loop: `await asyncio.gather(…)`.",
            reread=RUNNING,
        ),
        Misconception(
            id="not_awaited",
            applies=lambda run: any(_unawaited(item) for item in _items(run)),
            cause=lambda run: (
                f"you returned `{next(item for item in _items(run) if _unawaited(item))['not_json']}`: the promise of "
                "an answer, not the answer."
            ),
            next_step="Put `await` before it: `await asyncio.gather(*…)` gives the list of results.",
            reread=RUNNING,
        ),
        Misconception(
            id="no_limit",
            applies=_too_many,
            cause=lambda run: (
                f"{most_in_flight(run.wire)} requests were under way at once, and `limit` is "
                f"{run.case.inputs['limit']}. With a thousand prompts that is a thousand connections, and the API "
                "answers 429."
            ),
            next_step="Take an `asyncio.Semaphore(limit)` inside the function that makes one call. Around `gather` it "
            "limits nothing: it is taken once.",
            reread=MANY,
        ),
        Misconception(
            id="one_after_the_other",
            applies=_in_a_row,
            cause=lambda run: (
                f"no two of your {len(run.wire)} requests were under way at the same time. `await` in a loop waits for "
                "each answer before it sends the next request."
            ),
            next_step="Make all the coroutines first, and await them together with `asyncio.gather`.",
            reread=MANY,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == FAILS and run.observation.raised is None,
            cause=lambda run: (
                f"one request was answered with 400, and you returned a list of {len(_items(run))} all the same. "
                "Whoever gets it takes every entry for an answer."
            ),
            next_step="Let the error through. The SDK has already retried what can be retried.",
            reread=MANY,
        ),
        Misconception(
            id="messages_not_texts",
            applies=lambda run: any(isinstance(item, dict) and item.get("type") == "message" for item in _items(run)),
            cause="your list holds messages, and texts were promised.",
            next_step="Join the text blocks of each message before you return it.",
            reread=MANY,
        ),
        Misconception(
            id="order_of_completion",
            applies=lambda run: (
                isinstance(run.value, list)
                and all(isinstance(item, str) for item in run.value)
                and run.value != _texts(run)
                and sorted(run.value) == sorted(_texts(run))
            ),
            cause="every answer is there, in the order in which they came. The first prompt has a long answer, so "
            "somebody else's stands in its place.",
            next_step="Keep the order of the prompts: `asyncio.gather` does, `asyncio.as_completed` does not.",
            reread=MANY,
        ),
    ),
    hints=(
        "Write a small `async` function for one prompt first, then run it for all of them. What lets at most `limit` "
        "of them through at a time?",
        "An `asyncio.Semaphore(limit)`, made once, and taken with `async with` around the one call. "
        "`asyncio.gather` awaits all of them and keeps their order.",
        "`async def one(prompt)` with `async with slots:` around `await client.messages.create(…)` and the joined text "
        "blocks after it; then `return list(await asyncio.gather(*(one(prompt) for prompt in prompts)))`.",
    ),
)

EXERCISES: Final = (SHOW, STREAM_MESSAGE, TIME_TO_FIRST_TEXT, ASK_ALL)
