"""What a learner calls."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from helpers.cli.options import FILE, PATH
from helpers.errors import CourseError

ROOT: Final = Path(__file__).parents[2]


@click.command()
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


@click.command(context_settings={"ignore_unknown_options": True})
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
    _put_first("JUPYTER_CONFIG_PATH", ROOT / "helpers" / "jupyter")
    # In labextensions/ there: what colours cells of TypeScript, and what a screen reader says of a cell that has run.
    _put_first("JUPYTER_PATH", ROOT / "helpers" / "jupyter")
    if sys.platform == "win32":
        # There, execv would give the terminal back while Lab still runs in it.
        import subprocess

        sys.exit(subprocess.call(command))
    else:
        os.execv(command[0], command)


@click.command()
def status() -> None:
    """Say which exercises are passed, and what is next."""
    from helpers.workbook.status import show

    show(ROOT / "notebooks")


@click.command("reset")
@click.argument("name")
def reset_work(name: str) -> None:
    """Begin the lesson or the exercise NAME again.

    Nothing is lost: a copy of the notebook as it was is kept in notebooks/backups, under a number of its own.
    """
    from helpers.workbook.resetting import reset

    click.echo(str(reset(name, ROOT)))


@click.command("export")
@click.argument("file", type=FILE, default="course-work.zip")
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


@click.command("import")
@click.argument("file", type=FILE)
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


@click.command()
@click.option("--json", "json_file", type=PATH, metavar="FILE", help="Write the same as JSON.")
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


def _put_first(variable: str, folder: Path, default: str = "") -> None:
    """Have `folder` looked into before the others that an environment variable lists."""
    os.environ[variable] = os.pathsep.join(filter(None, [str(folder), os.environ.get(variable, default)]))
