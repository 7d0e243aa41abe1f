"""The decision as a picture, drawn from the rules themselves: a ladder of questions, and where a yes leads."""

from collections.abc import Sequence
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling
from helpers.facts.patterns import RULES, Pattern, Rule

WIDTH: Final = 780
QUESTION: Final = 430
"""Width of a question's box."""
ANSWER: Final = 560
"""Where the patterns stand."""
ROW: Final = 44
BOX: Final = 28
SHAPES: Final = {Pattern.STANDARD: "◻", Pattern.STREAMING: "≋", Pattern.BATCHES: "▦"}
"""A sign for each pattern, so that colour alone says nothing."""


def decision(rules: Sequence[Rule] = RULES) -> Card:
    """The rules from top to bottom, with the pattern or the consequence of a yes."""
    lines = [f"{number}. {describe(rule)}" for number, rule in enumerate(rules, 1)]
    height = ROW * len(rules)
    label = escape(f"How to choose a pattern, from top to bottom. {' '.join(lines)}", quote=True)
    drawn = "".join(_step(rule, index, len(rules)) for index, rule in enumerate(rules))
    svg = f'<svg role="img" viewBox="0 0 {WIDTH} {height}" width="100%" aria-label="{label}">{drawn}</svg>'
    return Card(scrolling(svg, "How to choose a pattern"), "\n".join(["How to choose a pattern", *lines]))


def describe(rule: Rule) -> str:
    """The rule as a line: its question and what a yes means."""
    return f"{rule.question} Then {consequence(rule)}."


def consequence(rule: Rule) -> str:
    """What follows when the rule applies."""
    return "no batch" if rule.decides is None else f"{rule.decides}"


def _step(rule: Rule, index: int, count: int) -> str:
    y = index * ROW + 4
    middle = y + BOX / 2
    last = index == count - 1
    line, words = ("wait", "note") if rule.decides is None else ("asked", "name")
    parts = [
        f'<rect x="1" y="{y}" width="{QUESTION}" height="{BOX}" rx="4" class="box"/>',
        f'<text x="12" y="{middle + 4}">{escape(rule.question)}</text>',
        f'<line x1="{QUESTION + 1}" y1="{middle}" x2="{ANSWER - 12}" y2="{middle}" class="{line}"/>',
        f'<path d="M{ANSWER - 16},{middle - 4} l6,4 l-6,4" class="break"/>',
        f'<text x="{(QUESTION + ANSWER) / 2 - 6}" y="{middle - 5}" class="axis">{"always" if last else "yes"}</text>',
        f'<text x="{ANSWER}" y="{middle + 4}" class="{words}">{_mark(rule)}</text>',
    ]
    if not last:
        parts.append(f'<line x1="24" y1="{y + BOX}" x2="24" y2="{y + ROW}" class="asked"/>')
    return "".join(parts)


def _mark(rule: Rule) -> str:
    return "✗ no batch, read on" if rule.decides is None else f"{SHAPES[rule.decides]} {rule.decides}"
