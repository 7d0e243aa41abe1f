"""The wait of a reader, and the screens that they look at."""

from anthropic import Anthropic

from helpers import MODEL, make_client
from helpers.lessons.streaming.screens import Screen, SideBySide
from helpers.lessons.streaming.waiting import waiting

PROMPT = "Can I still get a refund?"


def streamed() -> Anthropic:
    client = make_client("plain")
    with client.messages.stream(model=MODEL, max_tokens=200, messages=[{"role": "user", "content": PROMPT}]) as stream:
        stream.until_done()
    return client


def unstreamed() -> Anthropic:
    client = make_client("plain")
    client.messages.create(model=MODEL, max_tokens=200, messages=[{"role": "user", "content": PROMPT}])
    return client


def test_waiting() -> None:
    """The same end, and a much shorter blank; in words, and in the picture's description."""
    card = waiting({"streamed": streamed(), "unstreamed": unstreamed()})
    _, first, second = card.text.splitlines()
    assert first == "streamed: blank for 1.0 s, all of it after 5.3 s"
    assert second == "unstreamed: blank for 5.3 s, then all of it at once"
    assert f"{first}; {second}." in card.html


def test_screen() -> None:
    """A screen shows what was written, in order, and no markup of the text's own."""
    screen = Screen("left")
    assert repr(screen) == "left: nothing yet"
    for text in ("a <b>", " & c"):
        screen.write(text)
    assert "a &lt;b&gt; &amp; c" in screen.value
    assert repr(SideBySide(screen, Screen("right"))) == "left: a <b> & c\nright: nothing yet"
