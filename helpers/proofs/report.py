"""All proofs, and what came of them as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from helpers.authoring.checkout import require_checkout
from helpers.facts.cheatsheet import ROWS
from helpers.lessons.found import EXERCISES, LESSONS, check_named, check_of
from helpers.proofs.attempts import prove_attempts
from helpers.proofs.course import CourseFiles, read_course
from helpers.proofs.exercises import prove_exercise
from helpers.proofs.files import prove_files
from helpers.proofs.lessons import prove_lesson
from helpers.proofs.proof import Proof
from helpers.proofs.rows import prove_row


@dataclass(frozen=True)
class ProofReport:
    """What was proved, by what it was about."""

    exercises: tuple[Proof, ...]
    rows: tuple[Proof, ...] = ()
    lessons: tuple[Proof, ...] = ()
    files: tuple[Proof, ...] = ()
    attempts: tuple[Proof, ...] = ()
    """What is said of the stub, our solution and every attempt; where it was asked for."""

    @property
    def holds(self) -> bool:
        """Whether nothing is missing anywhere."""
        return all(proof.holds for proof in (*self.rows, *self.lessons, *self.exercises, *self.files, *self.attempts))


def prove(root: Path, *, attempts: bool = False) -> ProofReport:
    """The proofs of the course at `root`; with `attempts`, every attempt is judged too, which takes a minute.

    Raises `CourseError` where there is no course.
    """
    course = _course(root)
    checks = {name: check_of(exercise) for name, exercise in EXERCISES.items()}
    return ProofReport(
        tuple(prove_exercise(check, course) for check in checks.values()),
        tuple(prove_row(row, course, checks) for row in ROWS),
        tuple(map(prove_lesson, course.lessons.values())),
        (prove_files(root),),
        tuple(prove_attempts(check, root) for check in checks.values()) if attempts else (),
    )


def prove_some(names: Sequence[str], root: Path) -> ProofReport:
    """The proofs of these lessons and exercises alone, with every attempt judged.

    Raises `CourseError` for a name that is neither.
    """
    course = _course(root)
    lessons = [course.lessons[name] for name in names if name in course.lessons]
    exercises = [one.name for name in names if name in LESSONS for one in LESSONS[name].exercises]
    exercises += [name for name in names if name not in LESSONS]
    checks = list(map(check_named, exercises))
    return ProofReport(
        tuple(prove_exercise(check, course) for check in checks),
        lessons=tuple(map(prove_lesson, lessons)),
        attempts=tuple(prove_attempts(check, root) for check in checks),
    )


def _course(root: Path) -> CourseFiles:
    require_checkout(root)
    return read_course(root)


def format_report(report: ProofReport) -> str:
    """Each proof in a line, each thing that is missing in one below it, and a count at the end."""
    rows = zip(ROWS, report.rows, strict=True) if report.rows else ()
    sections = groupby(rows, lambda pair: pair[0].section)
    parts = [
        *((f"Cheat sheet: {section}", [proof for _, proof in pairs]) for section, pairs in sections),
        ("Lessons", report.lessons),
        ("Exercises", report.exercises),
        ("Attempts", report.attempts),
        ("Files", report.files),
    ]
    texts = (_format_part(title, proofs) for title, proofs in parts if proofs)
    return "\n".join([*texts, _format_count(report)])


def _format_part(title: str, proofs: Sequence[Proof]) -> str:
    width = max((len(proof.subject) for proof in proofs), default=0)
    lines = [title]
    for proof in proofs:
        lines.append(f"  {'✓' if proof.holds else '✗'} {proof.subject:<{width}}  {proof.found}")
        lines += [f"      missing: {sentence}" for sentence in proof.missing]
    return "\n".join([*lines, ""])


def _format_count(report: ProofReport) -> str:
    parts = (
        ("rows", report.rows),
        ("lessons", report.lessons),
        ("exercises", report.exercises),
        ("exercises' attempts", report.attempts),
    )
    counts = (f"{sum(proof.holds for proof in proofs)} of {len(proofs)} {name}" for name, proofs in parts if proofs)
    return f"Proved: {', '.join(counts)}."
