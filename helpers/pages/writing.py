"""The pages of the lessons and the list of them, on disk."""

from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from helpers.authoring.deriving import derive_all, sources
from helpers.authoring.files import write_all
from helpers.authoring.source import Lesson, read_lesson
from helpers.errors import CourseError
from helpers.lessons.found import LESSONS
from helpers.pages.rendering import Page, render, render_contents
from helpers.pages.running import run_as_handed_out


def write_pages(
    folder: Path, root: Path, names: Sequence[str] | None = None, *, lite: str | None = None, back: str | None = None
) -> list[Path]:
    """Write the pages of the lessons called `names`, all of them when `None`, to `folder`, and the list of all lessons.

    `lite` and `back` lead from them to a JupyterLite beside them. Returns what was written. Raises `CourseError` when a
    lesson is malformed, when one of its cells raises, or when a file cannot be written; nothing is written then.
    """
    lessons = [read_lesson(source, root) for source in sources(None, root)]
    pages = [_page(lesson) for lesson in lessons]
    meant = {source.stem for source in sources(names, root)}
    chosen = [lesson for lesson in lessons if lesson.name in meant]

    async def run(lesson: Lesson) -> NotebookNode:
        return await run_as_handed_out(lesson, root)

    contents = {folder / "index.html": render_contents(pages, back).encode()}
    for lesson, executed in zip(chosen, derive_all(chosen, run), strict=True):
        place = lessons.index(lesson)
        contents[folder / pages[place].file] = render(executed, pages, place, lite).encode()
    write_all(contents)
    return list(contents)


def _page(lesson: Lesson) -> Page:
    known = LESSONS.get(lesson.name)
    if known is None:
        return Page(lesson.name, _title(lesson))
    return Page(lesson.name, f"{lesson.name.partition('_')[0]} {known.title}", known.afterwards)


def _title(lesson: Lesson) -> str:
    """The heading of a lesson that is in no list, such as the cheat sheet."""
    for cell in lesson.notebook.cells:
        first = str(cell.source).partition("\n")[0]
        if cell.cell_type == "markdown" and first.startswith("# "):
            return first.removeprefix("# ")
    raise CourseError(f"{lesson.source} has no heading: begin it with a cell of Markdown and a line '# …'.")
