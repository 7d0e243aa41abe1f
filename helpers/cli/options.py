"""Options and arguments that several commands have."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from helpers.grading.budget import SECONDS_PER_SUBMISSION


class Named(click.Path):
    """A path that has a name: an empty one, such as that of a variable that is not set, would be this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails with a sentence where there is none."""
        if not os.fspath(value):
            self.fail("It is empty: name a file or a folder, `.` for this one.", param, ctx)
        return super().convert(value, param, ctx)


FILE: Final = Named(path_type=Path, dir_okay=False)
PATH: Final = Named(path_type=Path)
STRONGEST: Final = "What has to keep the submission apart. By default the strongest that this system has."
Function = TypeVar("Function", bound=Callable[..., Any])
SEED: Final = click.option(
    "--seed",
    type=int,
    metavar="N",
    help="Repeat the cases of an earlier report. A small number of one's own can be guessed.",
)
SECONDS: Final = click.option(
    "--seconds-per-submission",
    "seconds",
    type=click.FloatRange(min=1),
    default=SECONDS_PER_SUBMISSION,
    show_default=True,
    metavar="N",
    help="Time for all exercises of a submission; those that have had none are then said to have used it up.",
)


def isolation_option(default: str | None, said: str) -> Callable[[Function], Function]:
    """The option that demands an isolation, or is content with one."""
    choice = click.Choice(["namespaces", "guard"])
    return click.option("--isolation", type=choice, default=default, show_default=default is not None, help=said)
