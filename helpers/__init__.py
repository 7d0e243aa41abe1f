"""Helpers of the course *The Messages API in production*: the scenery, never the thing being taught.

from helpers import MODEL, check, hint, make_client, solution, timeline
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
