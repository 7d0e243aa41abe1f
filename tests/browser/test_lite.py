"""The course in a browser alone: lessons solved there, with the network cut and with nobody else asked; work that is
taken along; and a new deployment, which leaves it alone and says so.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from helpers.authoring.digest import source_digest
from helpers.errors import CourseError
from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES, LESSONS
from helpers.lite.site import LIST, OWN, PAGES, build_site
from helpers.workbook.luggage import NAME

from .chromium import BROWSERS_OWN
from .lab import ROOT
from .notebook import CARDS, CELLS, TIMEOUT, Notebook
from .site import Site, Witness

FIRST, *CUT_OFF = "00_start_here", "05_errors", "08_midstream"
WORK: Final = "your_work.ipynb"
KEPT: Final = """async () => {
  const isKept = async () => (await caches.open('course')).match(new URL('/kept-version', location));
  while (!(await isKept())) await new Promise(done => setTimeout(done, 100));
}"""
SAVE_ALL: Final = "window.jupyterapp.commands.execute('docmanager:save-all')"
READ: Final = "async name => (await window.jupyterapp.serviceManager.contents.get(name, { content: true })).content"
NEW_LINE: Final = "A sentence that this lesson did not have."


@dataclass
class Seen:
    """What a lesson showed: its cards when they were all run, with nothing written and with our solutions."""

    before: Sequence[str]
    after: Sequence[str]
    errors: Sequence[str]


def opened(page: Page, site: Site, name: str) -> Notebook:
    """A notebook of the site. Python itself has to be unpacked first, however busy the machine is."""
    return Notebook(page, site, name, timeout=5 * TIMEOUT, pastes=True)


def exercises(lesson: str) -> list[str]:
    return [name for name, exercise in EXERCISES.items() if exercise.lesson == lesson]


def solve(notebook: Notebook, lesson: str) -> Seen:
    names = exercises(lesson)
    notebook.run_all()
    before = notebook.results(names)
    for name in names:
        notebook.solve(name, solution_source(EXERCISES[name]))
    notebook.page.evaluate(SAVE_ALL)
    return Seen(before, notebook.results(names), notebook.errors)


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site. Before the browser: Playwright's event loop would be in the way of the kernels that run the pages."""
    folder = tmp_path_factory.mktemp("lite") / "site"
    try:
        build_site(ROOT, folder)
    except CourseError as error:
        # Where there is no network nothing can be fetched; CI has one.
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with Site(folder) as site:
        yield site


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with Witness() as witness:
        yield witness


@pytest.fixture(scope="module")
def context(browser: Browser, witness: Witness) -> BrowserContext:
    """A browser that has never been here."""
    return browser.new_context(proxy={"server": witness.url, "bypass": "127.0.0.1"}, accept_downloads=True)


@pytest.fixture(scope="module")
def first_check(context: BrowserContext, site: Site) -> Sequence[str]:
    """The cards of the first exercise that is solved in a cold browser; and how long that took is printed."""
    page = context.new_page()
    page.goto(site.url)
    start = page.get_by_role("link", name="Start", exact=True).get_attribute("href")
    assert site.address(f"{FIRST}.ipynb").startswith(f"{site.url}{start}")
    began = time.monotonic()
    notebook = opened(page, site, f"{FIRST}.ipynb")
    notebook.run_all()
    first = exercises(FIRST)[0]
    notebook.solve(first, solution_source(EXERCISES[first]))
    cards = notebook.results([first])
    print(f"from the click to the first green check: {time.monotonic() - began:.1f} s")  # noqa: T201 - for `pytest -s`
    page.evaluate(KEPT)
    page.close()
    return cards


@pytest.fixture(scope="module")
def lessons(context: BrowserContext, site: Site, first_check: Sequence[str]) -> dict[str, Seen]:
    """Every lesson of ours, solved after the server has gone."""
    site.stop()
    seen = {}
    for lesson in [FIRST, *CUT_OFF]:
        page = context.new_page()
        seen[lesson] = solve(opened(page, site, f"{lesson}.ipynb"), lesson)
        page.close()
    return seen


def test_first_check(first_check: Sequence[str]) -> None:
    """In a browser that has never been here the first exercise passes, with nothing installed."""
    assert first_check == [f"passed: {exercises(FIRST)[0]}"]


@pytest.mark.parametrize("lesson", [FIRST, *CUT_OFF])
def test_cut_off(lessons: dict[str, Seen], lesson: str) -> None:
    """With the server gone: the page opens anew, a kernel starts, and every solution passes."""
    seen = lessons[lesson]
    assert seen.errors == []
    assert seen.after == [f"passed: {name}" for name in exercises(lesson)]
    if lesson != FIRST:
        assert seen.before == [f"not started: {name}" for name in exercises(lesson)]


@pytest.fixture(scope="module")
def taken(
    context: BrowserContext, site: Site, lessons: dict[str, Seen], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The work of all these lessons, downloaded."""
    page = context.new_page()
    notebook = opened(page, site, WORK)
    notebook.go_to(notebook.places(r"from helpers import")[0])
    notebook.run_selected()
    notebook.go_to(notebook.places(r"export_work\(\)")[0])
    notebook.run_selected()
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Download {NAME}").click()
    path = tmp_path_factory.mktemp("taken") / NAME
    download.value.save_as(path)
    page.close()
    return path


def test_brought_back(browser: Browser, folder: Path, taken: Path) -> None:
    """In another browser: all that was passed is passed there, and what was written is in its lesson."""
    with Site(folder) as elsewhere:
        page = browser.new_page()
        notebook = opened(page, elsewhere, WORK)
        with page.expect_file_chooser() as chooser:
            page.get_by_title("Upload Files").click()
        chooser.value.set_files(taken)
        page.locator(".jp-DirListing-item", has_text=NAME).wait_for()
        notebook.run_all()
        solved = sum(len(exercises(lesson)) for lesson in [FIRST, *CUT_OFF])
        possible = sum(exercise.language == "python" for exercise in EXERCISES.values())
        assert f"Your progress: {solved} of {possible} exercises passed" in notebook.cards
        name = exercises(CUT_OFF[0])[0]
        stored = page.evaluate(READ, f"{CUT_OFF[0]}.ipynb")
        assert any(solution_source(EXERCISES[name]) in "".join(cell["source"]) for cell in stored["cells"])
        page.close()


def test_typescript_coloured(folder: Path) -> None:
    """What colours cells of TypeScript is there, in the site's own list, and kept for when the network is gone."""
    config = json.loads((folder / "jupyter-lite.json").read_bytes())["jupyter-config-data"]
    (extension,) = [one for one in config["federated_extensions"] if one["name"] == OWN.name]
    kept = json.loads((folder / LIST).read_bytes())["files"]
    assert f"extensions/{OWN.name}/{extension['load']}" in kept


@pytest.fixture(scope="module")
def next_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a course in which one lesson has changed."""
    root = tmp_path_factory.mktemp("next")
    for name in ("helpers", "lite", "notebooks", "solutions"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    path = root / "notebooks" / f"{CUT_OFF[0]}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"].append(f"\n\n{NEW_LINE}")
    notebook["metadata"]["course"]["source_digest"] = source_digest(notebook["cells"])
    path.write_text(json.dumps(notebook), "utf-8")
    folder = root / "site"
    with pytest.MonkeyPatch.context() as patch:
        # The browser is open by now, and the pages are those of the first site.
        patch.setattr("helpers.lite.site.write_pages", lambda *_, **__: [])
        build_site(root, folder, ROOT / "build" / "lite")
    return folder


def test_pages_beside(folder: Path) -> None:
    """The lessons as pages are there, kept for when the network is gone, and lead to the notebooks here."""
    kept = json.loads((folder / LIST).read_bytes())["files"]
    assert {f"{PAGES}/{name}.html" for name in ["index", *LESSONS]} <= set(kept)
    assert f'href="../lab/index.html?path={FIRST}.ipynb"' in (folder / PAGES / f"{FIRST}.html").read_text("utf-8")
    assert f'href="{PAGES}/index.html"' in (folder / "index.html").read_text("utf-8")


def test_new_deployment(context: BrowserContext, site: Site, taken: Path, next_folder: Path) -> None:
    """A lesson that has changed is told as soon as any lesson runs; begun again it is the new one, with the answers."""
    site.replace(next_folder)
    page = context.new_page()
    notebook = opened(page, site, WORK)
    notebook.go_to(notebook.places(r"from helpers import")[0])
    notebook.run_selected()
    assert notebook.cards == ["A lesson has changed since you began"]
    name = exercises(CUT_OFF[0])[0]
    answer = solution_source(EXERCISES[name])
    place = notebook.places(r"# compare\(")[0]
    for call, said in [("compare", NEW_LINE), ("keep", "stays as you have it"), ("begin_again", "is the new one")]:
        notebook.rewrite(place, f'{call}("{CUT_OFF[0]}")')
        notebook.run_selected()
        assert said in page.locator(CELLS).nth(place).locator(CARDS).inner_text()
    page.close()
    page = context.new_page()
    sources = [cell.source for cell in opened(page, site, f"{CUT_OFF[0]}.ipynb").cells]
    assert NEW_LINE in sources[0]
    assert any(answer in source for source in sources)
    page.close()


def test_nobody_else(context: BrowserContext, witness: Witness, taken: Path) -> None:
    """In all this nobody else was asked for anything, by whatever part of the page; the witness would have seen it."""
    asked = [address for address in witness.seen if not address.startswith(BROWSERS_OWN)]
    page = context.new_page()
    page.goto("about:blank")
    page.evaluate("() => fetch('http://elsewhere.invalid/', { mode: 'no-cors' }).catch(() => null)")
    page.close()
    assert asked == []
    assert "http://elsewhere.invalid/" in witness.seen
