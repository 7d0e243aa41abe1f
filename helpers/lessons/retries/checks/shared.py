"""What several checks of lesson 06 need."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.words import draw_answer
from helpers.replay import Fixture, blocks

STACKED: Final = "Nine instead of three"


def draw_texts(source: random.Random) -> Sequence[str]:
    """The texts of an answer in two blocks."""
    return [f"{draw_answer(source)} ", draw_answer(source)]


def in_blocks(texts: Sequence[str]) -> Fixture:
    """An answer whose first block is the model's thinking, which nobody asked for, and whose others are these."""
    thinking = {"type": "thinking", "thinking": "", "signature": "EqoBCkYIBxgCKkDk"}
    return blocks([thinking, *({"type": "text", "text": text} for text in texts)])
