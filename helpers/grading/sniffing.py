"""What a file is that is no notebook, told from how it begins: so that whoever handed it in knows what to do."""

import re
from typing import Final

LONGEST_START: Final = 4_096
"""Bytes of a file that are looked at."""
_CONFLICT: Final = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
_DEFINED: Final = re.compile(
    r'(?:^|"|\\n)(?:export\s+)?(?:async\s+)?(?:def|class|function)\s+([^\W\d]\w*)', re.MULTILINE
)
"""At the beginning of a line, which in a notebook's JSON stands behind a quote or an escape."""
_COMPRESSED: Final = "is compressed, not a notebook: unpack it, and hand in what is in it"
_BINARY: Final = (
    (b"\x1f\x8b", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\xfd7zXZ", _COMPRESSED),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"PK\x03\x04", "is a zip archive, not a notebook: unpack it, and hand in what is in it"),
    (b"7z\xbc\xaf", "is a 7z archive, not a notebook: unpack it, and hand in what is in it"),
    (b"Rar!", "is a RAR archive, not a notebook: unpack it, and hand in what is in it"),
    (b"%PDF", "is a PDF, not a notebook: hand in the notebook itself rather than a print of it"),
    (b"\x89PNG", "is a picture, not a notebook: hand in the notebook itself"),
    (b"\xff\xd8\xff", "is a picture, not a notebook: hand in the notebook itself"),
    (b"SQLite format 3", "is a database, not a notebook: hand in the notebook itself"),
)
_WIDE: Final = re.compile(r"\0{0,3}[^\0]\0|\0[^\0]")
"""A character that is read as several: the first one of a text in UTF-16 or UTF-32 that has no mark before it."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_TEXT: Final = (
    (
        re.compile(r"\s*<(?:!doctype|html|head|\?xml)", re.IGNORECASE),
        "is a web page, not a notebook: download the file itself (“Raw” on GitHub; “Save link as” may save its page)",
    ),
    (re.compile(r"\{\\rtf"), "is a document of a word processor, not a notebook: open and save it in JupyterLab"),
    (re.compile(r"version https://git-lfs"), "is a pointer of Git LFS, not a notebook: run `git lfs pull` first"),
)
_CODE: Final = re.compile(r"\s*(?:#|import |from |def |class |\"\"\")")
_NOTEBOOK: Final = re.compile(r'\s*\{.*"(?:nbformat|cells)"', re.DOTALL)


def what_bytes_are(start: bytes) -> str | None:
    """What a file is that begins like this, and what to do, for the end of a sentence. None where it may be text."""
    if any(start.startswith(mark) for mark in _UTF_16):
        return "is not UTF-8 text but UTF-16: save it as UTF-8"
    return next((said for mark, said in _BINARY if start.startswith(mark)), None)


def what_text_is(text: str, suffix: str) -> str | None:
    """The same of a text that was to be a notebook (`.ipynb`) or a script (`.py`). None where it may be one."""
    if _WIDE.match(text):
        return "is not UTF-8 text but UTF-16: save it as UTF-8"
    if not text.strip():
        return "is empty: save the notebook again, and hand that in"
    said = next((said for pattern, said in _TEXT if pattern.match(text)), None)
    if said is None and suffix == ".py" and _NOTEBOOK.match(text[:LONGEST_START]):
        return "is a notebook that is called a script: change the end of its name to .ipynb"
    if said is None and suffix == ".ipynb":
        if (conflict := conflict_in(text)) is not None:
            return f"is not a notebook, because {conflict}"
        if _CODE.match(text):
            return "is a script that is called a notebook: change the end of its name to .py"
    return said


def conflict_in(text: str) -> str | None:
    """Where the marks of a merge conflict begin, and what to do. None where there are none."""
    found = _CONFLICT.search(text)
    if found is None or len(_CONFLICT.findall(text)) < 2:
        return None
    line = text.count("\n", 0, found.start()) + 1
    return f"it holds the marks of a merge conflict (line {line}): choose what is to stay, and take the marks out"


def names_defined_in(text: str) -> frozenset[str]:
    """What stands behind each `def`, `class` and `function`, in a script or a notebook, as far as it is whole."""
    return frozenset(_DEFINED.findall(text))
