"""The course in a browser alone: lessons solved there, with the network cut and with nobody else asked; work that is
taken along, into JupyterLab and back; a new deployment, which leaves it alone and says so; and what a browser has not.
"""

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from helpers.authoring.digest import source_digest
from helpers.errors import CourseError
from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES, LESSONS
from helpers.lite.site import LIST, OWN, PAGES, build_site
from helpers.workbook.luggage import NAME

from .chromium import BROWSERS_OWN
from .lab import ROOT, Lab
from .notebook import CARDS, CELLS, TIMEOUT, Notebook
from .site import Site, Witness

FIRST, *CUT_OFF = "00_start_here", "05_errors", "08_midstream"
EVERY_TIME: Final = ("10_capstone", "11_watching")
"""Of the other lessons, those with the most that a browser might lack."""
IN_LAB: Final = "04_choosing"
"""The lesson that is open in JupyterLab when work is brought there."""
WORK: Final = "your_work.ipynb"
KEPT: Final = """async () => {
  const isKept = async () => (await caches.open('course')).match(new URL('../kept-version', location));
  while (!(await isKept())) await new Promise(done => setTimeout(done, 100));
}"""
SAYS_YES: Final = """
  StorageManager.prototype.persist = async () => Boolean(localStorage.promised = 'yes');
  StorageManager.prototype.persisted = async () => localStorage.promised === 'yes';
"""
"""A browser that promises to keep what is stored as soon as a page asks. Chromium decides by itself."""
SAVE_ALL: Final = "window.jupyterapp.commands.execute('docmanager:save-all')"
READ: Final = "async name => (await window.jupyterapp.serviceManager.contents.get(name, { content: true })).content"
WRITE: Final = """([name, content]) =>
  window.jupyterapp.serviceManager.contents.save(name, { type: 'file', format: 'text', content })"""
NEW_LINE: Final = "A sentence that this lesson did not have."
RUN: Final = Path(__file__).with_name("every_lesson.py")
"""What runs in the browser: it prints one line of JSON."""
LINE: Final = """place => window.jupyterapp.shell.currentWidget.content.widgets[place].model.outputs.toJSON()
  .map(output => output.text ?? '').join('')"""


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
def console() -> list[str]:
    """What the pages of `context` wrote there."""
    return []


@pytest.fixture(scope="module")
def context(browser: Browser, witness: Witness, console: list[str]) -> BrowserContext:
    """A browser that has never been here."""
    context = browser.new_context(proxy={"server": witness.url, "bypass": "127.0.0.1"}, accept_downloads=True)
    context.on("console", lambda message: console.append(message.text))
    return context


@pytest.fixture(scope="module")
def first_check(context: BrowserContext, site: Site) -> Sequence[str]:
    """The cards of the first exercise that is solved in a cold browser; and how long that took is printed."""
    page = context.new_page()
    page.add_init_script(SAYS_YES)
    page.goto(site.url)
    expect(page.locator("#kept")).to_contain_text("has not promised")
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
    page.goto(site.url)
    expect(page.locator("#kept")).to_contain_text("has promised to keep")
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


def test_worker_stays(console: list[str], lessons: dict[str, Seen]) -> None:
    """JupyterLite does not unregister what keeps the site: Firefox and WebKit would have none without a network."""
    assert any("ServiceWorker was already registered" in line for line in console)
    assert not any("unregister" in line for line in console)


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


def upload(page: Page, path: Path) -> None:
    """Put a file among the notebooks, with the button of the list of files."""
    with page.expect_file_chooser() as chooser:
        page.get_by_title("Upload Files").click()
    chooser.value.set_files(path)
    page.locator(".jp-DirListing-item", has_text=path.name).wait_for()


def run_in(notebook: Notebook, place: int, source: str) -> Sequence[str]:
    """The cards that a cell shows which has `source` in it."""
    notebook.rewrite(place, source)
    notebook.run_selected()
    return notebook.cards_of(place)


def how_far(lessons: Iterable[str]) -> str:
    """How the card begins of somebody who has solved these lessons."""
    return f"Your progress: {sum(len(exercises(lesson)) for lesson in lessons)} of "


def has_answer(page: Page, lesson: str) -> bool:
    """Whether our solution of its first exercise is in the notebook of a lesson, as it is stored."""
    solution = solution_source(EXERCISES[exercises(lesson)[0]])
    cells = page.evaluate(READ, f"{lesson}.ipynb")["cells"]
    return any(solution in "".join(cell["source"]) for cell in cells)


@pytest.fixture(scope="module")
def from_lab(browser: Browser, taken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work of the browser, brought into JupyterLab; one more lesson solved there; and all of it downloaded."""
    folder = tmp_path_factory.mktemp("lab")
    desk = "from helpers.workbook.desk import"
    with Lab(folder, sorted((ROOT / "notebooks").glob("*.ipynb"))) as lab:
        page = browser.new_page()
        notebook = Notebook(page, lab, f"{IN_LAB}.ipynb", pastes=True)
        upload(page, taken)
        solve(notebook, IN_LAB)
        place = notebook.places(r"progress\(\)")[0]
        assert run_in(notebook, place, f"{desk} import_work\nimport_work()") == [f"Your work is out of {NAME}"]
        [card] = run_in(notebook, place, "from helpers import progress\nprogress()")
        assert card.startswith(how_far([FIRST, *CUT_OFF, IN_LAB]))
        assert has_answer(page, CUT_OFF[0])
        run_in(notebook, place, f"{desk} export_work\nexport_work()")
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Download {NAME}").click()
        path = folder / NAME
        download.value.save_as(path)
        page.close()
    return path


def test_brought_back(browser: Browser, folder: Path, from_lab: Path) -> None:
    """Out of JupyterLab into another browser: what was passed in either is passed there, and each answer is there."""
    with Site(folder) as elsewhere:
        page = browser.new_page()
        notebook = opened(page, elsewhere, WORK)
        upload(page, from_lab)
        notebook.run_all()
        assert any(card.startswith(how_far([FIRST, *CUT_OFF, IN_LAB])) for card in notebook.cards)
        assert all(has_answer(page, lesson) for lesson in [CUT_OFF[0], IN_LAB])
        page.close()


@pytest.mark.parametrize("name", [one.name for one in (ROOT / OWN).iterdir()])
def test_own_extensions(folder: Path, name: str) -> None:
    """What the course adds to JupyterLab is there, in the site's own list, and kept for when the network is gone."""
    config = json.loads((folder / "jupyter-lite.json").read_bytes())["jupyter-config-data"]
    (extension,) = [one for one in config["federated_extensions"] if one["name"] == name]
    kept = json.loads((folder / LIST).read_bytes())["files"]
    assert f"extensions/{name}/{extension['load']}" in kept


@pytest.fixture(scope="module")
def next_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a course in which two lessons have changed."""
    root = tmp_path_factory.mktemp("next")
    for name in ("helpers", "lite", "notebooks", "solutions"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for lesson in CUT_OFF:
        path = root / "notebooks" / f"{lesson}.ipynb"
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
    """Lessons that have changed are told as soon as any lesson runs. Buttons, pressed on the keyboard, compare one and
    begin it again, with the answers in it, and keep another as it is.
    """
    site.replace(next_folder)
    again, kept = CUT_OFF
    page = context.new_page()
    notebook = opened(page, site, WORK)
    place = notebook.places(r"from helpers import")[0]
    notebook.go_to(place)
    notebook.run_selected()
    assert notebook.cards == ["2 lessons have changed since you began"]
    cell = page.locator(CELLS).nth(place)
    for label, said in [
        (f"Compare {again}", NEW_LINE),
        (f"Begin {again} again", f"{again} is the new one"),
        (f"Keep {kept}", f"{kept} stays as you have it"),
    ]:
        button = cell.get_by_role("button", name=label)
        button.focus()
        page.keyboard.press("Enter")
        cell.locator(CARDS, has_text=said).wait_for()
    for button in cell.get_by_role("button", name="_").all():
        expect(button).to_be_disabled()
    # The calls say the same.
    place = notebook.places(r"# compare\(")[0]
    assert run_in(notebook, place, "news()") == ["Every lesson here is the newest"]
    assert run_in(notebook, place, f'compare("{kept}")') == [f"{kept}, yours and the new one"]
    page.close()
    page = context.new_page()
    sources = [cell.source for cell in opened(page, site, f"{again}.ipynb").cells]
    assert NEW_LINE in sources[0]
    assert has_answer(page, again)
    assert has_answer(page, kept)
    page.close()


@pytest.fixture(scope="module", params=["two", pytest.param("all", marks=pytest.mark.weekly)])
def others(request: pytest.FixtureRequest) -> Sequence[str]:
    """The lessons that were not solved above: two of them in every run, all once a week."""
    left = [name for name in [*LESSONS, "cheatsheet"] if name not in [FIRST, *CUT_OFF]]
    return left if request.param == "all" else [name for name in left if name in EVERY_TIME]


@pytest.fixture(scope="module")
def elsewhere(context: BrowserContext, site: Site, taken: Path, others: Sequence[str]) -> Mapping[str, Any]:
    """What every_lesson.py says of the other lessons, and how long it took is printed."""
    page = context.new_page()
    notebook = opened(page, site, WORK)
    for name in others:
        page.evaluate(WRITE, [f"{name}.json", (ROOT / "solutions" / f"{name}.ipynb").read_text("utf-8")])
    page.evaluate(WRITE, [RUN.name, RUN.read_text("utf-8")])
    place = notebook.places(r"# compare\(")[0]
    began = time.monotonic()
    run_in(notebook, place, f'exec(open("{RUN.name}").read())\nprint(await look({list(others)}))')
    print(f"the other lessons: {time.monotonic() - began:.1f} s")  # noqa: T201 - for `pytest -s`
    assert notebook.errors == []
    said: Mapping[str, Any] = json.loads(page.evaluate(LINE, place))
    page.close()
    return said


def test_every_lesson(elsewhere: Mapping[str, Any], others: Sequence[str]) -> None:
    """Every cell of the other lessons runs there too, and every solution passes."""
    left = {name: one for name, one in EXERCISES.items() if one.lesson in others}
    outcomes = {name: "passed" if one.language == "python" else "not available here" for name, one in left.items()}
    assert elsewhere["errors"] == []
    assert elsewhere["outcomes"] == outcomes


def test_whose_code(elsewhere: Mapping[str, Any]) -> None:
    """No line of a library is taken for the learner's."""
    assert elsewhere["learners"] == []


def test_what_is_not_there(elsewhere: Mapping[str, Any]) -> None:
    """What a browser has not says so: threads, processes, sockets that listen, live mode."""
    assert "works in JupyterLab on a machine of your own" in elsewhere["said"]["thread"]
    assert "does not support processes" in elsewhere["said"]["process"]
    assert "Not supported" in elsewhere["said"]["socket"]
    assert "nothing leaves this page" in elsewhere["said"]["live"]


def test_nobody_else(context: BrowserContext, witness: Witness, taken: Path) -> None:
    """In all this nobody else was asked for anything, by whatever part of the page; the witness would have seen it."""
    asked = [address for address in witness.seen if not address.startswith(BROWSERS_OWN)]
    page = context.new_page()
    page.goto("about:blank")
    page.evaluate("() => fetch('http://elsewhere.invalid/', { mode: 'no-cors' }).catch(() => null)")
    page.close()
    assert asked == []
    assert "http://elsewhere.invalid/" in witness.seen
