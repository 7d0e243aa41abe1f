"""What a process writes on its line: read when it is asked, one line for each question."""

import contextlib
import queue
import threading

from helpers.grading.messages import LONGEST_ANSWER
from helpers.grading.process import END_LIMIT, Process


class Answers:
    """The lines of `process`. What it writes without being asked waits on its own side, until that is full.

    So no more than one line is ever held here, however many come.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._asked = threading.Semaphore(0)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._closed = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def next(self, seconds: float) -> bytes:
        """The next line, empty at the end. Of one that is too long, no more than is needed to see it.

        Raises `queue.Empty` when none comes within `seconds`: nothing more can be asked then.
        """
        self._asked.release()
        return self._lines.get(timeout=seconds)

    def close(self) -> None:
        """Ask no more: the process has ended. Where it left somebody who holds the line, that is not waited for."""
        self._closed = True
        self._asked.release()
        self._listener.join(END_LIMIT)

    def _listen(self) -> None:
        while self._asked.acquire() and not self._closed:
            line = b""  # also for a line that breaks off, which raises
            with contextlib.suppress(OSError, ValueError):
                line = self._process.answers.readline(LONGEST_ANSWER + 1)
            self._lines.put(line)
            if not line.endswith(b"\n"):
                return
