"""Helpers of the course *The Messages API in production*: the scenery, never the thing being taught.

    from helpers import MODEL, check, hint, make_client, solution, timeline

notebook.py    what a learner calls in a notebook
client.py      the official SDK's client, live or replayed; settings.py what the environment says
errors.py      the error map, and errors of our own; outcomes.py what a careful caller returns instead
patterns.py    who is waiting → standard, streaming or batches
limits.py      how large a request may be; prices.py what its tokens cost
logs.py        the log line of production
ledger.py      charges that are made twice when nobody is careful; shop.py the tool that makes them
cheatsheet.py  the rows of the cheat sheet
journal.py     what was passed, line by line; standing.py how far that is; status.py, resetting.py the commands for it
doctor.py      what this machine has and lacks
cli.py         the `course` command

replay/, fixtures/  the wire, and what is on it
exercises/          cases, checks, misconceptions and hints
display/            cards, timelines, pictures
grading/            the same checks, from outside; classroom/ for a class, ci/ for a CI server
authoring/          lessons → notebooks; proofs/ that none of them lacks anything
"""

from helpers.client import make_async_client, make_client
from helpers.errors import CourseError, Refused, Truncated, Unfinished, UnusableAnswer
from helpers.notebook import chaos_run, check, hint, predict, progress, score_card, solution, table, timeline
from helpers.outcomes import Outcome
from helpers.settings import MODEL

__all__ = [
    "MODEL",
    "CourseError",
    "Outcome",
    "Refused",
    "Truncated",
    "Unfinished",
    "UnusableAnswer",
    "chaos_run",
    "check",
    "hint",
    "make_async_client",
    "make_client",
    "predict",
    "progress",
    "score_card",
    "solution",
    "table",
    "timeline",
]
