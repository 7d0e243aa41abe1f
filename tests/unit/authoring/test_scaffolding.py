"""What `course new` writes, and what it refuses. How it goes on is told in tests/launch/test_first_contribution.py."""

import ast
from pathlib import Path

import pytest

from helpers.authoring.scaffolding import ATTEMPTS, RIGHT, new_exercise, new_lesson
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES, LESSONS

LESSON = next(iter(LESSONS))
TOPIC = LESSON.partition("_")[2]
LISTING = """LESSON = lesson(
    "{lesson}",
    title="A",
    afterwards="b",
    exercises={exercises},
)
"""
ONE = """[
        Exercise("first", ("client",)),
    ]"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of one lesson with one exercise."""
    source = "# %% [markdown]\n# # Title\n\n# %% [markdown]\n# ## On the cheat sheet\n#\n# Nothing.\n"
    for path, text in (
        (f"helpers/lessons/{TOPIC}/__init__.py", LISTING.format(lesson=LESSON, exercises=ONE)),
        (f"solutions/{LESSON}.py", source),
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, "utf-8")
    (tmp_path / "tests/attempts").mkdir(parents=True)
    return tmp_path


def listed(root: Path) -> list[str]:
    """The names in the lesson's list."""
    tree = ast.parse((root / f"helpers/lessons/{TOPIC}/__init__.py").read_text("utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Exercise")
    return [ast.literal_eval(call.args[0]) for call in calls]


@pytest.mark.parametrize(("exercises", "names"), [(ONE, ["first", "another"]), ("[]", ["another"])])
def test_exercise(root: Path, exercises: str, names: list[str]) -> None:
    """It is the last of its lesson's list, its cells stand before the cheat sheet, and its attempts are there."""
    listing = root / f"helpers/lessons/{TOPIC}/__init__.py"
    listing.write_text(LISTING.format(lesson=LESSON, exercises=exercises), "utf-8")
    written = new_exercise(f"{LESSON}/another", root)
    assert all(path.is_file() for path in written)
    assert listed(root) == names
    source = (root / f"solutions/{LESSON}.py").read_text("utf-8")
    assert source.index("def another(") < source.index("check(another)") < source.index("## On the cheat sheet")
    attempts = (root / f"tests/attempts/{LESSON}/another").iterdir()
    assert sorted(path.stem for path in attempts) == sorted((*ATTEMPTS, *RIGHT))
    ast.parse((root / f"helpers/lessons/{TOPIC}/checks/another.py").read_text("utf-8"))


def test_exercise_at_the_end(root: Path) -> None:
    """Where a lesson has no section on the cheat sheet, it comes last."""
    (root / f"solutions/{LESSON}.py").write_text("# %%\n1 + 1\n", "utf-8")
    new_exercise(f"{LESSON}/another", root)
    assert (root / f"solutions/{LESSON}.py").read_text("utf-8").endswith("# solution(another)\n")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("no_lesson/another", "There is no lesson 'no_lesson'"),
        (LESSON, "'' is no name of a function"),
        (f"{LESSON}/Another", "'Another' is no name of a function"),
        (f"{LESSON}/../../x", "is no name of a function"),
        (f"{LESSON}/{next(iter(EXERCISES))}", f"There is an exercise {next(iter(EXERCISES))} already"),
    ],
)
def test_refused_exercise(root: Path, place: str, said: str) -> None:
    """One sentence, and nothing is written."""
    before = sorted(root.rglob("*"))
    with pytest.raises(CourseError, match=said):
        new_exercise(place, root)
    assert sorted(root.rglob("*")) == before


def test_nothing_is_overwritten(root: Path) -> None:
    """What somebody has put there stays, and so does the lesson's list."""
    mine = root / f"tests/attempts/{LESSON}/another/right_one.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", "utf-8")
    with pytest.raises(CourseError, match=r"right_one.py is there already"):
        new_exercise(f"{LESSON}/another", root)
    assert mine.read_text("utf-8") == "mine"
    assert listed(root) == ["first"]


def test_lesson(root: Path) -> None:
    """It has a folder that says what it is, a place for its checks, and a source."""
    written = [path.relative_to(root).as_posix() for path in new_lesson("99_odds", root)]
    assert written == [
        "helpers/lessons/odds/__init__.py",
        "helpers/lessons/odds/checks/__init__.py",
        "solutions/99_odds.py",
    ]
    assert '"99_odds"' in (root / written[0]).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("odds", "'odds' is no name of a lesson"),
        ("99_../x", "is no name of a lesson"),
        (LESSON, f"There is a lesson about {TOPIC} already"),
        (f"99_{TOPIC}", f"There is a lesson about {TOPIC} already"),
    ],
)
def test_refused_lesson(root: Path, name: str, said: str) -> None:
    """One sentence, and nothing is written."""
    before = sorted(root.rglob("*"))
    with pytest.raises(CourseError, match=said):
        new_lesson(name, root)
    assert sorted(root.rglob("*")) == before


def test_elsewhere(tmp_path: Path) -> None:
    """In a folder that is not the course's, nothing is begun."""
    for begin, name in ((new_lesson, "99_odds"), (new_exercise, f"{LESSON}/another")):
        with pytest.raises(CourseError, match="run this in a checkout of the course"):
            begin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
