"""Notebooks as people hand them in, and as machines leave them: what is said of each, wherever it is said.

The ids are the rows of a survey of 231 public notebooks. Rows that are about no single notebook stand where their code
is tested:

    F4   a disk that is full                    tests/unit/classroom/test_full_disk.py
    F8   layouts of LMS, archives, names        tests/unit/classroom/test_roster.py, test_gathering.py, test_archive.py
    F8   limits that depend on white space      test_white_space
    F14  where a report cannot be written       test_places
    F15  brackets and half characters, served   tests/unit/replay/test_server.py
    F17  temporary paths in verdicts            test_said_everywhere
    F18  no name, a dot; a speed; a journal     test_no_name, test_dot; replay/test_serve.py; classroom/test_journal.py
"""

import contextlib
import gzip
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pytest
from click.testing import CliRunner

from helpers.ci import grade_checkout
from helpers.cli import main
from helpers.errors import CourseError
from helpers.grading.definitions import read_cell
from helpers.grading.formats import as_json, as_junit, as_markdown
from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from helpers.grading.report import format_report
from helpers.grading.submission import read_file
from helpers.judging.verdict import OutcomeName

NAME: Final = "request_id_of"
LESSON: Final = "00_start_here.ipynb"
RIGHT: Final = f"def {NAME}(message):\n    return message._request_id"
STUB: Final = f'def {NAME}(message):\n    """The id."""\n    ...'
WRAPPED: Final = (
    "def retried(f):\n    def again(*args, **kwargs):\n        return f(*args, **kwargs)\n    return again\n"
)
KEPT: Final = (
    "class Kept:\n    def __init__(self, f):\n        self.f = f\n    def __call__(self, *args, **kwargs):\n"
    "        return self.f(*args, **kwargs)\n"
)
CONFLICT: Final = '{\n<<<<<<< HEAD\n "cells": [],\n=======\n "cells": [],\n>>>>>>> main\n "nbformat": 4\n}\n'
MARIMO: Final = (
    f"import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n    {RIGHT.replace(chr(10), chr(10) + '    ')}\n"
)


def notebook(*sources: str, kind: str = "code") -> str:
    """The text of a notebook with these cells."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": kind, "source": source} for source in sources]})


@dataclass(frozen=True)
class Row:
    """Files that were handed in, and what comes of one exercise."""

    files: Mapping[str, str]
    outcome: OutcomeName
    said: tuple[str, ...] = ()
    exercise: str = NAME


ROWS: Final[Mapping[str, Row]] = {
    "F1 a variable elsewhere": Row(
        {"01_standard.ipynb": notebook('answer = "a scratch variable"')}, "not_started", exercise="answer"
    ),
    "F1 a variable in a notebook of no lesson": Row(
        {"mine.ipynb": notebook('answer = "a scratch variable"')},
        "not_started",
        ("answer in mine.ipynb is made without `def`",),
        "answer",
    ),
    "F1 a variable in its lesson": Row({LESSON: notebook(f'{NAME} = "a"')}, "raised", ("is of type str",)),
    "F1 a method of another lesson's class": Row(
        {"10_capstone.ipynb": notebook("class Other:\n    def answer(self): ...")},
        "not_started",
        exercise="answer",
    ),
    "F2 filled by a call": Row(
        {
            LESSON: notebook(
                "NAMES = []",
                'NAMES.append("_request_id")',
                RIGHT.replace("message._request_id", "getattr(message, NAMES[0])"),
            )
        },
        "passed",
    ),
    "F3 a merge conflict": Row(
        {LESSON: CONFLICT, "mine.ipynb": notebook("x = 1")}, "raised", ("marks of a merge conflict (line 2)",)
    ),
    "F3 in its own cell": Row({LESSON: notebook(f"{RIGHT} (")}, "raised", ("cell 1 was left out: line 2 is not",)),
    "F3 a conflict in its own cell": Row(
        {LESSON: notebook(f"<<<<<<< HEAD\n{RIGHT}\n=======\n{STUB}\n>>>>>>> main")},
        "raised",
        ("cell 1 was left out: it holds the marks of a merge conflict (line 1)",),
    ),
    "F5 below the one that was given": Row({LESSON: notebook(STUB, f"{RIGHT} (")}, "raised", ("cell 2 was left out",)),
    "F5 below one that is wrong": Row(
        {LESSON: notebook(RIGHT.replace("_request_id", "id"), f"{RIGHT} (")}, "misconception", ("Besides, ", "cell 2")
    ),
    "F5 a helper that was left out": Row(
        {LESSON: notebook("def helper(message:\n    pass", f"def {NAME}(message):\n    return helper(message)")},
        "raised",
        ("NameError", "Before that, 00_start_here.ipynb, cell 1 was left out"),
    ),
    "F6 without the stars": Row(
        {"05_errors.ipynb": notebook("def call_once(client, params):\n    return client")},
        "misconception",
        ("takes (client, **params), but yours takes (client, params).",),
        "call_once",
    ),
    "F6 without the rest": Row(
        {"05_errors.ipynb": notebook("def call_once(client):\n    return client")},
        "misconception",
        ("takes (client, **params), but yours takes (client).",),
        "call_once",
    ),
    "F6 a call that fails": Row(
        {"01_standard.ipynb": notebook("def ask(client, prompt, /):\n    return True")},
        "misconception",
        ("the call itself failed. Python says: ask() got some positional-only",),
        "ask",
    ),
    "F8 in a file of another name": Row({"mine.ipynb": notebook(f"{RIGHT} (")}, "raised", ("mine.ipynb, cell 1 was",)),
    "F8 a helper in another file": Row(
        {LESSON: notebook(f"def {NAME}(message):\n    return helper(message)"), "mine.ipynb": notebook("helper = id")},
        "raised",
        ("helper is in mine.ipynb, cell 1, and each notebook is graded by itself",),
    ),
    "F10 written by marimo": Row(
        {"00_start_here.py": MARIMO}, "raised", ("00_start_here.py, line 8, but inside of `_`", "marimo export ipynb")
    ),
    "F10 a raw cell": Row({LESSON: notebook(RIGHT, kind="raw")}, "raised", ("cell 1, which is a raw cell",)),
    "F10 a cell of words": Row({LESSON: notebook(RIGHT, kind="markdown")}, "raised", ("which is a markdown cell",)),
    "F10 in a class": Row(
        {LESSON: notebook(f"class Mine:\n    {RIGHT.replace(chr(10), chr(10) + '    ')}")},
        "raised",
        ("inside of `Mine`",),
    ),
    "F10 beside the one that was given": Row(
        {LESSON: notebook(STUB, f"class Mine:\n    {RIGHT.replace(chr(10), chr(10) + '    ')}")},
        "not_started",
        ("cell 2, line 2, but inside of `Mine`",),
    ),
    "also __main__": Row(
        {LESSON: notebook(f'if __name__ == "__main__":\n    {RIGHT.replace(chr(10), chr(10) + "    ")}')}, "passed"
    ),
    "also a decorator without wraps": Row({LESSON: notebook(WRAPPED, f"@retried\n{RIGHT}")}, "passed"),
    "also a decorator that is a class": Row({LESSON: notebook(WRAPPED, KEPT, f"@Kept\n@retried\n{RIGHT}")}, "passed"),
    "also a decorated stub": Row({LESSON: notebook(KEPT, f"@Kept\n{STUB}")}, "not_started"),
    "also decorated, with other parameters": Row(
        {LESSON: notebook(WRAPPED, f"@retried\n{RIGHT.replace('(message)', '(message, x)')}")},
        "misconception",
        ("takes (message), but yours takes (message, x)",),
    ),
    "also an empty copy": Row({LESSON: notebook(RIGHT, STUB)}, "not_started", ("is defined 2 times",)),
    "also %run": Row(
        {LESSON: notebook("%run other.ipynb", f"def {NAME}(message):\n    return helper(message)")},
        "raised",
        ("NameError", "Before that, 00_start_here.ipynb, cell 1, line 1: `%run other.ipynb` was not run"),
    ),
    "also %time": Row(
        {
            LESSON: notebook(
                "%time NAME = '_request_id'", RIGHT.replace("message._request_id", "getattr(message, NAME)")
            )
        },
        "passed",
    ),
    "also a null byte": Row({LESSON: notebook(f"{RIGHT}\0")}, "raised", ("cell 1 was left out", "null byte")),
    "also half a character": Row(
        {LESSON: notebook(f"{RIGHT}  # \ud800")}, "raised", ("cell 1 was left out: it holds half of a character",)
    ),
    "also nested deep": Row(
        {LESSON: notebook(f"{RIGHT}\nx = {'-' * 50_000}1")}, "raised", ("cell 1 was left out: it is nested deeper",)
    ),
    "also get_ipython": Row(
        {LESSON: notebook("SHELL = get_ipython()\nSHELL.run_line_magic('config', 'x')", f"{RIGHT} if SHELL else None")},
        "passed",
    ),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all."""
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_said_everywhere(nursery: Nursery, tmp_path: Path, row: Row) -> None:
    """The outcome, and why, stand with the exercise in every report; no path of ours does."""
    for name, text in row.files.items():
        (tmp_path / name).write_text(text, "utf-8")
    place = tmp_path if len(row.files) > 1 else tmp_path / next(iter(row.files))
    report = grade(place, only=row.exercise, nursery=nursery)
    verdict = report.verdicts[0]
    assert verdict.outcome == row.outcome, verdict.message
    words = [verdict.message, json.loads(as_json(report))["exercises"][0]["message"]]
    for said in row.said:
        assert all(said in text for text in words), words[0]
        plain = said.replace("`", "")
        assert plain in format_report(report).replace("`", "")
        assert plain in as_junit(report).replace("`", "")
        assert plain in re.sub(r"\\|</?code>", "", as_markdown(report))
    assert str(tmp_path) not in verdict.message


GREEN: Final = ("F1 a variable elsewhere", "F1 a method of another lesson's class", "also an empty copy")
RED: Final = ("F3 a merge conflict", "F3 in its own cell", "F5 below the one that was given", "F10 a raw cell")


@pytest.mark.parametrize(("name", "code"), [*((name, 0) for name in GREEN), *((name, 1) for name in RED)])
def test_ci(tmp_path: Path, name: str, code: int) -> None:
    """What was never begun is no fault, and begun work that cannot be read is one."""
    (tmp_path / "notebooks").mkdir()
    for file, text in ROWS[name].files.items():
        (tmp_path / "notebooks" / file).write_text(text, "utf-8")
    assert grade_checkout(tmp_path, tmp_path / "reports").exit_code == code


def test_ci_of_what_is_no_file(tmp_path: Path) -> None:
    """A notebook that was not even taken is no green one, and its exercises say why."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "mine.ipynb").write_text(notebook("x = 1"), "utf-8")
    (tmp_path / "notebooks" / LESSON).mkdir()
    graded = grade_checkout(tmp_path, tmp_path / "reports")
    assert graded.exit_code == 1
    assert f"Left out: {LESSON} is no ordinary file" in graded.text


IS: Final = {
    "F16 gzip": (gzip.compress(notebook(RIGHT).encode()), "is compressed, not a notebook: unpack it"),
    "F16 zip": (b"PK\x03\x04\x80", "is a zip archive, not a notebook: unpack it"),
    "F16 PDF": (b"%PDF-1.7\n\x80", "is a PDF, not a notebook"),
    "F16 empty": (b"", "is empty: save the notebook again"),
    "F16 white": (b" \n", "is empty: save the notebook again"),
    "F16 web page": (b"\n<!DOCTYPE html><html>", "is a web page, not a notebook: download the file itself"),
    "F16 conflict": (CONFLICT.encode(), "because it holds the marks of a merge conflict (line 2)"),
    "F16 conflict in an output": (
        notebook(RIGHT).replace('"cells"', '"a": [\n<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n], "cells"').encode(),
        "because it holds the marks of a merge conflict (line 2)",
    ),
    "F16 UTF-16": (notebook(RIGHT).encode("utf-16"), "is not UTF-8 text but UTF-16: save it as UTF-8"),
    "F16 LFS": (b"version https://git-lfs.github.com/spec/v1\n", "run `git lfs pull` first"),
    "F16 a script": (RIGHT.encode(), "is a script that is called a notebook: change the end of its name to .py"),
    "F16 cut off": (notebook(RIGHT)[:-5].encode(), "ends before it is complete"),
    "F16 UTF-16, unmarked": (notebook(RIGHT).encode("utf-16-le"), "is not UTF-8 text but UTF-16: save it as UTF-8"),
    "F16 UTF-16, the other way": (notebook(RIGHT).encode("utf-16-be"), "is not UTF-8 text but UTF-16"),
    "F16 UTF-32": (notebook(RIGHT).encode("utf-32-be"), "is not UTF-8 text but UTF-16"),
    "F16 Latin-1": (
        notebook("Zürich").replace("\\u00fc", "ü").encode("latin-1"),
        "is not UTF-8 text: save it as UTF-8",
    ),
    "F16 format 3": (b'{"nbformat": 3, "worksheets": []}', "has notebook format 3, and format 4 is needed"),
    "F16 format 5": (notebook(RIGHT).replace("4", "5").encode(), "has notebook format 5, and format 4 is needed"),
    "F16 no format": (b'{"nbformat": true, "cells": []}', "because it has no list of cells"),
    "F16 two in one": (notebook(RIGHT).encode() * 2, "is not a notebook, because it is no JSON (Extra data"),
    "F14 brackets": (b"[" * 100_000, "is nested deeper than any notebook"),
    "F14 brackets in an output": (
        notebook(RIGHT).replace('"source"', f'"outputs": {"[" * 100_000}{"]" * 100_000}, "source"').encode(),
        "is nested deeper than any notebook",
    ),
}


@pytest.mark.parametrize(("content", "said"), IS.values(), ids=IS)
def test_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    """What is no notebook is told what it is, and what to do."""
    (tmp_path / LESSON).write_bytes(content)
    with pytest.raises(CourseError) as raised:
        read_file(tmp_path / LESSON, LESSON)
    assert str(raised.value).startswith(f"{LESSON} ")
    assert said in str(raised.value)


READ: Final = {
    "a mark": b"\xef\xbb\xbf" + notebook(RIGHT).encode(),
    "no number": notebook(RIGHT).replace('"nbformat"', '"x": NaN, "y": -Infinity, "nbformat"').encode(),
    "a number of 10,000 digits": notebook(RIGHT).replace('"nbformat"', f'"x": {"9" * 10_000}, "nbformat"').encode(),
    "a key twice": notebook(RIGHT).replace('"nbformat"', '"cells": [], "nbformat"').encode(),
    "a source twice": notebook(RIGHT).replace('"source"', '"source": "x = (", "source"').encode(),
    "4.0": notebook(RIGHT).replace("4", "4.0").encode(),
    "ends of lines": notebook(RIGHT).replace(", ", ",\r\n").encode(),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_read_all_the_same(tmp_path: Path, content: bytes) -> None:
    """What JupyterLab opens is graded, however odd."""
    (tmp_path / LESSON).write_bytes(content)
    assert [cell.source for cell in read_file(tmp_path / LESSON).cells] == [RIGHT]


@pytest.mark.parametrize("name", [LESSON, "00_start_here.py"])
def test_any_bytes(tmp_path: Path, name: str) -> None:
    """Whatever is changed of a notebook or a script: cells, or a sentence; of each cell statements, or a sentence."""
    random = Random(name)
    source = f'{WRAPPED}\n# %%\n@retried\n{RIGHT}\nx = f"{{1}}"\n# %%\n%time y = [1]\n'
    whole = (notebook(*source.split("# %%")) if name == LESSON else source).encode()
    for number in range(200):
        content = bytearray(whole[: random.randrange(len(whole))] if number % 5 == 0 else whole)
        for _ in range(random.randrange(1, 6)):
            if content:
                content[random.randrange(len(content))] = random.choice(
                    [*b"\0\"'\\{[(:%\n\r\xff", random.randrange(256)]
                )
        (tmp_path / name).write_bytes(content)
        with contextlib.suppress(CourseError):
            for cell in read_file(tmp_path / name).cells:
                read_cell(cell.label, cell.source)


def test_notebook_called_a_script(tmp_path: Path) -> None:
    """It would be taken for a dictionary that nobody uses."""
    (tmp_path / "a.py").write_text(notebook(RIGHT))
    with pytest.raises(CourseError, match=r"is a notebook that is called a script: .* to .ipynb"):
        read_file(tmp_path / "a.py")


@pytest.mark.parametrize("indent", [None, 1, 4, "\t"])
def test_white_space(tmp_path: Path, indent: int | str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """How a notebook is indented does not matter for how much it may hold."""
    monkeypatch.setattr("helpers.grading.submission.MOST_CHARACTERS", 2_000)
    outputs = [{"text": ['"outputs": [', "]\\", '"'], "data": {"image/png": "A" * 10_000}}] * 3
    cells = [{"cell_type": "code", "outputs": outputs, "source": RIGHT, "metadata": {"outputs": [1]}}] * 3
    (tmp_path / LESSON).write_text(json.dumps({"nbformat": 4, "cells": cells}, indent=indent))
    assert [cell.source for cell in read_file(tmp_path / LESSON).cells] == [RIGHT] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has these")
def test_places(tmp_path: Path) -> None:
    """Wherever a report is to go, one sentence and exit code 2, and the report is shown all the same."""
    (tmp_path / "mine.py").write_text(RIGHT)
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    places = {"file/x.json": "Not a directory", "pipe": "a pipe that nobody reads", ".": "it is a folder"}
    places |= {"a" * 256: "give it a shorter name", "nowhere/x.json": "in a folder that exists"}
    for place, said in places.items():
        result = CliRunner().invoke(main, ["grade", str(tmp_path / "mine.py"), "--json", str(tmp_path / place)])
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
        assert result.stdout.startswith(f"✓ {NAME} — passed")
    name = f"{'a' * 245}.json"
    assert CliRunner().invoke(main, ["grade", str(tmp_path / "mine.py"), "--json", str(tmp_path / name)]).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["mine.py", "file", "pipe", name])


@pytest.mark.parametrize("arguments", [["grade", ""], ["grade-class", "", "--csv", "a.csv"], ["grade-ci", ""]])
def test_no_name(arguments: list[str]) -> None:
    """F18: an empty name is not this folder."""
    result = CliRunner().invoke(main, [*arguments, *(["--reports", "a"] if arguments[0] == "grade-ci" else [])])
    assert (result.exit_code, "It is empty: name a file or a folder" in result.stderr) == (2, True)


def test_dot(tmp_path: Path) -> None:
    """F18: what begins with a dot is passed over, and said to be."""
    (tmp_path / LESSON).write_text(notebook("x = 1"))
    (tmp_path / ".mine.ipynb").write_text(notebook(RIGHT))
    report = grade(tmp_path, only=NAME)
    assert report.notes[0].startswith("Left out: .mine.ipynb begins with a dot")
