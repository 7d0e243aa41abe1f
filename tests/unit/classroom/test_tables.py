"""The CSV files: safe to open, and as those who read them expect."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom.tables import Row, canvas_rows, course_rows, moodle_rows, nbgrader_rows, write_table
from helpers.errors import CourseError

LESSONS = ("00_start_here", "01_standard")
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "＝1",
    "a\nb",
    "a\r\nb,c;\"d'",
    "\u202egnihtemos",
    "\x1b[31mred",
    "\x00",
    "\udcff",
    "\u2028",
    "[bold]x[/bold]",
    "<script>alert(1)</script>",
    "a\\nb",
    "Points Possible",
    "x" * 255,
)


def record(name: str, *points: int, message: str = "It is wrong.") -> dict[str, Any]:
    outcome = {"outcome": "misconception", "misconception": "own_id", "message": message, "max_points": 2}
    exercises = [
        {"name": f"exercise {index}", "lesson": LESSONS[index // 2], "points": point, **outcome}
        for index, point in enumerate(points)
    ]
    return {"submission": name, "seed": 5, "isolation": "namespaces", "exercises": exercises}


def problem(name: str, why: str = "It is empty.") -> dict[str, Any]:
    return {"submission": name, "problem": why, "seed": 5}


def written(path: Path, rows: Iterable[Row]) -> list[list[str]]:
    write_table(path, rows)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_course(tmp_path: Path) -> None:
    """Ours: what was seen of everybody, and why somebody has no points."""
    header, anna, ben = written(tmp_path / "a.csv", course_rows([record("anna", 2), problem("ben")]))
    columns = "submission,lesson,exercise,outcome,misconception,points,max_points,message,seed,isolation"
    columns += ",outcome_before,misconception_before,points_before,anew"
    assert ",".join(header) == columns
    verdict = ["00_start_here", "exercise 0", "misconception", "own_id", "2", "2", "It is wrong."]
    assert anna == ["anna", *verdict, "seed 5", "namespaces", "", "", "", ""]
    assert ben == ["ben", "", "", "not_graded", "", "", "", "It is empty.", "seed 5", "", "", "", "", ""]


def test_seed_is_no_number(tmp_path: Path) -> None:
    """A spreadsheet would round it: it keeps fifteen digits of a number."""
    row = written(tmp_path / "a.csv", course_rows([{**record("anna", 2), "seed": 2**127 + 1}]))[1]
    assert row[8] == f"seed {2**127 + 1}"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(tmp_path: Path, text: str) -> None:
    """Whatever somebody is called, and whatever their code says: one row, one line, no formula, nothing invisible."""
    records = [record(text, 0, message=text), problem(text, text)]
    path = tmp_path / "a.csv"
    records[0]["intake"] = [text]
    everything = canvas_rows(records, LESSONS), moodle_rows(records, LESSONS)
    for rows in (course_rows(records), nbgrader_rows(records), *everything):
        header, *found = written(path, rows)
        assert len(path.read_text("utf-8").split("\n")) == len(found) + 2
        for row in found:
            assert len(row) == len(header)
            assert all(cell.isprintable() for cell in row)
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)


def test_names_stay_apart(tmp_path: Path) -> None:
    """No two people have one name in a table."""
    table = written(tmp_path / "a.csv", course_rows([record(name, 0) for name in HOSTILE]))
    assert len({row[0] for row in table}) == len(HOSTILE) + 1


def test_nbgrader(tmp_path: Path) -> None:
    """A row per lesson, with the columns of its export and the `id` that its import wants; no empty names."""
    header, *rows = written(tmp_path / "a.csv", nbgrader_rows([record("anna", 2, 0, 1), problem("ben")]))
    assert header[0] == "id"
    assert not {"first_name", "last_name", "email"} & set(header)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["id"], row["student_id"], row["assignment"]) for row in found] == [
        ("anna", "anna", "00_start_here"),
        ("anna", "anna", "01_standard"),
    ]
    assert [(row["raw_score"], row["score"], row["max_score"]) for row in found] == [
        ("2.0", "2.0", "4.0"),
        ("1.0", "1.0", "2.0"),
    ]


def test_canvas(tmp_path: Path) -> None:
    """The head that Canvas looks for, the points possible, then the points of everybody who was graded."""
    header, possible, *students = written(
        tmp_path / "a.csv",
        canvas_rows([record("anna", 2, 0, 1), problem("ben"), record("Points Possible", 1)], LESSONS),
    )
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *LESSONS]
    assert possible[0].strip() == "Points Possible"
    assert [int(points) > 0 for points in possible[5:]] == [True, True]
    assert students == [
        ["anna", "", "anna", "anna", "", "2", "1"],
        ["", "", "Points Possible", "Points Possible", "", "1", ""],
    ]


def test_all_or_nothing(tmp_path: Path) -> None:
    """A table that cannot be finished leaves the one before it, and nothing beside it."""
    path = tmp_path / "a.csv"
    path.write_text("before", "utf-8")

    def rows() -> Iterable[Row]:
        yield ("a",)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(path, rows())
    assert [(one.name, one.read_text("utf-8")) for one in tmp_path.iterdir()] == [("a.csv", "before")]
    with pytest.raises(CourseError, match="cannot be written"):
        write_table(tmp_path / "nowhere" / "a.csv", [])


def test_canvas_knows_its_own(tmp_path: Path) -> None:
    """Whoever has Canvas's number is found by it alone: a name could be somebody else's login."""
    known = {**record("doejane", 2), "system": "canvas", "number": "1234"}
    _, _, row = written(tmp_path / "a.csv", canvas_rows([known], LESSONS))
    assert row[:5] == ["doejane", "1234", "", "", ""]


def test_moodle(tmp_path: Path) -> None:
    """What the grading worksheet and the gradebook ask for, and nobody who was not graded."""
    known = {**record("Jane Doe", 2, 0, 1), "system": "moodle", "number": "101"}
    other = {**record("anna", 1), "system": "canvas", "number": "7"}
    rows = written(tmp_path / "a.csv", moodle_rows([known, problem("ben"), other], LESSONS))
    assert rows == [
        ["Identifier", "Full name", "Username", "Grade", "Maximum Grade", "Last modified (grade)", *LESSONS],
        ["Participant 101", "Jane Doe", "", "3", "6", "", "2", "1"],
        ["", "", "anna", "1", "2", "", "1", ""],
    ]
