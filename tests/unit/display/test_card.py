"""Result cards: the five outcomes, as HTML and as text."""

import random
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree

import pytest

from helpers.calling.observation import Observation
from helpers.display.beside import solution_card
from helpers.display.card import CURL, KNOWN, LONGEST_CURL, MOST_REQUESTS, Card, result_card
from helpers.display.prediction import UNANSWERED, Prediction
from helpers.display.table import table
from helpers.display.twin import NO_TOOLTIP
from helpers.judging.check import Run
from helpers.judging.offer import Offer
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
    """Symbol, name and outcome come first; to a screen reader, the outcome and then the name."""
    card = result_card(verdict)
    assert repr(card).splitlines()[0] == first_line
    name, outcome = first_line[2:].split(" — ")
    assert section(card).get("aria-label") == f"{outcome}: {name}"


def test_message_before_picture_before_next_step() -> None:
    """One cause, what happened, one thing to do: in this order, in both twins."""
    verdict = judge(CHECK, runs(True))
    card = result_card(verdict)
    places = [card.text.index(part) for part in (verdict.message, "✗ truncate", f"Next: {verdict.next_step}")]
    assert places == sorted(places)
    html = [card.html.index(part) for part in ("<b>✗ stream_safely</b>", 'role="img"', "<b>Next:</b>")]
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


OFFER: Final = Offer(
    "truncate",
    "client, inputs = case(f, 'truncate')\nf(client, **inputs)",
    "case(f, 'truncate')",
    False,
    "`complete` must be False.",
    ("you returned `<b>`", "one request went over the wire"),
    "curl 'x' \\\n  --data-raw '<i>'",
)


def test_a_failing_case_is_offered() -> None:
    """The code, what was expected and seen, and the request: below the next step, and the same in both twins."""
    card = result_card(judge(CHECK, runs(True)), OFFER)
    assert [one.text for one in section(card).iter("code") if "\n" in (one.text or "")] == [OFFER.code, OFFER.curl]
    assert [one.findtext("summary") for one in section(card).iter("details")] == [
        f"{KNOWN}, and the request as a curl line"
    ]
    lines = card.text.splitlines()
    offered = lines[lines.index("Read again: “See it lie”. Still stuck? `hint(stream_safely)`") + 1 :]
    assert offered == [
        "Try `truncate` yourself, in a cell of your own: print, step through it, call again.",
        "    client, inputs = case(f, 'truncate')",
        "    f(client, **inputs)",
        "Or as the check calls it, with pauses in API time: `case(f, 'truncate').call()`",
        "What was expected and seen:",
        "  `complete` must be False.",
        "  you returned `<b>`",
        "  one request went over the wire",
        CURL,
        "    curl 'x' \\",
        "      --data-raw '<i>'",
    ]


def test_an_offer_without_more() -> None:
    """Where nothing is known and nothing was sent, the code stands alone. Nothing is offered twice."""
    offer = replace(OFFER, called=True, expected="", seen=(), curl="")
    card = result_card(judge(CHECK, runs(True)), offer)
    assert not list(section(card).iter("details"))
    assert card.text.endswith("    f(client, **inputs)")


def test_a_long_curl_line() -> None:
    """A request of thousands of characters is pointed to."""
    card = result_card(judge(CHECK, runs(True)), replace(OFFER, curl="curl" + "x" * LONGEST_CURL))
    assert "xxx" not in card.text + card.html
    assert "`case(f, 'truncate').curl` is its first request as a curl line, which is long" in card.text


def test_ours_beside_theirs() -> None:
    """Two columns, and below one another in a terminal; ours alone for who has not begun."""
    card = solution_card(EXERCISE, "def f(): '<theirs>'", "def f(): 'ours'", "Ours names it.")
    assert [one.text for one in section(card).iter("code")] == ["def f(): '<theirs>'", "def f(): 'ours'"]
    assert repr(card).splitlines()[:3] == ["Our solution of stream_safely, beside yours", "Ours names it.", ""]
    assert repr(solution_card(EXERCISE, "", "def f(): 'ours'", "Ours names it.")) == (
        "Our solution of stream_safely\n\ndef f(): 'ours'"
    )


def test_table_has_headers_and_a_caption() -> None:
    """A screen reader hears what each cell belongs to; a terminal sees columns."""
    card = table("What happened", ["ending", "the log says"], [["`cut`", "nothing"], ["`stall`", "<nothing>"]])
    page = ElementTree.fromstring(card.html.partition("</style>")[2])
    assert [one.get("scope") for one in page.iter("th")] == ["col", "col", "row", "row"]
    assert [one.text for one in page.iter("td")] == ["nothing", "<nothing>"]
    assert repr(card).splitlines()[:2] == ["What happened", "ending   the log says"]


def test_a_column_without_a_name() -> None:
    """An empty header is none: a screen reader would read out nothing."""
    page = ElementTree.fromstring(table("Two days", ["", "before"], [["a", 1]]).html.partition("</style>")[2])
    assert [one.text for one in page.iter("th")] == ["before", "a"]


def test_prediction_keeps_the_guesses() -> None:
    """Each question has its answer, a dash until there is one."""
    guess = Prediction(["cut", "stall"], ["raises", "does not"])
    guess.children[1].value = "raises"
    assert guess.answers == {"cut": UNANSWERED, "stall": "raises"}
    assert repr(guess) == "cut: –\nstall: raises"


def test_prediction_is_no_shorter_as_text() -> None:
    """Where no widget is drawn, as on a page, every question is there."""
    guess = Prediction([f"ending {number}" for number in range(20)], ["raises", "does not"])
    assert guess._repr_mimebundle_()["text/plain"] == repr(guess)


def test_prediction_says_nothing_before_its_question() -> None:
    """Where it has no tooltip, a browser has one that says "null"."""
    assert Prediction(["cut"], ["raises"]).children[0].tooltip == NO_TOOLTIP
