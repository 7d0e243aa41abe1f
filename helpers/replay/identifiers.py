"""Identifiers that look like the API's, drawn from a seed: unique within a replay, the same in every run of it."""

import random
import string
from typing import Final

ALPHABET: Final = string.ascii_letters + string.digits
LENGTH: Final = 24


class Identifiers:
    """A source of unique identifiers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def draw(self, prefix: str) -> str:
        """A fresh identifier such as `req_4kXw…`: the prefix, an underscore and 24 letters and digits."""
        return f"{prefix}_{''.join(self._random.choices(ALPHABET, k=LENGTH))}"
