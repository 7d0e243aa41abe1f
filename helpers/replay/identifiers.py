"""Identifiers that look like the API's, drawn from a seed: unique within a replay, the same in every run of it."""

import base64
from typing import Final

from helpers.replay.chance import Seed, source_of

BYTES: Final = 18
"""Of chance in an identifier: 24 letters and digits, of which the last 22 are used."""
FIRST: Final = "01"
"""How every recorded identifier begins, whatever its prefix."""
LETTERS: Final = bytes.maketrans(b"+/", b"Xx")
"""Letters for the two characters of base64 that are none."""


class Identifiers:
    """A source of unique identifiers. Where the seed is a key, they tell nothing of it, and nothing of one another."""

    def __init__(self, seed: Seed) -> None:
        self._random = source_of(seed, "identifiers")

    def draw(self, prefix: str) -> str:
        """A fresh identifier such as `req_014kXw…`: the prefix, an underscore, 01 and 22 letters and digits."""
        letters = base64.b64encode(self._random.randbytes(BYTES)).translate(LETTERS).decode()
        return f"{prefix}_{FIRST}{letters[2:]}"

    def draw_ray(self) -> str:
        """A fresh `cf-ray`, as the edge of the API numbers what passes it: 16 hexadecimal digits and an airport."""
        return f"{self._random.getrandbits(64):016x}-LIS"
