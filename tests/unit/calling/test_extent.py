"""What a function returns has an end: in depth, and in digits."""

import pytest

from helpers.calling.observation import DEEPEST, MOST_DIGITS, encode


def nested(levels: int) -> object:
    """A list in so many lists."""
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


def test_depth() -> None:
    """As deep as anybody judges, and no deeper; what holds itself is too deep as well."""
    assert encode(nested(DEEPEST - 1)) == nested(DEEPEST - 1)
    endless: list[object] = []
    endless.append({"a": endless})
    for value in (nested(DEEPEST), endless):
        with pytest.raises(RecursionError, match="what you returned is nested more than 90 deep"):
            encode(value)


def test_digits() -> None:
    """A number that could not be written is none that is judged."""
    assert encode(-(10 ** (MOST_DIGITS - 1))) == -(10 ** (MOST_DIGITS - 1))
    with pytest.raises(ValueError, match="more than 1,000 digits"):
        encode({"a": [10**MOST_DIGITS]})
