"""The benchmarks run; what they measure is for people to read, not for a test to judge."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import httpx2
import pytest
from anthropic import Anthropic
from click.testing import CliRunner

from helpers.classroom import Plan
from helpers.classroom.outcome import Outcome
from helpers.judging.drawing import draw_cases
from helpers.lessons.found import check_named
from helpers.replay.wire import Ending
from tests.benchmarks import grading, hanging, soak, survival
from tests.benchmarks.graders import checks
from tests.benchmarks.graders.environments import python_of, requirements
from tests.benchmarks.graders.memory import Watch
from tests.benchmarks.graders.submission import CALLS, IMPORTS, NAMES, right, wrong
from tests.benchmarks.replay import ANSWER, EVENTS, MOCK, REPLAY, main, message_sent, reading
from tests.benchmarks.soak import HALF, Case, Measured
from tests.unit.replay.wires import observed_waits

FEW_CALLS: Final = ("--clients", "8", "--calls", "4", "--patience", "0.3")


def test_replay() -> None:
    """One round of each comparison."""
    few = ["--rounds", "1", "--repeats", "1", "--results", "20", "--result-rounds", "1"]
    result = CliRunner().invoke(main, few)
    assert result.exit_code == 0, result.output
    assert result.output.count(REPLAY) == 4


def test_events() -> None:
    """The stream is as long as it is said to be."""
    assert len(message_sent(ANSWER, streamed=True).chunks) == EVENTS


def test_floor() -> None:
    """What is compared sends the same: every header, and every result but for the ids of messages."""
    clients = reading(3)
    (headers, lines), (same_headers, same_lines) = (_results(*clients[name]) for name in (MOCK, REPLAY))
    assert headers.keys() == same_headers.keys()
    assert lines == same_lines
    assert len(lines) == 3


def test_survival() -> None:
    """Every fault is found, and nothing where it is mended. llmock is asked by whoever measures."""
    result = CliRunner().invoke(survival.main, [])
    assert result.exit_code == 0, result.output
    assert "course: 8 of 8 found, 0 false alarms" in result.output


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The SDK tries again at once."""
    with observed_waits(monkeypatch):
        yield


def test_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each class has as many that hang as is said, of each kind in turn, and everything of it is Python."""
    classes: list[list[str]] = []

    def graded(plan: Plan) -> Outcome:
        classes.append([compiled(one / hanging.SOLVED.name) for one in sorted(plan.folder.iterdir())])
        return Outcome(1, len(classes[-1]))

    def compiled(file: Path) -> str:
        source = file.read_text("utf-8")
        compile(source, file.name, "exec")
        return "".join(letter for letter, body in (("w", hanging.WAITS), ("c", hanging.COMPUTES)) if body in source)

    monkeypatch.setattr(hanging, "grade_class", graded)
    result = CliRunner().invoke(hanging.main, ["--submissions", "40", "--hanging", "0.1", "--kind", "wait or compute"])
    assert result.exit_code == 0, result.output
    assert "10% of 40" in result.output
    assert ["".join(one) for one in classes] == ["", "wcwc"]
    assert [len(one) for one in classes] == [40, 40]


@pytest.mark.usefixtures("unhurried")
def test_soak() -> None:
    """A few clients of each kind, a few calls."""
    result = CliRunner().invoke(soak.main, FEW_CALLS)
    assert result.exit_code == 0, result.output
    assert "8 clients, 2 of them in process and 3 asynchronous\n37 calls" in result.output
    assert result.output.endswith("Nothing leaked, and no answers were wrong.\n")


@pytest.mark.usefixtures("unhurried")
def test_wrong_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who gets a whole answer where half of one is right says so."""
    monkeypatch.setattr(soak, "CASES", {"clean": Case(soak.CASES["clean"].step, HALF, HALF)})
    result = CliRunner().invoke(soak.main, FEW_CALLS)
    assert result.exit_code == 1
    assert re.search(r"WRONG: clean 0-0 \(\w+, sync, over the server\): .*'whole'.* instead of .*'part'", result.output)
    assert result.output.endswith("Nothing leaked, and 64 answers were wrong.\n")


def test_leaks() -> None:
    """More of anything is a leak, but for a little of memory and blocks."""
    before = Measured(1, 6, 0, 100_000_000, 100_000)
    assert not list(Measured(1, 6, 0, 101_000_000, 100_100).leaked(before))
    more = Measured(2, 8, 1, 200_000_000, 200_000).leaked(before)
    assert list(more) == ["1 threads", "2 files", "1 sockets", "100,000 blocks", "100.0 MB of memory"]


def test_soaked_endings() -> None:
    """Every ending is asked for."""
    assert {case.ending for case in soak.CASES.values()} == {None, *get_args(Ending)}


def test_grading() -> None:
    """A class of two, one for each process, after one warm submission."""
    result = CliRunner().invoke(grading.main, ["--rounds", "1", "--cold", "0", "--submissions", "2", "--peers", "none"])
    assert result.exit_code == 0, result.output
    assert re.search(r"course +│ 2 +│", result.output)


def test_calls() -> None:
    """The exercises that graders are compared by make as many calls as is said."""
    assert sum(len(draw_cases(check_named(name), seed=1)) for name in NAMES) == CALLS


@pytest.mark.parametrize("name", NAMES)
def test_right_functions(name: str) -> None:
    """What an instructor would write for another grader lets the course's own solutions pass."""
    assert _check(name, right()[name]) is None


def test_wrong_function() -> None:
    """And it sees that a function is wrong, as ours does."""
    assert _check(NAMES[0], wrong()[NAMES[0]]) is AssertionError


def test_installed_once(tmp_path: Path) -> None:
    """An environment that holds what is wanted is not made again."""
    environment = tmp_path / "nbgrader-0.9.6"
    environment.mkdir()
    (environment / "holds.txt").write_text("\n".join(requirements("nbgrader")), "utf-8")
    assert python_of("nbgrader", tmp_path) == environment / "bin" / "python"


def test_memory() -> None:
    """A process has a size, and one that has ended has none."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        watch = Watch([process.pid])
        assert watch.take_peak() > grading.MEGABYTE
        process.communicate(b"\n")
    watch.take_peak()
    assert watch.take_peak() == 0


def _results(client: Anthropic, batch_id: str) -> tuple[httpx2.Headers, list[str]]:
    """The headers of a batch's results, and each of them without the id of its message."""
    results = client.messages.batches.results(batch_id)
    return results.http_response.headers, [re.sub("msg_[0-9A-Za-z]+", "", one.model_dump_json()) for one in results]


def _check(name: str, source: str) -> type[Exception] | None:
    """What the check of the exercise called `name` raises for the function in `source`."""
    module: dict[str, Any] = {}
    exec(f"{IMPORTS}\n{source}", module)
    try:
        getattr(checks, f"check_{name}")(module[name])
    except AssertionError as error:
        return type(error)
    return None
