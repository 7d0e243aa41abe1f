"""A key goes to no process that the course starts: each is told its environment, and none inherits this one's."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from helpers.settings import without_keys

ROOT: Final = Path(__file__).parents[2]
STARTING: Final = {
    *("subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call", "subprocess.check_output"),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "os.system", "os.popen", "os.posix_spawn"),
    *("os.execv", "os.execvp", "os.execl", "os.execlp", "os.spawnv", "os.spawnl"),
}
LAB: Final = {"helpers/cli/learner.py": {"subprocess.call(command)", "os.execv(command[0], command)"}}
"""`course lab` becomes JupyterLab, whose kernels are to call the API where somebody wants them to."""


def without_environment(source: str) -> Iterator[str]:
    """The calls in `source` that start a process and do not say with which environment."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in calls:
        if ast.unparse(call.func) in STARTING and not any(keyword.arg == "env" for keyword in call.keywords):
            yield ast.unparse(call)


def test_every_child_is_told_its_environment() -> None:
    """Nowhere in the package is a process started that inherits the environment, but for JupyterLab."""
    files = (path for path in (ROOT / "helpers").rglob("*.py") if "node_modules" not in path.parts)
    found = {path.relative_to(ROOT).as_posix(): set(without_environment(path.read_text("utf-8"))) for path in files}
    assert {path: calls for path, calls in found.items() if calls} == LAB


def test_it_would_be_found() -> None:
    """The search finds one that inherits, and is content with one that does not."""
    assert list(without_environment("subprocess.run(['node'], check=True)")) == ["subprocess.run(['node'], check=True)"]
    assert list(without_environment("subprocess.run(['node'], env={})")) == []


def test_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is the API's is left out, whatever it is called; the rest is there."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "Anthropic_Api_Key_2"):
        monkeypatch.setenv(name, "sk-ant-secret")
    assert "sk-ant-secret" not in without_keys().values()
    assert without_keys()["PATH"] == os.environ["PATH"]
