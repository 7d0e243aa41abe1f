"""What a learning management system writes around the name of a file that somebody handed in.

Moodle, "Download all submissions" (mod/assign/classes/downloader.php): `Jane Doe_101_assignsubmission_file/` with the
files in it as they were, or `Jane Doe_101_assignsubmission_file_01_standard.ipynb` when not in folders. 101 is what its
grading worksheet calls "Participant 101". A full name has no underscore there, and a group's has no number.

Canvas, "Download Submissions" (lib/content_zipper.rb): `doejane_LATE_1234_56789_01_standard-2.ipynb`. 1234 is the user,
56789 the file, which is greater for whatever was handed in later. The name is the sortable one, in small letters
and without what is no letter. Anonymous ones are `anon_x7Yz_56789_…`.

What the author may choose stands last in all of them, so the first match is the system's own.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from helpers.grading.gathering import Version

System: TypeAlias = Literal["", "moodle", "canvas"]

_MOODLE: Final = re.compile(
    r"(?P<person>[^_]+?|[^_].*?(?=_\d+_assign))(?:_(?P<number>\d+))?_assignsubmission_[a-z]+(?:_(?P<file>.*))?",
    re.DOTALL,
)
_CANVAS: Final = re.compile(
    r"(?:(?P<person>(?!anon_)\w+?)(?:_(?P<late>LATE))?_(?P<number>[1-9]\d*)|(?:(?P<hidden_late>LATE)_)?(?P<hidden>anon_[A-Za-z0-9]+))"
    r"_(?:(?P<file_id>[1-9]\d*)_(?P<file>.+)|(?P<page>(?:text|link)\.html))",
    re.DOTALL,
)


@dataclass(frozen=True)
class Mark:
    """Whose file it is, and what they called it. `number` is the system's for this person, where it says one."""

    system: System
    person: str
    file: str
    number: str = ""
    late: bool = False
    version: Version = ()

    @property
    def file_id(self) -> int:
        """Canvas's own number of the file, which no other file has. 0 elsewhere."""
        return self.version[0] if self.version else 0


def read_mark(name: str) -> Mark | None:
    """What the system wrote into `name`. None where it wrote nothing."""
    if found := _MOODLE.fullmatch(name):
        return Mark("moodle", found["person"], found["file"] or "", found["number"] or "")
    if found := _CANVAS.fullmatch(name):
        person = found["person"] or found["hidden"]
        late = bool(found["late"] or found["hidden_late"])
        version = (int(found["file_id"]),) if found["file_id"] else ()
        return Mark("canvas", person, found["file"] or found["page"], found["number"] or "", late, version)
    return None
