"""What each of those who eat memory makes of the grader's: printed, and no more than a little over the least."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from helpers.grading.process import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the most that a process has taken")

FOLDER: Final = Path(__file__).parent / "submissions"
RIGHT: Final = ROOT / "tests/attempts/00_start_here/request_id_of/right_attribute.py"
HOGS: Final = {
    "half_sent_bodies": "request_id_of",
    "half_of_many": "request_id_of",
    "endless_chunks": "request_id_of",
    "endless_headers": "request_id_of",
    "thousands_of_connections": "request_id_of",
    "never_reads": "request_id_of",
    "after_its_case": "request_id_of",
    "flood_of_answers": "request_id_of",
    "many_forged_values": "request_id_of",
    "a_megabyte_a_case": "should_retry",
    "long_paths": "first_answer",
}
MEGABYTES: Final = 64
"""Over what a right submission takes."""
GRADE: Final = """
import sys
from pathlib import Path
from helpers.grading.grader import grade
report = grade(Path(sys.argv[1]), only=sys.argv[2], seconds_per_case=1.0)
(most,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(most.split()[1]) // 1024)
"""
"""Not `ru_maxrss`: it begins with what the process had taken that started this one."""


def taken(submission: Path, exercise: str) -> int:
    """The most megabytes that a process takes which grades it."""
    command = [sys.executable, "-c", GRADE, str(submission), exercise]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.fixture(scope="module")
def least() -> int:
    """What a right submission takes."""
    return taken(RIGHT, "request_id_of")


@pytest.mark.parametrize("name", HOGS)
def test_hog(name: str, least: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The grader's own memory does not grow with what it is sent."""
    most = taken(FOLDER / f"{name}.py", HOGS[name])
    with capsys.disabled():
        print(f" {name}: {most} MB, {most - least:+} MB", end="")  # noqa: T201 - the table of it
    assert most <= least + MEGABYTES
