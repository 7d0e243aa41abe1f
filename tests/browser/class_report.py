"""The picture of a class report in README.md: `python -m tests.browser.class_report`.

The class is made up of the attempts in tests/attempts, which are graded as any class is. Takes a minute.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import ViewportSize, sync_playwright

from helpers.classroom import Plan, grade_class

from .chromium import launch
from .lab import ROOT

PICTURE: Final = ROOT / ".github" / "images" / "class-report.png"
LESSONS: Final = ("00_start_here", "06_retries", "08_midstream")
SEED: Final = 4
WINDOW: Final[ViewportSize] = {"width": 900, "height": 975}
NAMES: Final = (
    "ada amara bao bruno carmen chloe dario dmitri elif esme farid felix gita grace hana hugo ines iris jomo jonas "
    "kaya kofi lena liam maya mina nils noor olga priya quinn rosa sami tomas uma viktor wanda xenia yusuf zofia"
)
SOLVED: Final = 0.65
SKIPPED: Final = 0.08
"""Shares of the exercises."""


def main() -> None:
    """Grade the class and take the picture."""
    with TemporaryDirectory() as temporary:
        folder, report = Path(temporary, "class"), Path(temporary, "report.html")
        write_class(folder, random.Random(SEED))
        grade_class(Plan(folder, Path(temporary, "grades.csv"), html=report, only=LESSONS, seed=SEED))
        with sync_playwright() as playwright, launch(playwright) as browser:
            page = browser.new_page(viewport=WINDOW)
            page.goto(report.as_uri())
            page.screenshot(path=PICTURE)


def write_class(folder: Path, source: random.Random) -> None:
    """Forty submissions that can be graded, and two things that cannot."""
    for name in NAMES.split():
        (folder / name).mkdir(parents=True)
        for lesson in LESSONS:
            exercises = sorted(path for path in (ROOT / "tests" / "attempts" / lesson).iterdir() if path.is_dir())
            chosen = [_attempt(sorted(path.glob("*.py")), source) for path in exercises]
            (folder / name / f"{lesson}.py").write_text("\n".join(f"# %%\n{text}" for text in chosen), "utf-8")
    (folder / "peter").mkdir()
    (folder / "notes.txt").touch()


def _attempt(paths: Sequence[Path], source: random.Random) -> str:
    if source.random() < SKIPPED:
        return ""
    right = [path for path in paths if path.name.startswith("right")]
    wrong = [path for path in paths if path not in right]
    if source.random() < SOLVED:
        return source.choice(right).read_text("utf-8")
    # Some mistakes are more common than others.
    return wrong[min(int(source.expovariate(0.7)), len(wrong) - 1)].read_text("utf-8")


if __name__ == "__main__":
    main()
