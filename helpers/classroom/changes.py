"""Grading anew: what is kept of a former record, what has become of each exercise, and who gained or lost by it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from helpers.classroom.marker import Record
from helpers.lessons.found import EXERCISES

MOST_CHANGES: Final = 200
"""Of a class, that are kept to be shown: so many of each sign."""
GONE: Final = "gone"
"""The outcome of an exercise that the course has no longer."""
WHOLE: Final = "all exercises"
AGAIN: Final = "judged again"
ANEW: Final = "handed in anew"
NOT_GRADED: Final = "not graded"
_ORDER: Final = {name: place for place, name in enumerate(EXERCISES)}


@dataclass(frozen=True)
class Change:
    """What became of one exercise of one person, by words that are the learner's only in `submission`."""

    submission: str
    exercise: str
    before: str
    after: str
    points: int
    """Gained; below 0 when they were lost."""
    why: str


class Changes:
    """Who gained and who lost in a round: `add` each record once."""

    def __init__(self) -> None:
        self.lost: list[Change] = []
        self.gained: list[Change] = []
        self.others: list[Change] = []
        """Another outcome for as many points. Of all three the first `MOST_CHANGES` of the class."""
        self.losses = self.gains = self.rest = 0
        """How many of each there are."""
        self.losers = self.winners = 0
        """How many people lost points in an exercise, and how many gained some. Who did both is in both."""
        self.compared = 0
        """How many people have been graded anew."""

    def add(self, record: Record) -> None:
        """Count what has changed for one person."""
        found = changes_of(record)
        self.compared += "before" in record or any("before" in one for one in record.get("exercises", ()))
        lost, gained = [one for one in found if one.points < 0], [one for one in found if one.points > 0]
        others = [one for one in found if one.points == 0]
        for kept, more in ((self.lost, lost), (self.gained, gained), (self.others, others)):
            kept += more[: MOST_CHANGES - len(kept)]
        self.losses, self.gains, self.rest = (
            self.losses + len(lost),
            self.gains + len(gained),
            self.rest + len(others),
        )
        self.losers, self.winners = self.losers + bool(lost), self.winners + bool(gained)


def merged(former: Record, found: Record) -> Record:
    """The `former` record of a person, with what was now `found` of some exercises, which say what they were graded
    with where that is no longer the same for all.
    """
    own = {name: found[name] for name in ("seed", "isolation", "version")}
    anew = {one["name"]: {**one, **own} for one in found["exercises"]}
    verdicts = {**{one["name"]: one for one in former["exercises"]}, **anew}
    exercises = sorted(verdicts.values(), key=lambda one: _ORDER.get(one["name"], len(_ORDER)))
    notes = found.get("notes", [])
    return {**former, "key": found["key"], "notes": notes, "exercises": exercises, "judged": list(anew)}


def compared(record: Record, before: Record | None, lessons: Collection[str]) -> Record:
    """`record`, in which what was judged anew says what it was `before`. What the course has no longer is `GONE`."""
    if before is None:
        return record
    former = {one["name"]: one for one in before["exercises"] if one["lesson"] in lessons}
    why = AGAIN if record["work"] == before["work"] else ANEW
    judged = record.get("judged", former)
    exercises = [
        {**one, "before": _verdict(former[one["name"]], why)}
        if one["name"] in former and one["name"] in judged
        else one
        for one in record["exercises"]
    ]
    there = {one["name"] for one in exercises}
    exercises += [_gone(one, why) for name, one in former.items() if name not in there and one["outcome"] != GONE]
    return {**record, "exercises": exercises}


def points_of(record: Record, lessons: Collection[str]) -> int:
    """What a record is worth."""
    return sum(one["points"] for one in record["exercises"] if one["lesson"] in lessons)


def changes_of(record: Record) -> list[Change]:
    """What has changed for one person, by the exercise."""
    name = record["submission"]
    if "problem" in record:
        points = record.get("before", {}).get("points", 0)
        words = f"{points} {plural(points)}"
        return [Change(name, WHOLE, words, NOT_GRADED, -points, record["problem"])] if points else []
    exercises = record["exercises"]
    found = [_change(name, one, one["before"]) for one in exercises if "before" in one]
    return [one for one in found if one.points or one.before != one.after]


def plural(points: int) -> str:
    """The word after a number of points."""
    return "point" if abs(points) == 1 else "points"


def verdict_words(one: Record) -> str:
    """What became of an exercise, and the points for it."""
    outcome = " ".join(filter(None, (one["outcome"].replace("_", " "), one["misconception"])))
    return f"{outcome}, {one['points']} {plural(one['points'])}"


def _change(name: str, one: Record, before: Record) -> Change:
    points = one["points"] - before["points"]
    return Change(name, one["name"], verdict_words(before), verdict_words(one), points, before["why"])


def _verdict(one: Record, why: str) -> Record:
    return {**{name: one[name] for name in ("outcome", "misconception", "points")}, "why": why}


def _gone(one: Record, why: str) -> Record:
    message = "The course has this exercise no longer."
    gone = {"outcome": GONE, "misconception": None, "points": 0, "max_points": 0, "message": message}
    return {**one, **gone, "before": _verdict(one, why)}
