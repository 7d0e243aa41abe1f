"""What a build did, or what a check found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Backup:
    """A learner's notebook that was edited, and the copy that keeps the edits. Paths from the root."""

    notebook: str
    copy: str


@dataclass(frozen=True)
class Problem:
    """A derived file that is not what its source makes of it."""

    path: str
    state: Literal["stale", "missing", "orphaned"]
    detail: str


@dataclass(frozen=True)
class BuildReport:
    """Paths are written from the root, with `/`."""

    lessons: tuple[str, ...]
    checked_only: bool = False
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    backups: tuple[Backup, ...] = ()
    problems: tuple[Problem, ...] = ()
    """All of them after a check; after a build, orphans may be left."""
    left_out: tuple[str, ...] = ()
    """A sentence for each lesson that cannot be run on this machine."""

    @property
    def is_clean(self) -> bool:
        return not self.problems


def format_report(report: BuildReport) -> str:
    """The report in a few lines of text."""
    return "\n".join(_lines(report))


def _lines(report: BuildReport) -> Iterator[str]:
    for backup in report.backups:
        yield f"{backup.notebook} was edited: what it held is now in {backup.copy}."
    yield from report.left_out
    for path in report.written:
        yield f"wrote {path}"
    for problem in report.problems:
        yield f"{problem.path} is {problem.state}: {problem.detail}."
    yield _summary(report)


def _summary(report: BuildReport) -> str:
    lessons = _counted(len(report.lessons), "lesson")
    if not report.checked_only:
        return f"{lessons}: {_counted(len(report.written), 'file')} written, {len(report.unchanged)} unchanged."
    if report.is_clean:
        return f"{lessons}: every derived file is up to date."
    mend = (
        "delete what is orphaned"
        if all(problem.state == "orphaned" for problem in report.problems)
        else "run `course build`"
    )
    return f"{lessons}: {_counted(len(report.problems), 'derived file')} to mend: {mend}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
