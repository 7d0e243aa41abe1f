"""The process of a grader, from within: it is asked for a student and answers with the points, a line each.

The modules here run in the environment of their grader, and import nothing of ours that it does not need.
"""

import sys
import traceback
from collections.abc import Callable

FAILED = "failed"


def answer(grade: Callable[[str], float]) -> None:
    """Answer until there are no more questions. What goes wrong is told on stderr, and is an answer too."""
    for line in sys.stdin:
        try:
            points = str(float(grade(line.strip())))
        except Exception:  # noqa: BLE001 - one that fails must not keep the next one from being graded
            traceback.print_exc()
            points = FAILED
        print(points, flush=True)  # noqa: T201 - it is the answer
