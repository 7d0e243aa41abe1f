"""Who is in a class: a folder of submissions, or the file that a learning management system exported.

There may be a folder for each person, an archive, or files with the person in their names. What stands in a person's
own folder says nothing about anybody else. Links are not followed, wherever they lead.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from helpers.classroom.marks import Mark, System, read_mark
from helpers.errors import CourseError
from helpers.grading.archive import OF_A_CLASS, is_archive, names_in, unpack
from helpers.grading.gathering import LESSONS, NOTEBOOKS, Gathered, Source, gather, is_wanted, notebook_name

GITHUB: Final = re.compile(r"(?P<name>.+)-(?:main|master)", re.DOTALL)
"""What GitHub calls a download: the repository and the branch."""
KINDS: Final = {
    ".csv": "a table",
    ".xls": "a table",
    ".xlsx": "a table",
    ".ods": "a table",
    ".pdf": "a PDF",
    ".html": "a web page",
    ".htm": "a web page",
    ".doc": "a document",
    ".docx": "a document",
    ".odt": "a document",
    ".md": "a text",
    ".txt": "a text",
    ".json": "a JSON file",
    ".rar": "an archive that is not opened here, unlike .zip and .tar",
    ".7z": "an archive that is not opened here, unlike .zip and .tar",
}


HIDDEN: Final = "It begins with a dot, like what programs hide, and was passed over: give it its author's name."
PROGRAMS: Final = (".ipynb_checkpoints", ".git", ".github", ".venv", ".vscode", ".idea", ".cache")


class Unusable(Exception):  # noqa: N818 - a domain word
    """There is nothing to grade here. The sentence says why."""


@dataclass(frozen=True)
class Entry:
    """Somebody of the class and what they handed in, or something else. `problem` says why it is no submission."""

    name: str
    problem: str | None = None
    sources: tuple[Source, ...] = field(default=(), compare=False)
    notes: tuple[str, ...] = ()
    system: System = ""
    number: str = ""
    """What `system` calls this person, for the way back: Canvas's id of a user, Moodle's of a participant."""


@dataclass(frozen=True)
class _Item:
    """Something in the folder of a class, and whose it is."""

    path: Path
    name: str
    is_folder: bool
    person: str
    mark: Mark | None

    @property
    def key(self) -> tuple[str, str]:
        return self.person, self.mark.number if self.mark else ""


def names_pattern(text: str) -> re.Pattern[str]:
    """`--names`. Raises `CourseError` when it is no pattern with a group."""
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise CourseError(f"--names {text!r} is no regular expression ({error}): try '^([^_]+)_'.") from error
    if pattern.groups == 0:
        raise CourseError(
            f"--names {text!r} has no group for the person's name: put it in brackets, as in '^([^_]+)_'."
        )
    return pattern


def read_roster(
    folder: Path, own: Collection[Path], scratch: Path, names: re.Pattern[str] | None = None
) -> list[Entry]:
    """Who is in `folder`, by name, without what programs hide there and `own`, the files that the grader itself writes.

    An export is unpacked into the folder `scratch`, for as long as that is there. `names` finds a person in the name of
    a file or folder, as its first group. Raises `CourseError` when there is no submission at all.
    """
    written = {path.absolute() for path in own}
    place = _opened(folder, scratch) if is_archive(folder.name) and folder.is_file() else folder
    paths = _within(place, scratch, written)
    strays, items = _sorted(paths, names)
    entries = _people(items, by_name=names is not None)
    known = {entry.name for entry in entries}
    entries += [stray for stray in strays if stray.name not in known]
    entries += [Entry(name, HIDDEN) for name in _hidden(place)]
    if all(entry.problem for entry in entries):
        why = f" {entries[0].name}: {entries[0].problem}" if len(entries) == 1 else ""
        raise CourseError(f"{folder} holds no submission: put each into a sub-folder with its author's name.{why}")
    return sorted(entries, key=lambda entry: entry.name)


def read_submission(entry: Entry) -> Gathered:
    """The notebooks of a submission. Raises `Unusable` when there are none, or when they cannot be read."""
    if entry.problem is not None:
        raise Unusable(entry.problem)
    try:
        return gather(entry.sources)
    except CourseError as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        raise Unusable(f"It cannot be read: {error.strerror}.") from error


def _within(folder: Path, scratch: Path, written: Collection[Path]) -> list[Path]:
    """What is in the folder of a class; where that is an export alone, or one in a folder more, what is in it."""
    paths = [path for path in _listed(folder) if path.absolute() not in written]
    for _ in range(2):
        if len(paths) != 1 or not _is_export(paths[0], in_archive=paths[0].is_relative_to(scratch)):
            break
        paths = _listed(_opened(paths[0], scratch) if is_archive(paths[0].name) else paths[0])
    return paths


def _listed(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            return sorted(
                Path(item.path) for item in found if not item.name.startswith(".") and item.name != "__MACOSX"
            )
    except OSError as error:
        raise CourseError(
            f"{folder} cannot be read ({error.strerror}): name the folder with a sub-folder per submission."
        ) from error


def _hidden(folder: Path) -> Iterator[str]:
    """What may be somebody's, and has a name like what programs hide."""
    for path in folder.iterdir():
        if path.name.startswith(".") and path.name not in PROGRAMS and not path.name.startswith(("._", ".Trash")):
            inside = [one.name for one in path.iterdir()] if path.is_dir() and not path.is_symlink() else [path.name]
            if NOTEBOOKS in inside or any(map(is_wanted, inside)):
                yield path.name


def _opened(archive: Path, scratch: Path) -> Path:
    target = scratch / f"{len(os.listdir(scratch))}"
    target.mkdir()
    if twice := unpack(archive, target, is_wanted, OF_A_CLASS):
        raise CourseError(f"{twice[0]} Whose that is nobody knows: export it again.")
    return target


def _is_export(path: Path, *, in_archive: bool = False) -> bool:
    """Whether this is not of one person, but of the whole class."""
    if path.is_symlink() or read_mark(path.name):
        return False
    if path.is_dir():
        inner = _listed(path)
        if in_archive and len(inner) > 1 and all(one.is_dir() and one.name != NOTEBOOKS for one in inner):
            return True
        names = [one.name for one in inner]
    else:
        names = [name.split("/")[0] for name in names_in(path)] if path.name.lower().endswith(".zip") else []
    return any(mark is not None and mark.number for mark in map(read_mark, names))


def _sorted(paths: Sequence[Path], names: re.Pattern[str] | None) -> tuple[list[Entry], list[_Item]]:
    """What is nobody's, and the rest."""
    marks = {path: read_mark(path.name) for path in paths}
    ids = Counter(mark.file_id for mark in marks.values() if mark is not None and mark.file_id)
    strays: list[Entry] = []
    items: list[_Item] = []
    for path in paths:
        mark = marks[path]
        if mark is not None and ids[mark.file_id] > 1:
            mark = None  # no two files have one id of Canvas's: these are names that happen to look like it
        person = _person(path, mark, names)
        problem = _problem(path, mark, person, names)
        if problem is None:
            items.append(_Item(path, path.name, path.is_dir(), person, mark))
        else:
            strays.append(Entry(path.name, problem))
    return strays, items


def _person(path: Path, mark: Mark | None, names: re.Pattern[str] | None) -> str:
    if names is not None:
        found = names.search(path.name)
        return (found[1] or "") if found else ""
    if mark is not None:
        return mark.person
    if path.is_dir():
        stem = path.name
    elif is_archive(path.name):
        stem = re.sub(r"\.(?:zip|tar(?:\.\w+)?|t\w+)$", "", path.name, flags=re.IGNORECASE)
    else:
        stem = (notebook_name(path.name) or path.name).rpartition(".")[0]
    found = GITHUB.fullmatch(stem)
    return found["name"] if found else stem


def _problem(path: Path, mark: Mark | None, person: str, names: re.Pattern[str] | None) -> str | None:
    """Why this is no submission. None where it may be one."""
    if path.is_symlink():
        return "It is a link, and links are not followed: put the folder itself here."
    if not (path.is_dir() or path.is_file()):
        return "It is no ordinary file."
    if names is None and mark is None and path.is_file():
        if not is_wanted(path.name):
            kind = KINDS.get(path.suffix.lower(), "a file")
            return f"It is {kind}, and no submission: those are notebooks, folders of them, and archives."
        if person in LESSONS:
            return "It is a notebook with nobody's name: put it into a folder with its author's, or use --names."
    if mark is None and _is_export(path):
        return "It looks like the export of a whole class: grade that by itself."
    if not person:
        return "--names finds nobody in its name." if names else "It has nobody's name."
    return None


def _people(items: Sequence[_Item], *, by_name: bool) -> list[Entry]:
    """An entry for each person. Two of one name are told apart by their numbers, unless `by_name`."""
    groups: defaultdict[tuple[str, str], list[_Item]] = defaultdict(list)
    for item in items:
        groups[(item.person, "") if by_name else item.key].append(item)
    shared = Counter(person for person, _ in groups)
    return [
        _entry(f"{person}_{number}" if shared[person] > 1 and number else person, group)
        for (person, number), group in groups.items()
    ]


def _entry(name: str, items: Sequence[_Item]) -> Entry:
    sources = tuple(_source(item, alone=len(items) == 1) for item in items)
    late = tuple(f"{item.name} was handed in late, says Canvas." for item in items if item.mark and item.mark.late)
    found = {(item.mark.system, item.mark.number) for item in items if item.mark}
    system, number = found.pop() if len(found) == 1 else ("", "")
    return Entry(name, None, sources, late, system, number)


def _source(item: _Item, *, alone: bool) -> Source:
    version = item.mark.version if item.mark else ()
    name = item.mark.file if item.mark and item.mark.file else item.name
    return Source(item.path, name, "" if item.is_folder and alone else item.name, version)
