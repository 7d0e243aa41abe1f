"""A class is graded with the real grader, killed in mid-run, and graded again."""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.unit.classroom.conftest import WriteClass

RIGHT = "def request_id_of(message):\n    return message._request_id\n"
WRONG = "def request_id_of(message):\n    return message.id\n"
STUB = "def request_id_of(message):\n    # Write your code here.\n    ...\n"
COMMAND = "import sys; from helpers.cli import main; main(sys.argv[1:])"


def test_killed(write_class: WriteClass, tmp_path: Path) -> None:
    """Nothing is graded twice, and nothing is lost; no worker outlives the run."""
    folder = write_class(anna=RIGHT, ben=WRONG, cleo=STUB, dora=RIGHT, emil=RIGHT, fay=WRONG)
    table = tmp_path / "grades.csv"
    arguments = ["grade-class", str(folder), "--csv", str(table), "--jobs", "1", "--lesson", "00_start_here"]
    arguments += ["--isolation", "guard"]  # on every system: they are ours
    command = [sys.executable, "-c", COMMAND, *arguments]

    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as first:
        assert first.stderr is not None
        # A line follows each record.
        assert first.stderr.readline().startswith(b"1 of 6")
        assert first.stderr.readline().startswith(b"2 of 6")
        first.kill()
        # The end comes when the last process that could write here has ended.
        first.stderr.read()
    assert not table.exists()
    journal = table.with_name("grades.csv.journal")
    before = journal.read_bytes()
    assert before.count(b'"key"') >= 2

    second = subprocess.run(command, capture_output=True, check=False, text=True)
    assert second.returncode == 0, second.stderr
    after = journal.read_bytes()
    assert after.startswith(before[: before.rindex(b"\n") + 1])
    records = [json.loads(line) for line in after.splitlines()]
    seeds = [record["seed"] for record in records if "again" in record]
    graded = Counter(record["submission"] for record in records if "key" in record)
    assert graded == dict.fromkeys(["anna", "ben", "cleo", "dora", "emil", "fay"], 1)
    assert len(seeds) == 1

    with table.open(encoding="utf-8", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file) if row["exercise"] == "request_id_of"}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "anna": "passed",
        "ben": "misconception",
        "cleo": "not_started",
        "dora": "passed",
        "emil": "passed",
        "fay": "misconception",
    }
    assert {row["seed"] for row in rows.values()} == {f"seed {seeds[0]}"}
    assert rows["ben"]["misconception"] == rows["fay"]["misconception"] == "message_id"
