"""Keys of the API as they look, drawn from a seed, and whether one of them has got into what was written down."""

import json
import random
import string
from typing import Any, Final

PREFIX: Final = "sk-ant-api03-"
LENGTH: Final = 40
"""Of what follows the prefix. A real one is longer, and as random."""
TELLING: Final = 12
"""Characters in a row that give a key away: the four at the end, by which a console tells keys apart, do not."""


def draw_key(source: random.Random) -> str:
    """A key that nobody has."""
    return PREFIX + "".join(source.choices(string.ascii_letters + string.digits, k=LENGTH))


def tells_key(key: str, written: Any) -> bool:
    """Whether `key`, or as much of it as is telling, stands anywhere in `written`, which is JSON."""
    secret, text = key.removeprefix(PREFIX), json.dumps(written)
    return any(secret[start : start + TELLING] in text for start in range(len(secret) - TELLING + 1))
