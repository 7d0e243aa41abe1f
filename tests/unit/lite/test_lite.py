"""What the site is made of: pinned by hash, complete, with nothing in it that judges a class."""

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest

from helpers.authoring.digest import was_edited
from helpers.errors import CourseError
from helpers.lite import fetching
from helpers.lite.fetching import fetch_wheels, pinned
from helpers.lite.package import write_package
from helpers.lite.wheels import pyodide_lock, read_wheel

ROOT = Path(__file__).parents[3]
PINS = ROOT / "lite" / "wheels.txt"


def wheel(folder: Path, name: str, *needs: str) -> Path:
    """A wheel with one module, as small as can be."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines))
    return path


def test_same_sdk() -> None:
    """The browser has the SDK that a learner's machine has."""
    versions = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))
        for path in (PINS, ROOT / "binder" / "requirements.txt")
    ]
    assert {versions[0][name] == versions[1][name] for name in ("anthropic", "httpx2", "ipywidgets")} == {True}


def test_pins() -> None:
    """Every wheel has a hash; a line without one is refused."""
    assert all(len(digest) == 64 for digest in pinned(PINS).values())


@pytest.mark.parametrize("line", ["anthropic", "anthropic==2.12.0", "anthropic==2.12.0 \\\n    --hash=sha256:12"])
def test_no_pin(tmp_path: Path, line: str) -> None:
    """A line without a version and a whole hash is refused."""
    (tmp_path / "wheels.txt").write_text(f"# why\n{line}\n", "utf-8")
    with pytest.raises(CourseError, match=r"anthropic.* is no name==version with one hash"):
        pinned(tmp_path / "wheels.txt")


def test_there_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wheels that are there with the right hashes are not fetched again."""
    path = wheel(tmp_path, "one")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    pins = tmp_path / "wheels.txt"
    pins.write_text(f"one==1.0 \\\n    --hash=sha256:{digest}\n", "utf-8")
    monkeypatch.delattr(fetching, "_run")
    assert fetch_wheels(pins, tmp_path) == [path]


def test_lock(tmp_path: Path) -> None:
    """The list that Pyodide reads names our wheels alone, and what each needs in a browser."""
    (tmp_path / "stock.json").write_text(json.dumps({"info": {"version": "1"}, "packages": {"theirs": {}}}), "utf-8")
    needs = ("two>=1", "h3; sys_platform != 'emscripten'", "four; extra == 'more'")
    wheels = [read_wheel(wheel(tmp_path, "one", *needs)), read_wheel(wheel(tmp_path, "two"))]
    lock = json.loads(pyodide_lock(tmp_path / "stock.json", wheels))
    assert lock["info"] == {"version": "1"}
    assert list(lock["packages"]) == ["one", "two"]
    assert lock["packages"]["one"]["depends"] == ["two"]
    assert lock["packages"]["one"]["imports"] == ["one"]
    assert lock["packages"]["one"]["file_name"] == "one-1.0-py3-none-any.whl"


def test_incomplete(tmp_path: Path) -> None:
    """What a wheel needs and is not there is named: a browser would look for it on the network."""
    (tmp_path / "stock.json").write_text("{}", "utf-8")
    with pytest.raises(CourseError, match=r"one-1\.0-py3-none-any\.whl needs two: add it to lite/wheels\.txt\."):
        pyodide_lock(tmp_path / "stock.json", [read_wheel(wheel(tmp_path, "one", "two"))])


def test_package(tmp_path: Path) -> None:
    """Ours has what notebooks need, and none of what grades a class; its name says what is in it."""
    path = write_package(ROOT, tmp_path, ["anthropic", "ipywidgets"])
    read = read_wheel(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    assert {"helpers/fixtures/haiku.sse", "solutions/05_errors.py", "notebooks/05_errors.ipynb"} <= set(names)
    assert not [name for name in names if re.match(r"helpers/(grading|classroom|ci|proofs|lite)/|.*node_modules", name)]
    assert sorted(read.needs) == ["anthropic", "ipywidgets"]
    assert "helpers" in read.imports
    assert write_package(ROOT, tmp_path, ["anthropic", "ipywidgets"]).read_bytes() == path.read_bytes()


def test_your_work() -> None:
    """The notebook for a learner's work is none of it, as long as nobody has written into it."""
    assert not was_edited((ROOT / "lite" / "your_work.ipynb").read_bytes())


def test_runtime() -> None:
    """npm's lock names a hash of everything, and no host."""
    lock = json.loads((ROOT / "lite" / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())
