"""A Node process that answers lines of JSON with lines of JSON."""

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from helpers.settings import inherited
from helpers.typescript.node import FOLDER, node

MEMORY: Final = "--max-old-space-size=512"
"""Megabytes of JavaScript's own objects, after which Node ends by itself."""
LONGEST_SILENCE: Final = 60.0
"""Seconds. A check is less patient, and says so itself."""
# No key, and nothing that would change what Node does: no NODE_OPTIONS.
_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")


class Ended(Exception):  # noqa: N818 - a domain word
    """The process ended before it had answered."""


class Answering(Protocol):
    """What answers questions, one process after the other: the next question starts one where there is none."""

    def ask(self, question: Mapping[str, Any]) -> None:
        """Put a question. Whoever reads the answers finds out whether anybody listened."""

    def answers(self) -> Iterator[dict[str, Any]]:
        """Line after line, for as long as somebody asks. Raises `Ended` when there are no more, or none comes."""

    def stop(self) -> None:
        """Make it end, from another thread: whoever reads the answers finds out."""

    def end(self) -> None:
        """End the process, if there is one."""


class Tool:
    """One process. It is started by the first question, or by `begin`."""

    def __init__(self, script: str, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self._command = [MEMORY, *options, str(FOLDER / script)]
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue()

    def begin(self) -> None:
        """Start the process, if there is none: what it needs is loaded while nobody waits."""
        self._started()

    def ask(self, question: Mapping[str, Any]) -> None:
        """Put a question. Whoever reads the answers finds out whether anybody listened."""
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            pass

    def answers(self) -> Iterator[dict[str, Any]]:
        """Line after line, for as long as somebody asks. Raises `Ended` when there are no more, or none comes."""
        while line := self._next_line():
            try:
                document = json.loads(line)
            except ValueError:
                continue  # a line that the learner's own code wrote past everything
            if isinstance(document, dict):
                yield document
        code = self._process.wait() if self._process else None
        self.end()
        raise Ended(f"exit code {code}")

    def _next_line(self) -> bytes:
        try:
            return self._lines.get(timeout=LONGEST_SILENCE)
        except queue.Empty:
            self.end()
            raise Ended(f"nothing came of it in {LONGEST_SILENCE:g} seconds") from None

    def stop(self) -> None:
        """Make it end, from another thread: whoever reads the answers finds out."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """End the process, if there is one. The next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.end()
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            [node(), *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**inherited(_INHERITED), **self._environment},
            cwd=Path(FOLDER.anchor),
        )
        threading.Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
        return self._process


def _read(process: "subprocess.Popen[bytes]", lines: "queue.Queue[bytes]") -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except (OSError, ValueError):
        pass  # it was ended meanwhile
    lines.put(b"")


def _close(pipe: Any) -> None:
    with contextlib.suppress(OSError):
        pipe.close()
