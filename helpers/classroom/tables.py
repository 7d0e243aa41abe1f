"""Tables of a class as CSV files. Each is written whole or not at all, a record at a time.

Ours has a row per submission and exercise. Three more have a row per submission and lesson, or one per submission, for
the programs that keep a class's scores. What could not be graded is in none of these, so that no score is taken
from anybody because of us: ours says why.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from helpers.classroom.marker import Record
from helpers.classroom.words import cell
from helpers.grading.writing import replacing
from helpers.lessons.found import EXERCISES

Row: TypeAlias = Sequence[object]

COLUMNS: Final = (
    "submission",
    "lesson",
    "exercise",
    "outcome",
    "misconception",
    "points",
    "max_points",
    "message",
    "seed",
    "isolation",
    "outcome_before",
    "misconception_before",
    "points_before",
    "anew",
)
NBGRADER_COLUMNS: Final = (
    "id",
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
CANVAS_COLUMNS: Final = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE: Final = "Points Possible"
MOODLE_COLUMNS: Final = (
    "Identifier",
    "Full name",
    "Username",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
)
PARTICIPANT: Final = "Participant "
"""What Moodle puts before the number of a participant."""


def course_rows(records: Iterable[Record]) -> Iterator[Row]:
    """The header, and a row per submission and exercise. A submission that was not graded has one row that says why.

    What was judged before says in its last columns what it was then, and why it was judged anew.
    """
    yield COLUMNS
    for record in records:
        name = cell(record["submission"])
        if "problem" in record:
            yield (name, "", "", "not_graded", "", "", "", cell(record["problem"]), _seed(record), "", *_before(record))
        for one in record.get("exercises", ()):
            verdict = (one["lesson"], one["name"], one["outcome"], one["misconception"] or "")
            points = (one["points"], one["max_points"], cell(one["message"]))
            made = (_seed({**record, **one}), one.get("isolation", record["isolation"]))
            yield (name, *verdict, *points, *made, *_before(one))
        for note in (*record.get("intake", ()), *record.get("notes", ())):
            yield (name, "", "", "note", "", "", "", cell(note), _seed(record), "", *_before({}))


def _before(one: Record) -> Row:
    """The last columns."""
    before = one.get("before", {})
    return [
        *(before.get(name) or "" for name in ("outcome", "misconception")),
        before.get("points", ""),
        before.get("why", ""),
    ]


def _seed(record: Record) -> str:
    """The seed, as words: of a number so long a spreadsheet would keep the first fifteen digits."""
    seed = record.get("seed", "")
    return "" if seed == "" else f"seed {seed}"


def nbgrader_rows(records: Iterable[Record]) -> Iterator[Row]:
    """The header, and a row per submission and lesson.

    The columns are those of `nbgrader export`
    (https://nbgrader.readthedocs.io/en/stable/command_line_tools/nbgrader-export.html), by the names of nbgrader's
    `CsvExportPlugin`, for whatever reads its exports; and `id`, which `nbgrader db student import` asks for
    (https://nbgrader.readthedocs.io/en/stable/command_line_tools/nbgrader-db-student-import.html). It passes over the
    rest. There is no `last_name`, `first_name` or `email`: where these are empty, that import erases what it has.
    """
    yield NBGRADER_COLUMNS
    for record in records:
        name = cell(record["submission"])
        for lesson, (points, possible) in _by_lesson(record).items():
            yield (name, lesson, "", "", name, float(points), 0.0, float(points), float(possible))


def canvas_rows(records: Iterable[Record], lessons: Sequence[str]) -> Iterator[Row]:
    """The header, the points possible, and a row per submission with a column per lesson, for Canvas's gradebook.

    Canvas asks for one of the first four columns, and for `Section`
    (https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades).
    It looks for a student by its own id, then by that of the SIS, then by the login, then by the name
    (https://github.com/instructure/canvas-lms/blob/master/lib/gradebook_importer.rb, `process_student`). Its own id
    stands in what it exported, and is then all that it is given; else the name of the sub-folder may be any of the
    others. A column that names no assignment becomes a new one.
    """
    possible = [sum(one.points for one in EXERCISES.values() if one.lesson == lesson) for lesson in lessons]
    yield (*CANVAS_COLUMNS, *lessons)
    yield (f"    {POINTS_POSSIBLE}", "", "", "", "", *possible)
    for record in records:
        if "problem" in record:
            continue
        name = cell(record["submission"])
        # Canvas takes a row with these words for the one above.
        student = "" if POINTS_POSSIBLE in name else name
        points = _by_lesson(record)
        number = record.get("number", "") if record.get("system") == "canvas" else ""
        others = "" if number else name
        yield (
            student,
            number,
            others,
            others,
            "",
            *(points[lesson][0] if lesson in points else "" for lesson in lessons),
        )


def moodle_rows(records: Iterable[Record], lessons: Sequence[str]) -> Iterator[Row]:
    """The header, and a row per submission, for the two of Moodle's importers that take a CSV.

    An assignment's grading worksheet (mod/assign/feedback/offline/importgradeslib.php) asks for `Identifier`, `Grade`
    and `Last modified (grade)`, in a Moodle that speaks English, and passes over the other columns. It knows somebody
    by the number of a participant, which stands in what Moodle exported; rows without one are passed over, and so is a
    grade above the assignment's maximum. No time lets it take what was not graded in Moodle before; for
    the rest "Update records even if modified" has to be ticked.

    The gradebook's import (grade/import/csv) lets one choose which column is whose: `Username` for the user, and one
    for each lesson. It takes no row of somebody whom it does not know, and then none at all.
    """
    yield (*MOODLE_COLUMNS, *lessons)
    for record in records:
        if "problem" in record:
            continue
        name, number = cell(record["submission"]), record.get("number", "")
        is_known = record.get("system") == "moodle" and number
        who = (f"{PARTICIPANT}{number}", name, "") if is_known else ("", "", name)
        points = _by_lesson(record)
        total, possible = (sum(one[index] for one in points.values()) for index in (0, 1))
        yield (*who, total, possible, "", *(points[lesson][0] if lesson in points else "" for lesson in lessons))


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write `rows` as CSV, all of them or nothing. Raises `CourseError` when `path` cannot be written."""
    with replacing(path) as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _by_lesson(record: Record) -> dict[str, tuple[int, int]]:
    """Points earned and to be had, by lesson. One in which nothing could be judged is not there."""
    totals: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in record.get("exercises", ()):
        points, possible = totals[one["lesson"]]
        totals[one["lesson"]] = points + one["points"], possible + one["max_points"]
    return {lesson: both for lesson, both in totals.items() if both[1]}
