"""The picture of the decision: drawn from the rules, and said in words."""

import re

from helpers.facts.patterns import RULES, Pattern
from helpers.lessons.choosing.decision import decision


def test_says_every_rule() -> None:
    """The text twin and the picture's description hold every question and where it leads."""
    card = decision()
    (label,) = re.findall(r'<svg[^>]* aria-label="([^"]*)"', card.html)
    for rule in RULES:
        assert rule.question in card.text
        assert rule.question in label
    assert "Are there fewer than 100 requests? Then no batch." in card.text


def test_draws_every_rule() -> None:
    """A box for each rule, and each pattern by name and sign, never by colour alone."""
    html = decision().html
    assert html.count('class="box"') == len(RULES)
    assert all(re.search(rf"[◻≋▦] {pattern}<", html) for pattern in Pattern)


def test_follows_the_rules() -> None:
    """Fewer rules make a smaller picture."""
    assert decision(RULES[-1:]).text == "How to choose a pattern\n1. Anything else? Then standard."
