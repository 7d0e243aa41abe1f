"""What learning management systems write around names of files. What their authors choose stands last."""

import pytest

from helpers.classroom.marks import read_mark

MARKED = [
    ("Jane Doe_101_assignsubmission_file", "moodle", "Jane Doe", "101", ""),
    ("doe_101_assignsubmission_file_01_standard.ipynb", "moodle", "doe", "101", "01_standard.ipynb"),
    ("jane_doe_101_assignsubmission_file_a.py", "moodle", "jane_doe", "101", "a.py"),
    ("Default group_assignsubmission_file_a.py", "moodle", "Default group", "", "a.py"),
    ("Jane Doe_101_assignsubmission_onlinetext_onlinetext.html", "moodle", "Jane Doe", "101", "onlinetext.html"),
    (
        "Eve_7_assignsubmission_file_Ben_8_assignsubmission_file_a.py",
        "moodle",
        "Eve",
        "7",
        "Ben_8_assignsubmission_file_a.py",
    ),
    ("doejane_1234_56789_01_standard-2.ipynb", "canvas", "doejane", "1234", "01_standard-2.ipynb"),
    ("doejane_LATE_1234_56789_a.py", "canvas", "doejane", "1234", "a.py"),
    ("o_brienpat_1234_56789_a.py", "canvas", "o_brienpat", "1234", "a.py"),
    ("doejane_1234_text.html", "canvas", "doejane", "1234", "text.html"),
    ("anon_x7Yz_56789_a_1_2_b.py", "canvas", "anon_x7Yz", "", "a_1_2_b.py"),
    ("evil_3_4_doe_1_2_x.py", "canvas", "evil", "3", "doe_1_2_x.py"),
]


@pytest.mark.parametrize(("name", "system", "person", "number", "file"), MARKED)
def test_marks(name: str, system: str, person: str, number: str, file: str) -> None:
    """Whose it is, and what they called it."""
    mark = read_mark(name)
    assert mark is not None
    assert (mark.system, mark.person, mark.number, mark.file) == (system, person, number, file)


@pytest.mark.parametrize("name", ["anna", "01_standard.ipynb", "a_01_02_b.py", "notes.txt", ""])
def test_none(name: str) -> None:
    """A name of one's own."""
    assert read_mark(name) is None
