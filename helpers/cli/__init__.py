"""The `course` command. Every command imports what it needs when it runs, so that `course --help` answers at once.

learner.py  what a learner calls: lab, serve, status, reset, export, import, doctor
author.py   what an author of the course calls: build, check, new, record, drift
teacher.py  what grades: grade, grade-class, grade-ci, autograder
options.py  options and arguments that several of them have
group.py    all of them as one: what goes wrong is said in one sentence
"""

import click

from helpers.cli import author, learner, teacher
from helpers.cli.group import Course


@click.group(cls=Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The Messages API in production: a course in which production breaks in front of you."""


for command in (
    learner.serve,
    learner.lab,
    learner.status,
    learner.reset_work,
    learner.export_work,
    learner.import_work,
    learner.doctor,
    author.build,
    author.check,
    author.record,
    author.new,
    author.drift,
    teacher.grade,
    teacher.grade_class,
    teacher.grade_ci,
    teacher.autograder,
):
    main.add_command(command)
