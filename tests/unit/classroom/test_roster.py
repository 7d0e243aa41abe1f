"""Who is in the class, however their work was packed."""

import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from helpers.classroom.roster import Entry, Unusable, names_pattern, read_roster, read_submission
from helpers.errors import CourseError

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX's")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where exports are unpacked."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def write(folder: Path, *names: str) -> Path:
    """Files that hold their own names, so that a test sees which one was read."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return folder


def packed(archive: Path, *names: str) -> Path:
    """A zip of such files."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, name)
    return archive


def read(folder: Path, scratch: Path, names: str | None = None) -> dict[str, dict[str, str]]:
    """What everybody handed in, by person and notebook."""
    roster = read_roster(folder, [], scratch, names_pattern(names) if names else None)
    return {
        entry.name: {name: content.decode() for name, content in read_submission(entry).files.items()}
        for entry in roster
        if entry.problem is None
    }


def test_roster(tmp_path: Path, scratch: Path) -> None:
    """Sub-folders by name; a stray file says what it is; hidden files and our own are nobody's."""
    for name in ("ben", "anna", ".git"):
        (tmp_path / name).mkdir()
    write(tmp_path, "notes.txt", "grades.csv", ".DS_Store")
    anna, ben, notes = read_roster(tmp_path, [tmp_path / "grades.csv"], scratch)
    assert (anna, ben) == (Entry("anna"), Entry("ben"))
    assert notes.problem == "It is a text, and no submission: those are notebooks, folders of them, and archives."


@posix_only
def test_link(tmp_path: Path, scratch: Path) -> None:
    """A link to a folder is not followed: it may lead to somebody else's work, or out of the class."""
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben").symlink_to(tmp_path / "anna")
    ben = read_roster(tmp_path, [], scratch)[1]
    assert ben.problem is not None
    assert "link" in ben.problem


@pytest.mark.parametrize("name", ["nowhere", "empty", "file.txt"])
def test_no_class(tmp_path: Path, scratch: Path, name: str) -> None:
    """One sentence where there is nothing to grade."""
    (tmp_path / "empty").mkdir()
    write(tmp_path, "file.txt")
    with pytest.raises(CourseError, match="sub-folder"):
        read_roster(tmp_path / name, [], scratch)


MOODLE = {
    "folders": ("Jane Doe_101_assignsubmission_file/01_standard.ipynb", "Ann Lee_102_assignsubmission_file/a/02.py"),
    "older": ("Jane Doe_101_assignsubmission_file_/01_standard.ipynb", "Ann Lee_102_assignsubmission_file_/a/02.py"),
    "flat": ("Jane Doe_101_assignsubmission_file_01_standard.ipynb", "Ann Lee_102_assignsubmission_file_02.py"),
}


@pytest.mark.parametrize("is_zip", [False, True])
@pytest.mark.parametrize("layout", MOODLE)
def test_moodle(tmp_path: Path, scratch: Path, layout: str, is_zip: bool) -> None:
    """What Moodle exports, unpacked or not, alone in a folder or by itself: everybody with their number."""
    if is_zip:
        folder = packed(tmp_path / "course-task-1.zip", *MOODLE[layout])
    else:
        folder = write(tmp_path / "class", *MOODLE[layout])
    ann, jane = read_roster(folder, [], scratch)
    assert (ann.name, ann.system, ann.number) == ("Ann Lee", "moodle", "102")
    assert (jane.name, jane.system, jane.number) == ("Jane Doe", "moodle", "101")
    assert [list(read_submission(one).files) for one in (ann, jane)] == [["02.py"], ["01_standard.ipynb"]]
    if is_zip:
        assert list(read(tmp_path, scratch)) == ["Ann Lee", "Jane Doe"]


def test_canvas(tmp_path: Path, scratch: Path) -> None:
    """What Canvas exports: of several versions the last one, which is the one with the greatest id, and it is said."""
    early, late = "doejane_1234_555_01_standard.ipynb", "doejane_LATE_1234_777_01_standard-2.ipynb"
    write(tmp_path, early, late, "doejane_1234_600_02_streaming.ipynb", "leeann_1235_556_01_standard.ipynb")
    jane = read_roster(tmp_path, [], scratch)[0]
    assert (jane.name, jane.system, jane.number) == ("doejane", "canvas", "1234")
    assert jane.notes == (f"{late} was handed in late, says Canvas.",)
    gathered = read_submission(jane)
    assert gathered.files["01_standard.ipynb"] == late.encode()
    assert gathered.notes == [f"01_standard.ipynb was handed in 2 times: {late} is graded, not {early}."]
    assert list(gathered.files) == ["01_standard.ipynb", "02_streaming.ipynb"]


def test_anonymous(tmp_path: Path, scratch: Path) -> None:
    """Canvas hides names: what it writes instead is the name."""
    write(tmp_path, "anon_x7Yz_555_01_standard.ipynb", "LATE_anon_q2_556_01_standard.ipynb")
    assert list(read(tmp_path, scratch)) == ["anon_q2", "anon_x7Yz"]


def test_two_of_one_name(tmp_path: Path, scratch: Path) -> None:
    """Two people of one name are two: neither gets the other's points."""
    write(tmp_path, "Jane Doe_101_assignsubmission_file_a.py", "Jane Doe_102_assignsubmission_file_a.py")
    assert list(read(tmp_path, scratch)) == ["Jane Doe_101", "Jane Doe_102"]


def test_looks_like_canvas(tmp_path: Path, scratch: Path) -> None:
    """Names of one's own that happen to look like Canvas's: no two files have one id."""
    write(tmp_path, "week_1_2_anna.ipynb", "week_1_2_ben.ipynb")
    assert list(read(tmp_path, scratch)) == ["week_1_2_anna", "week_1_2_ben"]


def test_impersonated(tmp_path: Path, scratch: Path) -> None:
    """What somebody calls the files in their own folder or archive makes them nobody else."""
    write(tmp_path, "eve/ben_101_assignsubmission_file_a.py", "ben/b.py")
    packed(tmp_path / "mallory.zip", "ben_101_assignsubmission_file_a.py")
    entries = {entry.name: entry for entry in read_roster(tmp_path, [], scratch)}
    assert list(read_submission(entries["ben"]).files) == ["b.py"]
    for name in ("eve", "mallory.zip"):
        assert entries[name].problem == "It looks like the export of a whole class: grade that by itself."
    write(
        tmp_path / "other",
        "Eve_7_assignsubmission_file_Ben_8_assignsubmission_file_a.py",
        "Ben_8_assignsubmission_file_b.py",
    )
    assert list(read(tmp_path / "other", scratch)) == ["Ben", "Eve"]


def test_downloads(tmp_path: Path, scratch: Path) -> None:
    """An archive for each person, as GitHub makes them; and a notebook that bears a name."""
    packed(tmp_path / "anna-main.zip", "anna-main/notebooks/01_standard.ipynb", "anna-main/solutions/01_standard.ipynb")
    write(tmp_path, "ben/ben-master/01_standard.IPYNB", "cleo.ipynb.txt")
    assert read(tmp_path, scratch) == {
        "anna": {"01_standard.ipynb": "anna-main/notebooks/01_standard.ipynb"},
        "ben": {"01_standard.ipynb": "ben/ben-master/01_standard.IPYNB"},
        "cleo": {"cleo.ipynb": "cleo.ipynb.txt"},
    }


def test_class_archive(tmp_path: Path, scratch: Path) -> None:
    """A folder of a class that was packed as it is, with a folder around it."""
    archive = shutil.make_archive(
        str(tmp_path / "class"), "gztar", write(tmp_path / "x", "in/anna/a.py", "in/ben/b.py")
    )
    assert read(Path(archive), scratch) == {"anna": {"a.py": "in/anna/a.py"}, "ben": {"b.py": "in/ben/b.py"}}


def test_names(tmp_path: Path, scratch: Path) -> None:
    """A pattern finds the person; whoever it does not find is a row that says so."""
    write(tmp_path, "hw1-anna.ipynb", "hw2-anna.ipynb", "hw1-ben.ipynb", "essay.ipynb")
    assert {name: len(files) for name, files in read(tmp_path, scratch, r"^hw\d-(\w+)").items()} == {
        "anna": 2,
        "ben": 1,
    }
    essay = read_roster(tmp_path, [], scratch, names_pattern(r"^hw\d-(\w+)"))[-1]
    assert (essay.name, essay.problem) == ("essay.ipynb", "--names finds nobody in its name.")


@pytest.mark.parametrize(("pattern", "why"), [("(", "no regular expression"), ("hw", "has no group")])
def test_bad_names(pattern: str, why: str) -> None:
    """A sentence that says how it is written."""
    with pytest.raises(CourseError, match=why):
        names_pattern(pattern)


def test_strays(tmp_path: Path, scratch: Path) -> None:
    """Each other thing says what it is, or whose."""
    write(tmp_path, "anna/a.py", "01_standard.ipynb", "grades.xlsx", "Bo_7_assignsubmission_file_essay.pdf", "x.rar")
    entries = {entry.name: entry for entry in read_roster(tmp_path, [], scratch)}
    assert str(entries["01_standard.ipynb"].problem).startswith("It is a notebook with nobody's name")
    assert str(entries["grades.xlsx"].problem).startswith("It is a table")
    assert str(entries["x.rar"].problem).startswith("It is an archive that is not opened here")
    with pytest.raises(Unusable, match=r"There is Bo_7_assignsubmission_file_essay\.pdf\."):
        read_submission(entries["Bo"])
