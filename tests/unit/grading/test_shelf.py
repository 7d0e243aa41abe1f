"""The disk that a submission sees holds nothing that judges, and all that learners import."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from helpers.grading.process import ROOT
from helpers.grading.shelf import CLOSED, MODULES, PACKAGE, ROOMS, copies
from helpers.judging.conduct import CONDUCT
from helpers.lessons.found import EXERCISES, check_of

EVERYDAY: Final = {
    "message_id",
    "milliseconds",
    "not_json",
    "of_this_process",
    "replaced",
    "stream_consumed",
    "tool_use_id",
    "unstreamed",
}
"""Ids of misconceptions that are words of the wire, or of a driver, as well."""
BEGINNING: Final = 40
"""Characters of a sentence that make it known again."""
SOURCES: Final = [*(ROOT / "solutions").glob("*.py"), *(ROOT / "tests/attempts").glob("*/*/*.py")]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One with namespaces."""
    with Nursery() as nursery:
        if nursery.isolation != "namespaces":
            pytest.skip(f"every file can be read: {nursery.why_not}")
        yield nursery


def knowledge() -> Sequence[str]:
    """Of every exercise: the ids of its misconceptions, what is said about them, and its hints."""
    checks = [check_of(exercise) for exercise in EXERCISES.values()]
    known = [one for check in checks for one in check.misconceptions]
    known += CONDUCT
    sentences = [text for one in known for text in (one.cause, one.next_step) if isinstance(text, str)]
    sentences += [hint for check in checks for hint in check.hints]
    return [*({one.id for one in known} - EVERYDAY), *(text[:BEGINNING] for text in sentences)]


SEARCH: Final = """
import os
from pathlib import Path

import helpers

KNOWLEDGE = {knowledge!r}
PYTHON = {python!r}


def request_id_of(message):
    found = []
    for folder, folders, files in os.walk(Path(helpers.__file__).parents[1]):
        # Nor in what npm installed, which is nobody's of ours.
        folders[:] = [name for name in folders if os.path.join(folder, name) not in PYTHON and name != "node_modules"]
        found += [name for name in folders if name in ("checks", "judging", "proofs", "solutions", "tests", ".git")]
        for name in files:
            content = Path(folder, name).read_bytes()
            found += [[name, words] for words in KNOWLEDGE if words.encode() in content]
    return repr(found or "nothing")
"""


def test_no_knowledge(nursery: Nursery, tmp_path: Path) -> None:
    """No file of the course that a submission can read, compiled ones among them, holds a hint, the id of a
    misconception or what is said about it.
    """
    python = {sys.prefix, sys.base_prefix}
    assert _returned(SEARCH.format(knowledge=knowledge(), python=python), nursery, tmp_path) == "nothing"


def _returned(source: str, nursery: Nursery, folder: Path) -> Any:
    """What `request_id_of`, as `source` defines it, returned as the text of a literal."""
    file = folder / "mine.py"
    file.write_text(source, "utf-8")
    (verdict,) = grade(file, only="request_id_of", nursery=nursery).verdicts
    assert verdict.misconception == "own_id", verdict.message
    return ast.literal_eval(verdict.runs[0].observation.value)


IMPORTS: Final = """
IMPORTS = {imports!r}


def request_id_of(message):
    failed = []
    for one in IMPORTS:
        try:
            exec(one, {{}})
        except Exception as error:
            failed.append(f"{{one}}: {{error!r}}")
    return repr(failed)
"""


def test_imports(nursery: Nursery, tmp_path: Path) -> None:
    """Whatever our solutions and the attempts import of the course can be imported there.

    But for what judges an app of one's own: a cell that does is no function, and it knows the names of mistakes.
    """
    found = sorted({line for source in SOURCES for line in _imports(source)})
    imports = [line for line in found if not line.startswith("from helpers.testing import")]
    assert len(imports) > 20
    assert _returned(IMPORTS.format(imports=imports), nursery, tmp_path) == []


def _imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "helpers":
            yield ast.unparse(node)


LOOK: Final = """
import os, sys
from helpers.grading import sandbox
sandbox._SYSTEM = (*sandbox._SYSTEM, sys.argv[1])
sandbox.enter_jail()
print(sorted(os.listdir(sys.argv[2])), os.path.exists(sys.executable), os.path.exists(os.__file__))
"""


def test_course_inside_of_what_is_shown(nursery: Nursery) -> None:
    """Where a folder of the system holds the course, as `/usr` may, nothing more of the course is seen for that."""
    command = [sys.executable, "-c", LOOK, str(ROOT.parent), str(ROOT)]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    inside = [Path(sys.prefix).name] if ROOT in Path(sys.prefix).parents else []
    assert seen == f"{sorted([*inside, 'helpers'])} True True\n"


def test_copies() -> None:
    """Of the package there is what is let in, and of that nothing that judges."""
    places = [copy.place for copy in copies()]
    assert {place.parts[0].removesuffix(".py") for place in places} == {*ROOMS, *MODULES, "__pycache__"}
    assert not [place for place in places if any(Path(part).stem in CLOSED[:2] for part in place.parts)]
    assert len(places) == len(set(places))
    for copy in copies():
        assert copy.content == (PACKAGE / copy.place).read_bytes()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes files of another package, which is then ours."""
    monkeypatch.setattr("helpers.grading.shelf.PACKAGE", tmp_path)
    for name in MODULES:
        (tmp_path / f"{name}.py").touch()

    def write(place: str, content: str) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    return write


def test_stale(package: Callable[[str, str], Path]) -> None:
    """What was compiled of an earlier source may hold what has moved to where it judges: it is not copied."""
    source = package("lessons/old.py", "HINT = 'use it'")
    subprocess.run([sys.executable, "-m", "py_compile", str(source)], check=True)
    assert any(copy.place.suffix == ".pyc" for copy in copies())
    source.write_text("")
    assert not any(copy.place.suffix == ".pyc" for copy in copies())


def test_closed(package: Callable[[str, str], Path]) -> None:
    """A new lesson's checks, and a new room of the package, are not seen, whoever forgets to say so."""
    for place in ("lessons/new/drivers.py", "lessons/new/checks/one.py", "lessons/new/checks.py", "verdicts/one.py"):
        package(place, "")
    assert {str(copy.place) for copy in copies() if len(copy.place.parts) > 1} == {"lessons/new/drivers.py"}
