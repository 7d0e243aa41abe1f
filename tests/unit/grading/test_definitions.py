"""A function is found by its name, with what it needs and no more."""

from collections.abc import Mapping
from typing import Any

import pytest

from helpers.grading.definitions import Statement, define, earlier_definitions, needed_for, read_cell


def statements_of(*cells: str) -> list[Statement]:
    statements: list[Statement] = []
    flags = 0
    for number, source in enumerate(cells, 1):
        read, _, flags = read_cell(f"cell {number}", source, flags)
        statements += read
    return statements


def defined(*cells: str) -> Mapping[str, Any]:
    """The names that are defined for `f`."""
    return define(needed_for("f", statements_of(*cells)))[0]


def test_needs_are_followed() -> None:
    """Imports, constants, classes and other functions come along, wherever they stand."""
    names = defined(
        "import math\nTABLE = {}\nTABLE[1] = math.pi",
        "def g():\n    return Box(TABLE[1])",
        "from dataclasses import dataclass\n@dataclass\nclass Box:\n    side: float",
        "def f():\n    return g().side > 3",
    )
    assert names["f"]()


def test_deeds_are_not_repeated() -> None:
    """What a cell does, and what only a demonstration needs, is left alone."""
    names = defined(
        "client = 1 / 0\nfor client in ():\n    pass",
        "def f(client):\n    text = client\n    return text",
        "raise SystemExit",
        "text = f(1)",
        "1 / 0",
    )
    assert names["f"](2) == 2
    assert "text" not in names


def test_last_definition_wins() -> None:
    """As in the notebook, run from top to bottom."""
    assert defined("def f():\n    ...", "def f():\n    return 1", "f = f", "x = 2")["f"]() == 1


def test_failing_statement() -> None:
    """A statement that raises is remembered by its cell and line, and does not take the others along."""
    names, failed = define(needed_for("f", statements_of("A = 1\nB = 1 / 0\n", "def f():\n    return A or B")))
    assert names["f"]() == 1
    assert failed == ["`B = 1 / 0` (cell 1) raised ZeroDivisionError: division by zero"]


def test_syntax_error() -> None:
    """A cell that is no Python is left out, and said to be."""
    statements, notes, _ = read_cell("cell 7", "def f(:\n    pass")
    assert statements == []
    assert [one.said for one in notes] == ["cell 7 was left out: line 1 is not Python (invalid syntax)."]


def test_magics() -> None:
    """Lines for IPython do not lose their cell."""
    assert defined("%matplotlib inline\n!ls\nif True:\n    %time 1\ndef f():\n    return 1 % 2")["f"]() == 1


@pytest.mark.parametrize(
    "line",
    ["%pip list", "!ls", "print?", "?print", "print??", "files = !ls", "speed = %time 1", "if True:\n    !ls", ">>> 1"],
)
def test_lines_for_ipython(line: str) -> None:
    """Whatever IPython takes for its own beside Python, the function below it is found."""
    assert defined(f"{line}\ndef f():\n    return 1 % 2")["f"]() == 1


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "\n\n%%time"])
def test_cell_magic(magic: str) -> None:
    """Under a magic that runs its cell, a definition is one, and keeps its place."""
    (statement,) = statements_of(f"{magic}\ndef f():\n    return 1")
    assert statement.line == magic.count("\n") + 2
    assert define([statement])[0]["f"]() == 1


def test_cell_of_another_language() -> None:
    """What a magic writes to a file, times or gives to a shell defines nothing, though it may look like Python."""
    statements, notes, _ = read_cell("cell 3", "%%writefile mine.py\ndef f(): ...")
    assert statements == []
    assert [one.said for one in notes] == ["cell 3 was left out: it begins with `%%writefile`."]


def test_magic_in_a_text() -> None:
    """A line in a string is no magic."""
    assert defined('!ls\ntext = """\n%time\n"""\ndef f():\n    return text')["f"]() == "\n%time\n"


def test_names_of_a_notebook() -> None:
    """`display` and `get_ipython` are there without an import, as in a notebook."""
    source = "def f():\n    display(1)\n    get_ipython().run_line_magic('time', 'g()')\n    return get_ipython()"
    shell = defined(source)["f"]()
    assert shell.user_ns["f"].__code__.co_name == "f"
    assert shell.getoutput("ls") == []


def test_split_body() -> None:
    """A `def` whose body went into another cell is no Python, and neither is the body: both are said."""
    read = [read_cell(label, source) for label, source in (("cell 1", "def f():"), ("cell 2", "    return 1"))]
    assert [statements for statements, _, _ in read] == [[], []]
    assert "cell 1 was left out: line 1 is not Python (expected an indented block" in read[0][1][0].said
    assert read[1][1][0].said == "cell 2 was left out: line 1 is not Python ('return' outside function)."


def test_helper_below() -> None:
    """The cells of a function and its helper may stand in either order."""
    assert defined("def f():\n    return g()", "def g():\n    return 1")["f"]() == 1


def test_which_definition_counts() -> None:
    """Of several, the last: said with its cell, because a notebook shows what was run last."""
    statements = statements_of("def f():\n    return 1", "f = f", "def g(): ...", "def f(): ...")
    assert earlier_definitions("f", statements) == (
        "f is defined 2 times: the last one counts, in cell 4, not the one in cell 1."
    )
    assert earlier_definitions("g", statements) == ""


@pytest.mark.parametrize("source", ["a = '\ud800'", "a = 1\0", "(" * 5_000, "-" * 100_000 + "1", "x" + ".a" * 100_000])
def test_indigestible(source: str) -> None:
    """What no compiler takes leaves its cell out, and a reason that can be printed."""
    _, notes, _ = read_cell("cell 1", source)
    assert notes[0].said.startswith("cell 1 was left out: ")
    assert notes[0].said.encode()


def test_return_outside() -> None:
    """A statement that does not compile loses itself alone."""
    statements, notes, _ = read_cell("cell 1", "return 1\ndef f(): ...")
    assert [sorted(one.binds) for one in statements] == [["f"]]
    assert "'return' outside function" in notes[0].said


def test_top_level_await() -> None:
    """Cells may await. What is awaited for its value alone is not, as long as nobody needs that."""
    names = defined("value = await f()\nasync def f():\n    return 1")
    assert "value" not in names
    names = defined("import asyncio\nvalue = await asyncio.sleep(0, 3)\ndef f():\n    return value")
    assert names["f"]() == 3


def test_future_import_reaches_later_cells() -> None:
    """As it does in a notebook."""
    assert defined("from __future__ import annotations", "def f(x: Unknown): ...")["f"].__annotations__ == {
        "x": "Unknown"
    }


def test_star_import() -> None:
    """Nobody knows what it brings, so it always comes along."""
    assert defined("from math import *", "def f():\n    return floor(1.5)")["f"]() == 1
