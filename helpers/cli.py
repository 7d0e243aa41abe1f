"""The `course` command. Every command imports what it needs when it runs, so that `course --help` answers at once."""

from typing import Any

import click

from helpers.errors import CourseError


class Course(click.Group):
    """The commands. What is wrong with the course or its set-up is one sentence on stderr, and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except CourseError as error:
            click.echo(str(error), err=True)
            ctx.exit(2)


@click.group(cls=Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The Messages API in production: a course in which production breaks in front of you."""


@main.command()
@click.option("--scenario", default="plain", show_default=True, metavar="NAME", help="What happens; see --list.")
@click.option("--port", default=0, show_default=True, metavar="N", help="0 picks a free one.")
@click.option("--speed", type=click.FloatRange(min=0), metavar="S", help="Real seconds per second of API time.")
@click.option("--list", "listing", is_flag=True, help="Print the scenarios and stop.")
def serve(scenario: str, port: int, speed: float | None, listing: bool) -> None:
    """Serve the replay on a loopback port.

    The first line printed is its address, for ANTHROPIC_BASE_URL. GET /_wire returns the wire log, POST /_reset starts
    the script again. Delays take no time, unless --speed or COURSE_SPEED says otherwise.
    """
    if listing:
        from helpers.replay import SCENARIOS

        for known in SCENARIOS.values():
            click.echo(f"{known.name:<16}  {known.summary}")
        return
    from helpers.replay.server import serve as run
    from helpers.settings import read_settings

    run(scenario, port, speed if speed is not None else read_settings().speed or 0.0)
