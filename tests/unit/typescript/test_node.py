"""Where Node is missing, old, or without its packages, a sentence says so and what mends it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.errors import CourseError
from helpers.typescript import node as module
from helpers.typescript.magic import unavailable
from helpers.typescript.node import node, problem


@pytest.fixture(autouse=True)
def _looks_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nothing of this machine is seen: neither what stands beside its Python nor its PATH."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    node.cache_clear()
    yield
    node.cache_clear()


def pretend(folder: Path, version: str) -> None:
    """A program that says that it is this version of Node."""
    program = folder / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
    program.chmod(0o755)


def test_missing() -> None:
    """One sentence, with the command."""
    assert problem() == (
        "Node is not installed here, and TypeScript needs Node 20 or newer: run `make node` in the course's folder, "
        "and everything else works without it."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="A script is no program there.")
def test_node_16(tmp_path: Path) -> None:
    """Which version there is."""
    pretend(tmp_path, "v16.20.2")
    assert str(problem()).startswith("This is Node 16.20.2, and TypeScript needs Node 20 or newer: run `make node`")


@pytest.mark.skipif(sys.platform == "win32", reason="A script is no program there.")
def test_no_node_at_all(tmp_path: Path) -> None:
    """Nor is every program of that name one."""
    pretend(tmp_path, "hello")
    assert "does not say that it is Node" in str(problem())


@pytest.mark.skipif(sys.platform == "win32", reason="A script is no program there.")
def test_packages_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Node without the SDK."""
    pretend(tmp_path, "v20.1.0")
    (tmp_path / "package.json").write_bytes((module.FOLDER / "package.json").read_bytes())
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "PACKAGES", tmp_path / "node_modules")
    assert problem() == ("The npm package @anthropic-ai/sdk is not installed: run `make node` in the course's folder.")


def test_stands_for_a_function() -> None:
    """What a cell would have defined says why it is not there."""
    with pytest.raises(CourseError, match="make node"):
        unavailable("showText", str(problem()))()
