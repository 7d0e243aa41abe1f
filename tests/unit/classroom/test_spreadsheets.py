"""The CSV files in LibreOffice: no cell of them is a formula, whatever somebody says separates the cells.

It runs where `soffice` is installed, as on CI.
"""

import csv
import shutil
import subprocess
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest

from helpers.classroom.tables import Row, canvas_rows, course_rows, moodle_rows, nbgrader_rows, write_table
from helpers.classroom.words import cell

SOFFICE: Final = shutil.which("soffice")
SEPARATORS: Final = {
    "semicolon": ";",
    "comma": ",",
    "tab": "\t",
    "bar": "|",
    "colon": ":",
    "space": " ",
    "all of the import dialog's": ";,\t ",
}
"""What LibreOffice's dialog offers, or remembers that somebody typed in."""
QUOTES: Final = ('"', "'")
"""What it offers for the marks around a text. The second is what most people put before a sign to make it harmless."""
SECONDS: Final = 120.0
FORMULA: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"
TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
HOSTILE: Final = (
    "=cmd|' /C calc'!A0",
    '=DDE("soffice";"/etc/passwd";"A1")',
    "<b>;=HYPERLINK(1)",
    "-doe",
    "=x",
    "a|=cmd|' /C calc'!A0",
    "a\t=1",
    "a\r\n=1",
    "a;;=1",
    "a =1",
    "＝1",
    *map(
        "".join,
        product(("", "a", '"', "a'", " "), ("", *";,|: \t"), ("", '"', '""', "'", " ", '" ', ' "'), ("=1", "+1-A1")),
    ),
)
ORDINARY: Final = (
    "O'Brien-Smith, Anna",
    "smith - group 2",
    "x_y=2",
    "jürgen.müller@example.org",
    "a = 1 + 2 - 3",
    'say "no": twice',
    "In `cut`: expected 2, got 1.",
)


def record(text: str) -> dict[str, Any]:
    outcome = {"outcome": "raised", "misconception": text, "message": text, "points": 1, "max_points": 2}
    exercises = [{"name": "ask", "lesson": "01_standard", **outcome, "misconception": None}]
    return {"submission": text, "seed": 5, "isolation": "guard", "exercises": exercises}


RECORDS: Final = [*map(record, HOSTILE), *({"submission": text, "problem": text} for text in HOSTILE)]
TABLES: Final[dict[str, Callable[[], Iterable[Row]]]] = {
    "course": lambda: course_rows(RECORDS),
    "nbgrader": lambda: nbgrader_rows(RECORDS),
    "canvas": lambda: canvas_rows(RECORDS, ("01_standard",)),
    "moodle": lambda: moodle_rows(RECORDS, ("01_standard",)),
}

needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="soffice is not installed: libreoffice-calc-nogui has it")


def formulas(folder: Path, separators: str, quote: str) -> dict[str, list[str]]:
    """The formulas that LibreOffice finds in the CSV files of `folder`, by their names."""
    assert SOFFICE is not None
    codes = "/".join(str(ord(separator)) for separator in separators)
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'settings').as_uri()}", "--headless"]
    # In UTF-8, from the first line on.
    command += ["--convert-to", "fods", f"--infilter=CSV:{codes},{ord(quote)},76,1", "--outdir", str(folder)]
    files = sorted(folder.glob("*.csv"))
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=SECONDS)
    return {file.stem: _formulas(file.with_suffix(".fods")) for file in files}


def _formulas(document: Path) -> list[str]:
    root = ElementTree.parse(document).getroot()
    assert sum(1 for _ in root.iter(TEXT)) > len(HOSTILE)
    return [element.attrib[FORMULA] for element in root.iter() if FORMULA in element.attrib]


@needs_soffice
@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("name", SEPARATORS)
def test_no_formula(tmp_path: Path, name: str, quote: str) -> None:
    """In none of the tables, with names and messages that would be formulas in a table without protection."""
    for table, rows in TABLES.items():
        write_table(tmp_path / f"{table}.csv", rows())
    unprotected = ((text, "", text) for text in (*HOSTILE, *ORDINARY))
    write_table(tmp_path / "unprotected.csv", unprotected)
    found = formulas(tmp_path, SEPARATORS[name], quote)
    assert found.pop("unprotected")
    assert found == {table: [] for table in TABLES}


@pytest.mark.parametrize("separator", ";,|:\t")
@pytest.mark.parametrize("table", TABLES)
def test_no_sign_begins_a_cell(tmp_path: Path, table: str, separator: str) -> None:
    """Excel takes more signs for the beginning of a formula than LibreOffice: none of them is one of a cell."""
    path = tmp_path / "a.csv"
    write_table(path, TABLES[table]())
    lines = path.read_text("utf-8").splitlines()
    cells = [cell for line in lines for cell in line.split(separator)]
    cells += [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
    cells += [cell for row in csv.reader(lines, delimiter=separator, quotechar="'") for cell in row]
    assert not any(cell.strip(' "').startswith(("=", "+", "-", "@", "＝")) for cell in cells)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_stay(tmp_path: Path, text: str) -> None:
    """What people are called, and what is said of their code, stays as it is: Canvas looks for exactly that."""
    write_table(tmp_path / "a.csv", [(cell(text),)])
    assert next(csv.reader((tmp_path / "a.csv").read_text("utf-8").splitlines())) == [text]


def test_different_texts_stay_different() -> None:
    """Nobody gets the name of somebody else by an apostrophe of their own."""
    texts = {*HOSTILE, *(f"{mark}{text}" for text in HOSTILE for mark in "'\u2019"), *ORDINARY}
    assert len({cell(text) for text in texts}) == len(texts)
