"""What proves the course itself: every row of the cheat sheet is covered, every lesson and exercise is complete.

course.py      what is on disk, read once
rows.py        the cheat sheet: lesson, exercise, attempts and test of each row
lessons.py     what every lesson has
minutes.py     how long a lesson takes, as it states and by our estimate
exercises.py   what every exercise has
attempts.py    what people wrote, and what they are told
files.py       nothing else lies about
report.py      what was found, as text
"""

from helpers.proofs.report import ProofReport, format_report, prove, prove_some

__all__ = ["ProofReport", "format_report", "prove", "prove_some"]
