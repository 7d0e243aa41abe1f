"""The picture of a day says when each outcome was most frequent."""

from helpers.lessons.logging.log_chart import log_chart

LINES = [
    *[(f"2026-03-03T09:{minute:02}:00.000Z", "fine") for minute in range(0, 50, 2)],
    *[(f"2026-03-03T14:2{minute}:30.000Z", "<failed>") for minute in range(4)],
    ("2026-03-03T16:00:00.000Z", "<failed>"),
]


def test_text_twin() -> None:
    """A line for each outcome, the most frequent first."""
    assert repr(log_chart(LINES)).splitlines() == [
        "30 log lines, in pieces of ten minutes",
        "  fine      25, at most 5, at 09:00",
        "  <failed>  5, at most 4, at 14:20",
    ]


def test_description() -> None:
    """The picture is described in the same words, and what comes from a log cannot become markup."""
    html = log_chart(LINES).html
    assert "25, at most 5, at 09:00" in html
    assert "<failed>" not in html
    assert html.count("<rect") == 5 + 2
