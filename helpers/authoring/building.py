"""Deriving the notebooks of the lessons, and comparing them with what is on disk."""

import asyncio
import difflib
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from helpers.authoring.cells import CellError
from helpers.authoring.comparison import first_difference
from helpers.authoring.digest import is_generated, was_edited
from helpers.authoring.files import back_up, write_all
from helpers.authoring.kernel import execute
from helpers.authoring.overview import with_lessons
from helpers.authoring.report import Backup, BuildReport, Problem
from helpers.authoring.source import Lesson, read_lesson
from helpers.authoring.transformations import LEARNER, SOLUTION, apply, refuse_machine_details
from helpers.errors import CourseError

KERNELS_AT_ONCE: Final = 2


@dataclass(frozen=True)
class _Derived:
    """A lesson and its two notebooks, as they are to be on disk."""

    lesson: Lesson
    learner: Path
    contents: dict[Path, bytes]


def build(names: Sequence[str] | None, root: Path, check: bool = False) -> BuildReport:
    """Derive the notebooks of the lessons called `names` (all of them when `None`) below `root`.

    Nothing is written before every lesson is derived; with `check` nothing is written at all.
    Raises `CourseError` when a lesson is malformed or one of its cells raises: a line for each such lesson.
    """
    root = root.resolve()
    sources = _sources(names, root)
    lessons = [read_lesson(source, root) for source in sources]
    # Not the default loop of Windows, which the kernel's sockets cannot use.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        derived = runner.run(_derive_all(lessons, root))
    orphans = () if names else tuple(_orphans(sources, root))
    overview = _overview(root)
    return _check(derived, root, overview, orphans) if check else _write(derived, root, overview, orphans)


def _sources(names: Sequence[str] | None, root: Path) -> list[Path]:
    known = {path.stem: path for path in sorted((root / "solutions").glob("*.py"))}
    if not known:
        raise CourseError(f"There are no lessons in {root / 'solutions'}: run this in the course's own folder.")
    return list(dict.fromkeys(known[_full_name(name, list(known))] for name in names or known))


def _full_name(name: str, known: Sequence[str]) -> str:
    """The lesson meant by its name, its number, or the path of one of its files."""
    stem = Path(name).stem
    meant = [lesson for lesson in known if stem in (lesson, lesson.partition("_")[0])]
    if len(meant) == 1:
        return meant[0]
    near = difflib.get_close_matches(stem, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"the lessons are {', '.join(known)}."
    raise CourseError(f'There is no lesson "{name}": {hint}')


async def _derive_all(lessons: Sequence[Lesson], root: Path) -> list[_Derived]:
    limit = asyncio.Semaphore(KERNELS_AT_ONCE)

    async def derive_in_turn(lesson: Lesson) -> _Derived | CourseError:
        async with limit:
            try:
                return await _derive(lesson, root)
            except CellError as error:
                return lesson.error(error)

    results = await asyncio.gather(*map(derive_in_turn, lessons))
    errors = [result for result in results if isinstance(result, CourseError)]
    if errors:
        raise CourseError("\n".join(map(str, errors)))
    return [result for result in results if isinstance(result, _Derived)]


async def _derive(lesson: Lesson, root: Path) -> _Derived:
    # First, because it is quick: a stub that does not compile need not wait for the kernel.
    learner = apply(LEARNER, lesson.notebook)
    executed = await execute(lesson.notebook, root / "solutions")
    solution = apply([*SOLUTION, refuse_machine_details(_machine_folders(root))], executed)
    solution_path, learner_path = (root / folder / f"{lesson.name}.ipynb" for folder in ("solutions", "notebooks"))
    contents = {solution_path: to_bytes(solution), learner_path: to_bytes(learner)}
    return _Derived(lesson, learner_path, contents)


def _machine_folders(root: Path) -> list[str]:
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "purelib")]
    folders = [root, *map(Path, libraries), *([Path(sys.prefix)] if sys.prefix != sys.base_prefix else [])]
    return sorted({text for folder in folders for text in (str(folder), folder.as_posix()) if folder.name})


def to_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as its file."""
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def _orphans(sources: Sequence[Path], root: Path) -> Iterator[Problem]:
    """Derived files whose source is gone. A notebook of the learner's own is none."""
    names = {source.stem for source in sources}
    for path in sorted([*(root / "solutions").glob("*.ipynb"), *(root / "notebooks").glob("*.ipynb")]):
        if path.stem not in names and (path.parent.name == "solutions" or is_generated(path.read_bytes())):
            yield Problem(_relative(path, root), "orphaned", f"there is no solutions/{path.stem}.py")


def _overview(root: Path) -> dict[Path, bytes]:
    """The README with its table of lessons, where there is one that has such a table."""
    path = root / "README.md"
    if not path.exists():
        return {}
    return {path: with_lessons(path.read_text("utf-8")).encode()}


def _check(
    derived: Sequence[_Derived], root: Path, overview: Mapping[Path, bytes], orphans: Sequence[Problem]
) -> BuildReport:
    problems = [problem for lesson in derived for problem in _compare(lesson, root)]
    problems += [
        Problem(_relative(path, root), "stale", "its table is not what the lessons say")
        for path, content in overview.items()
        if path.read_bytes() != content
    ]
    names = tuple(each.lesson.name for each in derived)
    return BuildReport(names, checked_only=True, problems=(*problems, *orphans))


def _compare(derived: _Derived, root: Path) -> Iterator[Problem]:
    for path, built in derived.contents.items():
        if not path.exists():
            yield Problem(_relative(path, root), "missing", f"{derived.lesson.source} makes it")
            continue
        stored = path.read_bytes()
        if stored != built:
            edited = "it was edited; " if path == derived.learner and was_edited(stored) else ""
            yield Problem(
                _relative(path, root), "stale", edited + first_difference(stored, built, derived.lesson.lines)
            )


def _write(
    derived: Sequence[_Derived], root: Path, overview: Mapping[Path, bytes], orphans: Sequence[Problem]
) -> BuildReport:
    contents = {path: content for each in derived for path, content in each.contents.items()}
    changed = {
        path: content
        for path, content in {**contents, **overview}.items()
        if not path.exists() or path.read_bytes() != content
    }
    backups = [
        Backup(_relative(each.learner, root), _relative(copy, root))
        for each in derived
        if (copy := back_up(each.learner, each.contents[each.learner]))
    ]
    write_all(changed)
    return BuildReport(
        tuple(each.lesson.name for each in derived),
        written=tuple(_relative(path, root) for path in changed),
        unchanged=tuple(_relative(path, root) for path in contents if path not in changed),
        backups=tuple(backups),
        problems=tuple(orphans),
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
