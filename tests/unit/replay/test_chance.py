"""Chance: the same again with the same key, spread as it should be, and closed to whoever looks back."""

import copy
import random
from collections import Counter
from typing import Final

import pytest

from helpers.replay.chance import Chance, derived, source_of
from helpers.replay.identifiers import Identifiers

KEY: Final = bytes(range(32))


def test_again() -> None:
    """A key brings the same numbers, in whatever way they are drawn; another one brings others."""
    first, again, other = (_drawn(Chance(key)) for key in (KEY, KEY, KEY[::-1]))
    assert first == again
    assert not set(map(str, first)) & set(map(str, other))


def _drawn(source: random.Random) -> list[object]:
    return [
        source.random(),
        source.getrandbits(256),
        source.randbytes(20),
        source.uniform(3, 4),
        source.sample(range(10**6), 5),
    ]


def test_spread() -> None:
    """No number, and no side, is preferred."""
    source = Chance(KEY)
    counts = Counter(source.randrange(10) for _ in range(10_000))
    assert set(counts) == set(range(10))
    assert all(850 < count < 1_150 for count in counts.values())
    assert 0.48 < sum(source.random() for _ in range(10_000)) / 10_000 < 0.52
    assert {source.getrandbits(1) for _ in range(100)} == {0, 1}
    assert source.getrandbits(0) == 0


def test_purposes() -> None:
    """What is drawn for one purpose is nothing of what is drawn for another, and no key is a prefix of another."""
    assert _drawn(source_of(KEY, "cases")) != _drawn(source_of(KEY, "identifiers"))
    assert len({derived(KEY), derived(KEY, "a"), derived(KEY, "b"), derived(KEY, "a", "b"), derived(KEY, "ab")}) == 5


def test_a_number() -> None:
    """A number is the seed that it always was: what the notebooks show was drawn from it."""
    assert source_of(1, "cases").random() == source_of(1, "identifiers").random() == random.Random(1).random()
    assert Identifiers(1).draw("req") == "req_01FlIkpYt5HfavHYMD5hzYbD"


def test_no_state() -> None:
    """It can't be seeded anew, and gives nothing away that would make another one of it."""
    source, again = Chance(KEY), Chance(KEY)
    source.seed(1)
    assert source.random() == again.random()
    for taking in (source.getstate, lambda: source.setstate(()), lambda: copy.deepcopy(source)):
        with pytest.raises(NotImplementedError):
            taking()
