"""`--isolation`: what is demanded is had, or nothing is graded; a class and a CI server are told when it is little."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.ci import grade_checkout
from helpers.ci.grading import SUMMARY, UNGUARDED
from helpers.classroom import marker
from helpers.classroom.marker import mark
from helpers.classroom.parcel import Terms, course_version, pack
from helpers.grading.nursery import CAN_FORK, Isolation, NoNamespaces, NotStarted, Nursery
from tests.unit.grading.conftest import WriteNotebook
from tests.unit.grading.hindrances import exhaust, forbid
from tests.unit.grading.test_cli import RIGHT, course

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a worker keeps, for one test."""
    kept: dict[Isolation, Nursery] = {}
    monkeypatch.setattr(marker, "_nurseries", kept)
    yield
    for nursery in kept.values():
        nursery.__exit__(None, None, None)


@pytest.fixture
def checkout(write_notebook: WriteNotebook, tmp_path: Path) -> Path:
    """What a CI server checked out."""
    path = write_notebook(RIGHT, name="00_start_here.ipynb")
    (tmp_path / "checkout/notebooks").mkdir(parents=True)
    path.rename(tmp_path / "checkout/notebooks" / path.name)
    return tmp_path / "checkout"


def test_grade(write_notebook: WriteNotebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Demanded: one sentence and exit code 2. Not demanded: graded, and said."""
    forbid(monkeypatch)
    path = write_notebook(RIGHT, name="mine.ipynb")
    refused = course("grade", path, "--isolation", "namespaces")
    assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
    assert "(not permitted)" in refused.stderr
    assert "Isolation: guard." in course("grade", path).stdout


def test_ci(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard is said first in the log, unless it was asked for; demanded namespaces are had or nothing is graded."""
    forbid(monkeypatch)
    reports = tmp_path / "reports"
    assert grade_checkout(checkout, reports).text.startswith(f"{UNGUARDED}\n")
    assert not grade_checkout(checkout, reports, isolation="guard").text.startswith("WARNING")
    refused = grade_checkout(checkout, reports, isolation="namespaces")
    assert (refused.exit_code, refused.report) == (2, None)
    assert [path.name for path in reports.iterdir()] == [SUMMARY]


def test_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class is not graded with a guard unless that is asked for by name."""
    forbid(monkeypatch)
    seed, lessons = 5, ("00_start_here",)
    terms = Terms(seed, lessons, course_version())
    with pytest.raises(NoNamespaces):
        mark(pack("anna", {"a.py": RIGHT.encode()}, terms).to_json())
    asked = Terms(seed, lessons, course_version(), isolation="guard")
    assert '"isolation": "guard"' in mark(pack("anna", {"a.py": RIGHT.encode()}, asked).to_json())
    assert pack("anna", {}, terms).key != pack("anna", {}, asked).key


def test_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that can start no process grades nobody as best it can."""
    exhaust(monkeypatch, 11)
    terms = Terms(5, ("00_start_here",), course_version(), isolation="namespaces")
    with pytest.raises(NotStarted):
        mark(pack("ben", {"a.py": RIGHT.encode()}, terms).to_json())
