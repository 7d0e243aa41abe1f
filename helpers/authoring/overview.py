"""The README's tables: each between two marks that nobody sees, of what is kept elsewhere."""

from collections.abc import Callable, Mapping
from typing import Final

from helpers.calling.exercise import Lesson
from helpers.errors import CourseError
from helpers.lessons.found import LESSONS
from helpers.libraries.table import Cell, kept

LESSONS_BEGIN: Final = "<!-- The table is made by `course build`, of what helpers/lessons/*/__init__.py say. -->\n"
LIBRARIES_BEGIN: Final = "<!-- The table is made by `course build`, of helpers/libraries/table.json. -->\n"
END: Final = "<!-- End of the table. -->\n"


def with_tables(readme: str) -> str:
    """`readme` with its tables as they have to be. Raises `CourseError` where only one of the marks of one is left."""
    for begin, made in ((LESSONS_BEGIN, _lessons), (LIBRARIES_BEGIN, _libraries)):
        readme = _with(readme, begin, made)
    if readme.count(END) > sum(begin in readme for begin in (LESSONS_BEGIN, LIBRARIES_BEGIN)):
        raise CourseError(f"README.md has lost a mark before a table: put back {LESSONS_BEGIN!r}.")
    return readme


def _with(readme: str, begin: str, made: Callable[[], str]) -> str:
    above, begun, rest = readme.partition(begin)
    _, ended, below = rest.partition(END)
    if begun and not ended:
        raise CourseError(f"README.md has lost a mark around a table: put back {begin + END!r}.")
    return f"{above}{begin}\n{made()}\n{END}{below}" if begun else readme


def _lessons() -> str:
    rows = (
        f"| [{name.partition('_')[0]} {lesson.heading}](notebooks/{name}.ipynb) | {_afterwards(lesson)} |\n"
        for name, lesson in LESSONS.items()
    )
    return "| lesson | what you can do afterwards |\n|---|---|\n" + "".join(rows)


def _afterwards(lesson: Lesson) -> str:
    """And which of its exercises stand beside the others."""
    named = ((beside, ", ".join(f"`{one.name}`" for one in group)) for beside, group in lesson.besides.items())
    return "; ".join([lesson.afterwards, *(f"{beside}: {names}" for beside, names in named)])


def _libraries() -> str:
    made = kept()
    rows = (
        f"| {library} | {_silent(ways['streamed'])} | {_silent(ways['unstreamed'])} |\n"
        for library, ways in made.cells.items()
    )
    versions = ", ".join(f"{name} {version}" for name, version in made.versions.items())
    head = "| through | streamed | unstreamed |\n|---|---|---|\n"
    return f"{head}{''.join(rows)}\nMade on {made.made} with {versions}.\n"


def _silent(cells: Mapping[str, Cell]) -> str:
    return ", ".join(f"`{ending}`" for ending, cell in cells.items() if cell.is_silent) or "none"
