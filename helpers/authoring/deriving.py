"""Which lessons are meant, and making something of each: what cells are blamed for is said of all of them at once."""

import asyncio
import difflib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from helpers.authoring.cells import CellError
from helpers.authoring.source import Lesson
from helpers.errors import CourseError

KERNELS_AT_ONCE: Final = 2

Made = TypeVar("Made")


def sources(names: Sequence[str] | None, root: Path) -> list[Path]:
    """The sources of the lessons called `names`, all of them when `None`, below `root`.

    A lesson is called by its name, its number, or the path of one of its files. Raises `CourseError` for one that is
    not there.
    """
    known = {path.stem: path for path in sorted((root / "solutions").glob("*.py"))}
    if not known:
        raise CourseError(f"There are no lessons in {root / 'solutions'}: run this in the course's own folder.")
    return list(dict.fromkeys(known[_full_name(name, list(known))] for name in names or known))


def _full_name(name: str, known: Sequence[str]) -> str:
    stem = Path(name).stem
    meant = [lesson for lesson in known if stem in (lesson, lesson.partition("_")[0])]
    if len(meant) == 1:
        return meant[0]
    near = difflib.get_close_matches(stem, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"the lessons are {', '.join(known)}."
    raise CourseError(f'There is no lesson "{name}": {hint}')


def derive_all(lessons: Sequence[Lesson], derive: Callable[[Lesson], Awaitable[Made]]) -> list[Made]:
    """What `derive` makes of each lesson, a few of them at a time.

    Raises `CourseError` when cells of lessons are wrong or raise: a line for each such lesson.
    """
    # Not the default loop of Windows, which the kernel's sockets cannot use.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_derive_all(lessons, derive))


async def _derive_all(lessons: Sequence[Lesson], derive: Callable[[Lesson], Awaitable[Made]]) -> list[Made]:
    limit = asyncio.Semaphore(KERNELS_AT_ONCE)

    async def derive_in_turn(lesson: Lesson) -> Made | CourseError:
        async with limit:
            try:
                return await derive(lesson)
            except CellError as error:
                return lesson.error(error)

    results = await asyncio.gather(*map(derive_in_turn, lessons))
    errors = [result for result in results if isinstance(result, CourseError)]
    if errors:
        raise CourseError("\n".join(map(str, errors)))
    return [result for result in results if not isinstance(result, CourseError)]
