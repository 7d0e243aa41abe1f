"""What is other in one snapshot than in another, in words."""

from collections.abc import Iterator, Mapping
from typing import Final

from helpers.drift.probe import THERE
from helpers.drift.snapshot import Snapshot

MOST_NAMES: Final = 12
"""Of what is new, or gone, in one line."""


def differences(former: Snapshot, present: Snapshot) -> list[str]:
    """A line for each thing that is other, and one for all of a topic that is gone, or new. What is new comes last."""
    other: list[str] = []
    new: list[str] = []
    for topic in dict.fromkeys([*former.topics, *present.topics]):
        before, now = former.topics.get(topic, {}), present.topics.get(topic, {})
        other += _other(topic, before, now)
        gone, added = _without(before, now), _without(now, before)
        if gone:
            other.append(f"{topic}: gone are {_names(gone)}")
        if added:
            new.append(f"{topic}: new are {_names(added)}")
    return [*other, *new]


def _other(topic: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name, was in before.items():
        if now.get(name, was) != was:
            yield f"{topic}: {name} is “{now[name]}”, was “{was}”"


def _without(some: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    return [name if said in (THERE, "") else f"{name} ({said})" for name, said in some.items() if name not in others]


def _names(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
