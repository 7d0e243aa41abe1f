"""A report as the platforms want it on which classes are held: Classroom 50, Gradescope, PrairieLearn.

Each has a test for each exercise, with our message, and one for each file that could not be read. What nobody has tried
is said in README.md, under "For instructors".
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from helpers.errors import CourseError
from helpers.grading.plain import marked, one_line
from helpers.grading.report import Report, made_plain
from helpers.judging.verdict import Verdict

SCHEMA: Final = "classroom50/result/v1"
REQUIRED: Final = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
"""What Classroom 50's runner tells an autograder in its environment, and a result has to say."""
INDIVIDUAL: Final = "individual"


def as_classroom50(report: Report, environment: Mapping[str, str]) -> str:
    """A `result.json` of Classroom 50 (https://github.com/foundation50/classroom50/wiki/Advanced-Autograding).

    Raises `CourseError` where `environment` is not that of its runner. The runner itself writes owner, kind, time and
    who pushed over what stands here.
    """
    missing = [name for name in REQUIRED if not environment.get(name)]
    owner = environment.get("OWNER") or environment.get("USERNAME")
    missing += [] if owner else ["OWNER"]
    if missing:
        raise CourseError(
            f"--classroom50 needs {', '.join(missing)} in the environment: it is for an autograder of Classroom 50."
        )
    tests = [
        {
            "test-name": _name(verdict),
            "passed": verdict.outcome == "passed",
            "score": verdict.points,
            "max-score": verdict.max_points,
            "output": _words(verdict),
        }
        for verdict in report.verdicts
    ]
    tests += [
        {"test-name": name, "passed": False, "score": 0, "max-score": 0, "output": said} for name, said in _lost(report)
    ]
    result = {
        "schema": SCHEMA,
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or INDIVIDUAL,
        "owner": owner,
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": report.score,
        "max-score": report.max_score,
        "tests": tests,
    }
    return _json(result)


def as_gradescope(report: Report) -> str:
    """A `results.json` of Gradescope (https://gradescope-autograders.readthedocs.io/en/latest/specs/)."""
    tests = [
        {
            "name": _name(verdict),
            "score": verdict.points,
            "max_score": verdict.max_points,
            "status": "passed" if verdict.outcome == "passed" else "failed",
            "output": _words(verdict),
            "tags": [verdict.exercise.lesson, verdict.misconception or verdict.outcome],
        }
        for verdict in report.verdicts
    ]
    tests += [{"name": name, "status": "failed", "output": said} for name, said in _lost(report)]
    return _gradescope(report.score, _about(report), tests)


def gradescope_refusal(why: str) -> str:
    """The `results.json` of what could not be graded. Gradescope takes none without a score: it is 0, and says why."""
    return _gradescope(0, why, [])


def as_prairielearn(report: Report) -> str:
    """A `results.json` of PrairieLearn (https://prairielearn.readthedocs.io/en/latest/externalGrading/)."""
    tests = [
        {
            "name": _name(verdict),
            "points": verdict.points,
            "max_points": verdict.max_points,
            "message": one_line(verdict.message),
            "output": marked(verdict.next_step),
        }
        for verdict in report.verdicts
    ]
    tests += [{"name": name, "points": 0, "max_points": 0, "message": said} for name, said in _lost(report)]
    share = report.score / report.max_score if report.max_score else 0.0
    return _json({"gradable": True, "score": share, "output": _about(report), "tests": tests})


def prairielearn_refusal(why: str) -> str:
    """The `results.json` of what could not be graded: it costs nobody a try."""
    return _json({"gradable": False, "format_errors": [why]})


def _gradescope(score: int, output: str, tests: list[dict[str, Any]]) -> str:
    # As text: nothing in it is taken for HTML, which is what Gradescope would make of the first.
    formats = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
    return _json({"score": score, "output": output, **formats, "visibility": "visible", "tests": tests})


def _name(verdict: Verdict) -> str:
    return f"{verdict.exercise.lesson}: {verdict.exercise.name}"


def _words(verdict: Verdict) -> str:
    """What was seen, and the next step."""
    shown = made_plain(verdict)
    return "\n".join(filter(None, [shown.message, shown.next_step]))


def _lost(report: Report) -> list[tuple[str, str]]:
    """The files that could not be read, and why: something may have been begun in them."""
    return [(f"not read: {one_line(file.name)}", one_line(file.said)) for file in report.lost]


def _about(report: Report) -> str:
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.score} of {report.max_score} points. The cases were drawn from --seed {report.seed}."
    yield from (f"- {one_line(note)}" for note in report.notes)
    yield f"Isolation: {report.isolation}."


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"
