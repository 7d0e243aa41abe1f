"""What is to be done with a class: the options of `course grade-class`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.classroom.roster import names_pattern
from helpers.errors import CourseError
from helpers.grading.budget import SECONDS_PER_SUBMISSION
from helpers.grading.choosing import exercises_named, lessons_named
from helpers.grading.nursery import Isolation


@dataclass(frozen=True)
class Plan:
    """What to grade, where the tables go, and who does the work: `jobs` processes, or the cluster at `scheduler`."""

    folder: Path
    csv: Path
    html: Path | None = None
    nbgrader: Path | None = None
    canvas: Path | None = None
    moodle: Path | None = None
    names: str | None = None
    """A pattern that finds a person, as its first group, in the name of a file. None: what stands before the marks of a
    learning management system, or the whole name."""
    jobs: int | None = None
    """None: as many as there are processors."""
    scheduler: str | None = None
    seed: int | None = None
    """None: that of the round which goes on, or a new one. One that has been told is not used again by itself."""
    seconds: float = SECONDS_PER_SUBMISSION
    """That each submission may take. With another number than before, everybody is graded anew."""
    isolation: Isolation = "namespaces"
    """A guard is asked for by name: a class holds somebody whom nobody knows."""
    only: Sequence[str] = ()
    """Lessons. None named: all of them."""
    again: Sequence[str] = ()
    """Exercises and lessons that are judged anew for everybody who has been graded. All else is kept."""

    @property
    def journal(self) -> Path:
        """The journal's place: beside the CSV."""
        return self.csv.with_name(f"{self.csv.name}.journal")

    @property
    def own(self) -> list[Path]:
        """The files that a run writes. Raises `CourseError` when one of them has no folder to be in."""
        paths = [
            path
            for path in (self.csv, self.journal, self.html, self.nbgrader, self.canvas, self.moodle)
            if path is not None
        ]
        for path in paths:
            if not path.absolute().parent.is_dir():
                raise CourseError(f"{path} cannot be written: name a file in a folder that exists.")
        return paths

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """`names`, compiled. Raises `CourseError` when it is no pattern with a group."""
        return None if self.names is None else names_pattern(self.names)

    @property
    def lessons(self) -> tuple[str, ...]:
        """The lessons that count, in the order of the course. Raises `CourseError` for one that there is not."""
        return lessons_named(self.only)

    @property
    def exercises_again(self) -> tuple[str, ...]:
        """The exercises that `again` means. Raises `CourseError` for one that there is not, or that does not count."""
        return exercises_named(self.again, self.lessons)
