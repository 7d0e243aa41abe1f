"""Result cards: the five outcomes, as HTML and as text."""

import random
from xml.etree import ElementTree

import pytest

from helpers.calling.observation import Observation
from helpers.display.card import MOST_REQUESTS, Card, result_card
from helpers.display.prediction import UNANSWERED, Prediction
from helpers.display.table import table
from helpers.judging.check import Run
from helpers.judging.verdict import Verdict, checker_broken, judge, not_started
from helpers.lessons.found import check_named

from .exchanges import exchange, stream

CHECK = check_named("stream_safely")
EXERCISE = CHECK.exercise
CASES = CHECK.cases(random.Random(1))


def runs(complete: bool, requests: int = 1) -> list[Run]:
    """A run of each case, in which the function said `complete` of all of them."""
    outcome = {"text": "a", "complete": complete, "error": None, "request_id": "req_1"}
    wire = tuple(stream(number=number) for number in range(1, requests + 1))
    return [Run(case, Observation(outcome, wrote=("a",)), wire) for case in CASES]


def section(card: Card) -> ElementTree.Element:
    """The card's section as XML, without its style sheet."""
    return ElementTree.fromstring(card.html.partition("</style>")[2])


@pytest.mark.parametrize(
    ("verdict", "first_line"),
    [
        (Verdict(EXERCISE, "passed", "Right."), "✓ stream_safely — passed"),
        (not_started(EXERCISE), "○ stream_safely — not started"),
        (Verdict(EXERCISE, "raised", "In `cut`: …"), "✗ stream_safely — your code raised"),
        (checker_broken(EXERCISE, KeyError("x")), "! stream_safely — the checker is broken"),
        (judge(CHECK, runs(True)), f"✗ stream_safely — 0 of {len(CASES)} cases right"),
    ],
)
def test_headlines(verdict: Verdict, first_line: str) -> None:
    """Symbol, name and outcome come first; the section has the same name."""
    card = result_card(verdict)
    assert repr(card).splitlines()[0] == first_line
    assert (section(card).get("aria-label") or "") in first_line.replace(" — ", ": ")


def test_message_before_picture_before_next_step() -> None:
    """One cause, what happened, one thing to do: in this order, in both twins."""
    verdict = judge(CHECK, runs(True))
    card = result_card(verdict)
    places = [card.text.index(part) for part in (verdict.message, "✗ truncate", f"Next: {verdict.next_step}")]
    assert places == sorted(places)
    html = [card.html.index(part) for part in ("<b>✗ stream_safely</b>", "<svg", "<b>Next:</b>")]
    assert html == sorted(html)


def test_where_to_read_again() -> None:
    """A misconception says which section to read again, and how to get a hint."""
    assert "Read again: “See it lie”. Still stuck? `hint(stream_safely)`" in result_card(judge(CHECK, runs(True))).text


def test_many_requests_of_one_case() -> None:
    """Twenty requests do not push the next step off the screen, and the last one keeps its words."""
    card = result_card(judge(CHECK, runs(True, requests=20)))
    lines = [line for line in card.text.splitlines() if line.startswith("  ")]
    assert len(lines) <= len(CASES) * MOST_REQUESTS
    assert "more requests" in card.text
    assert "you said complete" in card.text


def test_nothing_sent() -> None:
    """A case without a request is a row that says so."""
    silent = [Run(case, Observation(None), ()) for case in CASES]
    assert "no Outcome" in result_card(judge(CHECK, silent)).text


def test_what_a_learner_returned_is_only_text() -> None:
    """A returned string can't put markup into the page."""
    hostile = [Run(case, Observation("<script>alert(1)</script>"), (exchange(),)) for case in CASES]
    assert not list(section(result_card(judge(CHECK, hostile))).iter("script"))


def test_table_has_headers_and_a_caption() -> None:
    """A screen reader hears what each cell belongs to; a terminal sees columns."""
    card = table("What happened", ["ending", "the log says"], [["`cut`", "nothing"], ["`stall`", "<nothing>"]])
    page = ElementTree.fromstring(card.html.partition("</style>")[2])
    assert [one.get("scope") for one in page.iter("th")] == ["col", "col", "row", "row"]
    assert [one.text for one in page.iter("td")] == ["nothing", "<nothing>"]
    assert repr(card).splitlines()[:2] == ["What happened", "ending   the log says"]


def test_prediction_keeps_the_guesses() -> None:
    """Each question has its answer, a dash until there is one."""
    guess = Prediction(["cut", "stall"], ["raises", "does not"])
    guess.children[1].value = "raises"
    assert guess.answers == {"cut": UNANSWERED, "stall": "raises"}
    assert repr(guess) == "cut: –\nstall: raises"
