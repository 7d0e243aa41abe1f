"""What a person types first must work: lock, Makefile, Binder, CI and README agree, and a failure says its cure.

Nothing is installed here. `make install` runs for real with a Python and a uv that only write down what they were told.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jupyterlab_server.config import get_federated_extensions
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from helpers.cli import main

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS: Final = ("binder/requirements.txt", "tests/requirements.txt")
"""What a learner needs, and what the tests need besides."""
MAKEFILE: Final = (ROOT / "Makefile").read_text(encoding="utf-8")
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOW: Final = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")

# Written in two halves, or this file would name them.
REGISTRY_HOSTS: Final = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "yarnpkg" + ".com"]
NOT_COMMITTED: Final = {".git", ".venv", "__pycache__", ".ipynb_checkpoints", "node_modules", "build", "dist", "_site"}
OWN_EXTENSIONS: Final = ["course-aloud", "course-typescript"]
"""What the course adds to JupyterLab."""

LAB_VENV: Final = (
    '[ "$1" = venv ] && mkdir -p .venv/bin && ln -s ../../bin/true .venv/bin/python'
    " && printf '#!/bin/sh\\necho \"$@\"\\n' > .venv/bin/course && chmod +x .venv/bin/course; exit 0"
)
"""A line of a uv whose `uv venv` makes a `course` too, which prints what it is called with."""

needs_make = pytest.mark.skipif(
    shutil.which("make") is None or sys.platform == "win32", reason="the Makefile is for Linux and macOS"
)


def locked(*locks: str) -> list[tuple[Requirement, list[str]]]:
    """Each entry of the locks with its hashes."""
    text = "\n".join((ROOT / lock).read_text(encoding="utf-8") for lock in locks)
    lines = re.sub(r"(?m)^\s*#.*$", "", text).replace("\\\n", " ").splitlines()
    entries = [line.split(" --hash=") for line in lines if line.strip()]
    return [(Requirement(requirement.strip()), [hash_.strip() for hash_ in hashes]) for requirement, *hashes in entries]


def asked_for() -> Iterator[tuple[Requirement, tuple[str, ...]]]:
    """Everything that pyproject.toml asks for, whoever installs it, and the locks that it may stand in."""
    learners = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["build"],
        *PROJECT["build-system"]["requires"],
    ]
    yield from ((Requirement(line), LOCKS[:1]) for line in learners)
    yield from ((Requirement(line), LOCKS) for line in PROJECT["project"]["optional-dependencies"]["test"])


def committed_files() -> Iterator[Path]:
    """Every file of the repository, without asking git: the course also comes as an archive."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_COMMITTED and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names)


# The locks


def test_every_locked_package_has_hashes() -> None:
    """Each entry is pinned to one version and to the files it may be."""
    for requirement, hashes in locked(*LOCKS):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", hash_) for hash_ in hashes), requirement


@pytest.mark.parametrize(
    ("wanted", "locks"), list(asked_for()), ids=lambda value: str(value) * isinstance(value, Requirement)
)
def test_lock_covers_pyproject(wanted: Requirement, locks: tuple[str, ...]) -> None:
    """What pyproject.toml asks for is in its lock, in a version that it allows. Otherwise: `make lock`."""
    name = canonicalize_name(wanted.name)
    versions = [
        specifier.version
        for requirement, _ in locked(*locks)
        if canonicalize_name(requirement.name) == name
        for specifier in requirement.specifier
    ]
    assert versions, f"{wanted} is not in {' or '.join(locks)}: run 'make lock'"
    assert all(version in wanted.specifier for version in versions)


def test_learners_install_nothing_for_tests() -> None:
    """No package stands in both locks, and none of the tests' tools in the learner's."""
    learners, tests = ({canonicalize_name(one.name) for one, _ in locked(lock)} for lock in LOCKS)
    assert learners.isdisjoint(tests)
    assert {"playwright", "mypy", "distributed", "pytest", "ruff"} <= tests


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_installs_files_by_name_only(lock: str) -> None:
    """No option, address or editable stands among the hashes: pip refuses the mixture."""
    assert not re.search(r"(?m)^(-|\.)|^[^#\n]*://", (ROOT / lock).read_text(encoding="utf-8"))


def test_lock_is_made_for_the_oldest_python() -> None:
    """`make lock` resolves for every Python that pyproject.toml accepts, not for the one that runs it."""
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"--universal --python-version {oldest} " in MAKEFILE


def test_no_registry_host_is_named() -> None:
    """Where packages come from is the business of whoever installs them."""
    hosts = re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))
    naming = [path for path in committed_files() if hosts.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert naming == []


# The Makefile


def script(path: Path, *lines: str) -> None:
    """An executable that stands in for a real one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what `make install` reads, and a PATH of its own in bin/ that has neither Python nor uv."""
    folder = tmp_path / "a checkout"
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("cat", "chmod", "env", "id", "ln", "make", "mkdir", "rm", "sh", "true"):
        (folder / "bin").mkdir(exist_ok=True)
        (folder / "bin" / name).symlink_to(shutil.which(name) or name)
    return folder


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make`, with nothing on PATH but the folder's own bin/."""
    environment = {"PATH": str(folder / "bin"), "LC_ALL": "C.UTF-8"}
    command = [str(folder / "bin/make"), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def give_uv(folder: Path, last_line: str = "exit 0") -> Path:
    """A uv that logs its arguments and whose `uv venv` makes a Python that only exists."""
    log = folder / "uv.log"
    script(folder / "bin/python3", f'echo "{folder}/bin/python3"')
    script(
        folder / "bin/uv",
        f'echo "$@" >> "{log}"',
        '[ "$1" = venv ] && mkdir -p .venv/bin && ln -s ../../bin/true .venv/bin/python',
        last_line,
    )
    return log


@needs_make
def test_install_uses_uv_once(checkout: Path) -> None:
    """uv installs the hashed lock, then the project without looking for anything else; a second `make` does nothing."""
    log = give_uv(checkout)
    assert make(checkout, "install").returncode == 0
    calls = log.read_text(encoding="utf-8").splitlines()
    assert any(call.endswith(f"--python {checkout}/bin/python3 .venv") for call in calls)
    assert any("--require-hashes -r binder/requirements.txt" in call for call in calls)
    assert calls[-1].endswith("--no-deps --no-build-isolation -e .")
    log.unlink()
    assert "Nothing to be done" in make(checkout, "install").stdout
    assert not log.exists()


@needs_make
def test_install_uses_pip_without_uv(checkout: Path) -> None:
    """The same two steps with pip, when there is no uv."""
    script(
        checkout / "bin/python3",
        '[ "$2" = venv ] || { echo python3; exit 0; }',
        "mkdir -p .venv/bin",
        "printf '#!/bin/sh\\necho \"$@\" >> pip.log\\n' > .venv/bin/python",
        "chmod +x .venv/bin/python",
    )
    assert make(checkout, "install").returncode == 0
    calls = (checkout / "pip.log").read_text(encoding="utf-8").splitlines()
    assert any("--require-hashes -r binder/requirements.txt" in call for call in calls)
    assert any("--no-deps --no-build-isolation -e ." in call for call in calls)


@needs_make
def test_interrupted_install_begins_anew(checkout: Path) -> None:
    """A .venv whose install did not finish is removed, not trusted."""
    give_uv(checkout, '[ "$1" != pip ]')
    assert make(checkout, "install").returncode != 0
    (checkout / ".venv/half a package").touch()
    give_uv(checkout)
    assert make(checkout, "install").returncode == 0
    assert not (checkout / ".venv/half a package").exists()


@needs_make
def test_moved_checkout_is_installed_again(checkout: Path) -> None:
    """The commands in a .venv name the folder they were made in."""
    give_uv(checkout)
    make(checkout, "install")
    moved = checkout.rename(checkout.with_name("moved"))
    assert "Installing" in make(moved, "install").stdout


@needs_make
@pytest.mark.parametrize("changed", ["binder/requirements.txt", "pyproject.toml"])
def test_changed_dependencies_are_installed(checkout: Path, changed: str) -> None:
    """A newer lock or project file makes the .venv out of date."""
    give_uv(checkout)
    make(checkout, "install")
    later = (checkout / ".venv/installed-in").stat().st_mtime + 10
    os.utime(checkout / changed, (later, later))
    assert "Installing" in make(checkout, "install").stdout


@needs_make
def test_missing_venv_names_the_package(checkout: Path) -> None:
    """Debian's Python without python3-venv: one sentence, nothing half-written."""
    script(checkout / "bin/python3", 'case "$2" in *ensurepip*) exit 1;; *) echo python3;; esac')
    result = make(checkout, "install")
    assert result.returncode == 2
    assert "apt-get install python3-venv" in result.stderr.splitlines()[0]
    assert not (checkout / ".venv").exists()


@needs_make
@pytest.mark.parametrize("python", ["old", "no-such-python"])
def test_old_python_says_how_to_name_another(checkout: Path, python: str) -> None:
    """Too old, or not there at all: one sentence, and a .venv that works is left alone."""
    script(checkout / "bin/old", "exit 1")
    (checkout / ".venv").mkdir()
    result = make(checkout, "install", f"PYTHON={python}")
    assert result.returncode == 2
    assert "make install PYTHON=python3.12" in result.stderr.splitlines()[0]
    assert (checkout / ".venv").exists()


@needs_make
def test_tests_are_installed_besides(checkout: Path) -> None:
    """`make install-tests` installs both locks, the second without looking for anything else; once."""
    log = give_uv(checkout)
    assert make(checkout, "install-tests").returncode == 0
    calls = log.read_text(encoding="utf-8").splitlines()
    assert any("--require-hashes -r binder/requirements.txt" in call for call in calls)
    assert calls[-1].endswith("--no-deps --require-hashes -r tests/requirements.txt")
    log.unlink()
    assert "Nothing to be done" in make(checkout, "install-tests").stdout
    assert not log.exists()


@needs_make
def test_lab_needs_no_tests(checkout: Path) -> None:
    """`make lab` installs the learner's lock alone, and LAB_ARGS reach `course lab`."""
    log = give_uv(checkout)
    script(checkout / "bin/uv", f'echo "$@" >> "{log}"', LAB_VENV)
    assert (
        make(checkout, "lab", "LAB_ARGS=--no-browser --port=8899").stdout.splitlines()[-1]
        == "lab --no-browser --port=8899"
    )
    assert "tests/requirements.txt" not in log.read_text(encoding="utf-8")


@needs_make
def test_tests_replay(checkout: Path) -> None:
    """Whatever the shell is set to, `make test` neither waits nor sends anything; pytest comes last."""
    give_uv(checkout)
    make(checkout, "install")
    *_, build, pytest_run = make(checkout, "-n", "test").stdout.splitlines()
    assert build.endswith("course build --check")
    assert "-m pytest --nbval" in pytest_run
    for command in (build, pytest_run):
        assert "-u ANTHROPIC_API_KEY" in command
        assert "COURSE_MODE=replay COURSE_SPEED=0" in command


# `course lab`


@pytest.mark.skipif(sys.platform == "win32", reason="there, Lab is another process")
def test_lab_asks_nobody_about_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab finds the extension that asks switched off, whatever else is configured."""
    monkeypatch.setattr("os.execv", lambda program, command: None)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/elsewhere")
    monkeypatch.setenv("PATH", os.environ["PATH"])
    main.main(["lab"], standalone_mode=False)
    folder, *others = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    page = json.loads(Path(folder, "labconfig/page_config.json").read_text(encoding="utf-8"))
    assert page == {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    assert others == ["/elsewhere"]


@pytest.mark.skipif(sys.platform == "win32", reason="there, Lab is another process")
def test_lab_has_the_extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    """JupyterLab finds the course's extensions before those of others."""
    monkeypatch.setattr("os.execv", lambda program, command: None)
    monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    main.main(["lab"], standalone_mode=False)
    folder, *others = os.environ["JUPYTER_PATH"].split(os.pathsep)
    assert extensions_in(Path(folder)) == OWN_EXTENSIONS
    assert others == ["/elsewhere"]


def extensions_in(folder: Path) -> list[str]:
    """The extensions that JupyterLab finds below a folder of Jupyter's data, and has the files of."""
    found = get_federated_extensions([str(folder / "labextensions")])
    built = {name: Path(one["ext_path"], one["jupyterlab"]["_build"]["load"]) for name, one in found.items()}
    return sorted(name for name, load in built.items() if load.is_file())


# Binder, CI, README


def test_binder_python_is_supported() -> None:
    """binder/runtime.txt names a Python that the project accepts."""
    version = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f"{version}.0" in SpecifierSet(PROJECT["project"]["requires-python"])
    assert f"Programming Language :: Python :: {version}" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize("name", ["binder/postBuild", ".ci/run"])
def test_scripts_can_be_run(name: str) -> None:
    """Executable, and stopping at the first failure."""
    assert os.access(ROOT / name, os.X_OK)
    assert "set -euo pipefail" in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Binder is Linux")
@pytest.mark.parametrize(("npm", "said"), [("exit 0", ""), ("exit 1", "Lesson A1 is not available.\n")])
def test_post_build(tmp_path: Path, npm: str, said: str) -> None:
    """The lock first, then the project and nothing else; Lab finds the course's extensions; and A1 fails no build."""
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "helpers/jupyter", folder / "helpers/jupyter")
    shutil.copytree(ROOT / "binder", folder / "binder")
    log, data = tmp_path / "log", tmp_path / "data"
    script(folder / "bin/python", f'[ "$1" = -c ] && echo "{data}" || echo "python $@" >> "{log}"')
    script(folder / "bin/jupyter", "exit 0")
    script(folder / "bin/npm", f'echo "npm $@" >> "{log}"', npm)
    environment = {"PATH": os.pathsep.join([str(folder / "bin"), os.defpath])}
    ran = subprocess.run([folder / "binder/postBuild"], cwd=folder, env=environment, capture_output=True, timeout=60)
    assert (ran.returncode, ran.stdout.decode()) == (0, said)
    pip, _, packages = log.read_text(encoding="utf-8").splitlines()
    assert pip == "python -m pip install --no-deps --no-build-isolation -e ."
    npm_ci = "npm ci --prefix {} --ignore-scripts --no-audit --no-fund --silent"
    assert packages == npm_ci.format("helpers/typescript")
    assert npm_ci.format("$(TYPESCRIPT)") in MAKEFILE
    assert extensions_in(data / "share/jupyter") == OWN_EXTENSIONS


def test_ci_runs_oldest_and_newest_python() -> None:
    """The matrix spans what pyproject.toml claims, on three systems; the token can only read."""
    claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert f'python: ["{claimed[0]}", "{claimed[-1]}"]' in WORKFLOW
    assert "os: [ubuntu, macos, windows]" in WORKFLOW
    assert "permissions:\n  contents: read\n" in WORKFLOW


def test_readme_commands_exist() -> None:
    """Every `make` target that README and CONTRIBUTING name is in the Makefile."""
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", README + contributing, flags=re.MULTILINE))
    assert {"lab", "test", "install", "lock"} <= named
    assert named <= set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))


def test_course_commands_exist() -> None:
    """Every `course` command that a page names can be run."""
    pages = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("CONTRIBUTING.md", "CHANGELOG.md"))
    named = set(re.findall(r"(?:`|\\)course ([a-z]+)", README + pages))
    assert {"lab", "serve", "build", "grade"} <= named
    assert named <= set(main.commands)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files(page: str) -> None:
    """Every relative link and picture of a page exists."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    missing = [target for target in targets if "://" not in target and not (ROOT / target).exists()]
    assert missing == []


def test_readme_shows_what_happens(tmp_path: Path) -> None:
    """The broken stream at the top of the README, run in a process of its own, says what stands below it, letter for
    letter.
    """
    code, shown, *_ = re.findall(r"```(?:python|text)\n(.*?)```", README, flags=re.DOTALL)
    snippet = tmp_path / "snippet.py"
    snippet.write_text(code, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "ANTHROPIC_"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run([sys.executable, snippet], env=environment, capture_output=True, text=True, encoding="utf-8")
    assert ran.stdout == shown, ran.stderr
