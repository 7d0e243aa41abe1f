"""Both sides of an app, in words and in the picture; and what a stream costs that nobody reads any more."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest
from anthropic import AsyncAnthropic
from starlette.responses import StreamingResponse

from helpers import MODEL
from helpers.lessons.watching.both_sides import NOT_YET, Watched, both_sides, measured, watch
from helpers.lessons.watching.reading import read_events
from helpers.lessons.watching.scenery import BREAKS, LONG, PARCEL, SILENT, sent_in_all


def simple(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    async def texts() -> AsyncIterator[str]:
        async with client.messages.stream(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            async for text in stream.text_stream:
                yield f"data: {text}\n\n"

    return StreamingResponse(texts(), media_type="text/event-stream")


def until_gone(client: AsyncAnthropic, prompt: str, gone: Callable[[], Awaitable[bool]]) -> StreamingResponse:
    pieces: Any = simple(client, prompt).body_iterator

    async def some() -> AsyncIterator[str]:
        async with aclosing(pieces):
            async for piece in pieces:
                if await gone():
                    return
                yield piece

    return StreamingResponse(some(), media_type="text/event-stream")


def watched(*arguments: Any, **named: Any) -> Watched:
    visit = watch(*arguments, **named)
    assert isinstance(visit, Watched)
    return visit


def test_stays() -> None:
    """Each piece as it comes, and the same facts in the picture's description."""
    visit = watched(simple, PARCEL)
    _, api, page = repr(visit).splitlines()
    assert api.strip() == "API: 27 events · message_stop"
    assert page.strip() == "page: 21 pieces at 0.6 to 4.6 s"
    assert f"{api.strip()}; {page.strip()}." in visit._repr_html_()
    assert "".join(said.data for said in visit.events) == visit.answer


def test_gathered() -> None:
    """A proxy that gathers: all of it when the answer is whole."""
    assert "page: 21 pieces, all at 4.8 s" in repr(watched(simple, PARCEL, proxied=True))


def test_left() -> None:
    """What nobody reads is paid for to its end, where nobody asks; else it ends at the next event."""
    naive, careful = watched(simple, LONG, leaves=4.1), watched(until_gone, LONG, leaves=4.1)
    assert (naive.paid_after, naive.upstream.ending) == (182, "clean")
    assert (careful.paid_after, careful.upstream.ending) == (1, "abandoned")
    card = both_sides({"naive": naive, "careful": careful})
    assert "naive: API: 203 events, 182 of them after the user had left · message_stop" in card.text
    assert "naive: page: 18 pieces at 0.6 to 4.0 s · ✗ left at 4.1 s" in card.text
    assert "careful: page: 18 pieces at 0.6 to 4.0 s · ✗ left at 4.1 s" in card.text
    assert card.html.count('class="bad"') == 2
    assert card.html.count('class="break"') == 3


def test_silent() -> None:
    """The API pings; the page has nothing of it."""
    visit = watched(simple, SILENT)
    assert sum(name == "ping" for name, _ in visit.upstream.events) == 6
    assert visit.longest_silence == pytest.approx(50.6)


def test_raises() -> None:
    """What the app raises is what the page sees as a connection that was closed."""
    visit = watched(simple, BREAKS)
    assert (visit.raised, visit.seen.over) == ("APIStatusError", None)
    assert repr(visit).endswith("✗ hung up: APIStatusError")


def test_measured() -> None:
    """In figures, beside what somebody expected."""
    visits = {"stays": watch(simple, PARCEL), "leaves": watch(simple, LONG, leaves=4.1)}
    _, _, stays, leaves = repr(measured(visits, {"stays": "all of it"})).splitlines()
    assert stays.split() == ["stays", "298", "of", "298", "characters", "1", "s", "–", "0", "events", "all", "of", "it"]
    assert "of 2941 characters" in leaves
    assert "182 events" in leaves


def test_not_yet() -> None:
    """An exercise that nobody has begun shows a sentence, alone and among others."""

    def stub(client: AsyncAnthropic, prompt: str) -> Any: ...

    nothing = watch(stub, PARCEL)
    assert repr(nothing) == NOT_YET
    assert "not written" not in both_sides({"stub": nothing, "simple": watched(simple, PARCEL)}).text


async def keep(client: AsyncAnthropic) -> object:
    messages: Any = [{"role": "user", "content": "Tell me everything."}]
    stream = await client.messages.create(model=MODEL, max_tokens=1024, messages=messages, stream=True)
    await anext(stream)
    return stream


async def leave(client: AsyncAnthropic) -> None:
    messages: Any = [{"role": "user", "content": "Tell me everything."}]
    async with client.messages.stream(model=MODEL, max_tokens=1024, messages=messages) as stream:
        await anext(aiter(stream.text_stream))


def test_sent_in_all() -> None:
    """A stream that is kept is sent to its end."""
    assert (sent_in_all(keep), sent_in_all(leave)) == (197, 1)


@pytest.mark.parametrize(
    ("body", "events"),
    [
        ("data: a\n\n", [("", "a")]),
        ("event: text\ndata:  a\ndata: b\n\n", [("text", " a\nb")]),
        ("event: text\r\ndata: a\r\n\r\n", [("text", "a")]),
        ("event: text\rdata: a\r\r", [("text", "a")]),
        (": beat\n\ndata: a\n\nevent: b\n\n", [("", "a")]),
        ("data: a\n\n1. b\n\n", [("", "a")]),
        ("data: a\n", []),
    ],
)
def test_reading(body: str, events: list[tuple[str, str]]) -> None:
    """Events as a browser reads them; in pieces as well."""
    whole = read_events([(0.0, body.encode())])
    bytewise = read_events([(0.0, bytes([one])) for one in body.encode()])
    assert [(said.name, said.data) for said in whole.events] == events
    assert bytewise == whole
