"""The commands as one: what goes wrong in any of them is said in one sentence."""

import errno
import os
import sys
from io import TextIOWrapper
from typing import Any

import click

from helpers.errors import CourseError


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
