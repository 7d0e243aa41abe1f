"""What the course shows: result cards and wire timelines, as HTML with a plain-text twin."""

from helpers.display.card import Card, card, result_card

__all__ = ["Card", "card", "result_card"]
