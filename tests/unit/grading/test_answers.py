"""The lines of a process: one for each question, however many it writes."""

import os
import queue
from typing import cast

import pytest

from helpers.grading.answers import Answers
from helpers.grading.messages import LONGEST_ANSWER
from helpers.grading.process import Process


class Pipe:
    """What a process says, as far as its reader sees."""

    def __init__(self) -> None:
        ours, theirs = os.pipe()
        self.answers, self.said = os.fdopen(ours, "rb"), os.fdopen(theirs, "wb", buffering=0)

    def read(self) -> Answers:
        """Its answers."""
        return Answers(cast("Process", self))

    def close(self) -> None:
        """The process ends."""
        self.said.close()


def test_one_line_for_a_question() -> None:
    """What was not asked for stays where it is."""
    pipe = Pipe()
    answers = pipe.read()
    os.set_blocking(pipe.said.fileno(), False)
    written = 0
    while (count := pipe.said.write(b"x\n" * 2_000)) is not None:
        written += count
    assert answers._lines.empty()
    assert [answers.next(5), answers.next(5)] == [b"x\n", b"x\n"]
    assert answers._lines.empty()
    pipe.close()
    answers.close()
    pipe.answers.close()


def test_end() -> None:
    """At its end it says nothing, and a line that is too long is not read to its own."""
    for said, read in [(b"", b""), (b"half", b"half"), (b"", b"")]:
        pipe = Pipe()
        answers = pipe.read()
        pipe.said.write(said)
        pipe.close()
        assert answers.next(5) == read
        answers.close()
        pipe.answers.close()


def test_silence() -> None:
    """Nobody waits longer than they said."""
    pipe = Pipe()
    answers = pipe.read()
    with pytest.raises(queue.Empty):
        answers.next(0.01)
    pipe.close()
    answers.close()
    assert not answers._listener.is_alive()
    pipe.answers.close()


def test_longest() -> None:
    """Of a line without an end no more is read than shows that it has none."""
    pipe = Pipe()
    answers = pipe.read()
    answers._asked.release()
    size = pipe.said.write(b"x" * (LONGEST_ANSWER + 1))
    while size < LONGEST_ANSWER + 1:
        size += pipe.said.write(b"x" * (LONGEST_ANSWER + 1 - size))
    assert len(answers._lines.get(timeout=5)) == LONGEST_ANSWER + 1
    pipe.close()
    answers.close()
    pipe.answers.close()
