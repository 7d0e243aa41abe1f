"""Identifiers that look like the API's, drawn from a seed: unique within a replay, the same in every run of it."""

import base64
import random
from typing import Final

BYTES: Final = 18
"""Of chance in an identifier: 24 letters and digits."""
LETTERS: Final = bytes.maketrans(b"+/", b"Xx")
"""Letters for the two characters of base64 that are none."""


class Identifiers:
    """A source of unique identifiers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def draw(self, prefix: str) -> str:
        """A fresh identifier such as `req_4kXw…`: the prefix, an underscore and 24 letters and digits."""
        return f"{prefix}_{base64.b64encode(self._random.randbytes(BYTES)).translate(LETTERS).decode()}"
