"""Fixtures: what is in them, and how a mistake in one is reported."""

import json
import random
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import TypeAdapter

from helpers.errors import CourseError
from helpers.replay import blocks, fixtures, says
from helpers.replay.events import PING, at_most, events_of, input_pieces, message_of, text_pieces
from helpers.replay.fixture import fixture_for, parse_fixture

GOOD = """\
origin: written
source: https://platform.claude.com/docs/en/build-with-claude/streaming
when: haiku
---

# A comment.
delay: 0.4
event: message_start
data: {"type": "message_start", "message": {"id": "msg_", "type": "message", "role": "assistant", "model": "", \
"content": [], "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 0, "output_tokens": 1}}}

event: content_block_start
data: {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}

delay: 0.2
event: content_block_delta
data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Salt"}}

event: ping
data: {"type": "ping"}

event: content_block_stop
data: {"type": "content_block_stop", "index": 0}

event: message_delta
data: {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, \
"usage": {"output_tokens": 1}}

event: message_stop
data: {"type": "message_stop"}
"""
ORDER = (
    "is out of order: a fixture begins with message_start and ends with message_delta, message_stop; "
    "to break it, use a scenario's ending."
)


def test_good() -> None:
    """What the file says is what is sent."""
    fixture = parse_fixture("fixtures/salt.sse", GOOD)
    assert (fixture.name, fixture.origin, fixture.when) == ("salt", "written", "haiku")
    assert fixture.message["content"] == [{"type": "text", "text": "Salt"}]
    assert fixture.seconds == pytest.approx(0.6)
    assert json.dumps(fixture.events[1].data) in GOOD


def edited(old: str, new: str, count: int = 1) -> str:
    """The good fixture with one mistake."""
    assert old in GOOD
    return GOOD.replace(old, new, count)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (edited("delay: 0.2", "delai: 0.2"), '14: "delai" is not a field of a chunk (did you mean "delay"?).'),
        (edited("delay: 0.2", "xyz: 0.2"), '14: "xyz" is not a field of a chunk (known: delay, event, data).'),
        (edited("delay: 0.2", "delay 0.2"), '14: "delay 0.2" is not a field of a chunk (did you mean "delay"?).'),
        (edited("delay: 0.2", "delay: 0.2\ndelay: 0.3"), '15: "delay" is there twice, first in line 14.'),
        (edited("delay: 0.2", "delay: soon"), "14: \"delay\" is 'soon': it must be a number of seconds, 0 or more."),
        (edited("delay: 0.2", "delay: -1"), "14: \"delay\" is '-1': it must be a number of seconds, 0 or more."),
        (edited("delay: 0.2", "delay: inf"), "14: \"delay\" is 'inf': it must be a number of seconds, 0 or more."),
        (edited("delay: 0.2", "delay: nan"), "14: \"delay\" is 'nan': it must be a number of seconds, 0 or more."),
        (
            edited("source:", "sourse:"),
            '2: "sourse" is not a field',
        ),
        (edited("origin: written", "origin: dreamt"), '1: "origin" is \'dreamt\': it must be "written" or "recorded".'),
        (edited("origin: written\n", ""), '1: "origin" is \'\': it must be "written" or "recorded".'),
        (
            edited("origin: written", "origin: recorded"),
            '1: "date" is missing: a fixture that is recorded must have it.',
        ),
        (edited("source: https", "when: https"), '3: "when" is there twice, first in line 2.'),
        (edited("---\n", ""), '"head" has no end: put a line "---" between it and the events.'),
        (edited("event: ping", "event: pong"), "18: \"event\" is 'pong': it must be one of message_start, "),
        (edited("event: ping\n", ""), "18: \"event\" is '': it must be one of message_start, "),
        (edited('data: {"type": "ping"}\n', ""), '18: "data" is not JSON (Expecting value'),
        (edited('{"type": "ping"}', '{"type": "ping"'), '19: "data" is not JSON (Expecting'),
        (edited('{"type": "ping"}', "[]"), '19: "data" must be a JSON object.'),
        (edited('{"type": "ping"}', '{"type": "pong"}'), "19: \"data\" has the type 'pong', but the event is 'ping'."),
        (edited('"text": "Salt"', '"test": "Salt"'), "14: \"data\" does not continue the message (KeyError('text'))."),
        (edited('_delta", "index": 0', '_delta", "index": 1'), '14: "data" does not continue the message (IndexError'),
        (
            edited('"output_tokens": 1}}\n\nevent: message_stop', '"tokens": 1}}\n\nevent: message_stop'),
            '24: "data" does',
        ),
        (edited('event: message_stop\ndata: {"type": "message_stop"}\n', ""), f'24: "event" {ORDER}'),
        (GOOD[: GOOD.index("# A comment.")], f'4: "event" {ORDER}'),
    ],
)
def test_mistakes(text: str, sentence: str) -> None:
    """A mistake is one sentence that names file, line and field."""
    with pytest.raises(CourseError) as raised:
        parse_fixture("fixtures/salt.sse", text)
    assert str(raised.value).startswith("fixtures/salt.sse:")
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_broken_tool_input() -> None:
    """The input of a tool is complete at the end of its block, or it is a mistake."""
    events = events_of([{"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"order": 7}}])
    head = "origin: written\nsource: the documentation\n---\n"
    text = head + "".join("\n" + event.wire.decode().strip() + "\n" for event in events)
    assert parse_fixture("fixtures/tool.sse", text).message["content"][0]["input"] == {"order": 7}
    with pytest.raises(CourseError, match=r"tool\.sse:[0-9]+: .*does not continue the message \(JSONDecodeError"):
        parse_fixture("fixtures/tool.sse", text.replace('}"}', '"}'))


def test_course_fixtures() -> None:
    """Every fixture parses, is a message to the SDK's own types, and streams what it answers unstreamed."""
    event_type: TypeAdapter[object] = TypeAdapter(RawMessageStreamEvent)
    for fixture in fixtures().values():
        Message.model_validate(fixture.message)
        for event in (one for one in fixture.events if one != PING):
            event_type.validate_python(event.data)
        assert fixture.message["stop_reason"] == "end_turn"
    assert [fixture.when for fixture in fixtures().values()].count(None) == 1


def test_chosen_by_prompt() -> None:
    """A word of the prompt chooses, whatever its case; any other prompt gets the plain one."""
    assert fixture_for("A HAIKU, please").name == "haiku"
    assert fixture_for("").name == "plain"


def test_nothing_is_called_recorded_that_was_not() -> None:
    """No fixture of the course has been recorded yet."""
    assert {fixture.origin for fixture in fixtures().values()} == {"written"}


@pytest.mark.parametrize("text", ["one two\n three", " leading", "trailing ", "", "émoji 🌊 über", "a\n\nb", "x" * 99])
def test_says(text: str) -> None:
    """Piece by piece, and not a character lost."""
    assert "".join(block["text"] for block in says(text).message["content"]) == text


TEXT = "It is in the post since Monday and comes to you by the end of next week or the one after that"


def test_pieces_are_cut_as_recorded() -> None:
    """By size: a median of about 12 characters, and nearly every fifth cut is inside a word. Always the same ones."""
    words = TEXT.split()
    texts = [" ".join(random.Random(seed).choices(words, k=40)) for seed in range(200)]
    pieces = [text_pieces(text) for text in texts]
    assert pieces == [text_pieces(text) for text in texts]
    lengths = [len(piece) for text in pieces for piece in text[:-1]]
    assert 10 <= median(lengths) <= 16
    cuts = [(before[-1], after[0]) for text in pieces for before, after in pairwise(text)]
    inside = sum(before.isalpha() and after.isalpha() for before, after in cuts)
    assert 0.13 <= inside / len(cuts) <= 0.23


def test_input_comes_in_fragments() -> None:
    """As recorded: an empty piece first, and of others none is JSON by itself; an empty input has only that one."""
    pieces = input_pieces({"payment": "4821-1", "amount": 1250})
    assert pieces[0] == ""
    assert 3 <= len(pieces) <= 26
    for piece in pieces:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
            json.loads(piece + "}")
    assert input_pieces({}) == [""]


def test_cut_input() -> None:
    """A tool call that max_tokens cuts short is half a tool call: the SDK makes the same of its events."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "charge", "input": {"payment": "4821-17", "amount": 1250}}
    message = message_of(at_most(blocks([call], stop_reason="tool_use").events, 9))
    assert message["stop_reason"] == "max_tokens"
    assert message["content"][0]["input"] == {"payment": "4821-17", "amount": 125}


def test_blocks() -> None:
    """Blocks of every kind come back as they were given."""
    content: list[dict[str, Any]] = [
        {"type": "text", "text": "I look it up."},
        {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"order": 7, "tags": ["a"]}},
        {"type": "tool_use", "id": "toolu_2", "name": "stop", "input": {}},
    ]
    fixture = blocks(content, stop_reason="tool_use")
    called = {"caller": {"type": "direct"}}
    assert fixture.message["content"] == [content[0], *({**called, **block} for block in content[1:])]
    assert fixture.message["stop_reason"] == "tool_use"
    assert message_of(fixture.events) == fixture.message


def test_refusal_details() -> None:
    """A refusal says why."""
    details = {"type": "refusal", "category": "cyber", "explanation": "No."}
    fixture = blocks([{"type": "text", "text": ""}], stop_reason="refusal", stop_details=details)
    assert fixture.message["stop_details"] == details
    assert json.loads(fixture.events[-2].wire.partition(b"data: ")[2])["delta"]["stop_details"] == details


WHOLE = """\
origin: recorded
date: 2026-11-27
sdk: anthropic 2.12.0
when: refund
< content-type: application/json
< request-id: req_1
---

delay: 2.1
event: message
data: {"type": "message", "content": [{"type": "text", "text": "Yes, of course."}], "stop_reason": "end_turn", \
"stop_details": null, "usage": {"input_tokens": 0, "output_tokens": 9}}
"""


def test_a_message_that_came_whole() -> None:
    """It is answered as JSON and as events, with the tokens that it was recorded with; its headers are kept apart."""
    fixture = parse_fixture("fixtures/whole.sse", WHOLE)
    assert fixture.message["content"] == [{"type": "text", "text": "Yes, of course."}]
    assert (fixture.output_tokens, fixture.events[0].name, fixture.events[-1].name) == (
        9,
        "message_start",
        "message_stop",
    )
    assert dict(fixture.headers) == {"content-type": "application/json", "request-id": "req_1"}


def test_no_message_that_came_whole() -> None:
    """Where it is no message, the line is named."""
    with pytest.raises(CourseError, match=r'^fixtures/whole\.sse:9: "data" is no message'):
        parse_fixture("fixtures/whole.sse", WHOLE.replace('"content"', '"contents"'))
