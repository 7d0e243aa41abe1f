"""The course on Binder, without Binder: `python -m tests.launch.binder [LESSON…]`.

repo2docker says which steps its build takes. They are taken in a folder of their own, on top of what its base has, with
pip and without a cache, as there. Then its server is started as the container starts it, and the lessons (all of them
by default) are opened in Chromium, solved and run. What is printed: what each step took, and each moment until the
first check is green; and the most memory that the server, the kernel and whatever they started have taken together.
It takes minutes. What it cannot show: the container, its start, and how fast mybinder.org is.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click
from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch
from tests.browser.learner import lessons

from .home import Home, python_for, served
from .lesson import first_green, work
from .rendered import rendered

MEGABYTE: Final = 1_000_000


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(lessons())), metavar="[LESSON]...")
@click.option("--with-uv", is_flag=True, help="Install with uv and its cache.")
def main(names: Sequence[str], with_uv: bool) -> None:
    """Print what it took."""
    build = rendered()
    names = names or list(lessons())
    with TemporaryDirectory() as folder, sync_playwright() as playwright, launch(playwright) as browser:
        home = Home(Path(folder), build, python_for(build.python), with_uv=with_uv)
        home.install_base()
        home.make()
        click.echo(home.run("python --version").strip())
        for step, seconds in home.seconds.items():
            click.echo(f"{seconds:8.1f} s  {step}")
        click.echo(home.run("python -m pip check --disable-pip-version-check").strip())
        clicked = time.monotonic()
        with served(home, build.command) as server:
            for moment, seconds in first_green(browser, server, next(iter(lessons())), clicked):
                click.echo(f"{seconds:8.1f} s  {moment}")
            for name in names:
                worked = work(browser, server, name)
                parts = ", ".join(f"{process} {taken / MEGABYTE:.0f}" for process, taken in worked.memory.items())
                verdict = "all green" if worked.cards == worked.wanted else f"NOT GREEN: {worked.cards}"
                click.echo(f"{sum(worked.memory.values()) / MEGABYTE:8.0f} MB {name}: {verdict} ({parts})")


if __name__ == "__main__":
    main()
