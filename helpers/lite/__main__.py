"""`python -m helpers.lite [FOLDER]` writes the site to FOLDER, `_site` where none is named."""

import sys
from pathlib import Path

import click

from helpers.errors import CourseError
from helpers.lite.site import build_site

ROOT = Path(__file__).parents[2]


@click.command()
@click.argument("folder", default=ROOT / "_site", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write the course as a site for a browser alone to FOLDER."""
    try:
        size = build_site(ROOT, folder.resolve())
    except CourseError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{folder}: {size / 1e6:.1f} MB. Try it with 'python -m http.server -d {folder}'.")


if __name__ == "__main__":
    main()
