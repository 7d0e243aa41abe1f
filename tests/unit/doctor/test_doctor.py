"""`course doctor` with each thing broken: what is said, what mends it, and that nothing else is lost with it."""

import errno
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from tempfile import TemporaryFile
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.doctor import finding, folders, machine, packages
from helpers.doctor.finding import INSTALL, Finding, examine, holds, install, report, report_json
from helpers.doctor.oldest import MEND, OLDEST
from helpers.errors import not_installed

ROOT = Path(__file__).parents[3]
KEY = "sk-ant-of-nobody"

PROJECT = '[project]\nrequires-python = ">={0}"\ndependencies = ["anthropic>=2.12,<3", "no-such-package>=1"]\n'
BLOCK = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {0}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked())
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of another course."""
    for module in (packages, machine, folders):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def only(findings: Iterator[Finding]) -> Finding:
    (found,) = findings
    return found


def blocked(names: set[str], code: str) -> subprocess.CompletedProcess[str]:
    """A Python in which packages are missing."""
    command = [sys.executable, "-c", BLOCK.format(sorted(names)) + code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_old_python(root: Path) -> None:
    """A Python that is too old is broken."""
    (root / "pyproject.toml").write_text(PROJECT.format("99.1"), "utf-8")
    found = only(packages.python())
    assert (found.state, found.mend) == ("broken", MEND)
    assert found.said.endswith("the course wants >=99.1")


def test_oldest_python() -> None:
    """One that lacks what the doctor itself imports gets that finding, and no traceback; which is too old, is the same
    everywhere.
    """
    code = "import runpy\nsys.version_info = (3, 10, 13)\nrunpy.run_module('helpers.doctor', run_name='__main__')"
    done = blocked({"tomllib"}, code)
    assert (done.returncode, done.stderr) == (1, "")
    said = f"✗ broken  Python            3.10.13 at {sys.executable}; the course wants >=3.11"
    assert [line.strip() for line in done.stdout.splitlines()[:2]] == [said, f"→ {MEND}"]
    assert packages.project()["requires-python"] == ">=" + ".".join(map(str, OLDEST))


def test_systems_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where pip refuses to install anything, as with Debian's own Python, the course gets an environment of its own."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    assert "pip install --require-hashes" in install()
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    assert install() == "make install"


def test_this_python() -> None:
    """This one is fine, and so is every package that pyproject.toml names."""
    found = [*packages.python(), *packages.packages()]
    assert {one.state for one in found} == {"fine"}
    assert {"Python", "jupyterlab", "anthropic"} <= {one.name for one in found}


def test_packages(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is missing and one that is too old are broken, each with what the course wants."""
    (root / "pyproject.toml").write_text(PROJECT.format("3.11"), "utf-8")
    monkeypatch.setattr(packages, "version", versions(anthropic="2.3.1"))
    old, missing = packages.packages()
    assert old == Finding("anthropic", "broken", "2.3.1; the course wants <3,>=2.12", INSTALL)
    assert missing == Finding("no-such-package", "broken", f"not in {sys.prefix}", INSTALL)


def versions(**known: str) -> Callable[[str], str]:
    def version(name: str) -> str:
        if name in known:
            return known[name]
        raise PackageNotFoundError(name)

    return version


@pytest.mark.parametrize(
    ("installed", "state", "said"),
    [
        ({"one": "1.0", "two": "2.0"}, "fine", "all 2 packages are those in binder/requirements.txt"),
        ({"one": "1.1", "two": "2.0"}, "optional", "1 of 2 are others than in binder/requirements.txt: one 1.1"),
        ({"one": "1.0"}, "optional", "1 of 2 are others than in binder/requirements.txt: two missing"),
    ],
)
def test_lock(root: Path, monkeypatch: pytest.MonkeyPatch, installed: dict[str, str], state: str, said: str) -> None:
    """What is installed is held against the lock; what the lock has for other systems is not missed."""
    lines = [
        "one==1.0 \\",
        "    --hash=sha256:00",
        "two==2.0 ; python_version > '3' \\",
        "three==3 ; python_version < '3' \\",
    ]
    (root / "binder").mkdir()
    (root / "binder" / "requirements.txt").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr(packages, "version", versions(**installed))
    found = only(packages.lock())
    assert (found.state, found.said, found.mend) == (state, said, "" if state == "fine" else INSTALL)


@pytest.mark.parametrize("content", ["", "<<<<<<< HEAD", "one==1 ; python_version > \\\n"])
def test_damaged_lock(root: Path, content: str) -> None:
    """A lock with nothing in it that could be installed is broken, and git has another one."""
    (root / "binder").mkdir()
    (root / "binder" / "requirements.txt").write_text(content, "utf-8")
    found = only(packages.lock())
    assert (found.state, found.mend) == ("broken", "git checkout -- binder/requirements.txt")


def test_file_of_the_course(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gone of the course's own files, no installation brings back."""
    monkeypatch.setattr(finding, "ROOT", root)
    assert [found.mend for found in examine(packages.LOOKS)] == [
        "git checkout -- pyproject.toml",
        "git checkout -- pyproject.toml",
        "git checkout -- binder/requirements.txt",
    ]


@pytest.fixture
def kernel_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the kernel `python3` that of another program, described in a folder."""

    def set_program(program: str, folder: Path = Path()) -> None:
        spec = SimpleNamespace(argv=[program], resource_dir=str(folder))
        monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", lambda *_: spec)

    return set_program


def test_foreign_kernel(kernel_of: Callable[..., None]) -> None:
    """A kernel of another program is broken; the command puts this one in its place."""
    kernel_of("/elsewhere/bin/python", Path(sys.prefix, "share", "jupyter", "kernels", "python3"))
    found = only(machine.kernel())
    assert (found.state, found.said) == ("broken", "python3 is /elsewhere/bin/python, not this Python")
    assert found.mend == f"{sys.executable} -m ipykernel install --sys-prefix"


@pytest.mark.skipif(sys.platform == "win32", reason="quoted otherwise")
def test_kernel_that_goes_first(kernel_of: Callable[..., None], tmp_path: Path) -> None:
    """Where Jupyter looks before it looks into this environment, nothing helps but another name for what is there."""
    kernel_of("/elsewhere/bin/python", tmp_path / "my kernels" / "python3")
    assert only(machine.kernel()).mend == f"mv '{tmp_path}/my kernels/python3' '{tmp_path}/my kernels/python3-other'"


def test_kernel_without_course(kernel_of: Callable[..., None], root: Path) -> None:
    """A kernel that cannot import the course says why."""
    (root / "helpers.py").write_text("raise ImportError('half of it is missing')", "utf-8")
    kernel_of("python")
    found = only(machine.kernel())
    assert (found.state, found.mend) == ("broken", INSTALL)
    assert found.said == "it cannot import the course: ImportError: half of it is missing"


def test_no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium and Node are lacking, which is no failure; each comes with its command."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    sentence = "Node is not installed here: run `make node` in the course's folder."
    monkeypatch.setattr("helpers.typescript.node.problem", lambda: sentence)
    found = [only(machine.chromium()), only(machine.node())]
    assert [one.state for one in found] == ["optional", "optional"]
    assert found[1].said == "Node is not installed here; cells of TypeScript alone need it"
    assert found[1].mend == "make node"
    assert holds(found)


def test_named_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The program that the tests are told to take is the one that is looked for."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(machine.CHROMIUM_VARIABLE, str(tmp_path / "mine"))
    found = only(machine.chromium())
    assert (found.state, found.mend) == ("optional", "unset PLAYWRIGHT_CHROMIUM")
    (tmp_path / "mine").touch(mode=0o755)
    assert only(machine.chromium()) == Finding("Chromium", "fine", str(tmp_path / "mine"))


def test_taken_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lab takes another port than one that is taken."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(machine, "PORT", other.getsockname()[1])
        found = only(machine.port())
    assert (found.state, found.said.partition(" is not free")[1]) == ("fine", " is not free")


def test_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can listen, no kernel can be reached."""

    def refuse(*_: Any) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("socket.socket", lambda: SocketThat(refuse))
    found = only(machine.port())
    assert (found.state, found.said) == ("broken", "nothing can listen on 127.0.0.1: Permission denied")


class SocketThat:
    """A socket whose `bind` does something else."""

    def __init__(self, bind: Callable[..., None]) -> None:
        self.bind = bind

    def __enter__(self) -> "SocketThat":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


@pytest.fixture
def refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], None]:
    """Makes the system refuse to write to the places that are called so, and to no other."""
    (root / "notebooks" / "backups").mkdir(parents=True)
    (root / "notebooks" / "05_errors.ipynb").write_text("mine", "utf-8")
    (root / "jupyter").mkdir()
    for name in ("RUNTIME", "CONFIG"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(root / "jupyter"))

    def refuse(code: int, name: str) -> None:
        open_file = Path.open

        def in_folder(*, dir: Path) -> Any:
            if dir.name == name:
                raise OSError(code, "no")
            return TemporaryFile(dir=dir)

        def in_file(path: Path, *arguments: Any) -> Any:
            if path.name == name:
                raise OSError(code, "no")
            return open_file(path, *arguments)

        monkeypatch.setattr(folders, "TemporaryFile", in_folder)
        monkeypatch.setattr(Path, "open", in_file)

    return refuse


@pytest.mark.skipif(sys.platform == "win32", reason="has no such commands")
@pytest.mark.parametrize("name", ["notebooks", "05_errors.ipynb", "backups"])
@pytest.mark.parametrize(
    ("code", "owner", "mend"),
    [
        (errno.EACCES, 0, "chmod -R u+rwX {0}/notebooks"),
        (errno.EACCES, 1, 'sudo chown -R "$(id -un)" {0}/notebooks'),
        (errno.EROFS, 0, "cp -r {0} ~/"),
        (errno.ENOSPC, 0, "make room on its disk"),
    ],
)
def test_writing(
    refused: Callable[..., None],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
    owner: int,
    mend: str,
) -> None:
    """A folder or a file in it that cannot be written to is broken, and why it cannot says what mends it."""
    monkeypatch.setattr("os.geteuid", lambda: root.stat().st_uid + owner)
    refused(code, name)
    found = only(folders.writing())
    assert (found.state, found.mend) == ("broken", mend.format(root))
    assert re.fullmatch(rf"\S*{re.escape(name)} cannot be written to: no", found.said)


def test_nothing_is_written(refused: Callable[..., None], root: Path) -> None:
    """Whether something can be written is found out without changing it."""
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    assert [one.state for one in (*folders.writing(), *folders.jupyters())] == ["fine", "fine"]
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="has no such commands")
def test_jupyters_folders(refused: Callable[..., None], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Jupyter's folders are somebody else's they can be had back; what they would be made in is let alone."""
    monkeypatch.setattr("os.geteuid", lambda: root.stat().st_uid + 1)
    refused(errno.EACCES, "jupyter")
    assert only(folders.jupyters()).mend == f'sudo chown -R "$(id -un)" {root}/jupyter'
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(root / "jupyter" / "share" / "runtime"))
    found = only(folders.jupyters())
    assert found.said == f"{root}/jupyter/share/runtime cannot be written to: no"
    assert found.mend == 'export HOME="$(mktemp -d)"'


def test_no_notebooks(root: Path) -> None:
    """Where the folder is gone, git has it."""
    assert only(folders.writing()).mend == "git checkout -- notebooks"


def test_no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard alone is no failure: a learner needs no more."""

    class Guarded:
        isolation, why_not = "guard", "this system has none"

        def __enter__(self) -> "Guarded":
            return self

        def __exit__(self, *_: object) -> None:
            """Nothing was started."""

    monkeypatch.setattr("helpers.grading.nursery.Nursery", Guarded)
    found = only(machine.grading())
    assert (found.state, found.said) == ("optional", "behind a guard alone (this system has none)")


@pytest.mark.parametrize(
    ("environment", "state", "said"),
    [
        ({}, "fine", "ANTHROPIC_API_KEY is not set, and none is used"),
        ({"ANTHROPIC_API_KEY": KEY}, "fine", "ANTHROPIC_API_KEY is set, and none is used"),
        ({"ANTHROPIC_API_KEY": KEY, "COURSE_MODE": "live"}, "fine", "ANTHROPIC_API_KEY is set, and calls cost money"),
        ({"COURSE_MODE": "live"}, "broken", "COURSE_MODE is live, and ANTHROPIC_API_KEY is not set"),
        ({"COURSE_MODE": "lvie"}, "broken", "COURSE_MODE is 'lvie'"),
    ],
)
def test_settings(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], state: str, said: str) -> None:
    """Of the key no more is said than whether it is there."""
    for name in ("ANTHROPIC_API_KEY", "COURSE_MODE", "COURSE_SPEED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = list(machine.settings())
    assert (found[0].state, found[0].said[: len(said)]) == (state, said)
    assert KEY not in report(found) + report_json(found)


def test_next_look() -> None:
    """What cannot be looked at is broken, and the next look goes on."""

    def falls() -> Iterator[Finding]:
        raise ModuleNotFoundError("No module named 'packaging'")

    found = examine([("packages", falls), ("port", machine.port)])
    said = "cannot be looked at: ModuleNotFoundError: No module named 'packaging'"
    assert found[0] == Finding("packages", "broken", said, INSTALL)
    assert found[1].name == "port"


@pytest.mark.parametrize("missing", [{"anthropic"}, {"packaging", "jupyter_client"}])
def test_missing_package(missing: set[str]) -> None:
    """The command starts without any of them, says so without a traceback, and exits with 1."""
    done = blocked(missing, "from helpers.doctor.finding import main\nsys.exit(main())")
    assert (done.returncode, done.stderr) == (1, "")
    assert "✗ broken" in done.stdout
    assert "ANTHROPIC_API_KEY is" in done.stdout


def test_course_starts_without_the_sdk() -> None:
    """`course` itself does, and a notebook gets one sentence for what it imports."""
    code = "from helpers.cli import main\nfrom helpers.errors import CourseError\n"
    code += "try:\n    from helpers import check, make_client\nexcept CourseError as error:\n    sys.exit(str(error))"
    done = blocked({"anthropic"}, code)
    assert done.stderr.startswith(f"The package anthropic is not installed in {sys.prefix}: run `make install`")
    assert "Traceback" not in done.stderr


def test_module_of_ours() -> None:
    """Where it is a module of the course that is missing, that is no package to install."""
    with pytest.raises(ModuleNotFoundError, match="gone"):
        not_installed(ModuleNotFoundError("gone", name="helpers.gone"))
    missing = not_installed(ModuleNotFoundError("gone", name="httpx2._client"))
    assert str(missing).startswith("The package httpx2 is not installed")


FOUND = [
    Finding("Python", "fine", "3.13"),
    Finding("Node", "optional", "none", "make node"),
    Finding("kernel", "broken", "gone", "mend"),
]


def test_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A word and a symbol for each, the command below it, and what it all comes to."""
    monkeypatch.chdir(ROOT)
    lines = report(FOUND).splitlines()
    assert [line[:9].rstrip() for line in lines[:1] + lines[1:5:2]] == ["✓ fine", "– lacking", "✗ broken"]
    assert lines[2].split() == ["→", "make", "node"]
    assert lines[-1] == "1 broken: begin with the first. 1 lacking that you may want."
    assert (
        report(FOUND[:2]).splitlines()[-1] == "Everything that the lessons need is fine. 1 lacking that you may want."
    )
    monkeypatch.chdir(tmp_path)
    assert report(FOUND).endswith(f" The commands are for the course's folder, {ROOT}.")
    assert report(FOUND[:1]).endswith("Everything that the lessons need is fine.")


@pytest.mark.parametrize(("found", "exit_code"), [(FOUND, 1), (FOUND[:2], 0)])
def test_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: list[Finding], exit_code: int) -> None:
    """What is lacking is no failure, what is broken is; the JSON says the same."""
    monkeypatch.setattr(finding, "examine", lambda: found)
    result = CliRunner().invoke(main, ["doctor", "--json", str(tmp_path / "found.json")])
    written = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert (result.exit_code, written["fine"]) == (exit_code, exit_code == 0)
    assert [one["name"] for one in written["findings"]] == [one.name for one in found]
    assert "make node" in result.stdout
