"""`course serve`: a contract that scripts outside this repository use."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.replay import SCENARIOS
from tests.unit.replay.asking import HEADERS, PARAMS

COURSE = (sys.executable, "-c", "from helpers.cli import main; main()")


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command and the first line that it prints."""
    command = [*COURSE, "serve", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().rstrip("\n")
        finally:
            process.kill()


def test_serve() -> None:
    """The address first, then the doors; SIGTERM is a clean end, and the address was all it printed."""
    with served("--scenario", "overloaded_twice", "--port", "0") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        replies = [httpx2.post(f"{url}/v1/messages", json=PARAMS, headers=HEADERS) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [529, 529, 200]
        assert len(httpx2.get(f"{url}/_wire").json()) == 3
        httpx2.post(f"{url}/_reset")
        assert httpx2.get(f"{url}/_wire").json() == []
        if sys.platform != "win32":
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=10) == ("", "")
            assert process.returncode == 0


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command."""
    result = CliRunner().invoke(main, ["serve", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_list() -> None:
    """Every scenario with what it does."""
    code, out, err = run("--list")
    assert (code, err) == (0, "")
    assert [line.split(maxsplit=1) for line in out.splitlines()] == [
        [scenario.name, scenario.summary] for scenario in SCENARIOS.values()
    ]


def test_unknown_scenario() -> None:
    """One sentence on stderr, exit code 2."""
    code, out, err = run("--scenario", "chaos")
    assert (code, out) == (2, "")
    assert err.startswith("There is no scenario 'chaos': choose one of plain, ")
    assert len(err.splitlines()) == 1


def test_port_in_use() -> None:
    """One sentence on stderr, exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = run("--port", str(port))
    assert (code, out) == (2, "")
    assert err.startswith(f"Port {port} is in use: ")
    assert len(err.splitlines()) == 1


def test_bad_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that can't be meant is one sentence too."""
    monkeypatch.setenv("COURSE_SPEED", "fast")
    code, _, err = run()
    assert code == 2
    assert err.startswith("COURSE_SPEED is 'fast'")


@pytest.mark.parametrize("speed", ["inf", "nan", "-1", "fast", "1e9"])
def test_bad_speed(speed: str) -> None:
    """One sentence on stderr, exit code 2: nothing is served at a speed at which nothing would ever happen."""
    code, out, err = run("--speed", speed)
    assert (code, out) == (2, "")
    assert err.strip() == f"--speed is {speed!r}, but it must be a number from 0 to 1000: try --speed=0."


def test_help_names_the_command() -> None:
    """Somebody who types `course` is told what there is."""
    assert "serve" in CliRunner().invoke(main, ["--help"]).stdout
