"""How long a lesson takes: what it states is read, and everything that there is to do is counted once."""

from typing import Any, Final

import pytest

from helpers.authoring.cells import REPAIR, SOLUTION_ONLY
from helpers.proofs.course import LessonFiles
from helpers.proofs.minutes import WORDS_A_MINUTE, Stated, Work, measure, stated_minutes

NOTHING: Final = Work(words=0, lines=0, cells=0, pictures=0, exercises=0, written=0, questions=0)
STUB: Final = "def ask():\n    # Write your code here.\n    ..."
SOLVED: Final = "def ask():\n    text = first(\n        second,\n    )\n    return text"


def _cell(kind: str, source: str, tag: str = "", html: str = "") -> dict[str, Any]:
    outputs = [{"data": {"text/html": html}}]
    return {"cell_type": kind, "source": source, "metadata": {"tags": [tag]}, "outputs": outputs}


def _lesson(*cells: dict[str, Any], solved: tuple[dict[str, Any], ...] | None = None) -> LessonFiles:
    return LessonFiles("01_standard", "", list(cells if solved is None else solved), list(cells))


@pytest.mark.parametrize(
    ("head", "stated", "all_of_it"),
    [
        ("**25 minutes. Free.**", Stated(25), 25),
        ("**30 minutes, and ten more for the last of its four exercises. Free.**", Stated(30, 10), 40),
        ("**30 minutes, and it is free.**", Stated(30), 30),
        ("**25 minutes. Free.** Then **twenty beyond the sheet**, for two more.", Stated(25, 0, 20), 45),
        ("**30 minutes, and ten more for one.** **twenty-five beyond the sheet**", Stated(30, 10, 25), 65),
    ],
)
def test_stated(head: str, stated: Stated, all_of_it: int) -> None:
    """The first lines say how long, and sometimes how much longer to the very end."""
    assert stated_minutes(_lesson(_cell("markdown", f"# A lesson\n\n{head}"))) == stated
    assert stated.all == all_of_it


def test_not_stated() -> None:
    """A lesson may say nothing, and other minutes are not its own."""
    assert stated_minutes(_lesson(_cell("markdown", "It waits for 10 minutes."))) is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Read it: it isn't long.", 5),
        ("the [long page](https://example.com/a/b/c) about `stop_reason`", 5),
        ("<details><summary>Why?</summary>Because.</details>", 2),
        ("| a | b |\n|---|---|\n- **c** – d", 4),
    ],
)
def test_words(source: str, words: int) -> None:
    """What is read is counted: no addresses, no tags, no marks."""
    assert measure(_lesson(_cell("markdown", source))).words == words


def test_lines() -> None:
    """A comment and a closing bracket are not lines to read, and a cell without code is not run."""
    work = measure(_lesson(_cell("code", "call(\n    one,\n)\n\n# why"), _cell("code", "# hint(ask)")))
    assert (work.lines, work.cells) == (2, 1)


def test_written() -> None:
    """Of a solution, what the stub has not; a cell that only the solutions have is in nobody's way."""
    check, extra = _cell("code", "check(ask)"), _cell("code", "more()", SOLUTION_ONLY)
    work = measure(_lesson(_cell("code", STUB), check, solved=(extra, _cell("code", SOLVED), check)))
    assert (work.written, work.exercises) == (3, 1)


def test_repaired() -> None:
    """Code to repair was read where it was given; only the lines that change are written."""
    given, repaired = "class Bot:\n    one()\n    two()", "class Bot:\n    one()\n    three()"
    here = (_cell("code", given), _cell("code", given, REPAIR))
    work = measure(_lesson(*here, solved=(here[0], _cell("code", repaired, REPAIR))))
    assert (work.lines, work.cells, work.written) == (3, 1, 1)


def test_pictures_and_questions() -> None:
    """Pictures are what the cells show; questions are what opens on demand."""
    work = measure(_lesson(_cell("markdown", "<details>"), _cell("code", "a", html="<svg></svg><svg></svg>")))
    assert (work.questions, work.pictures) == (1, 2)


def test_estimate() -> None:
    """Each kind of work adds its time, and nothing else does."""
    assert NOTHING.minutes == 0
    one = Work(words=WORDS_A_MINUTE, lines=20, cells=12, pictures=6, exercises=1, written=4, questions=3)
    assert one.minutes == 7
