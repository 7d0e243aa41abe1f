"""Chance: random numbers that come back with their seed, and tell nothing of it.

A number is a seed for a notebook, where everything may be known. Bytes are a key: from all that was drawn with it
nobody can tell what else is drawn, with this key or with another. The generator of Python's `random` can be reckoned
back from its own numbers.
"""

import random
from hashlib import blake2b
from typing import Any, Final, TypeAlias

Seed: TypeAlias = int | bytes

BLOCK: Final = blake2b.MAX_DIGEST_SIZE
_FRACTION: Final = 2.0**-53


def source_of(seed: Seed, purpose: str) -> random.Random:
    """Random numbers from `seed`. With a key, those of one purpose have nothing to do with those of another."""
    return random.Random(seed) if isinstance(seed, int) else Chance(derived(seed, purpose))


def derived(key: bytes, *purpose: str) -> bytes:
    """Another key, for this purpose alone. The way back to `key` is closed."""
    for one in purpose:
        key = blake2b(one.encode(), key=key[:BLOCK]).digest()
    return key


class Chance(random.Random):
    """Random numbers that are the keyed hash of a counter."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key[:BLOCK]
        self._blocks = 0
        self._left = b""

    def random(self) -> float:
        """The next number from 0 up to 1."""
        return (int.from_bytes(self._taken(7)) >> 3) * _FRACTION

    def getrandbits(self, k: int, /) -> int:
        """So many random bits, as a number."""
        count = -(-k // 8)
        return int.from_bytes(self._taken(count)) >> (8 * count - k)

    def seed(self, *_: Any, **__: Any) -> None:
        """Nothing: the key is the seed."""

    def getstate(self) -> tuple[Any, ...]:
        """Raises `NotImplementedError`, like `setstate`: the state holds the key."""
        raise NotImplementedError("its state holds the key")

    def setstate(self, state: tuple[Any, ...]) -> None:
        """See `getstate`."""
        raise NotImplementedError("its state holds the key")

    def _taken(self, count: int) -> bytes:
        while len(self._left) < count:
            self._left += blake2b(self._blocks.to_bytes(8), key=self._key).digest()
            self._blocks += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken
