"""What grades, for a person, a class or a CI server."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpers.cli.options import FILE, PATH, SECONDS, SEED, STRONGEST, isolation_option
from helpers.errors import CourseError

if TYPE_CHECKING:
    from helpers.grading.nursery import Isolation


@click.command()
@click.argument("path", type=PATH)
@click.option("--json", "json_file", type=PATH, metavar="FILE", help="Write the report as JSON.")
@click.option("--junit", "junit_file", type=PATH, metavar="FILE", help="… as JUnit's XML.")
@click.option("--markdown", "markdown_file", type=PATH, metavar="FILE", help="… as a table.")
@click.option("--classroom50", "classroom50_file", type=PATH, metavar="FILE", help="… as Classroom 50's result.json.")
@click.option("--gradescope", "gradescope_file", type=PATH, metavar="FILE", help="… as Gradescope's results.json.")
@click.option(
    "--prairielearn", "prairielearn_file", type=PATH, metavar="FILE", help="… as PrairieLearn's results.json."
)
@click.option("--only", metavar="NAME", help="Grade this exercise alone.")
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
@SEED
@SECONDS
@isolation_option(None, STRONGEST)
def grade(
    path: Path,
    json_file: Path | None,
    junit_file: Path | None,
    markdown_file: Path | None,
    classroom50_file: Path | None,
    gradescope_file: Path | None,
    prairielearn_file: Path | None,
    only: str | None,
    lessons: tuple[str, ...],
    seed: int | None,
    seconds: float,
    isolation: "Isolation | None",
) -> None:
    """Judge a notebook, or a folder of them, from outside.

    The checks are those of the lessons, and PATH is an .ipynb, a .py, the folder they are in, or an archive of it.

    Exits with 0 when everything passed, 1 when something did not, 2 when it could not be graded.
    """
    from helpers.grading import platforms
    from helpers.grading.formats import as_json, as_junit, as_markdown
    from helpers.grading.handed_in import grade_handed_in
    from helpers.grading.plain import one_line
    from helpers.grading.report import format_report
    from helpers.grading.writing import write_file

    try:
        report = grade_handed_in(
            path, only=only, lessons=lessons, seed=seed, seconds_per_submission=seconds, isolation=isolation
        )
    except CourseError as error:
        # It begins with our words, not with the name of a file.
        why = one_line(f"Not graded: {error}")
        if gradescope_file is not None:
            write_file(gradescope_file, platforms.gradescope_refusal(why))
        if prairielearn_file is not None:
            write_file(prairielearn_file, platforms.prairielearn_refusal(why))
        raise CourseError(why) from error
    formats = (
        (json_file, as_json),
        (junit_file, as_junit),
        (markdown_file, as_markdown),
        (classroom50_file, lambda report: platforms.as_classroom50(report, os.environ)),
        (gradescope_file, platforms.as_gradescope),
        (prairielearn_file, platforms.as_prairielearn),
    )
    try:
        for file, format in formats:
            if file is not None:
                write_file(file, format(report))
    finally:
        # Also where a file cannot be written: the grading was not in vain.
        click.echo(format_report(report))
    sys.exit(0 if report.passed else 1)


@click.command("grade-class")
@click.argument("folder", type=PATH)
@click.option("--csv", "csv_file", type=FILE, metavar="FILE", required=True, help="Write a row per exercise here.")
@click.option("--html", "html_file", type=FILE, metavar="FILE", help="… a report to read.")
@click.option("--nbgrader", "nbgrader_file", type=FILE, metavar="FILE", help="… a CSV with nbgrader's columns.")
@click.option("--canvas", "canvas_file", type=FILE, metavar="FILE", help="… a CSV for Canvas's gradebook.")
@click.option("--moodle", "moodle_file", type=FILE, metavar="FILE", help="… a CSV for Moodle's grading worksheet.")
@click.option("--names", metavar="PATTERN", help="Find a person in the name of a file: the pattern's first group.")
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
@click.option(
    "--again", multiple=True, metavar="NAME", help="Judge this exercise or lesson anew for all, and nothing else."
)
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes; one for each processor by default.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on this Dask cluster, such as tcp://10.0.0.1:8786.")
@SEED
@SECONDS
@isolation_option("namespaces", "What keeps submissions apart. A guard is for the work of people you trust.")
def grade_class(
    folder: Path,
    csv_file: Path,
    html_file: Path | None,
    nbgrader_file: Path | None,
    canvas_file: Path | None,
    moodle_file: Path | None,
    names: str | None,
    lessons: tuple[str, ...],
    again: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    seed: int | None,
    seconds: float,
    isolation: "Isolation",
) -> None:
    """Judge the submissions of a class.

    There is one in each sub-folder of FOLDER, named after its author, or an archive; or FOLDER is what Moodle or Canvas
    exported, unpacked or not. Of several versions the last one is graded.

    What has been graded is kept beside the CSV in FILE.journal. Stop it anywhere and run it again: it goes on where it
    was, and grades anew what has changed. The journal has the seed of the cases, which is told when all are graded: it
    is yours alone until then, and what comes later gets cases from another. To begin from nothing, delete the journal.

    --again judges an exercise or a lesson anew for everybody, with other cases, such as after a check was mended. All
    else is kept, and whoever gains or loses by it is named.

    Exits with 0 when every submission was graded, 1 when one was not (the CSV says why), 2 when nothing could be, 130
    after Ctrl-C.
    """
    from helpers.classroom import Plan, format_outcome
    from helpers.classroom import grade_class as judge

    plan = Plan(
        folder,
        csv_file,
        html=html_file,
        nbgrader=nbgrader_file,
        canvas=canvas_file,
        moodle=moodle_file,
        names=names,
        only=lessons,
        again=again,
        jobs=jobs,
        scheduler=scheduler,
        seed=seed,
        seconds=seconds,
        isolation=isolation,
    )
    outcome = judge(plan)
    click.echo(format_outcome(outcome, plan))
    sys.exit(outcome.exit_code)


@click.command("grade-ci")
@click.argument("checkout", type=PATH)
@click.option("--reports", type=PATH, required=True, metavar="FOLDER", help="Where to write them.")
@click.option("--checks", default="", metavar="TEXT", help="Whose checks these are, for the summary.")
@click.option("--github", is_flag=True, help="Print for GitHub's runner: nobody's text as a command, then the points.")
@SEED
@SECONDS
@isolation_option(None, STRONGEST)
def grade_ci(
    checkout: Path,
    reports: Path,
    checks: str,
    github: bool,
    seed: int | None,
    seconds: float,
    isolation: "Isolation | None",
) -> None:
    """Judge what a CI server checked out.

    Only the notebooks in CHECKOUT/notebooks are read, and nothing else of it.

    Writes report.json, junit.xml and summary.md. Exits with 0 when everything that was begun passed, 1 when something
    of it did not, 2 when it could not be graded.
    """
    from helpers.ci import commands, grade_checkout

    with commands.only_text(click.echo) if github else nullcontext():
        graded = grade_checkout(checkout, reports, checks, seed, seconds, isolation)
        click.echo(graded.text)
    if github and graded.report is not None:
        click.echo(commands.points(graded.report.score, graded.report.max_score))
    sys.exit(graded.exit_code)


@click.group()
def autograder() -> None:
    """Make what a platform grades with. Classroom 50's is .classroom50/autograder.py in the course's checkout."""


@autograder.command("gradescope")
@click.option("-o", "--output", type=FILE, metavar="FILE", default="autograder.zip", show_default=True)
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
def autograder_gradescope(output: Path, lessons: tuple[str, ...]) -> None:
    """Write the archive that Gradescope asks for under "Configure Autograder"."""
    from helpers.ci.autograder import write_gradescope

    write_gradescope(output, lessons)
    click.echo(f"wrote {output}")
