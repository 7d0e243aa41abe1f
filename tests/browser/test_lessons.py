"""Every lesson in real JupyterLab, as people use it: unsolved, with help asked for, solved; at a wide window and at a
narrow one, in the light and in the dark; with the keyboard alone.

tests/browser/test_start_here.py types each key of the first lesson's solutions. Here they are pasted: keys take
minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from helpers.calling.exercise import Exercise
from helpers.judging.solutions import solution_source
from helpers.typescript.node import problem

from .accessibility import faint_texts, violations_in_outputs
from .lab import ROOT, Lab
from .learner import lessons
from .notebook import Notebook, Theme
from .screenshots import ATTEMPT, LESSON, WINDOW, resize

NARROW: Final[ViewportSize] = {"width": 800, "height": 1000}
"""With Lab's list of files open, half of it is left for the notebook."""
LOOKS: Final[Sequence[tuple[ViewportSize, Theme]]] = ((WINDOW, "light"), (NARROW, "dark"))
PATIENCE: Final = 240_000
"""Milliseconds: a machine that is busy with other things takes its time, and is not wrong."""
CHOICE: Final = ".widget-toggle-buttons button:not(.mod-active)"

# Of all that is shown, what cannot be read without a pointer: words that no scrolling brings back.
CUT: Final = """() => [...document.querySelectorAll('.jp-OutputArea-output')].flatMap(output => {
    const edge = output.getBoundingClientRect().right + 1;
    const scrolls = part => part.closest('[tabindex]') && output.contains(part.closest('[tabindex]'));
    return [...output.querySelectorAll('.course-lanes span, .course p, .course td, button, svg text')]
        .filter(part => part.getBoundingClientRect().right > edge && !scrolls(part))
        .map(part => part.textContent);
})"""


@dataclass
class Taken:
    """What became of one lesson."""

    exercises: Sequence[str]
    unsolved: Sequence[str] = ()
    solved: Sequence[str] = ()
    asked: tuple[str, str] = ("", "")
    """The cell that a button below the first card made, and its card."""
    heard: Sequence[str] = ()
    """What a screen reader is given to say of that cell, and of the last run of all of them."""
    errors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What axe-core finds, letters too faint, and words cut off."""


def take(page: Page, lab: Lab, lesson: str, exercises: Sequence[Exercise]) -> Taken:
    taken = Taken([exercise.name for exercise in exercises])
    notebook = Notebook(page, lab, f"{lesson}.ipynb", PATIENCE, pastes=True)
    notebook.run_all()
    taken.unsolved = notebook.results(taken.exercises)
    taken.errors += notebook.errors
    taken.problems += look(notebook)
    choose(notebook)
    place = notebook.places(rf"check\({taken.exercises[0]}\)")[0]
    taken.asked = notebook.ask_below(place, "Hint"), notebook.first_card(place + 1)
    of_hint = notebook.heard(taken.asked[1])
    for exercise in exercises:
        notebook.write(exercise.name, solution_source(exercise))
    notebook.run_all()
    taken.solved = notebook.results(taken.exercises)
    taken.heard = of_hint, notebook.heard(f"passed: {taken.exercises[-1]}")
    taken.errors += [*notebook.errors, *notebook.visits.errors, *notebook.visits.elsewhere]
    taken.problems += look(notebook)
    notebook.shut_down()
    return taken


def look(notebook: Notebook) -> Iterator[str]:
    """Whatever cannot be seen or reached, wide and light, narrow and dark."""
    page = notebook.page
    for window, theme in LOOKS:
        resize(page, window)
        notebook.set_theme(theme)
        for problem_seen in (*violations_in_outputs(page), *faint_texts(page), *page.evaluate(CUT)):
            yield f"{theme}, {window['width']} pixels: {problem_seen}"


def choose(notebook: Notebook) -> None:
    """Choose an answer in each widget, the first that is not chosen yet, with Tab and the space bar."""
    for place in notebook.places(r"(\w+ = predict|chooser = Chooser)\("):
        notebook.tab_to(place, CHOICE)
        notebook.page.keyboard.press("Space")
        notebook.page.wait_for_function("document.activeElement.classList.contains('mod-active')")
        notebook.page.wait_for_function("document.activeElement.ariaPressed === 'true'")
        assert notebook.page.evaluate("document.activeElement.closest('[role=group]').ariaLabel")


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab"), (ROOT / "notebooks").glob("*.ipynb")) as lab:
        yield lab


def every_time(lesson: str) -> bool:
    """Whether a lesson is taken in every run: those with all kinds of widgets, tables and pictures."""
    return lesson in ("04_choosing", "08_midstream", "10_capstone")


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[] if every_time(name) else pytest.mark.weekly) for name in lessons()],
)
def taken(browser: Browser, lab: Lab, request: pytest.FixtureRequest) -> Taken:
    lesson: str = request.param
    exercises = lessons()[lesson]
    why_not = problem() if "%%typescript" in (ROOT / "notebooks" / f"{lesson}.ipynb").read_text("utf-8") else None
    if why_not:
        pytest.skip(why_not)
    with browser.new_page(viewport=WINDOW) as page:
        return take(page, lab, lesson, exercises)


def test_unsolved(taken: Taken) -> None:
    """Run All before anything is solved: every card says that nothing was begun."""
    assert taken.unsolved == [f"not started: {name}" for name in taken.exercises]


def test_solved(taken: Taken) -> None:
    """With our solutions in their cells every card says that it passed, and no cell ever raised."""
    assert taken.solved == [f"passed: {name}" for name in taken.exercises]
    assert taken.errors == []


def test_keyboard(taken: Taken) -> None:
    """A hint is asked for with the button below a card; `choose` has made a prediction. Without a pointer."""
    first = taken.exercises[0]
    assert taken.asked == (f"hint({first})", f"Hint 1 of 3 for {first}")


def test_heard(taken: Taken) -> None:
    """A screen reader says the hint that was asked for, and after Run All what each check found."""
    of_hint, of_all = taken.heard
    assert of_hint.startswith(f"{taken.asked[1]}. ")
    assert [name for name in taken.exercises if f"passed: {name}. " not in of_all] == []


def test_seen(taken: Taken) -> None:
    """axe-core finds nothing in any output, every letter has its contrast, and none is cut off."""
    assert taken.problems == []


def test_this_case(browser: Browser, lab: Lab) -> None:
    """The button of a card that fails puts its case into a cell and runs it; the one beside it, our solution."""
    with browser.new_page(viewport=WINDOW) as page:
        notebook = Notebook(page, lab, LESSON, PATIENCE, pastes=True)
        notebook.run_all()
        notebook.solve("stream_safely", ATTEMPT.read_text("utf-8").rstrip())
        (place,) = notebook.places(r"check\(stream_safely\)")
        case = notebook.ask_below(place, "This case")
        ours = notebook.ask_below(place, "Our solution"), notebook.first_card(place + 1)
        errors = notebook.errors
        notebook.shut_down()
    assert case.endswith('case(stream_safely, "truncate")\nstream_safely(client, **inputs)')
    assert ours == ("solution(stream_safely)", "Our solution of stream_safely, beside yours")
    assert errors == []
