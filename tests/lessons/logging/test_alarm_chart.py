"""The picture of eight days: one scale, one limit, and the same in words."""

from helpers.lessons.logging.alarm_chart import alarm_chart, unanswered
from helpers.lessons.logging.days import LoggedDay

LINES = [
    {"timestamp": f"2026-03-03T09:{minute:02}:00.000Z", "stop_reason": None if minute in (20, 21) else "end_turn"}
    for minute in range(40)
]
DAYS = {
    "a <bad> day": LoggedDay("a <bad> day", True, LINES),
    "a good one": LoggedDay("a good one", False, [*LINES[:20], {"timestamp": "…", "attempt": 1}]),
}


def test_share_of_the_hour_before() -> None:
    """Two of the forty calls of the hour before; nothing before the first call, and nothing when it is over."""
    curve = dict(unanswered(LINES))
    assert curve[9 * 60 + 10] == 0
    assert curve[9 * 60 + 30] == 2 / 31
    assert curve[9 * 60 + 50] == 2 / 40
    assert (min(curve), max(curve)) == (9 * 60, 9 * 60 + 50)


def test_longer_ago_than_an_hour() -> None:
    """A call of more than an hour ago is none of the hour."""
    later = {"timestamp": "2026-03-03T10:20:00.000Z", "stop_reason": "end_turn"}
    assert dict(unanswered([*LINES, later]))[10 * 60 + 20] == 1 / 20


def test_text_twin() -> None:
    """A line for each day: its worst, and what was to be done. Attempts are no calls."""
    assert repr(alarm_chart(DAYS, limit=0.144)).splitlines() == [
        "2 days: how many of the calls of the last hour were not answered",
        "  a <bad> day  at most 6%; wake somebody",
        "  a good one   at most 0%; let them sleep",
    ]


def test_description() -> None:
    """The picture is described in the same words, the limit is named, and no name can become markup."""
    html = alarm_chart(DAYS, limit=0.144).html
    assert "a good one: at most 0%; let them sleep" in html
    assert "at 14.4%" in html
    assert html.count('stroke-dasharray="5 4"') == 2
    assert "<bad>" not in html
