"""Grading a class: one submission per sub-folder, one row per submission and exercise, and a report to read.

plan.py      the options
marks.py     what Moodle and Canvas write around the name of a file
roster.py    a folder of submissions, or an export → people, and why something in it is nobody's
parcel.py    a submission's files as text: what is hashed, what travels, what is graded
marker.py    one parcel → one record, as JSON; in a worker
local.py     workers on this machine
worker.py    one of them: the parcels that its process has begun
cluster.py   workers of an existing Dask cluster
journal.py   what has been graded, one line each, written as it happens: where a run that was killed goes on
changes.py   what is kept where something is judged again, and who gained or lost by it
words.py     what a learner controls, made safe to show
tables.py    the CSV, and those that nbgrader, Canvas and Moodle import
tally.py     counts over all records
overview.py  the HTML report
learners.py  … its pages of people, and their filters
progress.py  how far it has come
outcome.py   what has come of it
run.py       the above, in order

Memory does not grow with the class: a record goes to the journal as soon as it is there, and the tables are written by
reading the journal again.
"""

from helpers.classroom.outcome import Outcome, format_outcome
from helpers.classroom.plan import Plan
from helpers.classroom.run import grade_class

__all__ = ["Outcome", "Plan", "format_outcome", "grade_class"]
