"""Deriving the notebooks of the lessons, and comparing them with what is on disk."""

import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.authoring.cells import is_code, is_typescript
from helpers.authoring.comparison import first_difference
from helpers.authoring.deriving import derive_all, sources
from helpers.authoring.digest import is_generated, was_edited
from helpers.authoring.files import back_up, write_all
from helpers.authoring.kernel import execute
from helpers.authoring.overview import with_tables
from helpers.authoring.report import Backup, BuildReport, Problem
from helpers.authoring.source import Lesson, read_lesson
from helpers.authoring.transformations import LEARNER, SOLUTION, apply, refuse_machine_details
from helpers.typescript.node import problem


@dataclass(frozen=True)
class _Derived:
    """A lesson and its two notebooks, as they are to be on disk."""

    lesson: Lesson
    learner: Path
    contents: dict[Path, bytes]


def build(names: Sequence[str] | None, root: Path, check: bool = False) -> BuildReport:
    """Derive the notebooks of the lessons called `names` (all of them when `None`) below `root`.

    Nothing is written before every lesson is derived; with `check` nothing is written at all. Where Node is missing,
    lessons with cells of TypeScript are left out.
    Raises `CourseError` when a lesson is malformed or one of its cells raises: a line for each such lesson.
    """
    root = root.resolve()
    meant = sources(names, root)
    lessons = [read_lesson(source, root) for source in meant]
    left_out = [lesson for lesson in lessons if _has_typescript(lesson) and problem() is not None]
    derived = derive_all([one for one in lessons if one not in left_out], lambda lesson: _derive(lesson, root))
    orphans = () if names else tuple(_orphans(meant, root))
    overview = _overview(root)
    report = _check(derived, root, overview, orphans) if check else _write(derived, root, overview, orphans)
    return replace(report, left_out=tuple(f"{one.name} was left out. {problem()}" for one in left_out))


def _has_typescript(lesson: Lesson) -> bool:
    return any(is_code(cell) and is_typescript(cell.source) for cell in lesson.notebook.cells)


async def _derive(lesson: Lesson, root: Path) -> _Derived:
    # First, because it is quick: a stub that does not compile need not wait for the kernel.
    learner = apply(LEARNER, lesson.notebook)
    executed = await execute(lesson.notebook, root / "solutions")
    solution = apply([*SOLUTION, refuse_machine_details(machine_folders(root))], executed)
    solution_path, learner_path = (root / folder / f"{lesson.name}.ipynb" for folder in ("solutions", "notebooks"))
    contents = {solution_path: to_bytes(solution), learner_path: to_bytes(learner)}
    return _Derived(lesson, learner_path, contents)


def machine_folders(root: Path) -> list[str]:
    """Where this course and this Python are: on another machine they are elsewhere."""
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
    """The README with its tables, where there is one that has such tables."""
    path = root / "README.md"
    if not path.exists():
        return {}
    return {path: with_tables(path.read_text("utf-8")).encode()}


def _check(
    derived: Sequence[_Derived], root: Path, overview: Mapping[Path, bytes], orphans: Sequence[Problem]
) -> BuildReport:
    problems = [problem for lesson in derived for problem in _compare(lesson, root)]
    problems += [
        Problem(_relative(path, root), "stale", "a table is not what it is made of")
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
