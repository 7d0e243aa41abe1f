"""What is graded: the files of one submission as text, and the terms of the run. It travels as one JSON document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from helpers.grading.budget import SECONDS_PER_SUBMISSION
from helpers.grading.nursery import Isolation

ROOT: Final = Path(__file__).parents[1]
GRADING: Final = ("**/*.py", "fixtures/*.sse", "facts/data/*.*")
"""What a verdict can depend on: of the code all, since a room that is left out is one that somebody moves things to."""


@dataclass(frozen=True)
class Terms:
    """What is the same for everybody in a round. The cases are drawn from `seed`, so that all meet the same ones."""

    seed: int
    lessons: tuple[str, ...]
    version: str
    seconds: float = SECONDS_PER_SUBMISSION
    """For all exercises of one submission together."""
    isolation: Isolation = "namespaces"
    """What has to keep a submission apart: another one is no record of theirs."""


@dataclass(frozen=True)
class Parcel:
    """One submission."""

    name: str
    files: Mapping[str, str]
    terms: Terms
    exercises: tuple[str, ...] = ()
    """What is judged. None named: all of the lessons."""

    @property
    def work(self) -> str:
        """The same for the same files, whoever handed them in."""
        return _digest(dict(self.files))

    @property
    def key(self) -> str:
        """The same for the same submission with the same content on the same terms, whatever cases were drawn."""
        terms = {name: value for name, value in vars(self.terms).items() if name != "seed"}
        return _digest([self.name, self.work, terms])

    def to_json(self) -> str:
        """The parcel as text. ASCII alone, so that every transport takes it."""
        files, terms = dict(self.files), vars(self.terms)
        return json.dumps({"name": self.name, "files": files, "terms": terms, "exercises": self.exercises})


def pack(name: str, contents: Mapping[str, bytes], terms: Terms) -> Parcel:
    """A parcel of these files. Bytes that are no UTF-8 survive, for the grader to say so."""
    files = {file: content.decode("utf-8", "surrogateescape") for file, content in contents.items()}
    return Parcel(name, files, terms)


def read_parcel(text: str) -> Parcel:
    """The parcel that `to_json` wrote."""
    data: dict[str, Any] = json.loads(text)
    terms = Terms(**{**data["terms"], "lessons": tuple(data["terms"]["lessons"])})
    return Parcel(data["name"], data["files"], terms, tuple(data["exercises"]))


def _digest(document: object) -> str:
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def unpack(parcel: Parcel, folder: Path) -> None:
    """Write the files of `parcel` into `folder`, byte for byte."""
    for file, text in parcel.files.items():
        if Path(file).name != file:
            raise OSError(f"{file!r} is not the name of a file")
        (folder / file).write_bytes(text.encode("utf-8", "surrogateescape"))


def decisive() -> list[Path]:
    """The files of the course that a verdict can depend on."""
    return sorted(path for pattern in GRADING for path in ROOT.glob(pattern))


@cache
def course_version() -> str:
    """The version of the course, with a digest of everything that a verdict depends on."""
    digest = sha256()
    for path in decisive():
        # As text: a checkout may have changed the ends of lines.
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\n" + path.read_text("utf-8").encode() + b"\0")
    return f"{metadata.version('course')}+{digest.hexdigest()[:12]}"
