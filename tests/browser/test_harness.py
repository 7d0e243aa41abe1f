"""The harness itself: what it must notice, and what it says when something is missing."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from helpers.doctor.machine import CHROMIUM as NAMES
from helpers.doctor.machine import CHROMIUM_VARIABLE as VARIABLE
from helpers.errors import CourseError

from .accessibility import severe_violations
from .aloud import said_in
from .chromium import FIREFOX, find_browser
from .keyboard import with_definition
from .lab import Lab
from .validator import PROGRAM, invalid

HERE = Path(__file__).parent


def program(file: Path) -> str:
    file.touch(mode=0o755)
    return str(file)


@pytest.fixture(autouse=True)
def _no_firefox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that somebody's shell names."""
    monkeypatch.delenv(FIREFOX, raising=False)


def test_named_firefox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a Firefox gets it, whatever Chromium there is."""
    monkeypatch.setenv(VARIABLE, program(tmp_path / "chromium"))
    monkeypatch.setenv(FIREFOX, program(tmp_path / "firefox"))
    assert find_browser() == str(tmp_path / "firefox")


def test_named_chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable goes before the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / NAMES[0])
    monkeypatch.setenv(VARIABLE, program(tmp_path / "mine"))
    assert find_browser() == str(tmp_path / "mine")


@pytest.mark.parametrize("name", NAMES)
def test_chromium_on_the_path(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    there = program(tmp_path / name)
    assert find_browser() == there


def test_no_chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what is missing and how to mend it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match="needs Chromium: run 'apt-get install chromium' as root"):
        find_browser()


def test_named_chromium_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong name is not replaced by a guess."""
    monkeypatch.setenv(VARIABLE, "/no/such/chromium")
    with pytest.raises(CourseError, match=f"{VARIABLE} names /no/such/chromium, which is no program"):
        find_browser()


def test_lab_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What JupyterLab said last is part of the error."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CourseError, match="JupyterLab ended before it was ready"), Lab(tmp_path, []):
        pass


def test_with_definition() -> None:
    """Only the function is replaced."""
    assert with_definition("import a\n\n\ndef f():\n    ...\n", "f", "def f(): pass") == "import a\n\n\ndef f(): pass\n"


def test_severe_violations(browser: Browser) -> None:
    """A picture without alternative text is noticed in an output, and nowhere else."""
    page = browser.new_page()
    page.set_content('<img src="data:,"><div class="jp-OutputArea-output"><img src="data:,"></div>')
    assert [violation.split(":")[0] for violation in severe_violations(page)] == ["image-alt"]


@pytest.mark.skipif(not PROGRAM.exists(), reason="`make validator` installs it")
def test_invalid(tmp_path: Path) -> None:
    """html-validate's words about a page are told, however long the page is."""
    page = tmp_path / "page.html"
    head = '<!doctype html><html lang="en"><head><title>Page</title></head>'
    page.write_text(f"{head}<body><main><h1>One</h1><h3>Three</h3><p>{'x ' * 50_000}</p></main></body></html>", "utf-8")
    (said,) = invalid([page])
    assert said.startswith("page.html:1: heading-level: Heading level can only increase by one")


def test_what_orca_said() -> None:
    """Of Orca's log, what it says; not in which voice."""
    log = (
        "01:37:44.264200 - SPEECH OUTPUT: 'the SDK's'\n"
        "01:37:44.264757 - SPEECH OUTPUT: 'Code 1.' voice=system{'established': False}\n"
        "01:37:44.264900 - WEB: nothing\n"
        "01:37:44.287238 - SPEECH OUTPUT: 'a = 1\n'{'established': False}\n"
        "01:37:44.304161 - WEB: nothing\n"
    )
    assert said_in(log) == ["the SDK's", "Code 1.", "a = 1"]
