"""Nothing lies in `notebooks/` and `solutions/` but the lessons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from helpers.proofs.proof import Proof

IGNORED: Final = ("backups", "progress.txt", "__pycache__")
"""What a build, a learner and Python leave there. Hidden files are nobody's to see."""


def prove_files(root: Path) -> Proof:
    """What else is there."""
    stray = tuple(f"{path.relative_to(root).as_posix()} belongs to no lesson" for path in sorted(_stray(root)))
    sources = len(list((root / "solutions").glob("*.py")))
    return Proof("notebooks/ and solutions/", f"{sources} sources, and the two notebooks of each", stray)


def _stray(root: Path) -> Iterator[Path]:
    names = {path.stem for path in (root / "solutions").glob("*.py")}
    for folder, suffixes in (("notebooks", (".ipynb",)), ("solutions", (".ipynb", ".py"))):
        for path in (root / folder).iterdir():
            hidden = path.name in IGNORED or path.name.startswith(".")
            if not hidden and (path.stem not in names or path.suffix not in suffixes):
                yield path
