"""The cases of a check, drawn from a seed, and what else is drawn for them.

From the seed to all that a function sees it is one way, and a way of its own for each purpose and each exercise.
"""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check
from helpers.replay.chance import Chance, Seed, derived

NOTEBOOK_SEED: Final = 1
"""In a notebook the same cases come every time, so that one can think about them. Graders draw a seed."""


def draw_cases(check: Check, seed: int) -> Sequence[Case]:
    """The cases of `check` for this seed."""
    return check.cases(random.Random(seed) if seed == NOTEBOOK_SEED else source_for(check, seed, "cases"))


def engine_seed(check: Check, seed: int, index: int) -> Seed:
    """What the engine of the case in this place draws from, when the cases are those of `seed`."""
    if seed == NOTEBOOK_SEED:
        # Nothing is to be hidden there, and what the notebooks show was drawn so.
        return seed + index
    return _key(check, seed, "engine", str(index))


def source_for(check: Check, seed: int, purpose: str) -> random.Random:
    """Random numbers for one purpose of one exercise. Who knows them, or those for others, knows nothing of `seed`."""
    return Chance(_key(check, seed, purpose))


def _key(check: Check, seed: int, *purpose: str) -> bytes:
    return derived(str(seed).encode(), *purpose, check.exercise.name)
