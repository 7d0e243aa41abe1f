"""What an author of the course calls."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from helpers.cli.options import FILE, PATH


@click.command()
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


@click.command()
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


@click.command()
@click.argument("lesson")
@click.option("--fixtures", "folder", type=PATH, metavar="FOLDER", help="Write here, and not over the course's own.")
@click.option("--facts", type=PATH, metavar="FILE", help="Hold what comes against these recorded facts.")
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


@click.group()
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


@click.command()
@click.option("--python", type=FILE, metavar="FILE", help="Look at the SDK of this Python's environment instead.")
@click.option("--accept", is_flag=True, help="Take that SDK for the one which the course knows from now on.")
@click.option("--json", "json_file", type=PATH, metavar="FILE", help="Write the same as JSON.")
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
