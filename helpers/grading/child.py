"""The learner's side of the boundary: a process that defines the functions, calls them and says what it saw.

It knows the exercise's driver, the address of the server and the case's inputs; not the seed, the scenario or what is
expected. Questions come in and answers go out over copies of stdin and stdout that are put aside before any code of the
learner runs: what that code prints goes nowhere, and what it reads is at its end.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from helpers.calling.observation import Observation, describe
from helpers.calling.signature import is_untouched, signature_problem
from helpers.calling.stage import Stage, observe
from helpers.errors import CourseError
from helpers.grading.definitions import Statement, define, earlier_definitions, needed_for, read_cell
from helpers.grading.messages import LONGEST_ANSWER, to_line
from helpers.grading.transport import Gate, new_wire
from helpers.lessons.found import EXERCISES

Answer: TypeAlias = dict[str, Any]


def main() -> None:
    """Answer what is asked over stdin on stdout, for a process that was started rather than forked."""
    if sys.platform != "win32":
        from helpers.grading.limits import set_limits

        set_limits(alone=False)
    answer_questions(*_put_aside_pipes())


def answer_questions(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until there are no more."""
    learner = Learner()
    for line in questions:
        question = json.loads(line)
        answers.write(_as_line(question["id"], learner.answer(question)))
        answers.flush()


def _put_aside_pipes() -> tuple[BinaryIO, BinaryIO]:
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return questions, answers


def _as_line(identifier: str, answer: Answer) -> bytes:
    try:
        line = to_line({"id": identifier, "answer": answer})
    except (ValueError, RecursionError) as error:
        return to_line({"id": identifier, "problem": f"it cannot be written as JSON ({error})"})
    if len(line) > LONGEST_ANSWER:
        size = f"it has {len(line):,} bytes as JSON, and {LONGEST_ANSWER:,} are the most"
        return to_line({"id": identifier, "problem": size})
    return line


class Learner:
    """The submission's code, as far as it has been needed."""

    def __init__(self) -> None:
        self._files: list[list[Statement]] = []
        self._functions: dict[tuple[str, int], Callable[..., Any]] = {}
        self._wire = new_wire()

    def answer(self, question: Answer) -> Answer:
        """The answer to one question of the grader."""
        match question["do"]:
            case "read":
                return self._read(question["files"])
            case "prepare":
                return self._prepare(question["exercise"], question["file"])
            case _:
                return self._run(question)

    def _read(self, files: list[dict[str, Any]]) -> Answer:
        notes: list[str] = []
        for file in files:
            statements: list[Statement] = []
            flags = 0
            for label, source in file["cells"]:
                read, left_out, flags = read_cell(label, source, flags)
                statements += read
                notes += left_out
            self._files.append(statements)
        bound = [{name for one in file for name in one.binds} for file in self._files]
        return {"found": [[name for name in EXERCISES if name in names] for names in bound], "notes": notes}

    def _prepare(self, name: str, file: int) -> Answer:
        namespace, left_out = define(needed_for(name, self._files[file]))
        state, said = "unusable", f"{name} could not be defined."
        if name in namespace:
            function = self._functions[name, file] = namespace[name]
            state, said = _state(name, function)
        if state == "stub" and EXERCISES[name].given is None:
            # An empty copy below the one that was done: said, or nobody finds it.
            said = earlier_definitions(name, self._files[file])
        return {"state": state, "said": said, "left_out": left_out}

    def _run(self, question: Answer) -> Answer:
        name, file = question["exercise"], question["file"]
        if (name, file) not in self._functions:
            self._prepare(name, file)  # this process took the place of one that was ended
        exercise = EXERCISES[name]
        folder = Path(question["folder"])
        folder.mkdir()
        gate = Gate(question["url"], exercise.max_requests, self._wire)
        with gate.client() as client:
            stage = Stage(client, gate.async_client, question["inputs"], gate.clock, folder)
            try:
                observation = observe(self._functions[name, file], exercise.driver, stage, question["seconds"])
            except KeyboardInterrupt as error:
                # Nobody is at this keyboard: it is the learner's own.
                observation = Observation(raised=describe(error), wrote=tuple(stage.wrote))
        return observation.to_json()


def _state(name: str, function: Callable[..., Any]) -> tuple[str, str]:
    try:
        if is_untouched(EXERCISES[name], function):
            return "stub", ""
        problem = signature_problem(EXERCISES[name], function)
    except CourseError:
        kind = "a function: define it with `def`" if EXERCISES[name].given is None else "a class"
        return "unusable", f"{name} is of type {type(function).__name__}, not {kind}."
    return ("ready", "") if problem is None else ("signature", problem)
