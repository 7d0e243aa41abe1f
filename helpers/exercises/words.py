"""Texts drawn from a seed, so that a function cannot have been written for one of them."""

import random
from typing import Final

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
