"""One case in the learner's own hands: to step through it, to print in it, and to call it again.

    client, inputs = case(stream_safely, "truncate")
    stream_safely(client, **inputs)

Or as the check calls the function, whatever that takes: `case(charge_once, "two threads").call()`.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from helpers.calling.pauses import pauses_in_api_time
from helpers.calling.signature import is_untouched
from helpers.errors import CourseError
from helpers.judging.check import Run
from helpers.judging.checking import run_case
from helpers.judging.handing import Drawn, handed, new_folder
from helpers.judging.offer import code_for, seen_in
from helpers.judging.verdict import judge, not_started
from helpers.replay.curl import curl_line


class Text(str):
    """A text that a notebook shows as it is, line by line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class CaseInHand:
    """One case of an exercise. It unpacks to `client, inputs`.

    It begins at its beginning: over `client` has gone nothing but what comes before the function is called.
    """

    def __init__(self, drawn: Drawn, function: Callable[..., Any] | None = None) -> None:
        self._drawn = drawn
        self._function = function
        self._handed = handed(drawn, new_folder())
        self.client = self._handed.client
        """The client that the function is given; else the one over which came what it is given."""
        self.inputs = self._handed.inputs
        """What the function is given besides, by the names of its parameters."""

    def __iter__(self) -> Iterator[Any]:
        return iter((self.client, self.inputs))

    def __repr__(self) -> str:
        return code_for(self._drawn, self._handed)

    def call(self, function: Callable[..., Any] | None = None) -> Any:
        """What comes of calling the function as the check does, from the beginning of the case.

        Its pauses pass in API time; it may take as long, and print as much, as it likes. Raises what it raises.
        """
        called = self._chosen(function)
        stage = self._drawn.stage(self._drawn.engine(), new_folder())
        with pauses_in_api_time(stage.clock, called):
            return self._drawn.exercise.driver(called, stage)

    @property
    def expected(self) -> Text:
        """What was expected of the function in this case, and what came instead."""
        exercise, function = self._drawn.exercise, self._chosen()
        if is_untouched(exercise, function):
            return Text(not_started(exercise).message)
        verdict = judge(self._drawn.check, [self._run])
        return Text(verdict.fault or verdict.message)

    @property
    def seen(self) -> Text:
        """What the function did in this case: returned or raised, wrote, sent."""
        return Text("\n".join(seen_in(self._run)))

    @property
    def curl(self) -> Text:
        """The first request of the case as a curl line. Raises `CourseError` where none is sent."""
        wire = self._run.wire if self._function else tuple(self._handed.engine.log)
        if not wire:
            raise CourseError(f"In {self._drawn.case.name!r} no request is sent: there is none to show.")
        return Text(curl_line(wire[0]))

    @cached_property
    def _run(self) -> Run:
        return run_case(self._drawn.check, self._drawn.case, self._chosen(), self._drawn.engine_seed)

    def _chosen(self, function: Callable[..., Any] | None = None) -> Callable[..., Any]:
        chosen = function or self._function
        if chosen is None:
            name = self._drawn.exercise.name
            raise CourseError(f"Which function is to be called? Begin with case({name}, …), its name without quotes.")
        return chosen
