"""What may keep a process from being started, played."""

import os
import re
import subprocess
import sys
from typing import Any, Final

import pytest

from helpers.grading import nursery
from helpers.grading.process import LACKING, command

SAYS: Final = """
import socket
socket.socket(fileno={}).send({!r})
"""


def exhaust(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let no process be started."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(subprocess, "Popen", refuse)


def forbid(monkeypatch: pytest.MonkeyPatch, said: bytes = LACKING + b"not permitted") -> None:
    """Let a process that should enter namespaces say this, and end."""

    def instead(statement: str, *arguments: str) -> list[str]:
        if jailed := re.search(r"main\((\d+), True\)", statement):
            return [sys.executable, "-c", SAYS.format(jailed[1], said)]
        return command(statement, *arguments)

    monkeypatch.setattr(nursery, "command", instead)
