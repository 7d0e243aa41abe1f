"""Cells of TypeScript in real JupyterLab: coloured as what they are, as soon as they are, and no others with them."""

import json
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser

from .lab import ROOT, Lab
from .notebook import THEMES, Notebook, Theme

NAME: Final = "A1_typescript.ipynb"
STORED: Final = json.loads((ROOT / "notebooks" / NAME).read_text("utf-8"))
CONTENT: Final = "window.jupyterapp.shell.currentWidget.content"
VIEW: Final = f"{CONTENT}.widgets[place].editor.editor"
COMMENT: Final = f"place => {VIEW}.state.languageDataAt('commentTokens', {VIEW}.state.doc.length)[0]?.line"
"""What begins a comment at the end of a cell, in its language."""
COLOUR: Final = f"""([place, word]) => {{
  const token = [...{VIEW}.contentDOM.querySelectorAll('span')].find(one => one.textContent === word);
  return token ? getComputedStyle(token).color : null;
}}"""
"""The colour of the first token that is this very word; null where it is part of the plain text."""
SAVED: Final = "window.jupyterapp.commands.execute('docmanager:save')"
TYPED: Final = "const answer = 4;"


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab"), [ROOT / "notebooks" / NAME]) as lab:
        yield lab


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: Lab) -> Notebook:
    notebook = Notebook(browser.new_page(), lab, NAME)
    last = len(notebook.cells) - 1
    # What is coloured later is so by then.
    notebook.page.wait_for_function(f"() => ({COMMENT})({notebook.places('%%typescript')[-1]}) === '//'")
    assert notebook.page.evaluate(COMMENT, last) == "#"
    return notebook


def comments(notebook: Notebook) -> list[str | None]:
    return [notebook.page.evaluate(COMMENT, place) for place in range(len(notebook.cells))]


def test_every_cell(notebook: Notebook) -> None:
    """The cells that begin with `%%typescript` are in TypeScript, all others of code in Python."""
    code = [
        (cell.source, told)
        for cell, told in zip(notebook.cells, comments(notebook), strict=True)
        if cell.type == "code"
    ]
    assert {(source.startswith("%%typescript"), told) for source, told in code} == {(True, "//"), (False, "#")}


@pytest.mark.parametrize("theme", THEMES)
def test_colours(notebook: Notebook, theme: Theme) -> None:
    """Keywords that Python does not have look like Python's; what is none in TypeScript is none."""
    notebook.set_theme(theme)
    python, typescript = notebook.places("import json")[0], notebook.places("%%typescript answered")[0]
    keyword = notebook.page.evaluate(COLOUR, [python, "import"])
    words = ["type", "export", "function", "const", "void", "messages", "Anthropic"]
    colours = [notebook.page.evaluate(COLOUR, [typescript, word]) for word in words]
    assert keyword is not None
    assert [word for word, colour in zip(words, colours, strict=True) if colour == keyword] == words[:5]


def test_typed(notebook: Notebook) -> None:
    """A cell changes its language as its first line is typed, and changes it back as that is taken away."""
    page = notebook.page
    before = comments(notebook)
    place = len(notebook.cells)
    notebook.go_to(place - 1)
    page.keyboard.press("b")
    page.wait_for_function(f"place => {CONTENT}.widgets.length > place", arg=place)
    page.keyboard.press("Enter")
    page.wait_for_function("course.editing()")
    page.keyboard.type(TYPED)
    seen = [page.evaluate(COLOUR, [place, "const"])]
    page.keyboard.press("Home")
    page.keyboard.type("%%typescript answer\n")
    page.wait_for_function(f"place => ({COMMENT})(place) === '//'", arg=place)
    seen.append(page.evaluate(COLOUR, [place, "const"]))
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Delete")
    page.wait_for_function(f"place => ({COMMENT})(place) === '#'", arg=place)
    seen.append(page.evaluate(COLOUR, [place, "const"]))
    assert [colour is not None for colour in seen] == [False, True, False]
    assert notebook.cells[place].source == TYPED
    assert comments(notebook) == [*before, "#"]


def test_saved(notebook: Notebook, lab: Lab) -> None:
    """Nothing of it is in the notebook, and nobody else was asked for anything."""
    notebook.page.evaluate(SAVED)
    saved = json.loads((lab.root / NAME).read_text("utf-8"))
    count = len(STORED["cells"])
    assert [cell["metadata"] for cell in saved["cells"]][:count] == [cell["metadata"] for cell in STORED["cells"]]
    assert saved["metadata"]["language_info"]["name"] == "python"
    assert (notebook.visits.elsewhere, notebook.visits.errors) == ([], [])
