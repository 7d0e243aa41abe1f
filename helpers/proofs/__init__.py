"""What proves the course itself: every row of the cheat sheet is covered, every lesson and exercise is complete.

course.py      what is on disk, read once
rows.py        the cheat sheet: lesson, exercise, attempts and test of each row
lessons.py     what every lesson has
minutes.py     how long a lesson takes, as it states and by our estimate
exercises.py   what every exercise has
attempts.py    what people wrote, and what they are told
files.py       nothing else lies about
report.py      what was found, as text

And, with the tests' packages alone, what proves the checks: survival.py, that slips in our solutions are noticed;
operators.py what a slip is, mutants.py solutions with one, fates.py how they are judged, equivalents.py those that are
none.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from helpers.errors import CourseError
from helpers.proofs.report import ProofReport, format_report, prove, prove_some

__all__ = ["ProofReport", "format_report", "prove", "prove_mutants", "prove_some"]


def prove_mutants(names: Sequence[str], root: Path, say: Callable[[str], None]) -> bool:
    """As `helpers.proofs.survival.prove_mutants`. Raises `CourseError` where the tests' packages are not there."""
    try:
        from helpers.proofs import survival
    except ModuleNotFoundError as error:
        raise CourseError(f"{error.name} is not installed: run `make install-tests`.") from error
    return survival.prove_mutants(names, root, say)
