"""What is the learner's is told from what is not, wherever Python and its libraries are."""

import json
import linecache
import sysconfig

import anthropic
import pytest

import helpers
from helpers.calling.whose import beginnings, is_learners


@pytest.mark.parametrize("module", [json, linecache, anthropic, helpers])
def test_here(module: object) -> None:
    """Python's own, a library's and the course's are nobody's; a cell and a file of the learner's are theirs."""
    assert not is_learners(str(vars(module)["__file__"]))
    assert not is_learners("<frozen importlib._bootstrap>")
    assert is_learners("/tmp/ipykernel_1/2.py")


@pytest.mark.parametrize(
    ("file", "theirs"),
    [
        ("/lib/python314.zip/json/__init__.py", False),
        ("/lib/python3.14/site-packages/httpx2/_client.py", False),
        ("/lib/python3.14/site-packages/helpers/notebook.py", False),
        ("<frozen os>", False),
        ("/tmp/<ipython-input-3-c3dbe9d2>", True),
        ("/drive/mine.py", True),
        ("<unknown>", True),
    ],
)
def test_in_a_browser(file: str, theirs: bool) -> None:
    """There, the paths as Pyodide has them have two slashes in front, and the standard library is packed."""
    paths = {**sysconfig.get_paths(), "stdlib": "//lib/python3.14", "purelib": "//lib/python3.14/site-packages"}
    others = beginnings("/lib/python3.14/site-packages/helpers", paths, "/lib/python314.zip/linecache.py")
    assert file.startswith(tuple(others)) is not theirs
