"""The buttons below a card, and what JupyterLab is told by each."""

import json
from html import unescape
from xml.etree import ElementTree

import pytest

from helpers.display.asking import COMMANDS, asking
from helpers.judging.offer import Offer
from helpers.judging.solutions import solution_source
from helpers.judging.verdict import OutcomeName, Verdict
from helpers.lessons.found import EXERCISES, check_named

EXERCISE = EXERCISES["stream_safely"]
OFFER = Offer("truncate", 'client, inputs = case(f, "truncate")\nf(client, **inputs)', "case(f)", called=False)


def asked(outcome: OutcomeName, offer: Offer | None = None) -> dict[str, str]:
    """What each button is called, and what it writes into a cell."""
    html = asking(Verdict(EXERCISE, outcome, "…"), offer)
    buttons = ElementTree.fromstring(f"<div>{html}</div>").iter("button")
    return {button.get("aria-label") or "": text_of(button) for button in buttons}


def text_of(button: ElementTree.Element) -> str:
    arguments = json.loads(button.get("data-commandlinker-args") or "")
    assert arguments["commands"] == list(COMMANDS)
    text: str = arguments["args"]["text"]
    return text


def test_passed() -> None:
    """Who has solved it can compare."""
    assert asked("passed") == {"Our solution of stream_safely": "solution(stream_safely)"}


@pytest.mark.parametrize("outcome", ["not_started", "raised", "misconception"])
def test_not_passed(outcome: OutcomeName) -> None:
    """Who has not can be helped: with a hint, with the case that went wrong, with our solution."""
    assert asked(outcome, OFFER) == {
        "Hint for stream_safely": "hint(stream_safely)",
        "This case of stream_safely": OFFER.code,
        "Our solution of stream_safely": "solution(stream_safely)",
    }
    assert "This case of stream_safely" not in asked(outcome)


@pytest.mark.parametrize("outcome", ["checker_broken", "not_available"])
def test_nothing_to_ask(outcome: OutcomeName) -> None:
    """Where it is not the learner's turn there is no button."""
    assert asked(outcome) == {}


@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_is_revealed(name: str) -> None:
    """Neither a hint nor our solution is in a card before it is asked for."""
    check = check_named(name)
    html = unescape(asking(Verdict(check.exercise, "misconception", "…"), OFFER))
    ours = solution_source(check.exercise)
    lines = [line.strip() for line in ours.splitlines()[1:] if len(line.strip()) > 20]
    assert lines
    assert [told for told in (*check.hints, *lines) if told in html] == []
