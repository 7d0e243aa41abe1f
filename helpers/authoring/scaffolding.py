"""Beginning a lesson or an exercise: everything that it needs, and nothing of it done.

`course check` says what is left to do.
"""

import ast
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from string import Template
from typing import Final

from helpers.authoring.checkout import require_checkout
from helpers.authoring.files import write_all
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES, LESSONS

ATTEMPTS: Final = ("wrong_mistake_one", "wrong_mistake_two", "wrong_mistake_three", "wrong_mistake_four")
RIGHT: Final = ("right_one", "right_two")
BEFORE: Final = "# %% [markdown]\n# ## On the cheat sheet\n"
"""Where an exercise goes: before this section of its lesson, or at the end where it has none."""
_LESSON: Final = re.compile(r"(?P<number>[0-9A-Z]\d)_(?P<topic>[a-z][a-z0-9_]*)")
_EXERCISE: Final = re.compile(r"[a-z][a-z0-9_]*")


def new_lesson(name: str, root: Path) -> list[Path]:
    """Write what a lesson begins with. Returns the files. Raises `CourseError` where the name is taken, or is none."""
    require_checkout(root)
    match = _LESSON.fullmatch(name)
    if match is None:
        raise CourseError(f"{name!r} is no name of a lesson: it has a number and a topic, such as 14_pacing.")
    topic = match["topic"]
    if any(known == name or known.partition("_")[2] == topic for known in LESSONS):
        raise CourseError(f"There is a lesson about {topic} already: choose another topic.")
    words = {"lesson": name, "number": match["number"], "topic": topic, "title": topic.replace("_", " ").capitalize()}
    folder = root / "helpers/lessons" / topic
    judges = f'"""What judges the exercises of lesson {match["number"]}: one module each, named like it."""\n'
    return _write(
        {
            folder / "__init__.py": _filled("lesson.py.txt", words),
            folder / "checks/__init__.py": judges,
            root / "solutions" / f"{name}.py": _filled("source.py.txt", words),
        }
    )


def new_exercise(place: str, root: Path) -> list[Path]:
    """Write what an exercise begins with, for a place such as `08_midstream/replay_it`. Returns the files.

    Raises `CourseError` where the lesson is not there, or the name is taken or none.
    """
    require_checkout(root)
    lesson, _, name = place.partition("/")
    if lesson not in LESSONS:
        raise CourseError(f"There is no lesson {lesson!r}: the lessons are {', '.join(LESSONS)}.")
    if _EXERCISE.fullmatch(name) is None:
        raise CourseError(f"{name!r} is no name of a function: write it as in {lesson}/answer_twice.")
    if name in EXERCISES:
        raise CourseError(f"There is an exercise {name} already, in {EXERCISES[name].lesson}: choose another name.")
    topic = lesson.partition("_")[2]
    words = {"lesson": lesson, "topic": topic, "name": name}
    listing, source = root / "helpers/lessons" / topic / "__init__.py", root / "solutions" / f"{lesson}.py"
    attempts = root / "tests/attempts" / lesson / name
    return _write(
        {
            root / "helpers/lessons" / topic / "checks" / f"{name}.py": _filled("check.py.txt", words),
            **{attempts / f"{one}.py": _filled("attempt.py.txt", words) for one in (*ATTEMPTS, *RIGHT)},
        },
        changed={
            listing: _listed(listing.read_text("utf-8"), name),
            source: _with_cells(source.read_text("utf-8"), _filled("cells.py.txt", words)),
        },
    )


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = (resources.files("helpers.authoring") / "templates" / template).read_text("utf-8")
    return Template(text).substitute(words)


def _listed(module: str, name: str) -> str:
    """The module of a lesson, with an exercise more at the end of its list."""
    calls = (node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Call))
    keywords = (each for call in calls for each in call.keywords if each.arg == "exercises")
    value = next((each.value for each in keywords if isinstance(each.value, ast.List)), None)
    if value is None or value.end_lineno is None or value.end_col_offset is None:
        raise CourseError(f"The lesson of {name} has no list `exercises=[…]`: write it, then run this again.")
    lines = module.splitlines(keepends=True)
    last, column = value.end_lineno - 1, value.end_col_offset - 1
    item = f'Exercise("{name}", ("client", "prompt")),'
    if value.elts:
        lines.insert(last, f"        {item}\n")
    else:
        lines[last] = f"{lines[last][:column]}\n        {item}\n    {lines[last][column:]}"
    text = "".join(lines)
    bare = "from helpers.calling.exercise import Lesson, lesson\n"
    return text.replace(bare, "from helpers.calling.exercise import Exercise, Lesson, lesson\n")


def _with_cells(source: str, cells: str) -> str:
    above, found, below = source.partition(BEFORE)
    return f"{above}{cells}{found}{below}" if found else f"{source.rstrip()}\n\n{cells.rstrip()}\n"


def _write(new: Mapping[Path, str], changed: Mapping[Path, str] | None = None) -> list[Path]:
    taken = [path for path in new if path.exists()]
    if taken:
        raise CourseError(f"{taken[0]} is there already: move it away, then run this again.")
    contents = {**new, **(changed or {})}
    for path in contents:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_all({path: text.encode() for path, text in contents.items()})
    return list(contents)
