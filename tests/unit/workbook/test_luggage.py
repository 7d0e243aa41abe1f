"""Work that is taken along: all of it and nothing else, and nothing of anybody's is lost where it is put back."""

import io
import json
import os
import random
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpers import cli
from helpers.authoring.digest import source_digest
from helpers.cli import learner
from helpers.errors import CourseError
from helpers.workbook import editions, luggage
from helpers.workbook.journal import FILE, add, read_journal
from helpers.workbook.luggage import LINK, MOST, NAME, pack, unpack


def notebook(text: str, *, written: str = "") -> bytes:
    """A lesson that was handed out with `text` in its one cell, and holds what was `written` in its place."""
    cell: dict[str, Any] = {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
    metadata = {"course": {"source_digest": source_digest([cell])}}
    cells = [{**cell, "source": written or text}]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder in which one of two lessons was written into, and an exercise passed."""
    folder = tmp_path / "here"
    (folder / "backups").mkdir(parents=True)
    (folder / "05_errors.ipynb").write_bytes(notebook("pass", written="my answer"))
    (folder / "06_retries.ipynb").write_bytes(notebook("pass"))
    (folder / "backups" / "05_errors.1.ipynb").write_bytes(notebook("pass", written="an older one"))
    add(folder, "error_fields", "passed")
    add(folder, "call_once", "tried")
    return folder


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A folder in which nothing was done."""
    folder = tmp_path / "there"
    folder.mkdir()
    for name in ("05_errors", "06_retries"):
        (folder / f"{name}.ipynb").write_bytes(notebook("pass"))
    return folder


def test_there_and_back(here: Path, there: Path) -> None:
    """What was written, kept as a copy and passed is there; what was not written into is not touched."""
    untouched = (there / "06_retries.ipynb").read_bytes()
    said = unpack(there, pack(here))
    for name in ("05_errors.ipynb", "backups/05_errors.1.ipynb"):
        assert (there / name).read_bytes() == (here / name).read_bytes()
    assert (there / "06_retries.ipynb").read_bytes() == untouched
    assert read_journal(there).states == {"error_fields": "passed", "call_once": "tried"}
    assert said[-1] == "1 more exercise passed."
    assert pack(there) == pack(here)


def test_nothing_lost(here: Path, there: Path) -> None:
    """What was written there meanwhile is kept as a copy, and what was passed there stays so."""
    mine = notebook("pass", written="written there")
    (there / "05_errors.ipynb").write_bytes(mine)
    add(there, "call_once", "passed")
    said = unpack(there, pack(here))
    assert [path.read_bytes() for path in (there / "backups").glob("*") if path.read_bytes() == mine] == [mine]
    assert "written into here as well" in said[1]
    assert read_journal(there).states["call_once"] == "passed"


def test_copies(here: Path, there: Path) -> None:
    """A copy whose number is taken gets the next one, and what is kept now is where it is said to be."""
    mine = notebook("pass", written="written there")
    (there / "05_errors.ipynb").write_bytes(mine)
    (there / "backups").mkdir()
    (there / "backups" / "05_errors.1.ipynb").write_bytes(b"kept there long ago")
    said = unpack(there, pack(here))
    assert (there / "backups" / "05_errors.1.ipynb").read_bytes() == b"kept there long ago"
    assert (there / "backups" / "05_errors.2.ipynb").read_bytes() == (
        here / "backups" / "05_errors.1.ipynb"
    ).read_bytes()
    assert "that is kept in backups/05_errors.3.ipynb." in said[1]
    assert (there / "backups" / "05_errors.3.ipynb").read_bytes() == mine
    (there / "backups" / "05_errors.1.ipynb").unlink()
    assert unpack(there, pack(here)) == ["0 more exercises passed."]


def test_twice(here: Path, there: Path) -> None:
    """The same file again changes nothing."""
    unpack(there, pack(here))
    before = sorted(path.name for path in there.rglob("*"))
    assert unpack(there, pack(here)) == ["0 more exercises passed."]
    assert sorted(path.name for path in there.rglob("*")) == before


def test_nothing_yet(there: Path) -> None:
    """Where nothing was done, that is said."""
    with pytest.raises(CourseError, match="nothing to take along"):
        pack(there)


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def shaped(**changed: object) -> bytes:
    """A notebook, but for what is `changed`."""
    return json.dumps({**json.loads(notebook("x", written="y")), **changed}).encode()


def said_smaller(packed: bytes, size: int) -> bytes:
    """The file, whose one entry says in both its heads that it is of this size."""
    local, central = packed.index(b"PK\3\4") + 22, packed.index(b"PK\1\2") + 24
    changed = bytearray(packed)
    for place in (local, central):
        changed[place : place + 4] = size.to_bytes(4, "little")
    return bytes(changed)


CELL = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": []}
LESSON = "05_errors.ipynb"
GOOD = zipped({LESSON: notebook("x")})


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (b"", "no zip, or is damaged"),
        (b"no zip at all", "no zip, or is damaged"),
        (GOOD[: len(GOOD) // 2], "no zip, or is damaged"),
        (GOOD.replace(b"code", b"mode"), "no zip, or is damaged"),
        (said_smaller(zipped({LESSON: bytes(10**7)}, zipfile.ZIP_DEFLATED), 100), "no zip, or is damaged"),
        (zipped({LESSON: notebook("x")}, zipfile.ZIP_BZIP2), "neither a notebook nor progress"),
        (zipped({f"../{LESSON}": notebook("x")}), "neither a notebook nor progress"),
        (zipped({"/etc/x.ipynb": notebook("x")}), "neither a notebook nor progress"),
        (zipped({"C:\\x.ipynb": notebook("x")}), "neither a notebook nor progress"),
        (zipped({"a\n.ipynb": notebook("x")}), "neither a notebook nor progress"),
        (zipped({f"a/{LESSON}": notebook("x"), LESSON: notebook("x")}), "neither a notebook nor progress"),
        (zipped({f"a/b/{LESSON}": notebook("x")}), "neither a notebook nor progress"),
        (zipped({f"a/../{LESSON}": notebook("x")}), "neither a notebook nor progress"),
        (zipped({"helpers/__init__.py": b"x = 1"}), "neither a notebook nor progress"),
        (zipped({LESSON: notebook("x"), "sitecustomize.py": b"x = 1"}), "neither a notebook nor progress"),
        (zipped({LESSON: bytes(MOST + 1)}, zipfile.ZIP_DEFLATED), "unpacks to is larger"),
        (zipped({LESSON: b"no notebook"}), "a notebook in it that is none"),
        (zipped({LESSON: b'"metadata cells"'}), "a notebook in it that is none"),
        (zipped({LESSON: b"[" * 200_000}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells={})}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells=["x"])}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells=[{**CELL, "source": 5}])}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells=[{**CELL, "source": [5]}])}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells=[{**CELL, "outputs": 5}])}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(cells=[{**CELL, "outputs": [5]}])}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(metadata={"course": {"source_digest": 5}})}), "a notebook in it that is none"),
        (zipped({LESSON: shaped(metadata={"course": 5})}), "a notebook in it that is none"),
    ],
)
def test_other_files(there: Path, packed: bytes, why: str) -> None:
    """What `pack` did not write is refused as a whole, with a sentence that says why."""
    before = contents(there)
    with pytest.raises(CourseError, match=f"{why}.*choose the file that you took along, course-work.zip"):
        unpack(there, packed)
    assert contents(there) == before


@pytest.mark.parametrize("folder", ["course-work/", "course-work 2/"])
def test_packed_again(here: Path, there: Path, folder: str) -> None:
    """What Safari unpacked by itself and macOS packed again is the same work: its folder and the Finder's files are
    none of it.
    """
    with zipfile.ZipFile(io.BytesIO(pack(here))) as archive:
        files = {folder + name: archive.read(name) for name in archive.namelist()}
    finders = {folder: b"", f"{folder}.DS_Store": b"x", f"__MACOSX/{folder}._{LESSON}": b"x"}
    unpack(there, zipped({**finders, **files}))
    assert pack(there) == pack(here)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_any_damage(here: Path, there: Path) -> None:
    """Whichever bytes of it are others, it is refused with a sentence, or all that it changes is of its own kind."""
    packed, luck = pack(here), random.Random(0)
    for _ in range(100):
        changed = bytearray(packed)
        for _ in range(luck.randint(1, 4)):
            changed[luck.randrange(len(changed))] = luck.randrange(256)
        with suppress(CourseError):
            unpack(there, bytes(changed))
    assert all(Path(name).suffix == ".ipynb" or name == FILE for name in contents(there))


def test_foreign_progress(there: Path) -> None:
    """Of its progress nothing is taken but what the course knows."""
    lines = [b"2026-01-01  error_fields  passed", b"2026-01-01  nothing_of_ours  passed", b"\xff", b"rm -rf /"]
    assert unpack(there, zipped({FILE: b"\n".join(lines)})) == ["1 more exercise passed."]
    assert read_journal(there).states == {"error_fields": "passed"}


def test_no_link_in_a_link(here: Path) -> None:
    """A notebook in which work was exported is taken along without that link, or each file would hold the last one."""
    packed = pack(here)
    path = here / LESSON
    written = json.loads(path.read_bytes())
    kept = {"output_type": "stream", "name": "stdout", "text": "kept"}
    link = f'{LINK}{b64encode(packed).decode()}">Download</a>'
    for html in (link, [link]):
        output = {"output_type": "execute_result", "data": {"text/html": html}, "metadata": {}, "execution_count": 1}
        written["cells"][0]["outputs"] = [kept, output]
        path.write_text(json.dumps(written), "utf-8")
        with zipfile.ZipFile(io.BytesIO(pack(here))) as archive:
            assert json.loads(archive.read(LESSON))["cells"][0]["outputs"] == [kept]


@pytest.mark.parametrize(
    ("name", "content"), [("06_retries.ipynb", b"damaged"), ("6:7.ipynb", notebook("", written="x"))]
)
def test_damaged(here: Path, name: str, content: bytes) -> None:
    """What could not be taken out again is not put in, and named."""
    if os.name == "nt" and ":" in name:
        pytest.skip("Windows has no such names.")
    (here / name).write_bytes(content)
    with pytest.raises(CourseError, match=f"{name} is damaged"):
        pack(here)


def test_too_much(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than may be taken out again is not put in, and the largest notebook is named."""
    monkeypatch.setattr(luggage, "MOST", 1000)
    (here / LESSON).write_bytes(notebook("pass", written="x" * 1000))
    with pytest.raises(CourseError, match="clear the outputs of 05_errors"):
        pack(here)


def test_older_edition(there: Path) -> None:
    """Whoever brings a lesson of another edition is told so."""
    lesson = json.loads(editions.handed_out("05_errors"))
    lesson["cells"][0]["source"] = "# An older title"
    lesson["metadata"]["course"]["source_digest"] = source_digest(lesson["cells"])
    said = unpack(there, zipped({LESSON: json.dumps(lesson).encode()}))
    assert any(sentence.startswith("05_errors is of another edition") for sentence in said)


@pytest.fixture
def checkout(here: Path, there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in whose notebooks nothing was done, and the present folder of a terminal, which is another."""
    root = tmp_path / "root"
    root.mkdir()
    there.rename(root / "notebooks")
    terminal = tmp_path / "terminal"
    terminal.mkdir()
    monkeypatch.chdir(terminal)
    monkeypatch.setattr(learner, "ROOT", root)
    return root


def course(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments))


def test_import_and_export(checkout: Path, here: Path) -> None:
    """In a terminal: what came out of a browser is in the notebooks' folder, and goes out again as the same file."""
    Path("from-a-browser.zip").write_bytes(pack(here))
    done = course("import", "from-a-browser.zip")
    assert done.exit_code == 0
    assert "05_errors.ipynb is as it was taken along." in done.output
    assert (checkout / "notebooks" / LESSON).read_bytes() == (here / LESSON).read_bytes()
    assert course("export").exit_code == 0
    assert Path(NAME).read_bytes() == pack(here)


def test_never_over(checkout: Path, here: Path) -> None:
    """An export never takes a file's place, and an import never that of a notebook without a copy of it."""
    Path(NAME).write_bytes(b"mine")
    add(checkout / "notebooks", "error_fields", "passed")
    assert (course("export").exit_code, Path(NAME).read_bytes()) == (2, b"mine")
    Path("work.zip").write_bytes(pack(here))
    mine = notebook("pass", written="written there")
    (checkout / "notebooks" / LESSON).write_bytes(mine)
    assert "kept in backups/05_errors.2.ipynb" in course("import", "work.zip").output
    assert mine in contents(checkout).values()


def test_what_cannot_be_imported(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there, is a folder, is too large, or nothing to take along: a sentence, and exit code 2."""
    before = contents(checkout)
    Path("folder.zip").mkdir()
    Path("huge.zip").write_bytes(b"")
    os.truncate("huge.zip", MOST + 1)
    Path("other.zip").write_bytes(zipped({"notes.txt": b"mine"}))
    for name, why in [
        ("nowhere.zip", "There is no file nowhere.zip"),
        ("folder.zip", "is a directory"),
        ("huge.zip", "huge.zip is larger than 100 MB"),
        ("other.zip", "neither a notebook nor progress"),
    ]:
        done = course("import", name)
        assert (done.exit_code, done.stdout) == (2, "")
        assert why in done.stderr
    assert "nothing to take along yet" in course("export").stderr
    assert contents(checkout) == before
    monkeypatch.setattr(learner, "ROOT", checkout / "elsewhere")
    assert "install the course from its checkout" in course("import", "other.zip").stderr
