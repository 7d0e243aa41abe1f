"""What stands in for the grader in another process. Each takes a parcel and returns a record, as JSON."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from helpers.classroom.parcel import course_version, read_parcel
from helpers.grading.nursery import NoNamespaces, NotStarted
from helpers.processors import usable

EXERCISES = (("first_answer", "00_start_here"), ("request_id_of", "00_start_here"), ("ask", "01_standard"))
LONG = "x" * 500


def record_of(text: str, **more: Any) -> dict[str, Any]:
    """A record that gives the points for every exercise which the submission names."""
    parcel = read_parcel(text)
    record = {"submission": parcel.name, "key": parcel.key, "version": course_version(), "seed": parcel.terms.seed}
    source = "".join(parcel.files.values())
    exercises = [
        {
            "name": name,
            "lesson": lesson,
            "outcome": "passed" if name in source else "misconception",
            "misconception": None if name in source else "unexpected_result",
            "message": "Right in all 2 cases." if name in source else "In `a case`: it is wrong.",
            "points": int(name in source),
            "max_points": 1,
        }
        for name, lesson in EXERCISES
        if (name in parcel.exercises if parcel.exercises else lesson in parcel.terms.lessons)
    ]
    return {**record, "isolation": "guard", "exercises": exercises, **more}


def quick(text: str) -> str:
    """Grades at once."""
    return json.dumps(record_of(text))


def verbose(text: str) -> str:
    """Grades, and has much to say."""
    return json.dumps(record_of(text, said=LONG * 20))


def refusing(text: str) -> str:
    """Grades nothing."""
    parcel = read_parcel(text)
    return json.dumps({"submission": parcel.name, "key": parcel.key, "version": "1", "problem": "It is spoilt."})


def fragile(text: str) -> str:
    """Ends its process when the submission says so; when it names a file to note that in, the first time alone."""
    source = "".join(read_parcel(text).files.values())
    if "die always" in source:
        die()
    if "die once" in source:
        noted = Path(source.partition("die once ")[2].split("|")[0])
        if not noted.exists():
            noted.touch()
            die()
    return quick(text)


def meeting(text: str) -> str:
    """Waits until somebody writes to the pipe that the submission reads from; another one writes to it."""
    source = "".join(read_parcel(text).files.values())
    way, _, pipe = source.partition(" ")
    if way in ("read", "write"):
        with Path(pipe).open("r" if way == "read" else "w", encoding="utf-8"):
            pass
    return quick(text)


def die() -> None:
    """What the system does to a process that uses too much memory."""
    if sys.platform == "win32":
        os._exit(9)
    os.kill(os.getpid(), signal.SIGKILL)


def hindered(text: str) -> str:
    """Grades; but whoever says so meets a machine that can start no process, and a file they name notes each try."""
    source = "".join(read_parcel(text).files.values())
    if "note " in source:
        noted = Path(source.partition("note ")[2].split("|")[0])
        with noted.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        raise NotStarted("No process could be started.")
    return quick(text)


def unfit(text: str) -> str:
    """Has nothing that keeps a submission apart."""
    raise NoNamespaces("Namespaces cannot be had here.")


def old(text: str) -> str:
    """Grades with another version of the course."""
    return json.dumps(record_of(text, version="0.0.1"))


def broken(text: str) -> str:
    """Does not work at all."""
    raise RuntimeError(text[:5])


def process(text: str) -> str:
    """The process that grades."""
    return str(os.getpid())


def processors(text: str) -> str:
    """Where the process that grades may run."""
    return str(list(usable()))


def mended(text: str) -> str:
    """Grades by checks that were mended: whoever named an exercise has a mistake in it, and the others have none."""
    record = record_of(text)
    for one in record["exercises"]:
        turned = one["outcome"] == "passed"
        one["outcome"], one["misconception"] = ("misconception", "own_id") if turned else ("passed", None)
        one["points"] = 1 - one["points"]
    return json.dumps(record)
