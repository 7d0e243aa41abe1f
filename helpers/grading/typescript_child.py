"""The learner's side of the boundary where it is TypeScript: Python calls the functions, in a Node beside it.

It answers what the other child answers (child.py), and no code of the submission runs in it: of the cells it gets what
the compiler has made. What Node says is a claim of the learner's process, like all that leaves here.
"""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from helpers.calling.observation import DEEPEST
from helpers.calling.stage import Stage, observe
from helpers.grading.child import Answer, answer_questions, put_aside_pipes, state_of
from helpers.grading.starter import new_process
from helpers.grading.transport import Gate, new_wire
from helpers.lessons.found import EXERCISES
from helpers.typescript.compiler import compiled
from helpers.typescript.errors import TooMuchPrinted
from helpers.typescript.functions import bind
from helpers.typescript.runner import Runner
from helpers.typescript.tool import Ended

MOST_SAID: Final = 8_000_000
"""Bytes that Node may write about one call. Of a call, no more than a megabyte is handed on."""


def main() -> None:
    """Answer what is asked over stdin on stdout, where a process is started rather than forked."""
    answer_questions(*put_aside_pipes(), TypeScriptLearner(None))


class NodeBeside:
    """A Node that somebody else starts, because this process can't: in the place of a `Tool`."""

    def __init__(self, starter: socket.socket) -> None:
        self._starter = starter
        self._line: socket.socket | None = None
        self._file: BinaryIO | None = None
        self._is_ready = False
        self.start()

    def start(self) -> None:
        """Have one, in the place of the one before. It loads the SDK while nobody waits."""
        self.end()
        self._line, self._is_ready = new_process(self._starter), False
        self._file = self._line.makefile("rb")

    def be_ready(self) -> None:
        """Wait until there is one that has loaded the SDK: that is no time of the learner's."""
        if self._line is None:
            self.start()
        if not self._is_ready:
            self._next_line(MOST_SAID)
            self._is_ready = True

    def ask(self, question: Mapping[str, Any]) -> None:
        """Put a question. Whoever reads the answers finds out whether anybody listened."""
        if self._line is None:
            self.start()
        assert self._line is not None
        with contextlib.suppress(OSError):
            self._line.sendall(json.dumps(question).encode() + b"\n")

    def answers(self) -> Iterator[dict[str, Any]]:
        """Line after line, for as long as somebody asks. Raises `Ended`, `TooMuchPrinted` for more than is read, and
        `RecursionError` for what is nested deeper than anybody reads.
        """
        left = MOST_SAID
        while line := self._next_line(left):
            left -= len(line)
            if left <= 0:
                self.end()
                raise TooMuchPrinted(f"what it wrote and returned has more than {MOST_SAID:,} bytes")
            try:
                document = json.loads(line)
            except ValueError:
                continue  # a line that the learner's own code wrote past everything
            except RecursionError:  # were it passed over, its answer would be waited for
                raise RecursionError(f"what you returned is nested more than {DEEPEST} deep") from None
            if isinstance(document, dict):
                yield document
        self.end()
        raise Ended("without a word")

    def stop(self) -> None:
        """Nobody stops it from another thread: the grader ends the whole process."""

    def end(self) -> None:
        """Have none until the next question. The starter ends it when there is another one."""
        line, self._line = self._line, None
        file, self._file = self._file, None
        if line is not None and file is not None:
            file.close()
            line.close()

    def _next_line(self, most: int) -> bytes:
        if self._file is None:
            return b""
        try:
            return self._file.readline(most)
        except OSError:
            return b""


class TypeScriptLearner:
    """The submission's cells, as the compiler left them. `node` calls what they export; None: as in a notebook."""

    def __init__(self, node: NodeBeside | None) -> None:
        self._node = node
        self._functions: list[dict[str, Callable[..., Any]]] = []
        self._wire = new_wire()

    def answer(self, question: Answer) -> Answer:
        """The answer to one question of the grader."""
        match question["do"]:
            case "read":
                return self._read(question["files"])
            case "prepare":
                state, said = self._state(question["exercise"], question["file"])
                return {"state": state, "said": said, "left_out": []}
            case _:
                return self._run(question)

    def _read(self, files: list[dict[str, Any]]) -> Answer:
        for file in files:
            runner = Runner(self._node)
            functions: dict[str, Callable[..., Any]] = {}
            for cell in file["cells"]:
                functions.update(bind(compiled(cell["name"], cell["source"], cell["answer"]), runner))
            self._functions.append(functions)
        written = [name for name, exercise in EXERCISES.items() if exercise.language == "typescript"]
        found = [[name for name in written if name in functions] for functions in self._functions]
        return {"found": found, "assigned": [[] for _ in files], "left_out": [], "elsewhere": []}

    def _state(self, name: str, file: int) -> tuple[str, str]:
        return state_of(EXERCISES[name], self._functions[file][name])

    def _run(self, question: Answer) -> Answer:
        exercise = EXERCISES[question["exercise"]]
        folder = Path(question["folder"])
        folder.mkdir()
        gate = Gate(question["url"], exercise.max_requests, self._wire)
        with gate.client() as client:
            stage = Stage(client, gate.async_client, question["inputs"], gate.clock, folder)
            function = self._functions[question["file"]][exercise.name]
            if self._node is not None:
                self._node.be_ready()
            return observe(function, exercise.driver, stage, question["seconds"]).to_json()
