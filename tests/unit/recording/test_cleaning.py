"""What came → the text of a fixture: a property, whatever the secret and wherever it is; and what is replaced."""

import json
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import CourseError
from helpers.recording.cleaning import SIGNATURE, fixture_text
from helpers.recording.exchange import Kept, Piece
from helpers.replay.fixture import parse_fixture

from .planting import HEAD, IN_USE, KINDS, PLACES, Fate, _event, _text, kept, plant, stream, whole

LEFT_OUT: Final = {
    "a header among others",
    "a stream's comment",
    "the model's name",
    "the message's id",
    "the request's own body",
}
"""Nothing of these gets into a file. In every other place a secret is a reason to write nothing at all."""


def text_of(one: Kept) -> str:
    return fixture_text(one, HEAD, [IN_USE], "refund.sse")


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(kind=st.sampled_from(list(KINDS)), seed=st.integers(0, 2**32), cut=st.floats(0, 1))
def test_no_secret_is_kept(place: str, kind: str, seed: int, cut: float) -> None:
    """It is left out or refused: neither it nor a half of it is in the text, and the refusal names the place."""
    _, fate = plant(kind, place, seed, cut)
    assert fate == Fate("left out" if place in LEFT_OUT else "refused", fate.said)
    if fate.became == "refused":
        assert fate.said.startswith("refund.sse: ")
        assert "Nothing was written" in fate.said


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.text(max_size=12), max_size=8), st.text(st.characters(categories=["L", "Zs"]), min_size=12))
def test_the_key_in_use(texts: list[str], key: str) -> None:
    """The key itself is found whatever it looks like, also where other text stands around it."""
    events = stream(*map(_text, [*texts, key[:5], key[5:], *texts]))
    with pytest.raises(CourseError, match=r"^refund\.sse: "):
        fixture_text(kept(events), HEAD, [key], "refund.sse")


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("a header that is kept", "the header server"),
        ("a stream's event", r"event 3 \(content_block_delta\), delta\.text"),
        ("two events", r"delta\.text, put together from 2 places"),
        ("an unknown field", r"event 1 \(message_start\), message\.debug\.trace\[0\]"),
        ("a field's name", r"event 1 \(message_start\), message \(a name\)"),
        ("an unstreamed body", r"event 1 \(message\), content\[0\]\.text"),
        ("two blocks of a body", r"content\[…\]\.text, put together from 2 places"),
    ],
)
def test_place(place: str, where: str) -> None:
    """The refusal says where it is, so that a person finds it."""
    _, fate = plant("the key in use", place, 0, 0.5)
    with pytest.raises(CourseError, match=rf"^refund\.sse: {where}: the key that is in use"):
        raise CourseError(fate.said)


def test_replaced() -> None:
    """Ids are replaced, the same by the same; signatures, the model and the prompt's tokens are not kept."""
    tool = {"type": "tool_use", "id": "toolu_01AbCdEfGhIjKlMnOpQr", "name": "charge", "input": {}}
    again = {"type": "text", "text": "toolu_01AbCdEfGhIjKlMnOpQr of wrkspc_01Kq7VbTzL4mXeR9s and msgbatch_01AbCdEfGhIj"}
    organization = {"type": "text", "text": "5f2c9a4e-7d31-4b8a-9c60-1e8f3a7b2d45"}
    thought = {"type": "thinking", "thinking": "", "signature": "ErUBCkYIAxgCIkDQf8Vn3pP2"}
    text = text_of(whole({"content": [tool, again, organization, thought]}))
    data = json.loads(text.rpartition("data: ")[2])
    called, said, of, signed = data["content"]
    assert called["id"] == "toolu_2"
    assert said["text"] == "toolu_2 of wrkspc_3 and msgbatch_4"
    assert of["text"] == "uuid_5"
    assert signed["signature"] == SIGNATURE
    assert (data["id"], data["model"], data["usage"]["input_tokens"]) == ("msg_", "", 0)
    assert "< request-id" not in text


def test_text() -> None:
    """A fixture reads like the wire: its origin, the headers of the list, and each event after a rounded time."""
    headers = {"anthropic-organization-id": "5f2c9a4e", "cf-ray": "9", "x-should-retry": "true"}
    lines = text_of(kept(stream(_text("Yes, "), _event("ping"), _text("within 30 days.")), headers)).splitlines()
    assert lines[:10] == [
        *(f"{name}: {value}" for name, value in HEAD.items()),
        "< content-type: text/event-stream; charset=utf-8",
        "< request-id: req_1",
        "< x-should-retry: true",
        "---",
        "",
        "delay: 0.3",
    ]
    fixture = parse_fixture("refund.sse", "\n".join(lines))
    assert fixture.message["content"] == [{"type": "text", "text": "Yes, within 30 days."}]
    assert (fixture.origin, fixture.when, fixture.headers["request-id"]) == ("recorded", "refund", "req_1")
    assert {event.delay for event in fixture.events} <= {0.3, 0.6}


def test_pieces_of_any_size() -> None:
    """Events are the same however the network cut them, with CRLF too, inside a letter of two bytes as well."""
    one = kept(stream(_text("Grüße, "), _text("bis bald.")))
    expected, data = text_of(one), one.answer.replace(b"\n", b"\r\n")
    for size in (1, 2, 7, 5000):
        one.pieces = [Piece(data[start : start + size], 0.0) for start in range(0, len(data), size)]
        assert [line for line in text_of(one).splitlines() if not line.startswith("delay")] == [
            line for line in expected.splitlines() if not line.startswith("delay")
        ]


NO_MESSAGE: Final[list[tuple[str, bytes]]] = [
    ("application/json", b"{}"),
    ("application/json", b""),
    ("application/json", b"[1]"),
    ("application/json", b'{"type": "error"}'),
    ("text/html", b"<html>Sign in.</html>"),
    ("text/event-stream", b""),
    ("text/event-stream", b"event: message_start\ndata: nonsense\n\n"),
    ("text/event-stream", b'event: message_start\ndata: ["a"]\n\n'),
    ("", b"\xff\xfe"),
]


@pytest.mark.parametrize(("content_type", "body"), NO_MESSAGE)
def test_no_message(content_type: str, body: bytes) -> None:
    """A live answer that is no message is a sentence."""
    one = Kept(3, "POST", "/v1/messages", b"{}", 200, {"content-type": content_type}, [Piece(body, 0.1)])
    with pytest.raises(CourseError, match=r"The answer to request 3 \(POST /v1/messages, answered 200\) is no message"):
        text_of(one)


def test_broke_off() -> None:
    """One that broke off is a sentence, too."""
    one = kept(stream(_text("Yes, ")))
    one.broken = True
    with pytest.raises(CourseError, match="broke off: record it again"):
        text_of(one)


@pytest.mark.parametrize("message", [{"content": None}, {"content": [7]}, {"usage": 3}, {"stop_reason": "end_turn"}])
def test_message_that_the_replay_cannot_give(message: dict[str, Any]) -> None:
    """What is a message by name alone is refused by whoever reads fixtures, with file and line."""
    text = text_of(whole({"stop_details": None, **message}))
    if "content" not in message and "usage" not in message:
        assert parse_fixture("refund.sse", text).message["content"] == []
        return
    with pytest.raises(CourseError, match=r"^refund\.sse:\d+: "):
        parse_fixture("refund.sse", text)
