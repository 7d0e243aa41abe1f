"""Texts drawn from a seed, so that a function cannot have been written for one of them."""

import random
import re
from itertools import pairwise
from typing import Final

from helpers.judging.check import Case
from helpers.replay import Answer, Fail, Scenario, blocks

GOODS: Final = ("lamp", "kettle", "desk", "radio", "tent", "clock", "scooter", "camera")
TOWNS: Final = ("Lisbon", "Oslo", "Quito", "Hanoi", "Cork", "Bergen", "Tunis", "Graz")
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def draw_prompt(source: random.Random) -> str:
    """A customer's question, such as `Where is order 4821, the lamp?`"""
    return f"Where is order {source.randrange(1000, 9999)}, the {source.choice(GOODS)}?"


def draw_answer(source: random.Random) -> str:
    """An answer of some twenty words, different for every seed."""
    return (
        f"Your {source.choice(GOODS)} left {source.choice(TOWNS)} on {source.choice(DAYS)} as parcel "
        f"{source.randrange(10_000, 99_999)}. It reaches {source.choice(TOWNS)} in {source.randrange(2, 9)} days, "
        "and the driver rings before noon."
    )


def text_case(name: str, source: random.Random, parts: int = 1, *failures: Fail) -> Case:
    """A case that is answered, after `failures`, with one text in so many blocks."""
    texts = split(draw_answer(source), parts)
    answer = Answer(blocks([{"type": "text", "text": text} for text in texts]))
    return Case(name, Scenario(name, name, failures, answer), {"prompt": draw_prompt(source)}, {"texts": texts})


def split(text: str, parts: int) -> list[str]:
    """`text` in so many parts of as many words. A part may end in mid-sentence, as the API's blocks do."""
    words = re.findall(r"\s*\S+", text)
    edges = [len(words) * index // parts for index in range(parts + 1)]
    return ["".join(words[start:end]) for start, end in pairwise(edges)]
