"""What a submission sees of the machine, where namespaces keep it apart, and what keeps the grader in charge of it."""

import ast
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.grading.artefacts import MOST_BYTES, TooLong, bring
from helpers.grading.dialogue import Dialogue, Ended
from helpers.grading.grader import grade
from helpers.grading.messages import read_contents
from helpers.grading.nursery import CAN_FORK, Isolation, NoNamespaces, Nursery
from helpers.grading.process import ROOT, ForkedProcess, SpawnedProcess, new_line
from tests.unit.grading.conftest import WriteNotebook

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")

LOOK: Final = """
import _socket, os, resource

def attempted(act):
    try:
        return str(act())
    except OSError as error:
        return os.strerror(error.errno) if error.errno else type(error).__name__

def connect(*address):
    # Past the guard, which is Python's to patch.
    one = _socket.socket()
    one.settimeout(1)
    one.connect(address)

def request_id_of(message):
    seen = {
        "root": sorted(os.listdir("/")),
        "course": sorted(os.listdir(COURSE)),
        "pid": os.getpid(),
        "parent": os.getppid(),
        "here": os.listdir(),
        "home": os.environ["HOME"],
        "write": attempted(lambda: open(os.path.join(COURSE, "helpers", "new.py"), "w")),
        "network": attempted(lambda: connect("192.0.2.1", 80)),
        "loopback": attempted(lambda: connect("127.0.0.1", PORT)),
        "processes": resource.getrlimit(resource.RLIMIT_NPROC),
        "memory": resource.getrlimit(resource.RLIMIT_AS),
        "priority": attempted(lambda: os.nice(-5)),
        "key": os.environ.get("ANTHROPIC_API_KEY"),
    }
    raise RuntimeError(seen)
"""
READ: Final[Mapping[str, Any]] = {"do": "read", "files": [{"cells": [["cell 1", "def answer(client): ..."]]}]}
KILLED: Final = """
import sys
from pathlib import Path
from helpers.grading.nursery import Nursery

nursery = Nursery(sys.argv[1])
process = nursery.start(Path(sys.argv[2]))
print(nursery.zygote_pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module", params=["namespaces", "guard"])
def nursery(request: pytest.FixtureRequest) -> Iterator[Nursery]:
    """One of each isolation, where the system has it."""
    with Nursery(request.param) as nursery:
        try:
            assert nursery.isolation == request.param
        except NoNamespaces as error:
            pytest.skip(str(error))
        yield nursery


def isolated(nursery: Nursery) -> None:
    """Leave out what only namespaces promise."""
    if nursery.isolation != "namespaces":
        pytest.skip("a guard does not promise that")


def test_view(nursery: Nursery, write_notebook: WriteNotebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """No files but Python's and our package, no process, no network, no way to more; an empty home, and no key."""
    isolated(nursery)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    with socket.create_server(("127.0.0.1", 0)) as other:
        code = LOOK.replace("COURSE", repr(str(ROOT))).replace("PORT", str(other.getsockname()[1]))
        report = grade(write_notebook(code), only="request_id_of", nursery=nursery)
    said = report.verdicts[0].runs[0].observation.raised
    assert said is not None
    seen = ast.literal_eval(said.message)
    assert report.isolation == "namespaces"
    assert not {"home", "proc", "sys", "var", "run"} & set(seen["root"])
    assert not {"solutions", "tests", "notebooks", ".git"} & set(seen["course"])
    assert (seen["pid"], seen["parent"], seen["home"], seen["key"]) == (1, 0, "/yard", None)
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in seen["here"]), "only the cases' own folders are there"
    assert "Read-only" in seen["write"]
    assert "unreachable" in seen["network"]
    assert "refused" in seen["loopback"]
    assert seen["processes"] == (64, 64)
    assert seen["memory"] == (2**31, 2**31)
    assert "not permitted" in seen["priority"]


def test_exit_code(nursery: Nursery, tmp_path: Path) -> None:
    """How a process ended is known, and the next question gets another one."""
    code = "import os\ndef request_id_of(message, code=os._exit(7)):\n    return code"
    with Dialogue([{"cells": [["cell 1", code]]}], lambda: nursery.start(tmp_path)) as dialogue:
        with pytest.raises(Ended, match=r"ended the process that it runs in \(exit code 7\)"):
            dialogue.ask({"do": "prepare", "exercise": "request_id_of", "file": 0}, read_contents, 10)
        assert dialogue.ask(READ, read_contents, 10).found == [["request_id_of"], ["answer"]]


def test_silence(nursery: Nursery, tmp_path: Path) -> None:
    """A process that stops itself is ended like one that takes too long."""
    code = "import os, signal\nrequest_id_of = os.kill(os.getpid(), signal.SIGSTOP) or [0 for _ in iter(int, 1)]"
    prepare = {"do": "prepare", "exercise": "request_id_of", "file": 0}
    with (
        Dialogue([{"cells": [["cell 1", code]]}], lambda: nursery.start(tmp_path)) as dialogue,
        pytest.raises(Ended, match="was still running after 1 seconds"),
    ):
        dialogue.ask(prepare, read_contents, 1)


def test_zygote_killed(nursery: Nursery, tmp_path: Path) -> None:
    """Whoever ends the warm process costs the next submission a second, and nothing else."""
    assert nursery.isolation
    assert nursery.zygote_pid is not None
    os.kill(nursery.zygote_pid, signal.SIGKILL)
    assert nursery._zygote is not None
    nursery._zygote.wait(60)
    with Dialogue([], lambda: nursery.start(tmp_path)) as dialogue:
        assert dialogue.ask(READ, read_contents, 10).found == [["answer"]]


def test_ended_first(nursery: Nursery, tmp_path: Path) -> None:
    """Where the machine has no memory left, the system ends a submission, and not the grader or somebody's editor."""
    with Dialogue([], lambda: nursery.start(tmp_path)) as dialogue:
        assert dialogue.ask(READ, read_contents, 10).found == [["answer"]]
        assert nursery.zygote_pid is not None
        family = _family(nursery.zygote_pid)
        assert len(family) >= 2, "the zygote and a child; perhaps the next one"
        assert {Path(f"/proc/{pid}/oom_score_adj").read_text("ascii") for pid in family} == {"1000\n"}
    assert int(Path("/proc/self/oom_score_adj").read_text("ascii")) < 1_000


@pytest.mark.parametrize("isolation", ["namespaces", "guard"])
def test_grader_killed(isolation: Isolation, tmp_path: Path) -> None:
    """When the grader itself is killed, nothing that it started lives on."""
    grader = subprocess.Popen(
        [sys.executable, "-c", KILLED, isolation, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert grader.stdout is not None
    family = _family(int(grader.stdout.readline()))
    assert len(family) >= 2, "the zygote and a child; perhaps the next one"
    grader.kill()
    grader.communicate()
    for pid in family:
        _wait_for_end(pid)


def test_spawned(tmp_path: Path) -> None:
    """Where nothing can be forked, a new interpreter answers the same questions."""
    with Dialogue([], lambda: SpawnedProcess(tmp_path)) as dialogue:
        assert dialogue.ask(READ, read_contents, 10).found == [["answer"]]


def test_line_held(tmp_path: Path) -> None:
    """What a process leaves behind may hold its end of the line: who listens at the other is told that it is over."""
    line, theirs = new_line()
    lifeline, their_lifeline = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    their_lifeline.close()
    process = ForkedProcess(line, lifeline, tmp_path)
    listening = threading.Thread(target=process.answers.readline, daemon=True)
    listening.start()
    process.close()
    listening.join(30)
    assert not listening.is_alive()
    theirs.close()


def test_bring(tmp_path: Path) -> None:
    """Only what is asked for, only regular files, and nothing by way of a link."""
    left, here = tmp_path / "left", tmp_path / "here"
    left.mkdir()
    here.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("a key", "utf-8")
    (left / "ledger.db").write_bytes(b"rows")
    (left / "other").write_bytes(b"nobody asks for it")
    (left / "link").symlink_to(secret)
    (left / "folder").mkdir()
    os.mkfifo(left / "pipe")
    bring(left, here, ["ledger.db", "missing", "link", "folder", "pipe"])
    assert {path.name: path.read_bytes() for path in here.iterdir()} == {"ledger.db": b"rows"}


def test_bring_no_more(tmp_path: Path) -> None:
    """All together have a bound, as long as they say they are; what would go past it is not copied."""
    left, here = tmp_path / "left", tmp_path / "here"
    left.mkdir()
    here.mkdir()
    (left / "first").write_bytes(b"12345")
    with (left / "second").open("wb") as file:
        file.truncate(MOST_BYTES - 4)
    with pytest.raises(TooLong, match=r"left 7,999,996 bytes in second"):
        bring(left, here, ["first", "second"])
    assert [path.name for path in here.iterdir()] == ["first"]


@pytest.mark.parametrize("kind", ["missing", "link", "file"])
def test_bring_nothing(tmp_path: Path, kind: str) -> None:
    """A folder that is none brings nothing, and is no error."""
    other, here, left = tmp_path / "other", tmp_path / "here", tmp_path / "left"
    other.mkdir()
    here.mkdir()
    (other / "secret").write_text("a key", "utf-8")
    if kind == "link":
        left.symlink_to(other)
    elif kind == "file":
        left.write_text("no folder", "utf-8")
    bring(left, here, ["secret"])
    assert list(here.iterdir()) == []


def _family(pid: int) -> list[int]:
    """A process, and all that descend from it."""
    tasks = Path(f"/proc/{pid}/task")
    children = [int(child) for task in tasks.iterdir() for child in (task / "children").read_text("ascii").split()]
    return [pid, *(one for child in children for one in _family(child))]


def _wait_for_end(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], 30)[0], f"process {pid} lives on"
    finally:
        os.close(descriptor)
