"""Grading from outside: the same checks as in the notebook, with the learner's code in a process of its own.

    parent                                          child
    the submission's text, read and never run       defines the functions, calls them
    cases, seed, scenario, expected values          the inputs of one case
    the replay server and its wire log              an official client, `base_url` on loopback
    the verdict                                     an observation, as JSON

submission.py   files → cells; in the parent
definitions.py  cells → the statements that one function needs; in the child
child.py        answers the parent's questions; in the child
transport.py    the child's client, its patience scaled to the server's clock
messages.py     what crosses the boundary, and the check of its shape
process.py      starts, asks and ends the child
grader.py       the above, in order
report.py, formats.py  what was found, as text, JSON, JUnit's XML and Markdown

One child serves a submission. When its code takes too long, sends too many requests or ends the process, the child is
ended and another one takes its place, so that every exercise is judged whatever another one does.

What it protects against: constants (cases are drawn anew), reading a key (there is none), printing what looks like an
answer (stdout leads nowhere), pickles (only JSON is read), loops without end, and words instead of deeds wherever a
verdict rests on the wire log.

What it does not protect against: code that reads or writes files of the person who grades, opens connections to other
hosts, uses all memory or all processors, starts processes that leave its process group, or changes the modules it runs
among to forge an observation. Grade what strangers wrote on a machine, or in a container, that holds nothing of worth.
"""

from helpers.grading.grader import grade
from helpers.grading.report import Report, format_report

__all__ = ["Report", "format_report", "grade"]
