"""The `course` command. Every command imports what it needs when it runs, so that `course --help` answers at once."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from helpers.errors import CourseError
from helpers.grading.budget import SECONDS_PER_SUBMISSION

if TYPE_CHECKING:
    from helpers.grading.nursery import Isolation

ROOT: Final = Path(__file__).parents[1]


class Named(click.Path):
    """A path that has a name: an empty one, such as that of a variable that is not set, would be this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails with a sentence where there is none."""
        if not os.fspath(value):
            self.fail("It is empty: name a file or a folder, `.` for this one.", param, ctx)
        return super().convert(value, param, ctx)


_FILE: Final = Named(path_type=Path, dir_okay=False)
_PATH: Final = Named(path_type=Path)
STRONGEST: Final = "What has to keep the submission apart. By default the strongest that this system has."
Function = TypeVar("Function", bound=Callable[..., Any])
_SEED: Final = click.option(
    "--seed",
    type=int,
    metavar="N",
    help="Repeat the cases of an earlier report. A small number of one's own can be guessed.",
)
_SECONDS: Final = click.option(
    "--seconds-per-submission",
    "seconds",
    type=click.FloatRange(min=1),
    default=SECONDS_PER_SUBMISSION,
    show_default=True,
    metavar="N",
    help="Time for all exercises of a submission; those that have had none are then said to have used it up.",
)


def _isolation(default: str | None, said: str) -> Callable[[Function], Function]:
    """The option that demands an isolation, or is content with one."""
    choice = click.Choice(["namespaces", "guard"])
    return click.option("--isolation", type=choice, default=default, show_default=default is not None, help=said)


class Course(click.Group):
    """The commands. What is wrong with the course or its set-up is one sentence on stderr, and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal or a log that knows no more than ASCII gets the rest written out.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except CourseError as error:
            from helpers.grading.plain import plain

            # Paths may have names that a learner chose.
            click.echo(plain(str(error)), err=True)
            ctx.exit(2)
        except OSError as error:
            # A full disk, a lost one, one that nobody may write to: wherever it is met, it is no fault of the course.
            if error.errno == errno.EPIPE:  # whoever reads has read enough, which click knows
                raise
            from helpers.grading.plain import one_line

            where = f" at {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
            click.echo(
                one_line(f"The system says{where}: {error.strerror or error}. Mend that, and try again."), err=True
            )
            ctx.exit(2)


@click.group(cls=Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The Messages API in production: a course in which production breaks in front of you."""


@main.command()
@click.option("--scenario", default="plain", show_default=True, metavar="NAME", help="What happens; see --list.")
@click.option("--port", default=0, show_default=True, metavar="N", help="0 picks a free one.")
@click.option("--speed", default="", metavar="S", help="Real seconds per second of API time.")
@click.option("--list", "listing", is_flag=True, help="Print the scenarios and stop.")
def serve(scenario: str, port: int, speed: str, listing: bool) -> None:
    """Serve the replay on a loopback port.

    The first line printed is its address, for ANTHROPIC_BASE_URL. GET /_wire returns the wire log, POST /_reset starts
    the script again. Delays take no time, unless --speed or COURSE_SPEED says otherwise.
    """
    if listing:
        from helpers.replay import SCENARIOS

        for known in SCENARIOS.values():
            click.echo(f"{known.name:<17}  {known.summary}")
        return
    from helpers.replay.server import serve as run
    from helpers.settings import read_settings, read_speed

    run(scenario, port, read_speed("--speed", speed) if speed else read_settings().speed or 0.0)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("lab_args", nargs=-1, type=click.UNPROCESSED)
def lab(lab_args: tuple[str, ...]) -> None:
    """Open JupyterLab where you stopped: at the first lesson that is not finished.

    LAB_ARGS are passed on, such as --port=8899.
    """
    from helpers.workbook.resuming import FIRST, where_one_stopped

    if not (ROOT / "notebooks" / FIRST).exists():
        raise CourseError(
            f"notebooks/{FIRST} is not in {ROOT}: install the course from its checkout with `make install`."
        )
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--LabApp.default_url=/lab/tree/notebooks/{where_one_stopped(ROOT / 'notebooks')}", *lab_args]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # For `course` in a notebook and in Lab's terminal; and nobody is asked about Jupyter's news before the lesson.
    _put_first("PATH", Path(sys.executable).parent, os.defpath)
    _put_first("JUPYTER_CONFIG_PATH", Path(__file__).parent / "jupyter")
    # In labextensions/ there: what colours cells of TypeScript.
    _put_first("JUPYTER_PATH", Path(__file__).parent / "jupyter")
    if sys.platform == "win32":
        # There, execv would give the terminal back while Lab still runs in it.
        import subprocess

        sys.exit(subprocess.call(command))
    else:
        os.execv(command[0], command)


@main.command()
def status() -> None:
    """Say which exercises are passed, and what is next."""
    from helpers.workbook.status import show

    show(ROOT / "notebooks")


@main.command("reset")
@click.argument("name")
def reset_work(name: str) -> None:
    """Begin the lesson or the exercise NAME again.

    Nothing is lost: a copy of the notebook as it was is kept in notebooks/backups, under a number of its own.
    """
    from helpers.workbook.resetting import reset

    click.echo(str(reset(name, ROOT)))


@main.command("export")
@click.argument("file", type=_FILE, default="course-work.zip")
def export_work(file: Path) -> None:
    """Put your work into FILE, course-work.zip by default, to take it along.

    In it are the notebooks that you have written into, your progress, and the copies that were kept. `course import`
    takes it out again, and so does the course in a browser. Save your notebooks first.
    """
    from helpers.workbook.luggage import write_packed

    size = write_packed(_work_folder(), file)
    click.echo(
        f"wrote {file}: {size / 1000:.0f} kB. `course import` takes it out again, and so does the course in a browser."
    )


@main.command("import")
@click.argument("file", type=_FILE)
def import_work(file: Path) -> None:
    """Take your work out of FILE, wherever it was exported.

    What is in it takes its place. Nothing is lost: where you have written into the same notebook here, a copy of that
    is kept in notebooks/backups, and what is passed here stays passed.
    """
    from helpers.workbook.luggage import read_packed, unpack

    for sentence in unpack(_work_folder(), read_packed(file)):
        click.echo(sentence)


def _work_folder() -> Path:
    """Where a learner works. Raises `CourseError` where the course is no checkout."""
    folder = ROOT / "notebooks"
    if not folder.is_dir():
        raise CourseError(f"There is no folder {folder}: install the course from its checkout with `make install`.")
    return folder


@main.command()
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when something is out of date.")
@click.option("--html", is_flag=True, help="Write pages to read without Jupyter to build/html instead.")
@click.option(
    "--colab", metavar="OWNER/REPO", help="Write notebooks for Colab to colab instead, which fetch the course."
)
def build(names: tuple[str, ...], check: bool, html: bool, colab: str | None) -> None:
    """Derive the notebooks from solutions/*.py.

    NAMES are lessons: all of them by default.
    """
    if check + html + (colab is not None) > 1:
        raise click.UsageError("--check, --html and --colab do different things: ask for one of them.")
    if html:
        _build_pages(names or None, Path.cwd())
        return
    if colab is not None:
        _build_for_colab(colab, names or None, Path.cwd())
        return
    from helpers.authoring.building import build as derive
    from helpers.authoring.report import format_report

    report = derive(names or None, Path.cwd(), check)
    click.echo(format_report(report))
    sys.exit(1 if check and not report.is_clean else 0)


def _build_for_colab(repository: str, names: Sequence[str] | None, root: Path) -> None:
    from helpers.authoring.colab import FOLDER, write_colab

    written = write_colab(repository, root, names)
    click.echo(f"wrote {FOLDER}: {len(written)} notebooks. Commit and push them to {repository}.")


def _build_pages(names: Sequence[str] | None, root: Path) -> None:
    from helpers.pages.writing import write_pages

    written = write_pages(root / "build" / "html", root, names)
    click.echo(f"wrote build/html: {len(written) - 1} lessons and index.html, the list of all")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--mutants", is_flag=True, help="Prove instead that slips in our solutions are noticed. Takes minutes.")
def check(names: tuple[str, ...], mutants: bool) -> None:
    """Prove the course itself, or the exercises and lessons called NAMES alone.

    Of an exercise: what it lacks, and whether the stub, our solution and every attempt in tests/attempts are told what
    they have to be. Of the course besides: where each row of the cheat sheet is covered, and what a lesson lacks. Exits
    with 1 when anything is missing.
    """
    from helpers.proofs import format_report, prove, prove_mutants, prove_some

    if mutants:
        sys.exit(0 if prove_mutants(names, Path.cwd(), click.echo) else 1)
    report = prove_some(names, Path.cwd()) if names else prove(Path.cwd(), attempts=True)
    click.echo(format_report(report))
    sys.exit(0 if report.holds else 1)


@main.command()
@click.argument("lesson")
@click.option("--fixtures", "folder", type=_PATH, metavar="FOLDER", help="Write here, and not over the course's own.")
@click.option("--facts", type=_PATH, metavar="FILE", help="Hold what comes against these recorded facts.")
def record(lesson: str, folder: Path | None, facts: Path | None) -> None:
    """Run LESSON against the API, and write its answers as fixtures. Costs money.

    Needs COURSE_MODE=live and ANTHROPIC_API_KEY; COURSE_BUDGET stops it. Where anything looks like a secret, nothing
    is written. Says how each fixture differs from the one before.
    """
    from helpers.recording import record as run
    from helpers.recording.record import FACTS, FIXTURES

    recording = run(lesson, Path.cwd(), lambda line: click.echo(line, err=True), folder or FIXTURES, facts or FACTS)
    for line in recording.lines:
        click.echo(line)
    for path in recording.written:
        click.echo(f"wrote {path}")
    requests = len(recording.exchanges)
    click.echo(f"requests: {requests}; fixtures written: {len(recording.written)}")


@main.group()
def new() -> None:
    """Begin a lesson or an exercise. `course check` then says what is left to do."""


@new.command("lesson")
@click.argument("name", metavar="NN_TOPIC")
def new_lesson(name: str) -> None:
    """Begin a lesson: 14_pacing."""
    from helpers.authoring.scaffolding import new_lesson as write

    _say_written(write(name, Path.cwd()), f"Next: `course new exercise {name}/NAME`, then `course build {name}`.")


@new.command("exercise")
@click.argument("place", metavar="LESSON/NAME")
def new_exercise(place: str) -> None:
    """Begin an exercise: 08_midstream/answer_twice."""
    from helpers.authoring.scaffolding import new_exercise as write

    name = place.partition("/")[2]
    _say_written(write(place, Path.cwd()), f"Next: fill them in until `course check {name}` has nothing more to say.")


def _say_written(paths: Sequence[Path], following: str) -> None:
    for path in paths:
        click.echo(f"wrote {path.relative_to(Path.cwd()).as_posix()}")
    click.echo(following)


@main.command()
@click.argument("path", type=_PATH)
@click.option("--json", "json_file", type=_PATH, metavar="FILE", help="Write the report as JSON.")
@click.option("--junit", "junit_file", type=_PATH, metavar="FILE", help="… as JUnit's XML.")
@click.option("--markdown", "markdown_file", type=_PATH, metavar="FILE", help="… as a table.")
@click.option("--classroom50", "classroom50_file", type=_PATH, metavar="FILE", help="… as Classroom 50's result.json.")
@click.option("--gradescope", "gradescope_file", type=_PATH, metavar="FILE", help="… as Gradescope's results.json.")
@click.option(
    "--prairielearn", "prairielearn_file", type=_PATH, metavar="FILE", help="… as PrairieLearn's results.json."
)
@click.option("--only", metavar="NAME", help="Grade this exercise alone.")
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
@_SEED
@_SECONDS
@_isolation(None, STRONGEST)
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


@main.command("grade-class")
@click.argument("folder", type=_PATH)
@click.option("--csv", "csv_file", type=_FILE, metavar="FILE", required=True, help="Write a row per exercise here.")
@click.option("--html", "html_file", type=_FILE, metavar="FILE", help="… a report to read.")
@click.option("--nbgrader", "nbgrader_file", type=_FILE, metavar="FILE", help="… a CSV with nbgrader's columns.")
@click.option("--canvas", "canvas_file", type=_FILE, metavar="FILE", help="… a CSV for Canvas's gradebook.")
@click.option("--moodle", "moodle_file", type=_FILE, metavar="FILE", help="… a CSV for Moodle's grading worksheet.")
@click.option("--names", metavar="PATTERN", help="Find a person in the name of a file: the pattern's first group.")
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
@click.option(
    "--again", multiple=True, metavar="NAME", help="Judge this exercise or lesson anew for all, and nothing else."
)
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes; one for each processor by default.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on this Dask cluster, such as tcp://10.0.0.1:8786.")
@_SEED
@_SECONDS
@_isolation("namespaces", "What keeps submissions apart. A guard is for the work of people you trust.")
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


@main.command("grade-ci")
@click.argument("checkout", type=_PATH)
@click.option("--reports", type=_PATH, required=True, metavar="FOLDER", help="Where to write them.")
@click.option("--checks", default="", metavar="TEXT", help="Whose checks these are, for the summary.")
@click.option("--github", is_flag=True, help="Print for GitHub's runner: nobody's text as a command, then the points.")
@_SEED
@_SECONDS
@_isolation(None, STRONGEST)
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


@main.group()
def autograder() -> None:
    """Make what a platform grades with. Classroom 50's is .classroom50/autograder.py in the course's checkout."""


@autograder.command("gradescope")
@click.option("-o", "--output", type=_FILE, metavar="FILE", default="autograder.zip", show_default=True)
@click.option("--lesson", "lessons", multiple=True, metavar="NAME", help="Count this lesson alone; may be repeated.")
def autograder_gradescope(output: Path, lessons: tuple[str, ...]) -> None:
    """Write the archive that Gradescope asks for under "Configure Autograder"."""
    from helpers.ci.autograder import write_gradescope

    write_gradescope(output, lessons)
    click.echo(f"wrote {output}")


@main.command()
@click.option("--json", "json_file", type=_PATH, metavar="FILE", help="Write the same as JSON.")
def doctor(json_file: Path | None) -> None:
    """Say what this machine has and lacks for the course, and the one command that mends it.

    Exits with 0 when everything that the lessons need is fine, 1 when something is not. What only some need, such as
    Node, is named when it is lacking, and is no failure. Of a key it says no more than whether there is one.

    Where not even this starts, `python -m helpers.doctor` in the course's folder does.
    """
    from helpers.doctor.finding import examine, holds, report, report_json

    found = examine()
    click.echo(report(found))
    if json_file is not None:
        from helpers.grading.writing import write_file

        write_file(json_file, report_json(found))
    sys.exit(0 if holds(found) else 1)


@main.command()
@click.option("--python", type=_FILE, metavar="FILE", help="Look at the SDK of this Python's environment instead.")
@click.option("--accept", is_flag=True, help="Take that SDK for the one which the course knows from now on.")
@click.option("--json", "json_file", type=_PATH, metavar="FILE", help="Write the same as JSON.")
def drift(python: Path | None, json_file: Path | None, *, accept: bool) -> None:
    """Compare what the course teaches with what there is now: the SDK's types, what it does at every ending, and the
    fixtures; with COURSE_MODE=live and a key also the API.

    Exits with 0 when nothing has moved, 1 when something has, 2 when it cannot be looked at.
    """
    from helpers.drift import report as drifting
    from helpers.settings import read_settings

    if accept:
        click.echo(f"The course knows SDK {drifting.accept(python)} from now on.")
        return
    comparisons = drifting.compare(python, read_settings())
    click.echo(drifting.report(comparisons))
    if json_file is not None:
        from helpers.grading.writing import write_file

        write_file(json_file, drifting.report_json(comparisons))
    sys.exit(1 if any(one.differences for one in comparisons) else 0)


def _put_first(variable: str, folder: Path, default: str = "") -> None:
    """Have `folder` looked into before the others that an environment variable lists."""
    os.environ[variable] = os.pathsep.join(filter(None, [str(folder), os.environ.get(variable, default)]))
