"""What has been graded is judged again, or handed in again: from other cases, and nobody loses a point in silence."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom import Plan, format_outcome, grade_class
from helpers.classroom.local import Lost
from helpers.classroom.parcel import Parcel, read_parcel
from helpers.errors import CourseError
from tests.unit.classroom.conftest import Marked, WriteClass
from tests.unit.classroom.markers import mended, quick, refusing

AGAIN = "request_id_of"


@pytest.fixture
def plan(write_class: WriteClass, tmp_path: Path) -> Plan:
    """A class of two, to be graded."""
    folder = write_class(anna="first_answer request_id_of", ben="first_answer")
    return Plan(folder, tmp_path / "grades.csv", html=tmp_path / "report.html", only=["00_start_here"])


@pytest.fixture
def again(plan: Plan, marked: Marked) -> Plan:
    """The class has been graded, and one of its two exercises is to be judged again."""
    grade_class(plan, quick)
    marked.names.clear()
    return replace(plan, again=[AGAIN])


def rows(plan: Plan) -> list[dict[str, str]]:
    with plan.csv.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def points(plan: Plan) -> dict[tuple[str, str], str]:
    return {(row["submission"], row["exercise"]): row["points"] for row in rows(plan) if row["exercise"]}


def seeds(plan: Plan) -> dict[tuple[str, str], str]:
    return {(row["submission"], row["exercise"]): row["seed"] for row in rows(plan) if row["exercise"]}


@contextmanager
def stopping(total: int) -> Iterator[Any]:
    def stop() -> None:
        raise KeyboardInterrupt

    yield stop


def test_only_that(again: Plan, marked: Marked) -> None:
    """Nothing else is judged; the rest keeps its points and its seed, and what is judged has another one."""
    before = seeds(again)
    judged: list[tuple[str, ...]] = []

    def noting(text: str) -> str:
        judged.append(read_parcel(text).exercises)
        return mended(text)

    outcome = grade_class(again, noting)
    assert judged == [(AGAIN,), (AGAIN,)]
    assert points(again) == {
        ("anna", "first_answer"): "1",
        ("anna", AGAIN): "0",
        ("ben", "first_answer"): "1",
        ("ben", AGAIN): "1",
    }
    after = seeds(again)
    changed = {place for place in after if after[place] != before[place]}
    assert changed == {("anna", AGAIN), ("ben", AGAIN)}
    assert {after[place] for place in changed} == {f"seed {outcome.seed}"}


def test_before_and_after(again: Plan) -> None:
    """Who gained and who lost, in the terminal, the CSV and the report."""
    outcome = grade_class(again, mended)
    shown = format_outcome(outcome, again)
    assert "Judged again: request_id_of. All else is kept as it was." in shown
    assert ("↓ anna, request_id_of: -1 point (passed, 1 point → misconception own_id, 0 points; judged again)") in shown
    assert f"The latest cases were drawn from --seed {outcome.seed}; the CSV says whose others were." in shown
    assert "↑ ben, request_id_of: +1 point (misconception unexpected_result, 0 points → passed, 1 point;" in shown
    assert "Of 2 who were graded anew, 1 gained points in an exercise and 1 lost some." in shown
    columns = ("outcome_before", "misconception_before", "points_before", "anew")
    assert [tuple(row[column] for column in columns) for row in rows(again)] == [
        ("", "", "", ""),
        ("passed", "", "1", "judged again"),
        ("", "", "", ""),
        ("misconception", "unexpected_result", "0", "judged again"),
    ]
    assert again.html is not None
    html = again.html.read_text("utf-8")
    assert '<td class="anywhere">−1</td>' in html
    assert html.index("−1</td>") < html.index("+1</td>")
    assert "Before: passed, 1 point (judged again)." in html
    assert "cases from 2 seeds" in html


def test_kept(again: Plan, marked: Marked) -> None:
    """Afterwards all is as it was left, for whoever runs it without `--again`: nothing is graded, nothing changes."""
    grade_class(again, mended)
    tables = again.csv.read_bytes(), again.journal.read_bytes()
    marked.names.clear()
    grade_class(replace(again, again=()), quick)
    assert marked.names == []
    assert (again.csv.read_bytes(), again.journal.read_bytes()) == tables


def test_twice(again: Plan, marked: Marked) -> None:
    """Asked for once more, it is judged once more, and compared with the last time."""
    first = grade_class(again, mended).seed
    second = grade_class(again, quick).seed
    assert first != second
    assert marked.names == ["anna", "ben"] * 2
    assert [row["points_before"] for row in rows(again) if row["exercise"] == AGAIN] == ["0", "1"]


def test_lesson(again: Plan) -> None:
    """A lesson stands for its exercises."""
    grade_class(replace(again, again=["00_start_here"]), mended)
    assert set(points(again).values()) == {"0", "1"}
    assert {row["anew"] for row in rows(again)} == {"judged again"}


def test_changed_since(again: Plan, write_class: WriteClass) -> None:
    """What was handed in anew meanwhile is graded as a whole, and that is said."""
    write_class(ben="request_id_of")
    outcome = grade_class(again, quick)
    assert {row["anew"] for row in rows(again) if row["submission"] == "ben"} == {"handed in anew", ""}
    assert [row["message"][:30] for row in rows(again) if row["outcome"] == "note"] == [
        "It was handed in anew since: a"
    ]
    assert "↓ ben, first_answer: -1 point" in format_outcome(outcome, again)


def test_had_a_problem(again: Plan, write_class: WriteClass) -> None:
    """Whoever has no record is graded as a whole, and that is said."""
    write_class(cleo="first_answer")
    grade_class(again, quick)
    assert [row["message"][:27] for row in rows(again) if row["outcome"] == "note"] == ["It had not been graded befo"]
    assert points(again)["cleo", "first_answer"] == "1"


def test_another_version(again: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A course that was mended: the rest is kept from the former one, in later runs too, and the report says so."""
    (record, *_) = [json.loads(line) for line in again.journal.read_text("utf-8").splitlines() if '"key"' in line]
    monkeypatch.setattr("helpers.classroom.run.course_version", lambda: "2")
    grade_class(again, mended)
    grade_class(replace(again, again=()), quick)
    assert marked.names == ["anna", "ben"]
    assert points(again)["anna", "first_answer"] == "1"
    assert again.html is not None
    assert f"Course 2. What was kept was judged by {record['version']}." in again.html.read_text("utf-8")


@pytest.mark.parametrize("names", [[AGAIN], []])
def test_resumed(again: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    """A run that was stopped goes on, with or without `--again`: the same seed, and nobody is judged twice."""
    with monkeypatch.context() as patch:
        patch.setattr("helpers.classroom.run.show_progress", stopping)
        stopped = grade_class(again, mended)
    assert {row["submission"] for row in rows(again)} == {"anna"}
    told = [seed for (_, exercise), seed in seeds(again).items() if exercise == AGAIN]
    assert told == [""]
    assert str(stopped.seed) not in again.csv.read_text() + again.html.read_text("utf-8")  # type: ignore[union-attr]
    outcome = grade_class(replace(again, again=names), mended)
    assert (outcome.seed, outcome.again) == (stopped.seed, (AGAIN,))
    assert marked.names == ["anna", "ben"]
    assert [row["points_before"] for row in rows(again) if row["exercise"] == AGAIN] == ["1", "0"]


def test_another_one_meanwhile(again: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one exercise has been judged again for some, and another one is asked for, both are for all."""
    with monkeypatch.context() as patch:
        patch.setattr("helpers.classroom.run.show_progress", stopping)
        grade_class(again, mended)
    outcome = grade_class(replace(again, again=["first_answer"]), mended)
    assert outcome.again == ("first_answer", AGAIN)
    assert {row["seed"] for row in rows(again)} == {f"seed {outcome.seed}"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"again": ["request_id"]}, "No exercise and no lesson is called 'request_id': did you mean request_id_of"),
        ({"again": ["00_start"]}, "did you mean 00_start_here"),
        ({"again": ["zzzz"]}, "they are first_answer, "),
        ({"again": ["01_standard"]}, "which --lesson leaves out"),
    ],
)
def test_wrong_names(again: Plan, marked: Marked, change: dict[str, Any], said: str) -> None:
    """One sentence with those that may be meant, and nothing is graded or written."""
    before = again.csv.read_bytes(), again.journal.read_bytes()
    with pytest.raises(CourseError) as caught:
        grade_class(replace(again, **change), quick)
    assert said in str(caught.value)
    assert marked.names == []
    assert (again.csv.read_bytes(), again.journal.read_bytes()) == before


def test_nothing_to_judge_again(plan: Plan, marked: Marked) -> None:
    """Without a journal, or with one in which nobody is: one sentence, and no journal that was not there."""
    with pytest.raises(CourseError, match="has nothing of that: grade the class without --again"):
        grade_class(replace(plan, again=[AGAIN]), quick)
    assert not plan.journal.exists()
    grade_class(plan, refusing)
    with pytest.raises(CourseError, match="has nothing of that"):
        grade_class(replace(plan, again=[AGAIN]), quick)


def test_lost(again: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can't be judged again has a row that says so, with the points of before, and is graded the next time."""

    def result(self: Marked, parcel: Parcel, mark: Any) -> str | Lost:
        return Lost("It is gone.") if parcel.name == "anna" else mark(parcel.to_json())

    with monkeypatch.context() as patch:
        patch.setattr(Marked, "_result", result)
        outcome = grade_class(again, quick)
    (row,) = [row for row in rows(again) if row["submission"] == "anna"]
    assert (row["outcome"], row["message"], row["points_before"]) == ("not_graded", "It is gone.", "2")
    assert "↓ anna, all exercises: -2 points (2 points → not graded; It is gone.)" in format_outcome(outcome, again)
    marked.names.clear()
    assert grade_class(replace(again, again=()), quick).exit_code == 0
    assert marked.names == ["anna"]
    assert points(again)["anna", "first_answer"] == "1"


def test_late(plan: Plan, marked: Marked, write_class: WriteClass) -> None:
    """A seed that was told is nobody's afterwards: what comes later, or is handed in again, has other cases."""
    first = grade_class(plan, quick).seed
    write_class(ben="request_id_of", cleo="first_answer")
    second = grade_class(plan, quick).seed
    assert first != second
    assert {name: seed for (name, _), seed in seeds(plan).items()} == {
        "anna": f"seed {first}",
        "ben": f"seed {second}",
        "cleo": f"seed {second}",
    }


def test_not_graded_then(plan: Plan, marked: Marked) -> None:
    """Neither has who could not be graded when it was told."""
    first = grade_class(plan, refusing).seed
    assert grade_class(plan, quick).seed != first


def test_back(plan: Plan, marked: Marked, write_class: WriteClass) -> None:
    """Who hands in an earlier version again is graded again, and told of what that cost."""
    grade_class(plan, quick)
    write_class(ben="first_answer request_id_of")
    grade_class(plan, quick)
    write_class(ben="first_answer")
    outcome = grade_class(plan, quick)
    assert marked.names == ["anna", "ben", "ben", "ben"]
    assert "↓ ben, request_id_of: -1 point" in format_outcome(outcome, plan)


def test_unreadable_now(plan: Plan, marked: Marked) -> None:
    """What can't be read any more costs its points, and that is a line."""
    grade_class(plan, quick)
    (plan.folder / "ben" / "00_start_here.ipynb").unlink()
    assert "↓ ben, all exercises: -1 point (1 point → not graded" in format_outcome(grade_class(plan, quick), plan)


def test_no_longer_in_the_course(plan: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exercise that a course does not have any more is a row, where it had given points."""
    grade_class(plan, quick)
    monkeypatch.setattr("helpers.classroom.run.course_version", lambda: "2")
    monkeypatch.setattr("tests.unit.classroom.markers.EXERCISES", (("request_id_of", "00_start_here"),))
    outcome = grade_class(plan, quick)
    (row,) = [row for row in rows(plan) if row["submission"] == "anna" and row["exercise"] == "first_answer"]
    assert (row["outcome"], row["points"], row["max_points"], row["points_before"]) == ("gone", "0", "0", "1")
    assert "↓ anna, first_answer: -1 point (passed, 1 point → gone, 0 points" in format_outcome(outcome, plan)
