"""Counts over the records of a class. They take as much memory for 2,000 submissions as for 50."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from helpers.classroom.changes import Changes
from helpers.classroom.marker import Record

BINS: Final = 10
MOST_NOTES: Final = 200
"""Of a class, that are kept to be shown."""


@dataclass
class ExerciseTally:
    """What became of one exercise. `examples` has the first message of each misconception."""

    name: str
    lesson: str
    outcomes: Counter[str] = field(default_factory=Counter)
    misconceptions: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Submissions that were judged on it."""
        return self.outcomes.total() - self.outcomes["not_available"]

    def add(self, exercise: Record) -> None:
        """Count one verdict."""
        self.outcomes[exercise["outcome"]] += 1
        misconception = exercise["misconception"]
        if misconception:
            self.misconceptions[misconception] += 1
            self.examples.setdefault(misconception, exercise["message"])


class Tally:
    """A class as numbers: `add` each record once."""

    def __init__(self) -> None:
        self.graded = 0
        self.problems: dict[str, str] = {}
        """Why a submission could not be graded, by its name."""
        self.notes: list[tuple[str, str]] = []
        """What was left out of a submission, its name and a sentence: the first `MOST_NOTES` of the class."""
        self.noted = 0
        """How many notes there are."""
        self.max_points = 0
        self.points: Counter[int] = Counter()
        """How many submissions have so many points."""
        self.isolations: Counter[str] = Counter()
        self.seeds: Counter[str] = Counter()
        """How many exercises of people have cases from so many seeds, which are words; an empty one is a secret."""
        self.versions: Counter[str] = Counter()
        """How many were judged by each version of the course."""
        self.exercises: dict[str, ExerciseTally] = {}
        self.changes = Changes()

    def add(self, record: Record) -> None:
        """Count the record of one submission."""
        self.changes.add(record)
        if "problem" in record:
            self.problems[record["submission"]] = record["problem"]
            return
        self.graded += 1
        notes = (*record.get("intake", ()), *record.get("notes", ()))
        self.notes += [(record["submission"], note) for note in notes[: MOST_NOTES - len(self.notes)]]
        self.noted += len(notes)
        self.isolations[record["isolation"]] += 1
        for name, counter in (("seed", self.seeds), ("version", self.versions)):
            counter.update(str(one.get(name, record.get(name, ""))) for one in record["exercises"])
        self.points[sum(one["points"] for one in record["exercises"])] += 1
        self.max_points = max(self.max_points, sum(one["max_points"] for one in record["exercises"]))
        for one in record["exercises"]:
            tally = self.exercises.setdefault(one["name"], ExerciseTally(one["name"], one["lesson"]))
            tally.add(one)

    @property
    def median(self) -> float:
        """Points that half of the submissions do not exceed."""
        middle = (self.graded - 1) / 2
        low, high = self._nth(int(middle)), self._nth(-int(-middle // 1))
        return (low + high) / 2

    @property
    def mean(self) -> float:
        """Points of a submission on average."""
        return sum(points * count for points, count in self.points.items()) / self.graded if self.graded else 0.0

    def histogram(self) -> list[tuple[int, int, int]]:
        """Lowest and highest points of each bar, and how many submissions lie between, both included."""
        width = -(-(self.max_points + 1) // BINS)
        bars: defaultdict[int, int] = defaultdict(int)
        for points, count in self.points.items():
            bars[points // width] += count
        return [
            (low, min(low + width - 1, self.max_points), bars[low // width])
            for low in range(0, self.max_points + 1, width)
        ]

    def _nth(self, index: int) -> int:
        seen = 0
        for points in sorted(self.points):
            seen += self.points[points]
            if seen > index:
                return points
        return 0
