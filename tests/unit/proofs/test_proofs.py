"""Each thing that a course can lack is missed when it is taken away, and nothing else is."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.facts.cheatsheet import ROWS, Row
from helpers.judging.check import Check
from helpers.lessons.found import check_named
from helpers.proofs.costs import EXAMPLE, StatedCost, read_cost
from helpers.proofs.course import CourseFiles, read_course
from helpers.proofs.exercises import prove_exercise
from helpers.proofs.files import prove_files
from helpers.proofs.lessons import prove_lesson
from helpers.proofs.proof import Proof
from helpers.proofs.rows import prove_row

LIVE: Final = "(Live, one short request goes to the API: under one cent.)"
HEAD: Final = f"# A lesson\n\n**3 minutes.** {LIVE}\n\nAfter this lesson you can\n\n- do it.\n"
QUESTION: Final = "<details><summary>{}. Why?</summary>\n\nBecause.\n</details>\n"
END: Final = f"""
## What this lesson does not cover

Much.

## On the cheat sheet

Its row.

## Three questions

{"".join(QUESTION.format(number) for number in (1, 2, 3))}
## You can now

- do it.

**Next:** more.
"""
STUB: Final = "def ask(client, prompt):\n    # Write your code here.\n    ..."
CHECKS: Final = "check(ask)\n# hint(ask)\n# solution(ask)\n"
PICTURE: Final = '<svg viewBox="0 0 1 1" role="img" aria-label="A picture"></svg>'
LESSON: Final = "01_standard"
ASK: Final = replace(check_named("ask"), misconceptions=check_named("ask").misconceptions[:3])
MISTAKES: Final = [misconception.id for misconception in ASK.misconceptions]
ROW: Final = Row("Patterns", "short call", "more", LESSON, "ask", MISTAKES[0], "A picture taken", "prices::test_cost")


def _cell(kind: str, source: str, html: str = "", text: str = "") -> dict[str, Any]:
    data = {"text/html": [html], "text/plain": [text]}
    return {"cell_type": kind, "source": source.splitlines(keepends=True), "outputs": [{"data": data}]}


def write_course(root: Path, *, prose: str = HEAD + END, html: str = PICTURE, stub: str = STUB) -> CourseFiles:
    """A course of one lesson and one exercise, with everything."""
    for name in ("solutions", "notebooks", f"tests/attempts/{LESSON}/ask", "tests/unit/facts", "helpers/lessons"):
        (root / name).mkdir(parents=True)
    cells = [_cell("markdown", prose), _cell("code", CHECKS, html, "A picture taken")]
    for folder, code in (("solutions", []), ("notebooks", [_cell("code", stub)])):
        (root / folder / f"{LESSON}.ipynb").write_text(json.dumps({"cells": [*cells, *code]}), "utf-8")
    (root / "solutions" / f"{LESSON}.py").write_text(CHECKS, "utf-8")
    names = [*(f"wrong_{mistake}" for mistake in MISTAKES), f"wrong_{MISTAKES[0]}__2", "right_one", "right_two"]
    for name in names:
        (root / f"tests/attempts/{LESSON}/ask/{name}.py").touch()
    (root / "tests/unit/facts/test_prices.py").write_text("def test_cost() -> None: ...\n", "utf-8")
    return read_course(root)


def _row(course: CourseFiles, row: Row = ROW, checks: Mapping[str, Check] | None = None) -> Proof:
    return prove_row(row, course, {"ask": ASK} if checks is None else checks)


def test_complete(tmp_path: Path) -> None:
    """Where nothing is missing, everything holds."""
    course = write_course(tmp_path)
    lesson = course.lessons[LESSON]
    for proof in (_row(course), prove_lesson(lesson), prove_exercise(ASK, course), prove_files(tmp_path)):
        assert proof.missing == ()
        assert proof.holds
    assert _row(course).found == f"{LESSON}  ask (2 × {MISTAKES[0]}, 2 × right)  prices::test_cost"
    assert prove_lesson(lesson).found == "3 minutes (3 by our estimate), 3 questions, 1 pictures"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lesson": "02_streaming"}, "there is no lesson 02_streaming"),
        ({"shown": "something else"}, "the lesson nowhere says 'something else'"),
        ({"exercise": "show"}, "the lesson has no exercise show"),
        ({"mistake": "other"}, "ask has no misconception other"),
        ({"mistake": "other"}, "no attempt makes the mistake other"),
        ({"test": "prices::test_other"}, "tests/unit/facts/test_prices.py has no test_other"),
        ({"test": "logs::test_other"}, "tests/lessons/logging/test_logs.py has no test_other"),
    ],
)
def test_row(tmp_path: Path, change: dict[str, str], said: str) -> None:
    """A row that something is missing for."""
    assert said in _row(write_course(tmp_path), replace(ROW, **change)).missing


def test_row_of_an_exercise_to_come(tmp_path: Path) -> None:
    """An exercise that nobody has registered."""
    assert _row(write_course(tmp_path), checks={}).missing == ("the lesson has no exercise ask",)


@pytest.mark.parametrize(
    ("said", "cost"),
    [
        (LIVE, StatedCost(1, 1.0)),
        ("(Live, two short requests go to the API: about one cent at most.)", StatedCost(2, 1.25)),
        (
            "(Live, four requests go to the API, one of which is refused: about eight cents at most.)",
            StatedCost(4, 10.0),
        ),
        ("(Live, one call goes to the API, and it is refused on purpose: it costs nothing.)", StatedCost(1, 0.0)),
        ("Free in the replay, and free\nlive:", StatedCost(0, 0.0)),
        ("Free, in both modes", StatedCost(0, 0.0)),
        ("Free in the replay. (Live, it costs one cent.)", None),
        ("(Live, a few calls go to the API: under one cent.)", None),
    ],
)
def test_stated_cost(said: str, cost: StatedCost | None) -> None:
    """What a lesson says of live mode is read as numbers, or not at all."""
    assert read_cost(said) == cost


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("After this lesson you can", "It is about", "it does not say “After this lesson you can”, with a list"),
        ("**3 minutes.**", "", "it does not begin with its **minutes**"),
        ("**3 minutes.**", "**10 minutes.**", "it states 10 minutes, where our estimate is 3"),
        ("**3 minutes.**", "**3 minutes, and ten more.**", "it states 13 minutes, where our estimate is 3"),
        ("goes to the API", "is sent", f"it does not say what it costs live, such as {EXAMPLE}"),
        ("## You can now", "## Good", "it has no “## You can now”"),
        ("## On the cheat sheet", "## Rows", "it has no “## On the cheat sheet”"),
        ("**Next:**", "Next:", "it has no “**Next:**”"),
        ("does not cover", "leaves", "it does not say what it does not cover"),
        (QUESTION.format(2), "", "it has 2 questions with answers, not 3"),
        ("Because.", "", "it has 0 questions with answers, not 3"),
    ],
)
def test_lesson(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A lesson that lacks one thing."""
    prose = (HEAD + END).replace(old, new)
    assert prove_lesson(write_course(tmp_path, prose=prose).lessons[LESSON]).missing == (said,)


@pytest.mark.parametrize("bound", ["async def patient(client):\n    ...", "patient = 1", "patient: int = 1"])
def test_taken(tmp_path: Path, bound: str) -> None:
    """What a lesson gives has no name of another lesson's exercise; its own may be what it likes."""
    course = write_course(tmp_path, stub=f"{STUB}\n\n\n{bound}")
    said = "its `patient` is an exercise of 06_retries: whoever hands in both is graded by it"
    assert prove_lesson(course.lessons[LESSON]).missing == (said,)


def test_too_long(tmp_path: Path) -> None:
    """A lesson that takes more than half an hour by its own account, whatever the estimate."""
    prose = (HEAD + END).replace("**3 minutes.**", "**31 minutes.**")
    missing = prove_lesson(write_course(tmp_path, prose=prose).lessons[LESSON]).missing
    assert missing[0] == "it takes 31 minutes, and 30 are the most"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>no picture</p>", "it has no picture"),
        ("<svg viewBox='0 0 1 1'><path/></svg>", "a picture of it has no text for who cannot see it"),
    ],
)
def test_pictures(tmp_path: Path, html: str, said: str) -> None:
    """A lesson without a picture, and one that not everybody can see."""
    assert prove_lesson(write_course(tmp_path, html=html).lessons[LESSON]).missing == (said,)


def test_pictures_with_a_title(tmp_path: Path) -> None:
    """A title is a text too, and so is the name of a picture that has others in it."""
    html = '<svg><title>A picture</title></svg><div role="img" aria-label="A"><svg aria-hidden="true"></svg></div>'
    assert prove_lesson(write_course(tmp_path, html=html).lessons[LESSON]).holds


def test_missing_notebook(tmp_path: Path) -> None:
    """A lesson whose notebook was not built."""
    write_course(tmp_path)
    (tmp_path / "notebooks" / f"{LESSON}.ipynb").unlink()
    assert prove_lesson(read_course(tmp_path).lessons[LESSON]).missing == (f"notebooks/{LESSON}.ipynb is not there",)


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (
            [f"wrong_{MISTAKES[1]}"],
            {"it has fewer than 4 wrong attempts", f"no attempt makes the mistake {MISTAKES[1]}"},
        ),
        (["right_two"], {"it has fewer than 2 right attempts"}),
    ],
)
def test_attempts(tmp_path: Path, gone: list[str], said: set[str]) -> None:
    """An exercise that nobody has failed, or passed, often enough."""
    course = write_course(tmp_path)
    for name in gone:
        (tmp_path / f"tests/attempts/{LESSON}/ask/{name}.py").unlink()
    assert set(prove_exercise(ASK, course).missing) == said


def test_solved(tmp_path: Path) -> None:
    """An exercise that is given away."""
    course = write_course(tmp_path, stub="def ask(client, prompt):\n    return 'x'")
    assert prove_exercise(ASK, course).missing == ("the notebook does not begin it with “# Write your code here.”",)


def test_hints(tmp_path: Path) -> None:
    """Two hints that are one."""
    check = replace(ASK, hints=("a", "b", "b "))
    assert prove_exercise(check, write_course(tmp_path)).missing == ("it has not 3 hints that differ",)


def test_no_lesson(tmp_path: Path) -> None:
    """An exercise before its lesson."""
    check = replace(ASK, exercise=replace(ASK.exercise, lesson="02_streaming"))
    assert "its lesson is not there" in prove_exercise(check, write_course(tmp_path)).missing


def test_stray_files(tmp_path: Path) -> None:
    """What belongs to no lesson; what a build, JupyterLab and Python leave is let be."""
    write_course(tmp_path)
    for name in ("notebooks/Untitled.ipynb", "notebooks/01_standard.py", "solutions/notes.txt", "solutions/.ruff.toml"):
        (tmp_path / name).touch()
    for name in ("notebooks/.ipynb_checkpoints", "notebooks/backups", "solutions/__pycache__"):
        (tmp_path / name).mkdir()
    stray = ("notebooks/01_standard.py", "notebooks/Untitled.ipynb", "solutions/notes.txt")
    assert prove_files(tmp_path).missing == tuple(f"{name} belongs to no lesson" for name in stray)


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`course check` prints what is missing, and exits with 1; where there is no course, with 2."""
    monkeypatch.chdir(tmp_path)
    nowhere = CliRunner().invoke(main, ["check"])
    assert nowhere.exit_code == 2
    write_course(tmp_path)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert "Cheat sheet: Error map\n  ✗ 400 `invalid_request_error`: no" in result.output
    assert "      missing: there is no lesson 05_errors" in result.output
    assert f"Proved: 0 of {len(ROWS)} rows, 1 of 1 lessons, 0 of" in result.output
