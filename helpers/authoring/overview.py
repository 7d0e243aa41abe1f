"""The table of lessons in the README: what each lesson says of itself, between two marks that nobody sees."""

from typing import Final

from helpers.errors import CourseError
from helpers.lessons.found import LESSONS

BEGIN: Final = "<!-- The table is made by `course build`, of what helpers/lessons/*/__init__.py say. -->\n"
END: Final = "<!-- End of the table. -->\n"


def with_lessons(readme: str) -> str:
    """`readme` with the table as it has to be. Raises `CourseError` where only one of the marks is left."""
    above, begun, rest = readme.partition(BEGIN)
    _, ended, below = rest.partition(END)
    if not begun and END not in readme:
        return readme
    if not ended:
        raise CourseError(f"README.md has lost a mark around its table of lessons: put back {BEGIN + END!r}.")
    return f"{above}{BEGIN}\n{_table()}\n{END}{below}"


def _table() -> str:
    rows = (
        f"| [{name.partition('_')[0]} {lesson.heading}](notebooks/{name}.ipynb) | {lesson.afterwards} |\n"
        for name, lesson in LESSONS.items()
    )
    return "| lesson | what you can do afterwards |\n|---|---|\n" + "".join(rows)
