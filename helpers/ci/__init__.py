"""Grading what a continuous integration server checked out, where nothing that a learner wrote may act.

    intake.py    the learner's checkout → copies of its notebooks, and of nothing else
    commands.py  GitHub's workflow commands: none from a learner's text, the points from us
autograder.py  Gradescope's archive; gradescope/ what is in it besides the course
    summary.py   the page that the server shows
    grading.py   the above, in order

`.github/workflows/grade.yml` and `.gitlab/grade.gitlab-ci.yml` call it, as `course grade-ci`.
"""

from helpers.ci.grading import Graded, grade_checkout

__all__ = ["Graded", "grade_checkout"]
