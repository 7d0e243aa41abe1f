"""Comparing what a learner's function said with what was expected: as JSON, and by exact types.

To Python `True == 1 == 1.0`; to whoever reads a log line or a ledger they are three things.
"""

from typing import Any


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, in their types and in those of all that they hold."""
    if type(one) is not type(other):
        return False
    if type(one) is list:
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is dict:
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    return bool(one == other)


def number(value: Any) -> float | None:
    """`value` as a float where it is a number; None for anything else: a bool, or an int that no float can hold."""
    if type(value) not in (int, float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def numbers(value: Any) -> list[float]:
    """The numbers in a list; none where it is no list."""
    found = map(number, value if isinstance(value, list) else ())
    return [one for one in found if one is not None]
