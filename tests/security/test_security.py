"""Submissions that cheat, or do harm: none passes, none harms the grader, and the next one is graded as if first.

Each file in submissions/ begins with what it tries, and says by whole lines what has to become of it:

    Exercise: the function that is graded
    Outcome: an outcome of `course grade`, or the id of a misconception; where chance decides, several, with `|` between
    Says: words that the message must hold
    Needs: namespaces, where it would do harm without them
    Seconds: that it has for all of its exercises, where they are fewer than a class gives
"""

import ast
import gc
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from helpers.grading.budget import SECONDS_PER_SUBMISSION
from helpers.grading.formats import as_json, as_junit, as_markdown
from helpers.grading.grader import grade
from helpers.grading.nursery import Nursery
from helpers.grading.plain import plain
from helpers.grading.report import SAID, Report, format_report
from helpers.judging.verdict import Verdict
from tests.security.harm import State, harm, outliving, state_of_this_process, working_tree

SUBMISSIONS: Final = sorted((Path(__file__).parent / "submissions").glob("*.*"))
RIGHT: Final = Path(__file__).parents[1] / "attempts/00_start_here/request_id_of/right_attribute.py"
SECONDS: Final = 1.0
"""For each case: long for what ends, and short for what does not."""
SEED: Final = 20_261
SECRETS: Final = ("ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "MY_PASSWORD")
VICTIM: Final = Path("/tmp/course-security-victim")
"""A file of the grader's that some submissions try to delete."""
_FIELD: Final = re.compile(r"^(Exercise|Outcome|Says|Needs|Seconds): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Hostile:
    """A submission, and what must become of it."""

    path: Path
    about: str
    fields: Mapping[str, str]

    @property
    def outcomes(self) -> set[str]:
        """Outcomes, and ids of misconceptions, that it may get."""
        return set(re.split(r" *\| *", self.fields["Outcome"]))


def read_hostile(path: Path) -> Hostile:
    """What the docstring says, or the first cell."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        about = "".join(json.loads(text)["cells"][0]["source"])
    else:
        about = ast.literal_eval(text[: text.index('"""', 3) + 3])
    return Hostile(path, about, dict(_FIELD.findall(about)))


HOSTILE: Final = [read_hostile(path) for path in SUBMISSIONS]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all of them, as a class has: whatever one does to it would meet the next one."""
    with Nursery() as nursery:
        assert nursery.isolation
        yield nursery


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader who has something to lose."""
    for name in SECRETS:
        monkeypatch.setenv(name, "secret")
    if not VICTIM.exists():
        VICTIM.write_text("mine\n")


@pytest.fixture(scope="module")
def first(nursery: Nursery) -> Report:
    """The report on a right submission that nothing went before."""
    return grade(RIGHT, seed=SEED, nursery=nursery)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.path.stem)
def test_hostile(
    hostile: Hostile, nursery: Nursery, first: Report, record_property: Callable[[str, object], None]
) -> None:
    """It gets its outcome and no points; the grader is unharmed; a right submission after it passes as if first."""
    if "Needs" in hostile.fields and nursery.isolation != hostile.fields["Needs"]:
        record_property("hostile", [hostile.path.stem, "needs namespaces"])
        pytest.skip(f"it would do harm: {nursery.why_not}")
    gc.collect()  # what an earlier test holds no more is not closed by this submission
    before, tree = state_of_this_process(), _tree(hostile)
    seconds = float(hostile.fields.get("Seconds", SECONDS_PER_SUBMISSION))
    report = grade(
        hostile.path,
        only=hostile.fields["Exercise"],
        seconds_per_case=SECONDS,
        seconds_per_submission=seconds,
        nursery=nursery,
    )
    (verdict,) = report.verdicts
    told = verdict.misconception or verdict.outcome
    record_property("hostile", [hostile.path.stem, told])
    assert verdict.outcome != "passed"
    assert verdict.points == 0
    assert {told, verdict.outcome} & hostile.outcomes, f"{told}: {verdict.message}"
    assert hostile.fields.get("Says", "") in verdict.message
    assert_harmless(report)
    assert _harm_since(before) == []
    assert _tree(hostile) == tree
    assert VICTIM.read_text() == "mine\n"
    if nursery.zygote_pid is not None:
        # In namespaces, the zygote itself and the process that waits for the next submission.
        most = 2 if nursery.isolation == "namespaces" else 0
        assert len(outliving(nursery.zygote_pid, most)) <= most
    assert_as_first(grade(RIGHT, seed=SEED, nursery=nursery), first)


def assert_harmless(report: Report) -> None:
    """Nothing of the report can be taken for a command, for a line of the grader's, or cannot be written."""
    for text in (as_json(report), as_junit(report), as_markdown(report), format_report(report)):
        assert text.encode()
    assert plain(format_report(report)) == format_report(report)
    assert plain(report.verdicts[0].message) == report.verdicts[0].message
    head, *notes, score, isolation = (line for line in format_report(report).splitlines() if line[:1] not in ("", " "))
    assert not head.startswith("✓")
    assert all(note.startswith("- ") for note in notes)
    assert score.startswith("0 of ")
    assert isolation == SAID[report.isolation]
    assert all(line.startswith("│") for line in report.verdicts[0].message.splitlines()[1:])
    # Below the table, a paragraph for each note.
    assert len(as_markdown(report).splitlines()) == 5 + 2 * len(report.notes)


def assert_as_first(later: Report, first: Report) -> None:
    """The same seed draws the same cases, so that all that was seen must be the same."""
    assert later.passed, later.verdicts[0].message
    assert _seen(later.verdicts[0]) == _seen(first.verdicts[0])


def _seen(verdict: Verdict) -> list[object]:
    return [(run.case.name, run.observation, [(one.sent, one.request_id) for one in run.wire]) for run in verdict.runs]


def _tree(hostile: Hostile) -> Mapping[str, str]:
    """The course's files, where somebody is about to do them harm: it takes a while to read them all."""
    return working_tree() if "Needs" in hostile.fields else {}


def _harm_since(before: State) -> list[str]:
    if harm(before, state_of_this_process()):
        gc.collect()  # what nobody holds any more is closed when it is cleared away
    return harm(before, state_of_this_process())


def test_all_say_what_they_try() -> None:
    """Each is described, is graded on one exercise, and has an outcome that is none of passing."""
    for hostile in HOSTILE:
        assert {"Exercise", "Outcome"} <= hostile.fields.keys(), hostile.path.name
        assert not hostile.outcomes & {"passed", "checker_broken"}, hostile.path.name
        assert len(hostile.about.split("\n\n")[0]) > 20, hostile.path.name


def test_enough() -> None:
    """The issue asks for 25."""
    assert len(HOSTILE) >= 25
