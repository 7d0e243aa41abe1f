"""Whose code a file holds: the learner's, or somebody else's."""

import linecache
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final


def beginnings(course: str, paths: Mapping[str, str], standard: str) -> Iterator[str]:
    """How the names of files begin whose code is no learner's.

    `course` is the folder of this package, `paths` are those of sysconfig, `standard` is a file of Python's library.
    """
    yield course
    for path in (paths["purelib"], paths["stdlib"]):
        yield path
        if path.startswith("//"):  # in a browser, where the files themselves have one slash
            yield f"/{path.lstrip('/')}"
    # Packed, in a browser and where Python is embedded.
    yield str(Path(standard).parent)
    yield "<frozen"


_OTHERS: Final = tuple(beginnings(str(Path(__file__).parents[1]), sysconfig.get_paths(), linecache.__file__))


def is_learners(file: str) -> bool:
    """Whether a file, or a cell, holds code of the learner's rather than ours, a library's or Python's."""
    return not file.startswith(_OTHERS)
