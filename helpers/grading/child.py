"""The learner's side of the boundary: a process that defines the functions, calls them and says what it saw.

It knows the exercise's driver, the address of the server and the case's inputs; not the seed, the scenario or what is
expected. Questions come in and answers go out over copies of stdin and stdout that are put aside before any code of the
learner runs: what that code prints goes nowhere, and what it reads is at its end.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeAlias

from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation, describe
from helpers.calling.signature import is_untouched, signature_problem
from helpers.calling.stage import Stage, observe
from helpers.errors import CourseError
from helpers.grading.definitions import (
    LeftOut,
    Statement,
    define,
    earlier_definitions,
    inner_definitions,
    missing_names,
    needed_for,
    read_cell,
)
from helpers.grading.extent import excess
from helpers.grading.messages import LONGEST_ANSWER, to_line
from helpers.grading.transport import Gate, new_wire
from helpers.lessons.found import EXERCISES

Answer: TypeAlias = dict[str, Any]

BUSY: Final = max(1.0, time.process_time())
"""Seconds that a case may compute, however many it may wait, where the exercise has no more `patience`. Our solutions
take an eighth of it at most, and all but three of them less than a twentieth; those with more, a sixth. On a slow
machine it is as much more as the imports above take there.
"""
AT_MOST: Final = 3.0
"""As many times that: then the system ends the process. Who does not come back from one call is not stopped before."""


def main() -> None:
    """Answer what is asked over stdin on stdout, for a process that was started rather than forked."""
    if sys.platform != "win32":
        from helpers.grading.limits import be_ended_first, set_limits

        be_ended_first()
        set_limits(alone=False)
    answer_questions(*put_aside_pipes(), Learner())


class Learning(Protocol):
    """What answers a question."""

    def answer(self, question: Answer) -> Answer:
        """The answer to one question of the grader."""


def answer_questions(questions: BinaryIO, answers: BinaryIO, learner: Learning) -> None:
    """Answer questions until there are no more."""
    for line in questions:
        question = json.loads(line)
        answers.write(_as_line(question["id"], learner.answer(question)))
        answers.flush()


def put_aside_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Where questions come from and answers go: not stdin and stdout any more, which lead nowhere from here on."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return questions, answers


def _as_line(identifier: str, answer: Answer) -> bytes:
    try:
        document = {"id": identifier, "answer": answer}
        line = to_line(document)
    except (ValueError, RecursionError) as error:
        return to_line({"id": identifier, "problem": f"it cannot be written as JSON ({error})"})
    if len(line) > LONGEST_ANSWER:
        size = f"it has {len(line):,} bytes as JSON, and {LONGEST_ANSWER:,} are the most"
        return to_line({"id": identifier, "problem": size})
    much = excess(document, line)
    return line if much is None else to_line({"id": identifier, "problem": f"it {much}"})


class Learner:
    """The submission's code, as far as it has been needed."""

    def __init__(self) -> None:
        self._files: list[list[Statement]] = []
        self._left_out: list[list[LeftOut]] = []
        self._functions: dict[tuple[str, int], Callable[..., Any]] = {}
        self._wire = new_wire()

    def answer(self, question: Answer) -> Answer:
        """The answer to one question of the grader."""
        match question["do"]:
            case "read":
                return self._read(question["files"])
            case "prepare":
                with _computing(AT_MOST * BUSY):
                    return self._prepare(question["exercise"], question["file"])
            case _:
                with _computing(AT_MOST * BUSY * EXERCISES[question["exercise"]].patience):
                    return self._run(question)

    def _read(self, files: list[dict[str, Any]]) -> Answer:
        for file in files:
            statements: list[Statement] = []
            left_out: list[LeftOut] = []
            flags = 0
            for label, source in file["cells"]:
                read, not_read, flags = read_cell(label, source, flags)
                statements += read
                left_out += not_read
            self._files.append(statements)
            self._left_out.append(left_out)
        found = [_exercises(one.defined for one in file) for file in self._files]
        bound = [_exercises(one.binds for one in file) for file in self._files]
        return {
            "found": found,
            "assigned": [[name for name in names if name not in found[place]] for place, names in enumerate(bound)],
            "left_out": [
                _note(place, one.said, [name for name in EXERCISES if name in one.defined])
                for place, file in enumerate(self._left_out)
                for one in file
            ],
            "elsewhere": [
                _note(place, said, [name])
                for place, file in enumerate(self._files)
                for name, said in inner_definitions(EXERCISES, file)
            ],
        }

    def _prepare(self, name: str, file: int) -> Answer:
        needed = needed_for(name, self._files[file])
        namespace, failed = define(needed)
        state, said = "unusable", f"{name} could not be defined."
        if name in namespace:
            function = self._functions[name, file] = namespace[name]
            state, said = state_of(EXERCISES[name], function)
        if state == "stub" and EXERCISES[name].given is None:
            # An empty copy below the one that was done: said, or nobody finds it.
            said = earlier_definitions(name, self._files[file])
        return {"state": state, "said": said, "left_out": [*failed, *self._not_there(needed, file)]}

    def _not_there(self, needed: list[Statement], file: int) -> Iterator[str]:
        """A sentence for each place where a name is that `needed` use and do not find."""
        missing = missing_names(needed)
        for left_out in self._left_out[file]:
            if left_out.may_define(missing):
                yield left_out.said.removesuffix(".")
        for place, others in enumerate(self._files):
            for one in others:
                if place != file and (names := missing & one.binds):
                    yield f"{', '.join(sorted(names))} is in {one.label}, and each notebook is graded by itself"

    def _run(self, question: Answer) -> Answer:
        name, file = question["exercise"], question["file"]
        if (name, file) not in self._functions:
            self._prepare(name, file)  # this process took the place of one that was ended
        exercise = EXERCISES[name]
        folder = Path(question["folder"])
        folder.mkdir()
        gate = Gate(question["url"], exercise.max_requests, self._wire)
        with gate.client() as client:
            stage = Stage(client, gate.async_client, question["inputs"], gate.clock, folder, gate.played_client)
            try:
                observation = observe(
                    self._functions[name, file], exercise.driver, stage, question["seconds"], BUSY * exercise.patience
                )
            except KeyboardInterrupt as error:
                # Nobody is at this keyboard: it is the learner's own.
                observation = Observation(raised=describe(error), wrote=tuple(stage.wrote))
        gate.told.tell()
        return observation.to_json()


@contextmanager
def _computing(seconds: float) -> Iterator[None]:
    """Seconds that this process may compute meanwhile, where the system has such a timer: at its end is `SIGPROF`."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _exercises(names: Iterable[frozenset[str]]) -> list[str]:
    there = frozenset[str]().union(*names)
    return [name for name in EXERCISES if name in there]


def _note(file: int, said: str, exercises: list[str]) -> Answer:
    return {"file": file, "said": said, "exercises": exercises}


def state_of(exercise: Exercise, function: Callable[..., Any]) -> tuple[str, str]:
    """Whether it can be called, in a word, and what is wrong if not."""
    try:
        if is_untouched(exercise, function):
            return "stub", ""
        problem = signature_problem(exercise, function)
    except CourseError:
        kind = "a function: define it with `def`" if exercise.given is None else "a class"
        return "unusable", f"{exercise.name} is of type {type(function).__name__}, not {kind}."
    return ("ready", "") if problem is None else ("signature", problem)
