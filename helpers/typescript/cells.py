"""Which cells are TypeScript: a first line says so, in a notebook and in the `.py` that is made of one."""

import re
from typing import Final

from helpers.errors import CourseError

_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_IN_A_NOTEBOOK: Final = re.compile(r"\s*%%typescript[ \t]+([A-Za-z_]\w*)[ \t]*(?=\n|$)", re.ASCII)
# As jupytext writes it, with its options in either order; or as one would by hand.
_OPTIONS: Final = re.compile(r'\s*# ?%%(?=[^\n]*\blanguage="typescript")[^\n]*\bmagic_args="([A-Za-z_]\w*)"', re.ASCII)
_BY_HAND: Final = re.compile(r"\s*# ?%%typescript[ \t]+([A-Za-z_]\w*)[ \t]*(?=\n|$)", re.ASCII)


def name_in(line: str) -> str:
    """The name behind `%%typescript`. Raises `CourseError` where there is none."""
    name = line.strip()
    if not _NAME.fullmatch(name):
        raise CourseError("Name the function after `%%typescript`, as in `%%typescript showText`.")
    return name


def typescript_in(source: str) -> tuple[str, str] | None:
    """The name of a cell of TypeScript and its module, whose lines have the numbers that they have in `source`.

    None where the cell is none.
    """
    if found := _IN_A_NOTEBOOK.match(source):
        return found[1], _without(source, found)
    if found := _OPTIONS.match(source) or _BY_HAND.match(source):
        lines = _without(source, found).split("\n")
        # To Python, the whole cell is a comment.
        return found[1], "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
    return None


def _without(source: str, magic: "re.Match[str]") -> str:
    end = source.find("\n", magic.end())
    return "\n" * source.count("\n", 0, magic.end()) + ("" if end < 0 else source[end:])
