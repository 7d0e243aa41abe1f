"""The first lesson in real JupyterLab: unsolved, then solved with the keyboard alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from helpers.judging.solutions import solution_source
from helpers.lessons.found import EXERCISES
from helpers.workbook.standing import standing

from .accessibility import severe_violations
from .lab import ROOT, Lab
from .notebook import CARDS, THEMES, Notebook

LESSON = "00_start_here"
PROGRESS = r"progress\(\)"
IN_FRONT = "window.jupyterapp.shell.currentWidget.title.label"
EXERCISES_HERE = [exercise for exercise in EXERCISES.values() if exercise.lesson == LESSON]


@dataclass(frozen=True)
class Seen:
    """What the notebook showed at one moment."""

    errors: Sequence[str]
    cards: Sequence[str]
    """Of the exercises."""
    progress: Sequence[str]
    """The cards that say how far one is."""
    violations: Sequence[str]


def look(notebook: Notebook) -> Seen:
    violations = []
    for theme in THEMES:
        notebook.set_theme(theme)
        violations += [f"{theme}: {violation}" for violation in severe_violations(notebook.page)]
    cards = notebook.results([exercise.name for exercise in EXERCISES_HERE])
    progress = notebook.cards_of(notebook.places(PROGRESS)[0])
    return Seen(notebook.errors, cards, progress, violations)


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab"), (ROOT / "notebooks").glob("*.ipynb")) as lab:
        yield lab


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: Lab) -> Notebook:
    return Notebook(browser.new_page(), lab, f"{LESSON}.ipynb")


@pytest.fixture(scope="module")
def first_cells(notebook: Notebook) -> Sequence[int | None]:
    """The counts of the first two cells, prose and code, after Shift+Enter was pressed twice and nothing else."""
    notebook.run_selected()
    notebook.run_selected()
    return [cell.count for cell in notebook.cells[:2]]


@pytest.fixture(scope="module")
def unsolved(notebook: Notebook, first_cells: Sequence[int | None]) -> Seen:
    """After Run All in the notebook as it is stored."""
    notebook.run_all()
    return look(notebook)


@pytest.fixture(scope="module")
def solved(notebook: Notebook, unsolved: Seen) -> Seen:
    """After every solution has been typed and checked, and progress looked at again."""
    for exercise in EXERCISES_HERE:
        notebook.solve(exercise.name, solution_source(exercise))
    notebook.go_to(notebook.places(PROGRESS)[0])
    notebook.run_selected()
    return look(notebook)


@pytest.fixture(scope="module")
def followed(notebook: Notebook, solved: Seen) -> str:
    """The notebook in front after a click on what is next."""
    notebook.page.locator(CARDS, has_text="Your progress").get_by_role("link").first.click()
    notebook.page.wait_for_function(f"{IN_FRONT} !== '{LESSON}.ipynb'")
    name: str = notebook.page.evaluate(IN_FRONT)
    return name


def test_keyboard(first_cells: Sequence[int | None]) -> None:
    """Opened and never clicked: Shift+Enter runs a cell and goes on to the next."""
    assert first_cells == [None, 1]


def test_unsolved(unsolved: Seen) -> None:
    """Run All before anything is solved: no traceback, and every card says that nothing was begun."""
    assert unsolved.errors == []
    assert unsolved.cards == [f"not started: {exercise.name}" for exercise in EXERCISES_HERE]


def test_solved(solved: Seen) -> None:
    """The solutions, typed into their cells: every card says that it passed."""
    assert solved.errors == []
    assert solved.cards == [f"passed: {exercise.name}" for exercise in EXERCISES_HERE]


def test_accessible(unsolved: Seen, solved: Seen) -> None:
    """axe-core finds nothing serious in any output, light or dark."""
    assert [*unsolved.violations, *solved.violations] == []


def test_progress(unsolved: Seen, solved: Seen) -> None:
    """What is passed counts as soon as it is, and is kept."""
    seen = [*unsolved.progress, *solved.progress]
    assert seen == [
        f"Your progress: {passed} of {standing({}).total} exercises passed" for passed in (0, len(EXERCISES_HERE))
    ]


def test_leads_on(followed: str) -> None:
    """Solved, the lesson leads to the next one."""
    assert followed == "01_standard.ipynb"


def test_stays_at_home(notebook: Notebook, followed: str) -> None:
    """In all this the page asked no other host for anything, and no script failed."""
    assert notebook.visits.elsewhere == []
    assert notebook.visits.errors == []
