"""What is imported when it is first asked for: the right things, and nothing before."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from typing import Any, Final

import pytest

from helpers.firstuse import on_first_use, use_all

PACKAGES: Final = ("helpers", "helpers.facts")
FIRST_CELL: Final = """
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()
"""
GROUND: Final = ("helpers.errors", "helpers.firstuse")
OURS: Final = ("client", "errors", "firstuse", "live", "notebook", "replay", "settings")
"""What the first cell of a lesson needs of the course."""
FACTS: Final = ("errors", "limits", "models", "prices")
OTHERS: Final = ("difflib", "importlib")
"""What it needs besides, and the SDK does not import."""


def said_by(code: str) -> set[str]:
    """The words that a fresh interpreter prints for `code`."""
    return {*subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()}


def imported_by(code: str) -> set[str]:
    """The modules that a fresh interpreter imports for `code` after it has imported the SDK."""
    return said_by(f"import sys, anthropic\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)")


def seen_by_type_checkers(package: str) -> dict[str, str]:
    """The names that stand below `if TYPE_CHECKING:`, and the modules that they are said to be in."""
    tree = ast.parse(inspect.getsource(import_module(package)))
    (block,) = (one for one in tree.body if isinstance(one, ast.If) and ast.unparse(one.test) == "TYPE_CHECKING")
    imports = [one for one in block.body if isinstance(one, ast.ImportFrom)]
    return {name.name: str(one.module) for one in imports for name in one.names}


@pytest.mark.parametrize("package", PACKAGES)
def test_same_names(package: str) -> None:
    """Whoever asks gets what type checkers were told: each name of `__all__`, out of that module."""
    module: Any = import_module(package)
    seen = seen_by_type_checkers(package)
    assert sorted(seen) == sorted(module.__all__)
    for name, place in seen.items():
        assert getattr(module, name) is getattr(import_module(place), name)


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_before(package: str) -> None:
    """The package alone imports its own ground, and neither the SDK nor what its names are in."""
    modules = said_by(f"import sys\nimport {package}\nprint(*sys.modules)")
    assert {one for one in modules if one.startswith(f"{package}.")} <= {*GROUND}
    assert "anthropic" not in modules


def test_first_cell() -> None:
    """What the first cell of a lesson imports is what it needs."""
    modules = imported_by(FIRST_CELL)
    parts = [one.split(".") for one in modules if one.startswith("helpers.")]
    assert {one[1] for one in parts} == {*OURS, "facts"}
    assert {one[2] for one in parts if one[1] == "facts" and len(one) > 2} == {*FACTS}
    assert {one.split(".")[0] for one in modules} - {"helpers"} <= {*OTHERS}


def test_other_names() -> None:
    """A name that is none is refused as any module refuses it; those that are can be listed before they were used."""
    module = import_module("helpers.facts")
    with pytest.raises(AttributeError, match=r"^module 'helpers\.facts' has no attribute 'Pirce'$"):
        _ = module.Pirce
    assert {*module.__all__} <= {*dir(module)}


def test_use_all() -> None:
    """Before a process is forked, all that is asked for later is there."""
    modules = imported_by("from helpers.firstuse import use_all\nuse_all('helpers.facts')")
    assert {"helpers.facts.patterns", "helpers.facts.prices"} <= modules
    use_all("helpers")


def test_error_of_a_module() -> None:
    """What goes wrong inside a module of ours is no missing package."""
    find, _ = on_first_use("helpers", {"helpers.nothing_there": ("gone",)})
    with pytest.raises(ModuleNotFoundError, match=r"helpers\.nothing_there"):
        find("gone")
