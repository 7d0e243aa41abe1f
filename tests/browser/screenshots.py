"""The pictures of README.md, taken from real JupyterLab: `python -m tests.browser.screenshots`.

With a folder, as in `python -m tests.browser.screenshots build/shots`, every lesson as well, unsolved and solved, light
and dark, in pieces that can be read: for whoever changes a lesson or a card.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, sync_playwright

from helpers.errors import CourseError

from .chromium import launch
from .lab import ROOT, Lab
from .notebook import CARDS, THEMES, Notebook

IMAGES: Final = ROOT / ".github" / "images"
ATTEMPT: Final = ROOT / "tests/attempts/08_midstream/stream_safely/wrong_silent_truncation.py"
LESSON: Final = "08_midstream.ipynb"
LARGEST: Final = 250_000
"""Bytes of a picture in README.md."""

WINDOW: Final[ViewportSize] = {"width": 1280, "height": 1000}
TALL: Final[ViewportSize] = {"width": 1280, "height": 1600}
"""As much as can still be read when the picture is shown as a whole."""
SCROLLER: Final = ".jp-NotebookPanel:visible .jp-WindowedPanel-outer"
MARGIN: Final = 8


def main(arguments: list[str]) -> int:
    """Take the pictures; the one argument, if any, is the folder for those of the lessons."""
    try:
        with sync_playwright() as playwright, launch(playwright) as browser:
            take_result_cards(browser)
            for folder in map(Path, arguments):
                folder.mkdir(parents=True, exist_ok=True)
                take_lessons(browser, "notebooks", folder)
                take_lessons(browser, "solutions", folder)
    except CourseError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def take_result_cards(browser: Browser) -> None:
    """The card of one misconception."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with lab_on("notebooks") as lab:
        notebook = Notebook(browser.new_page(viewport=TALL, device_scale_factor=1.25), lab, LESSON)
        notebook.run_all()
        notebook.solve("stream_safely", ATTEMPT.read_text("utf-8").rstrip())
        card = notebook.page.locator(CARDS, has_text="stream_safely").first
        for theme in THEMES:
            notebook.set_theme(theme)
            take_card(card, IMAGES / f"result-card-{theme}.png")


def take_card(card: Locator, file: Path) -> None:
    """`card`, and the line of code that asked for it."""
    cell = card.page.locator(".jp-Cell", has=card).first
    cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
    picture = card.page.screenshot(clip=area(cell.locator(".jp-Editor"), card))
    if len(picture) > LARGEST:
        raise CourseError(f"{file.name} has {len(picture)} bytes, over {LARGEST}: take less of the card.")
    file.write_bytes(picture)


def area(top: Locator, bottom: Locator) -> FloatRect:
    """Where the two are on the page, one above the other, with a margin."""
    above, below = top.bounding_box(), bottom.bounding_box()
    assert above is not None
    assert below is not None
    return {
        "x": min(above["x"], below["x"]) - MARGIN,
        "y": above["y"] - MARGIN,
        "width": max(above["width"], below["width"]) + 2 * MARGIN,
        "height": below["y"] + below["height"] - above["y"] + 2 * MARGIN,
    }


def take_lessons(browser: Browser, source: str, folder: Path) -> None:
    """Every notebook of the folder `source` after Run All, in both themes."""
    with lab_on(source) as lab:
        for name in sorted(path.name for path in lab.root.glob("*.ipynb")):
            page = browser.new_page(viewport=WINDOW)
            notebook = Notebook(page, lab, name)
            notebook.run_all()
            for theme in THEMES:
                notebook.set_theme(theme)
                stem = f"{source}-{Path(name).stem}-{theme}"
                take_windows(page, folder, stem)
                take_pieces(page, folder, stem)
            page.close()


def take_windows(page: Page, folder: Path, stem: str) -> None:
    """The whole window, once with each of the lesson's cards in its middle."""
    resize(page, WINDOW)
    for number, card in enumerate(page.locator(CARDS).all(), start=1):
        card.evaluate("card => card.scrollIntoView({block: 'center'})")
        page.screenshot(path=folder / f"{stem}-card{number}.png")


def take_pieces(page: Page, folder: Path, stem: str) -> None:
    """The whole lesson, a windowful at a time."""
    resize(page, TALL)
    scroller = page.locator(SCROLLER)
    for number, top in enumerate(tops(scroller), start=1):
        scroller.evaluate("(scroller, top) => { scroller.scrollTop = top; }", top)
        scroller.screenshot(path=folder / f"{stem}-{number:02}.png")


def resize(page: Page, size: ViewportSize) -> None:
    """Make the window as large as `size`, and wait until JupyterLab has filled it."""
    page.set_viewport_size(size)
    bottom = page.locator("#jp-main-statusbar").element_handle()
    page.wait_for_function("bar => Math.abs(bar.getBoundingClientRect().bottom - innerHeight) < 2", arg=bottom)


def tops(scroller: Locator) -> Iterable[int]:
    """Where each piece begins. Below the last cell there is a windowful of nothing."""
    end, piece = scroller.evaluate("""scroller => [
        [...scroller.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect().bottom
            - scroller.getBoundingClientRect().top + scroller.scrollTop,
        scroller.clientHeight,
    ]""")
    return range(0, int(end), piece)


@contextmanager
def lab_on(source: str) -> Iterator[Lab]:
    """JupyterLab on copies of the notebooks in the folder `source` of the course."""
    with TemporaryDirectory() as folder, Lab(Path(folder), (ROOT / source).glob("*.ipynb")) as lab:
        yield lab


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
