"""Codespaces, VS Code, Colab and nbgitpuller: what their files and the README say of the course is still so."""

import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text("utf-8")
WAYS: Final = ("make lab", "Lite", "pages", "Binder", "Codespaces", "VS Code", "Colab", "nbgitpuller")


def read(name: str) -> Any:
    """A file of VS Code's JSON, in which a line may be a comment."""
    return json.loads(re.sub(r"(?m)^\s*//.*$", "", (ROOT / name).read_text("utf-8")))


@pytest.fixture
def devcontainer() -> dict[str, Any]:
    found: dict[str, Any] = read(".devcontainer/devcontainer.json")
    return found


def test_installs(devcontainer: dict[str, Any]) -> None:
    """A codespace installs the course as everybody else does, into the environment that is on its PATH."""
    make, target = devcontainer["postCreateCommand"].split()
    assert make == "make"
    assert re.search(rf"(?m)^{target}: \$\(STAMP\)", (ROOT / "Makefile").read_text("utf-8"))
    assert devcontainer["remoteEnv"]["PATH"].startswith("${containerWorkspaceFolder}/.venv/bin:")


def test_python(devcontainer: dict[str, Any]) -> None:
    """Its Python is one that pyproject.toml names."""
    version = re.match(r"python:(3\.\d+)-", devcontainer["image"])
    assert version
    assert f"Python :: {version[1]}" in (ROOT / "pyproject.toml").read_text("utf-8")


def test_opens(devcontainer: dict[str, Any]) -> None:
    """It opens the first lesson."""
    opened = devcontainer["customizations"]["codespaces"]["openFiles"]
    assert [(ROOT / name).exists() for name in opened] == [True]


def test_vscode(devcontainer: dict[str, Any]) -> None:
    """VS Code takes the course's own Python, on a laptop and in a codespace with the same extensions."""
    settings = read(".vscode/settings.json")
    assert settings["python.defaultInterpreterPath"] == "${workspaceFolder}/.venv/bin/python"
    extensions = devcontainer["customizations"]["vscode"]["extensions"]
    assert read(".vscode/extensions.json")["recommendations"] == extensions


def test_pulled_link() -> None:
    """The link for nbgitpuller opens the first lesson, in the folder that it makes."""
    link = next(line.strip() for line in README.splitlines() if "/hub/user-redirect/git-pull?" in line)
    query = parse_qs(urlsplit(link).query)
    assert query["repo"] == ["https://github.com/OWNER/REPO"]
    folder, _, notebook = query["urlpath"][0].removeprefix("lab/tree/").partition("/")
    assert (folder, (ROOT / notebook).exists()) == ("REPO", True)


def test_table() -> None:
    """The README says of each way how it was tried."""
    rows = [line for line in README.splitlines() if line.startswith("|")]
    assert [way for way in WAYS if not any(way in row.partition(" | ")[0] for row in rows)] == []
