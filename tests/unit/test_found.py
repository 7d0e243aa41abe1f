"""Lessons, exercises and checks are found by being there; what is not there is one sentence."""

from pathlib import Path
from typing import Final

import pytest

from helpers.calling.exercise import Exercise, lesson
from helpers.errors import CourseError
from helpers.lessons.found import DRAFTS, EXERCISES, LESSONS, by_name, check_named, check_of, exercise_named

ROOT: Final = Path(__file__).parents[2]


def test_every_folder_is_a_lesson() -> None:
    """Each folder of helpers/lessons is one, in the order of the numbers, and its name ends with the lesson's topic."""
    folders = {path.parent.name for path in (ROOT / "helpers/lessons").glob("*/__init__.py")}
    assert {name.partition("_")[2] for name in (*LESSONS, *DRAFTS)} == folders
    assert list(LESSONS) == sorted(LESSONS)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_has_its_check(name: str) -> None:
    """The module that is named like it judges it, and no other."""
    assert check_named(name).exercise is EXERCISES[name]
    assert EXERCISES[name] in LESSONS[EXERCISES[name].lesson].exercises


def test_no_check_is_left_over() -> None:
    """Each module that holds a check is that of an exercise."""
    files = (ROOT / "helpers/lessons").glob("*/checks/*.py")
    names = {path.stem for path in files if "\nCHECK: " in path.read_text("utf-8")}
    assert names == {name.lower() for name in (*EXERCISES, *by_name(DRAFTS.values()))}


def test_a_draft_is_in_no_list() -> None:
    """What is still being written is no lesson of the course, and no exercise that anybody is graded by."""
    assert DRAFTS.keys().isdisjoint(LESSONS)
    assert by_name(DRAFTS.values()).keys().isdisjoint(EXERCISES)


def test_unknown_name() -> None:
    """Whoever mistypes a name is told which may be meant."""
    with pytest.raises(CourseError, match=r"called 'request_id': did you mean request_id_of\?"):
        exercise_named("request_id")


def test_same_name_twice() -> None:
    """Two exercises of one name would hide one another."""
    twice = [lesson(name, "A", "b", [Exercise("ask", ("client",))]) for name in ("01_one", "02_two")]
    with pytest.raises(CourseError, match="ask is an exercise of 01_one and of 02_two: rename one"):
        by_name(twice)


def test_no_check() -> None:
    """An exercise without a check says which file is missing."""
    with pytest.raises(
        CourseError, match=r"ask_never has no check: helpers/lessons/\w+/checks/ask_never.py is not there"
    ):
        check_of(Exercise("ask_never", ("client",), lesson=next(iter(LESSONS))))
