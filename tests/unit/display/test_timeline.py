"""The wire timeline, as a picture and as text."""

import re
from typing import get_args
from xml.etree import ElementTree

import pytest

from helpers.display.timeline import MOST_ROWS, Row, picture, rows_of, text, words
from helpers.replay.wire import Ending

from .exchanges import exchange, stream


def parsed(picture: str) -> ElementTree.Element:
    """The picture as XML: a browser would mend what is broken, and hide it."""
    return ElementTree.fromstring(picture)


def shapes(picture: str, name: str) -> int:
    """How many shapes of the class `name` there are."""
    return sum(one.get("class") == name for one in parsed(picture).iter())


def place(shape: ElementTree.Element, attribute: str) -> float:
    """A place on the axis, in hundredths of its width."""
    return float((shape.get(attribute) or "").removesuffix("%"))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("clean", "200 · message_stop"),
        ("cut", "200 · connection closed"),
        ("reset", "200 · connection reset"),
        ("stall", "200 · silence, then timeout"),
        ("warm_stall", "200 · pings, no more text"),
        ("truncate", "200 · ended, no message_stop"),
        ("malformed", "200 · an event that is not JSON"),
        ("garbled", "200 · can't be decompressed"),
        ("empty", "200 · nothing in it"),
        ("page", "200 · a page, not the API's"),
        ("abandoned", "200 · the caller stopped reading"),
    ],
)
def test_words_of_an_ending(ending: str, said: str) -> None:
    """Each ending is told apart in words, not only by its shape."""
    assert words(Row("a", stream(ending))) == said


def test_words_of_errors() -> None:
    """An error is named by its type; without a response there is no status."""
    overloaded = exchange(status=529, error_type="overloaded_error", retry_count=2)
    refused = exchange(status=None, ending="refused", first_byte=None, ended=0.0)
    assert words(Row("a", overloaded, "you raised")) == "529 · overloaded_error · attempt 3 · you raised"
    assert words(Row("a", refused)) == "no response · connection refused"
    assert words(Row("a", stream("error_event", error_type="overloaded_error"))) == (
        "200 · error event: overloaded_error"
    )
    assert words(Row("a", exchange(status=502, request_id=None))) == "502 · a page, not the API's"


def test_a_torn_end_is_where_it_broke() -> None:
    """A broken stream ends torn, or in a cross where nobody waited any longer; only a whole one ends straight."""
    for ending in get_args(Ending):
        drawn = picture([Row("a", stream(ending))], "t")
        assert (shapes(drawn, "end"), shapes(drawn, "break")) == ((1, 0) if ending == "clean" else (0, 1))


@pytest.mark.parametrize("ending", get_args(Ending))
def test_every_ending_has_words(ending: str) -> None:
    """Nothing but a whole answer reads like one, whatever endings the replay learns."""
    said = words(Row("a", stream(ending, error_type="api_error" if ending == "error_event" else None)))
    assert ("message_stop" in said.removesuffix("no message_stop")) is (ending == "clean")


@pytest.mark.parametrize(("ending", "said"), [("warm_stall", "pings, no more text"), ("abandoned", "only pings; the ")])
def test_pings_are_no_progress(ending: str, said: str) -> None:
    """Where nothing but pings came any more, the bar ends before them: a dotted line goes on, ticked, to a cross."""
    pinged = stream(ending, events=4, pings=100)
    drawn = parsed(picture([Row("a", pinged)], "t"))
    bar = next(one for one in drawn.iter() if one.tag == "rect")
    dotted = next(one for one in drawn.iter() if one.get("class") == "wait")
    assert place(bar, "x") + place(bar, "width") == pytest.approx(place(dotted, "x1"), abs=0.02)
    assert shapes(picture([Row("a", pinged)], "t"), "tick") == 3
    # One of these lines is the wait for the answer.
    assert 10 < shapes(picture([Row("a", pinged)], "t"), "asked") < 60
    assert said in text([Row("a", pinged)])
    assert "4 events and then 100 pings" in text([Row("a", pinged)])


def test_one_ping_is_part_of_every_stream() -> None:
    """A stream that broke right after the ping at its beginning was not kept warm."""
    assert "5 events" in text([Row("a", stream("cut", events=4, pings=1))])


def test_a_tick_is_an_event() -> None:
    """Of a few events each has its tick but the last, which is the end."""
    assert shapes(picture([Row("a", stream(events=4))], "t"), "tick") == 3


def test_many_events_stay_apart() -> None:
    """Two hundred events are not a grey bar."""
    assert 10 < shapes(picture([Row("a", stream(events=200))], "t"), "tick") < 100


def test_a_retry_waits_in_its_own_row() -> None:
    """The wait before an attempt is dotted, from the end of the one before."""
    first = exchange(status=529, error_type="overloaded_error", started=0.0, first_byte=0.3, ended=0.3)
    second = exchange(number=2, retry_count=1, started=0.8, first_byte=2.0, ended=2.0)
    assert shapes(picture(rows_of([first, second]), "t"), "wait") == 1
    assert shapes(picture(rows_of([first]), "t"), "wait") == 0


def test_every_fact_is_in_the_words() -> None:
    """The picture's name says all that it shows, and so does the text twin."""
    rows = [Row("clean", stream(), "you said complete", "ok"), Row("cut", stream("cut"), "you said complete", "bad")]
    label = parsed(picture(rows, "The wire")).get("aria-label") or ""
    for said in (label, text(rows)):
        assert "✓ clean" in said
        assert "✗ cut" in said
        assert "connection closed" in said
        assert "300 bytes, 4 events" in said


def test_heard_with_pauses() -> None:
    """A voice pauses where the eye sees a gap: "request 1 0 s" would be ten seconds."""
    label = parsed(picture(rows_of([stream()]), "The wire")).get("aria-label")
    assert label == "The wire. request 1, 0 s to 2 s: 200, message_stop (300 bytes, 4 events)."


def test_what_a_learner_wrote_is_only_text() -> None:
    """A note can't put markup into the page."""
    drawn = picture([Row('<b>"&', stream(), '<img src=x onerror="alert(1)">')], "t")
    (name, words) = (one.text for one in parsed(drawn).iter() if one.tag in ("b", "span", "img"))
    assert (name, words) == ('<b>"&', '200 · message_stop · <img src=x onerror="alert(1)">')


def test_a_flood_is_cut_short() -> None:
    """Of hundreds of requests the first are drawn, and the rest are counted."""
    rows = rows_of([exchange(number=number) for number in range(1, 301)])
    assert len(text(rows).splitlines()) == MOST_ROWS
    assert f"and {300 - MOST_ROWS + 1} more requests" in text(rows)


def test_no_ids_that_could_clash() -> None:
    """The same card may stand on a page twice."""
    assert not re.search(r"\bid=", picture([Row("a", stream())], "t"))


def test_no_word_is_left_out() -> None:
    """However many they are: the words of a row find their place, in the picture and in its name."""
    note = "you returned 110 characters after 5.6 s and then a good many more of them"
    drawn = parsed(picture([Row("a", stream(retry_count=1), note)], "t"))
    assert [one.text for one in drawn.iter() if one.tag == "span"] == [f"200 · message_stop · attempt 2 · {note}"]
    assert note in (drawn.get("aria-label") or "")
