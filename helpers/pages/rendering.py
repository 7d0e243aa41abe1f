"""A notebook as a page: nbconvert, with a template of ours, and code coloured with enough contrast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from helpers.display.style import STYLE
from helpers.pages.finishing import finish, without_sheets

TEMPLATE: Final = Path(__file__).parent / "template"
COURSE: Final = "The Messages API in production"
LIGHT: Final = "xcode"
DARK: Final = "monokai"
"""Of Pygments' own styles, those in which every colour has a contrast of 4.5 to 1 with the background."""


@dataclass(frozen=True)
class Page:
    """A lesson's page, and what others say of it."""

    name: str
    """The lesson's: `08_midstream`."""
    label: str
    """What it is called in a list of lessons."""
    afterwards: str = ""
    """What a reader can do afterwards."""

    @property
    def file(self) -> str:
        """The file's name, beside the other pages."""
        return f"{self.name}.html"


def render(notebook: NotebookNode, pages: Sequence[Page], place: int, lite: str | None = None) -> str:
    """The page at `place` of all `pages`, for `notebook` as it was run.

    `lite` is where JupyterLite opens notebooks, if the pages stand beside one: `../lab/index.html?path=`.
    """
    page = pages[place]
    about = {
        "name": page.name,
        "label": page.label,
        "title": page.label if COURSE in page.label else f"{page.label} – {COURSE}",
        "style": style(),
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
        "notebook": f"{lite}{page.name}.ipynb" if lite else None,
    }
    html, _ = _exporter().from_notebook_node(notebook, {"page": about})
    return finish(without_sheets(html), {one.name for one in pages})


def render_contents(pages: Sequence[Page], back: str | None = None) -> str:
    """The list of lessons. `back` is the front page of the JupyterLite beside it, if there is one."""
    values: Mapping[str, Any] = {"course": COURSE, "style": style(), "pages": pages, "back": back}
    return cast("str", _exporter().environment.get_template("contents.html.j2").render(values)) + "\n"


@cache
def style() -> str:
    """The style sheet of every page: its own, that of the cards, and that of the code in both themes."""
    cards = STYLE.removeprefix("<style>").removesuffix("</style>")
    page = (TEMPLATE / "page.css").read_text("utf-8")
    light, dark = (HtmlFormatter(style=name).get_style_defs(".highlight") for name in (LIGHT, DARK))
    return f"{cards}\n{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n{page}"


@cache
def _exporter() -> HTMLExporter:
    config = Config()
    # `%%typescript` is the course's own.
    config.HighlightMagicsPreprocessor.languages = {"%%typescript": "typescript"}
    return HTMLExporter(  # type: ignore[no-untyped-call]
        config=config,
        template_name=TEMPLATE.name,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
