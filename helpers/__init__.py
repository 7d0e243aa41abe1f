"""Helpers of the course *The Messages API in production*: the scenery, never the thing being taught.

    from helpers import MODEL, check, hint, make_client, solution, timeline

notebook.py    what a learner calls in a notebook
client.py      the official SDK's client, live or replayed; settings.py what the environment says
errors.py      errors of our own; outcomes.py what a careful caller returns instead; firstuse.py the names above
doctor/        what this machine has and lacks; processors.py how many of its processors are ours
cli/           the `course` command; pytest_plugin.py the fixtures for tests of your own app

From the ground; what stands lower knows nothing of what stands above it:

facts/       what the API promises, as data: error map, limits, prices, patterns, the cheat sheet's rows
replay/      the wire, and in fixtures/ what is on it
live/        calls that leave the machine: what each may cost, what it did, and where to stop
calling/     calling what a learner wrote, and seeing what it does
typescript/  cells of TypeScript: checked, run by Node, called from Python
libraries/   what other libraries make of each ending, as a table
judging/     what is right, and what is to be said; no lesson's name in it
display/     what every card is made of
lessons/     one folder a lesson: its exercises, its scenery, and what judges them
workbook/    what a learner has passed, and the commands for it
authoring/   lessons → notebooks
pages/       lessons → pages to read without Jupyter
grading/     the same checks, from outside; classroom/ for a class, ci/ for a CI server
testing/     the same judgement of an app that is no exercise
drift/       what has moved between the course and what it teaches
proofs/      that no lesson lacks anything, and that the checks notice what is wrong
recording/   answers of the API → fixtures, with no secret in them
lite/        the course as a site, for a browser alone
jupyter/     what JupyterLab finds here: a setting, and extensions without a build step: TypeScript, cards by ear
"""

import sys
from typing import TYPE_CHECKING

from helpers.firstuse import on_first_use

if TYPE_CHECKING:
    from helpers.calling.pauses import Clock
    from helpers.client import make_async_client, make_client, wire_log
    from helpers.errors import CourseError, Refused, Truncated, Unfinished, UnusableAnswer
    from helpers.notebook import case, check, hint, predict, progress, solution, table, timeline
    from helpers.outcomes import Outcome
    from helpers.settings import MODEL
else:
    # `course doctor` has to start where a package is missing, and pytest wherever the course is installed.
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "helpers.calling.pauses": ("Clock",),
            "helpers.client": ("make_async_client", "make_client", "wire_log"),
            "helpers.errors": ("CourseError", "Refused", "Truncated", "Unfinished", "UnusableAnswer"),
            "helpers.notebook": ("case", "check", "hint", "predict", "progress", "solution", "table", "timeline"),
            "helpers.outcomes": ("Outcome",),
            "helpers.settings": ("MODEL",),
        },
    )

__all__ = [
    "MODEL",
    "Clock",
    "CourseError",
    "Outcome",
    "Refused",
    "Truncated",
    "Unfinished",
    "UnusableAnswer",
    "case",
    "check",
    "hint",
    "make_async_client",
    "make_client",
    "predict",
    "progress",
    "solution",
    "table",
    "timeline",
    "wire_log",
]

if sys.platform == "emscripten":  # no threads there, and notebooks that stay, however old they are
    from helpers.calling.threads import say_that_there_are_none
    from helpers.workbook.desk import announce

    say_that_there_are_none()
    announce()
