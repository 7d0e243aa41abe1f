"""Grading one parcel, in whichever process it arrives: JSON in, JSON out."""

import json
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from helpers.classroom.parcel import Parcel, course_version, read_parcel, unpack
from helpers.errors import CourseError
from helpers.grading.grader import grade
from helpers.grading.nursery import Isolation, NoNamespaces, NotStarted, Nursery
from helpers.grading.report import Report

Record: TypeAlias = dict[str, Any]

_nurseries: Final[dict[Isolation, Nursery]] = {}
"""What all threads of this process grade with, for as long as it lives: what they made ends with it."""
_lock: Final = threading.Lock()

LONGEST_MESSAGE: Final = 600
"""Characters of one message that are kept: a learner's code can raise with a megabyte of text."""

MOST_NOTES: Final = 20
"""On what was left out of one submission."""


def mark(text: str) -> str:
    """The record of the parcel in `text`, as JSON: its `exercises`, or the `problem` because of which there are none.

    Never raises because of what was submitted. Raises `NoNamespaces` and `NotStarted` where this machine can't grade:
    another one may.
    """
    parcel = read_parcel(text)
    record: Record = {"submission": parcel.name, "key": parcel.key, "version": course_version()}
    try:
        record |= _graded(parcel)
    except (NoNamespaces, NotStarted):
        raise
    except CourseError as error:
        record["problem"] = _clipped(str(error))
    except Exception as error:  # noqa: BLE001 - ours; the others of the class are graded all the same
        record["problem"] = _clipped(f"The grader failed: {type(error).__name__}: {error}")
    return json.dumps(record)


def _graded(parcel: Parcel) -> Record:
    with TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        # Its name is in what the grader says, and tells nothing.
        folder = Path(temporary, "submission")
        folder.mkdir()
        unpack(parcel, folder)
        try:
            report = _grade(folder, parcel)
        except (NoNamespaces, NotStarted):
            raise
        except CourseError as error:
            raise CourseError(str(error).replace(f"{folder}/", "").replace(str(folder), "it")) from error
    found = report.to_json()
    exercises = [_exercise(one) for one in found["exercises"]]
    notes = [_clipped(note) for note in found["notes"][:MOST_NOTES]]
    return {"seed": found["seed"], "isolation": report.isolation, "exercises": exercises, "notes": notes}


def _grade(folder: Path, parcel: Parcel) -> Report:
    terms = parcel.terms
    return grade(
        folder,
        only=parcel.exercises,
        lessons=terms.lessons,
        seed=terms.seed,
        seconds_per_submission=terms.seconds,
        nursery=_nursery(terms.isolation),
    )


def _nursery(isolation: Isolation) -> Nursery:
    """The one of this process."""
    with _lock:
        if isolation not in _nurseries:
            _nurseries[isolation] = Nursery(isolation)
        return _nurseries[isolation]


def _exercise(found: Record) -> Record:
    return {**found, "message": _clipped(found["message"])}


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 1]}…"
