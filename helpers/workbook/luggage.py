"""A learner's work as one file, to be taken along: from one browser to another, into JupyterLab, and back.

In it are the notebooks that were written into, the progress, and the copies that were kept. What is in it takes its
place; where something else was written meanwhile, that is kept as a copy.

The file comes from wherever a learner keeps files, so nothing in it is believed: it is refused as a whole, with a
sentence, or is what `pack` writes.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from helpers.authoring.digest import was_edited
from helpers.authoring.files import keep_copy
from helpers.errors import CourseError
from helpers.lessons.found import EXERCISES
from helpers.workbook.editions import changed_lessons
from helpers.workbook.journal import FILE, add, parse_journal, read_journal

NAME: Final = "course-work.zip"
MOST: Final = 100_000_000
"""Bytes, packed or unpacked: a hundred times what anybody writes here."""
DATE: Final = (2026, 1, 1, 0, 0, 0)
"""Of every file in it: the same work is the same file."""
LINK: Final = f'<a download="{NAME}" href="data:application/zip;base64,'
"""How a link begins that has such a file in it."""
COPIES: Final = "backups/"
SHOW: Final = "`from helpers.workbook.desk import news` and `news()`, in a cell,"
FINDERS: Final = re.compile(r"__MACOSX/.*|(.*/)?\.DS_Store", re.DOTALL)
"""What macOS packs beside the files of a folder."""
_TOP: Final = re.compile(rf"(?!{COPIES})[^/\\:.\x00-\x1f\x7f][^/\\:\x00-\x1f\x7f]*/")
_PLACE: Final = re.compile(rf"({COPIES})?[^/\\:\x00-\x1f\x7f]+\.ipynb|{re.escape(FILE)}")
_WAYS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def pack(folder: Path) -> bytes:
    """The work in `folder`, as a file. Raises `CourseError` where there is none, or more than a file may hold."""
    work = dict(_work(folder))
    if not work:
        raise CourseError("There is nothing to take along yet: no lesson was written into, and no exercise checked.")
    if sum(map(len, work.values())) > MOST:
        largest = max(work, key=lambda name: len(work[name]))
        raise CourseError(
            f"Your work is more than {MOST // 1_000_000} MB: clear the outputs of {largest}, and save it."
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in work.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(folder: Path, packed: bytes) -> list[str]:
    """Put what `pack` returned into `folder`, all of it. Returns what was done, in sentences.

    Raises `CourseError` for any other file, before anything is written.
    """
    work = _contents(packed)
    progress = work.pop(FILE, None)
    new = {name: content for name, content in work.items() if not _is_there(folder, name, content)}
    # Copies first: what is kept now gets a number that none of them has.
    said = [_put_copy(folder, name, content) for name, content in new.items() if name.startswith(COPIES)]
    for name, content in new.items():
        if not name.startswith(COPIES):
            said += _put(folder, name, content)
    said += _older(folder, new)
    passed = 0 if progress is None else _add_progress(folder, progress)
    return [*said, f"{passed} more exercise{'' if passed == 1 else 's'} passed."]


def write_packed(folder: Path, path: Path) -> int:
    """Write the work in `folder` to the new file `path`. Returns its size, in bytes.

    Raises `CourseError` where there is such a file already.
    """
    packed = pack(folder)
    try:
        with path.open("xb") as file:
            return file.write(packed)
    except FileExistsError as error:
        raise CourseError(f"{path} is there already: name another file, or move that one away.") from error


def read_packed(path: Path) -> bytes:
    """What is in the file `path`, for `unpack`. Raises `CourseError` where nobody would want to read it."""
    if not path.is_file():
        raise CourseError(f"There is no file {path}: name the one that you took along, {NAME} or like it.")
    if path.stat().st_size > MOST:
        raise _refusal(f"{path.name} is larger than {MOST // 1_000_000} MB")
    return path.read_bytes()


def _work(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted([*folder.glob("*.ipynb"), *folder.glob(f"{COPIES}*.ipynb")]):
        content = path.read_bytes()
        if was_edited(content):
            name = path.relative_to(folder).as_posix()
            if not (_PLACE.fullmatch(name) and _is_notebook(content)):
                # It would not be taken out of the file again, nor what is beside it.
                raise CourseError(f"{name} is damaged, or its name is: mend it, or move it out of this folder.")
            yield name, _without_links(content)
    if (folder / FILE).exists():
        yield FILE, (folder / FILE).read_bytes()


def _without_links(content: bytes) -> bytes:
    """The notebook without links that download work: each would hold the one before, and that the one before it."""
    if json.dumps(LINK)[1:-1].encode() not in content:
        return content
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if LINK not in _html(output)]
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _html(output: dict[str, Any]) -> str:
    """Of an output, as nbformat has it: a text, or its lines."""
    data = output.get("data")
    return "".join(data.get("text/html", "")) if isinstance(data, dict) else ""


def _refusal(why: str) -> CourseError:
    return CourseError(f"{why}. Nothing was changed: choose the file that you took along, {NAME} or like it.")


def _contents(packed: bytes) -> dict[str, bytes]:
    """The files in it, by name. Raises `CourseError` for one that may not be there."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = _packed_files(archive)
            if not all(_PLACE.fullmatch(name) and one.compress_type in _WAYS for name, one in files):
                raise _refusal("This file has something in it that is neither a notebook nor progress")
            if sum(file.file_size for _, file in files) > MOST:
                raise _refusal(f"What this file unpacks to is larger than {MOST // 1_000_000} MB")
            contents = {name: _read(archive, file) for name, file in files}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise _refusal("This file is no zip, or is damaged") from error
    for name, content in contents.items():
        if name != FILE and not _is_notebook(content):
            raise _refusal("This file has a notebook in it that is none, or is damaged")
    return contents


def _packed_files(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files in it, each with its name as `pack` would have it.

    Safari unpacks what it downloads. Whoever packs that again has a folder around everything, and the Finder's own
    files.
    """
    files = [one for one in archive.infolist() if not one.is_dir() and not FINDERS.fullmatch(one.filename)]
    tops = {top[0] if (top := _TOP.match(one.filename)) else "" for one in files}
    around = tops.pop() if len(tops) == 1 else ""
    return [(one.filename.removeprefix(around), one) for one in files]


def _read(archive: zipfile.ZipFile, file: zipfile.ZipInfo) -> bytes:
    """No more of it than it says it has: `archive.read` would unpack all that is there."""
    with archive.open(file) as unpacked:
        return unpacked.read(file.file_size + 1)


def _is_notebook(content: bytes) -> bool:
    """Whether all that the course reads of a notebook is there, and of the kind that it has to be."""
    try:
        notebook = json.loads(content)
        metadata, cells = notebook["metadata"], notebook["cells"]
        edition = metadata.get("course", {}).get("source_digest", "")
        return isinstance(edition, str) and isinstance(cells, list) and all(map(_is_cell, cells))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _is_cell(cell: dict[str, Any]) -> bool:
    source = cell["source"]
    lines = source if isinstance(source, list) else [source]
    outputs = cell.get("outputs", [])
    return (
        cell["cell_type"] in ("code", "markdown", "raw")
        and all(isinstance(line, str) for line in lines)
        and isinstance(outputs, list)
        and all(isinstance(output, dict) for output in outputs)
    )


def _is_there(folder: Path, name: str, content: bytes) -> bool:
    """Whether there is nothing to be done: a copy may have another number here."""
    places = folder.glob(f"{COPIES}*.ipynb") if name.startswith(COPIES) else [folder / name]
    return any(path.is_file() and path.read_bytes() == content for path in places)


def _put_copy(folder: Path, name: str, content: bytes) -> str:
    """Write what was kept as a copy, under a new number where another has its own. Returns what was done."""
    path = folder / name
    if path.exists():
        path = keep_copy(folder / f"{path.name.split('.')[0]}.ipynb", content)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return f"{COPIES}{path.name} is a copy that was kept there."


def _put(folder: Path, name: str, content: bytes) -> Iterator[str]:
    """Write a notebook, with a copy of what else somebody wrote there. Yields what was done."""
    path = folder / name
    if path.exists() and was_edited(before := path.read_bytes()):
        yield f"{name} was written into here as well: that is kept in {COPIES}{keep_copy(path, before).name}."
    path.write_bytes(content)
    yield f"{name} is as it was taken along."


def _older(folder: Path, put: Collection[str]) -> Iterator[str]:
    """Which of the lessons that were `put` there are not of the edition that the course has here."""
    for one in changed_lessons(folder):
        if f"{one.lesson}.ipynb" in put:
            yield f"{one.lesson} is of another edition than the course has here: {SHOW} show what can be done."


def _add_progress(folder: Path, progress: bytes) -> int:
    """Add what is passed or tried there. Returns how many exercises that makes passed here and were not."""
    states = {name: state for name, state in parse_journal(progress).states.items() if name in EXERCISES}
    before = read_journal(folder).states
    for name, state in states.items():
        add(folder, name, state)
    return sum(state == "passed" and before.get(name) != "passed" for name, state in states.items())
