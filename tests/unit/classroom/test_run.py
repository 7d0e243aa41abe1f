"""A class is graded once, whatever happens to the run."""

import csv
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.classroom import Plan, format_outcome, grade_class
from helpers.classroom.local import Lost
from helpers.classroom.outcome import Outcome
from helpers.classroom.parcel import Parcel
from helpers.classroom.progress import show_progress
from helpers.errors import CourseError
from tests.unit.classroom.conftest import Marked, WriteClass
from tests.unit.classroom.markers import quick, refusing, verbose


@pytest.fixture
def plan(write_class: WriteClass, tmp_path: Path) -> Plan:
    """A class of two."""
    folder = write_class(anna="first_answer request_id_of", ben="request_id_of")
    return Plan(folder, tmp_path / "grades.csv", html=tmp_path / "report.html", only=["00_start_here"])


def rows(plan: Plan) -> list[dict[str, str]]:
    with plan.csv.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows(plan: Plan, marked: Marked) -> None:
    """One row per submission and exercise, in the order of the names."""
    outcome = grade_class(plan, quick)
    assert outcome.exit_code == 0
    found = [(row["submission"], row["exercise"], row["outcome"], row["points"]) for row in rows(plan)]
    assert found == [
        ("anna", "first_answer", "passed", "1"),
        ("anna", "request_id_of", "passed", "1"),
        ("ben", "first_answer", "misconception", "0"),
        ("ben", "request_id_of", "passed", "1"),
    ]
    assert {row["seed"] for row in rows(plan)} == {f"seed {outcome.seed}"}
    assert f"2 of 2 submissions are graded: {plan.csv}" in format_outcome(outcome, plan)
    assert f"--seed {outcome.seed}" in format_outcome(outcome, plan)


def test_again(plan: Plan, marked: Marked) -> None:
    """A second run grades nothing, keeps the seed and writes the same tables."""
    first = grade_class(plan, quick)
    tables = plan.csv.read_bytes(), plan.journal.read_bytes()
    assert grade_class(plan, quick).seed == first.seed
    assert marked.names == ["anna", "ben"]
    assert (plan.csv.read_bytes(), plan.journal.read_bytes()) == tables


def test_changed(plan: Plan, marked: Marked, write_class: WriteClass) -> None:
    """What was handed in anew is graded anew, and the rest is not; who has left is in no table, and named."""
    grade_class(plan, quick)
    write_class(ben="first_answer", cleo="")
    (plan.folder / "anna" / "00_start_here.ipynb").unlink()
    (plan.folder / "anna").rmdir()
    shown = format_outcome(grade_class(plan, quick), plan)
    assert "- grades.csv.journal: It has records of who is no longer in the folder, and so in no table: anna." in shown
    assert marked.names == ["anna", "ben", "ben", "cleo"]
    assert [row["submission"] for row in rows(plan) if row["outcome"] == "passed"] == ["ben"]


def test_other_terms(plan: Plan, marked: Marked) -> None:
    """Another seed, another lesson: everybody is graded again."""
    grade_class(Plan(plan.folder, plan.csv, seed=5), quick)
    grade_class(Plan(plan.folder, plan.csv, seed=6), quick)
    grade_class(Plan(plan.folder, plan.csv, only=["01_standard"]), quick)
    assert marked.names == ["anna", "ben"] * 3
    seeds = {row["seed"] for row in rows(plan)}
    assert len(seeds) == 1
    assert not {"seed 5", "seed 6"} & seeds
    assert {row["lesson"] for row in rows(plan)} == {"01_standard"}


def test_not_graded(plan: Plan, marked: Marked) -> None:
    """Whatever is in the folder has a row; it stops nobody, and is tried again."""
    (plan.folder / "empty").mkdir()
    (plan.folder / "notes.txt").touch()
    outcome = grade_class(plan, quick)
    assert outcome.exit_code == 1
    assert [(row["submission"], row["message"][:18]) for row in rows(plan) if row["outcome"] == "not_graded"] == [
        ("empty", "It holds no notebo"),
        ("notes.txt", "It is a text, and "),
    ]
    assert "! empty: It holds no notebook" in format_outcome(outcome, plan)
    (plan.folder / "notes.txt").unlink()
    (plan.folder / "empty" / "a.py").touch()
    assert grade_class(plan, quick).exit_code == 0
    assert marked.names == ["anna", "ben", "empty"]


def test_exported(plan: Plan, marked: Marked, write_class: WriteClass) -> None:
    """Of several versions the last one is graded: it is said where one looks, and Moodle gets its own number back."""
    write_class(**{"Cleo_7_assignsubmission_file": "first_answer", "Cleo_7_assignsubmission_file/older": ""})
    plan = replace(plan, moodle=plan.csv.with_name("moodle.csv"))
    outcome = grade_class(plan, quick)
    assert marked.names == ["Cleo", "anna", "ben"]
    note = "00_start_here.ipynb was handed in 2 times: 00_start_here.ipynb is graded, not older/00_start_here.ipynb."
    assert [row["message"] for row in rows(plan) if row["outcome"] == "note"] == [note]
    assert f"- Cleo: {note}" in format_outcome(outcome, plan)
    assert plan.moodle is not None
    assert "Participant 7,Cleo,," in plan.moodle.read_text("utf-8")


def test_nothing_written(plan: Plan) -> None:
    """A pattern that is none: one sentence, and neither a table nor a journal."""
    with pytest.raises(CourseError, match="--names"):
        grade_class(replace(plan, names="("), quick)
    with pytest.raises(CourseError, match="sub-folder"):
        grade_class(replace(plan, folder=plan.csv.with_name("nowhere")), quick)
    assert not plan.csv.exists()
    assert not plan.journal.exists()


def test_hostile_name(plan: Plan, marked: Marked) -> None:
    """What somebody called their folder is no workflow command where it is said."""
    (plan.folder / "##[error]no").mkdir()
    shown = format_outcome(grade_class(plan, quick), plan)
    assert "[error]no: It holds no notebook" in shown
    assert "##[" not in shown


def test_refused(plan: Plan, marked: Marked) -> None:
    """What the grader could not grade is in the tables and not in the journal."""
    assert set(grade_class(plan, refusing).problems) == {"anna", "ben"}
    assert {row["message"] for row in rows(plan)} == {"It is spoilt."}
    assert grade_class(plan, quick).exit_code == 0


def test_lost(plan: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """What took its process with it, too."""

    def result(self: Marked, parcel: Parcel, mark: Any) -> str | Lost:
        return Lost("It is gone.") if parcel.name == "anna" else mark(parcel.to_json())

    monkeypatch.setattr(Marked, "_result", result)
    assert grade_class(plan, quick).problems == {"anna": "It is gone."}
    assert rows(plan)[0]["message"] == "It is gone."


@pytest.mark.parametrize("error", [KeyboardInterrupt, CourseError])
def test_stopped(plan: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    """After Ctrl-C, and when the cluster is lost, the tables have what was graded in this run and in earlier ones."""
    grade_class(plan, quick)
    (plan.folder / "anna" / "00_start_here.ipynb").write_text("{}", "utf-8")

    @contextmanager
    def stopping(total: int) -> Iterator[Any]:
        def stop() -> None:
            raise error

        yield stop

    monkeypatch.setattr("helpers.classroom.run.show_progress", stopping)
    if error is KeyboardInterrupt:
        outcome = grade_class(plan, quick)
        assert outcome.exit_code == 130
        assert format_outcome(outcome, plan).splitlines()[-1].startswith("Stopped. Run it again to go on. 2 of 2")
    else:
        with pytest.raises(CourseError):
            grade_class(plan, quick)
    assert [row["submission"] for row in rows(plan)] == ["anna", "anna", "ben", "ben"]


def test_seed_at_the_end(plan: Plan, marked: Marked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Until everybody has been graded, the journal alone has the seed; the run that goes on has the same."""
    plan = replace(plan, html=tmp_path / "report.html", nbgrader=tmp_path / "n.csv", canvas=tmp_path / "c.csv")
    stopped = _stopped(plan, monkeypatch)
    seed = str(stopped.seed)
    texts = [path.read_text() for path in plan.own if path != plan.journal]
    assert not [text for text in (*texts, format_outcome(stopped, plan)) if seed in text]
    assert {row["seed"] for row in rows(plan)} == {""}
    assert "The seed of the cases is told at the end." in format_outcome(stopped, plan)
    assert seed in plan.journal.read_text()

    ended = grade_class(plan, quick)
    assert ended.seed == stopped.seed
    assert {row["seed"] for row in rows(plan)} == {f"seed {seed}"}
    assert seed in plan.html.read_text()  # type: ignore[union-attr]


def _stopped(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """The outcome of a run that somebody stopped after the first submission."""

    @contextmanager
    def stopping(total: int) -> Iterator[Any]:
        def stop() -> None:
            raise KeyboardInterrupt

        yield stop

    with monkeypatch.context() as patch:
        patch.setattr("helpers.classroom.run.show_progress", stopping)
        return grade_class(plan, quick)


def test_new_journal(plan: Plan, marked: Marked) -> None:
    """Grading anew draws another seed, of more than anybody can try."""
    first = grade_class(plan, quick).seed
    plan.journal.unlink()
    again = grade_class(plan, quick).seed
    assert first != again
    assert max(first, again) > 2**100


def test_in_the_class_folder(plan: Plan, marked: Marked) -> None:
    """The files that a run writes are no submissions, wherever they are."""
    inside = Plan(plan.folder, plan.folder / "grades.csv", html=plan.folder / "report.html")
    assert grade_class(inside, quick).problems == {}
    assert grade_class(inside, quick).problems == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"only": ["00_start_hear"]}, "did you mean 00_start_here?"),
        ({"only": ["zzz"]}, "they are 00_start_here, 01_standard"),
        ({"html": Path("/nowhere/report.html")}, "name a file in a folder that exists"),
    ],
)
def test_wrong_options(plan: Plan, change: dict[str, Any], said: str) -> None:
    """One sentence, before anything is graded or written."""
    with pytest.raises(CourseError) as caught:
        grade_class(Plan(plan.folder, plan.csv, **change), quick)
    assert said in str(caught.value)
    assert not plan.csv.exists()
    assert not plan.journal.exists()


def test_memory(tmp_path: Path, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 submissions take some bytes each more than 50: no record is held, of which each has 10,000 bytes."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)

    def peak(count: int, name: str = "once") -> int:
        folder = tmp_path / f"{count} {name}"
        for number in range(count):
            (folder / f"learner {number}").mkdir(parents=True)
            (folder / f"learner {number}" / "a.py").touch()
        tracemalloc.start()
        grade_class(Plan(folder, folder.with_suffix(".csv"), html=folder.with_suffix(".html")), verbose)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # what is imported on first use
    few = peak(50)
    # Python's own table of names may double meanwhile, by megabytes, if the tests before have filled it: not twice.
    many = min(peak(2000, name) for name in ("once", "again"))
    assert (many - few) / 1950 < 2_000


def test_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """A line now and then where there is no terminal."""
    with show_progress(100) as advance:
        for _ in range(100):
            advance()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{count} of 100 submissions" for count in range(5, 101, 5)]
