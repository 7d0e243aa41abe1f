"""Work that is taken along: all of it and nothing else, and nothing of anybody's is lost where it is put back."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from helpers.authoring.digest import source_digest
from helpers.errors import CourseError
from helpers.workbook.journal import FILE, add, read_journal
from helpers.workbook.luggage import pack, unpack


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
    assert "written into here as well" in said[0]
    assert read_journal(there).states["call_once"] == "passed"


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


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        b"no zip at all",
        zipped(**{"../05_errors.ipynb": notebook("x")}),
        zipped(**{"/etc/x.ipynb": notebook("x")}),
        zipped(**{"helpers/__init__.py": b"x = 1"}),
        zipped(**{"05_errors.ipynb": b"no notebook"}),
        zipped(**{"05_errors.ipynb": notebook("x"), "sitecustomize.py": b"x = 1"}),
    ],
)
def test_other_files(there: Path, packed: bytes) -> None:
    """What `pack` did not write is refused as a whole."""
    before = {path: path.read_bytes() for path in there.iterdir()}
    with pytest.raises(CourseError, match="no file that export_work"):
        unpack(there, packed)
    assert {path: path.read_bytes() for path in there.iterdir()} == before
    assert not (there / FILE).exists()
