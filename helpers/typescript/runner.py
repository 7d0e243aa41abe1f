"""Calling what a cell exports, with a client of Python's whose wire it shares."""

import atexit
import contextlib
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anthropic

from helpers.replay import ReplayTransport, RequestBudgetExceeded
from helpers.settings import MODEL
from helpers.typescript.compiler import Compiled
from helpers.typescript.errors import (
    NotATypeScriptValue,
    ProcessEnded,
    TooMuchPrinted,
    TypeScriptError,
    raise_in,
    thrown,
)
from helpers.typescript.node import FOLDER
from helpers.typescript.tool import Answering, Ended, Tool

SPEED: Final = 1 / 200
"""Real seconds per second of API time, for the timers of JavaScript: the SDK's pauses, and the learner's own."""
SCRIPT: Final = "runner.mjs"
# Nobody changes by accident, or to look better than they are, what the runner itself is made of.
OPTIONS: Final = ("--enable-source-maps", "--frozen-intrinsics", "--no-warnings")
ENVIRONMENT: Final = {"COURSE_MODEL": MODEL, "COURSE_TIMERS": str(SPEED)}


@dataclass
class Told:
    """What a call told beside its value."""

    late: list[str] = field(default_factory=list)
    """What was handed to a callback after the function had returned."""


def new_node() -> Tool:
    """A Node that calls what cells export."""
    return Tool(SCRIPT, *OPTIONS, environment=ENVIRONMENT)


class Runner:
    """The cells of a notebook as modules of Node's, and the process that runs them: begun anew when one changes.

    Runners whose `tool` is the same share its process, one after the other, and none of their cells is another's.
    """

    def __init__(self, tool: Answering | None = None) -> None:
        self._folder: Path | None = None
        self._tool = tool or new_node()
        self._sources: dict[str, str] = {}
        self._has_called = False

    def put(self, cell: Compiled) -> None:
        """A new cell, or another version of one."""
        self._file(cell.name).write_text(cell.js, "utf-8")
        self._sources[cell.name] = cell.source
        if self._has_called:
            self._tool.end()
            self._has_called = False

    def call(self, cell: str, name: str, arguments: Sequence[Any], told: Told) -> Any:
        """What the function `name` of `cell` resolves to. Raises what it throws, and `NodeMissing`.

        Of what it hands to a callback, Python gets the first value: JavaScript drops what nobody asked for.
        """
        with contextlib.ExitStack() as stack:
            given, callbacks = self._translated(arguments, stack)
            try:
                return self._answer(cell, name, given, callbacks, told)
            except TypeScriptError:
                raise
            except BaseException:
                self._tool.end()
                raise

    def end(self) -> None:
        """End the process, and forget the cells."""
        self._tool.end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _answer(
        self, cell: str, name: str, given: Sequence[Any], callbacks: Sequence[Callable[..., Any]], told: Told
    ) -> Any:
        number = secrets.token_hex(8)  # nobody can answer who was not asked
        file = self._file(cell).as_uri()
        self._has_called = True
        self._tool.ask({"id": number, "file": file, "name": name, "arguments": given})
        try:
            for answer in self._tool.answers():
                if "printed" in answer:
                    sys.stdout.write(answer["printed"])
                elif answer.get("id") != number:
                    continue
                elif "called" in answer:
                    if answer["late"]:
                        told.late.append(str(answer["given"][0]) if answer["given"] else "")
                    callbacks[answer["called"]](*answer["given"][:1])
                elif "left" in answer:
                    self._tool.end()
                    self._raise(answer, _left(answer))
                elif "ended" in answer:
                    return self._value(answer)
        except Ended as error:
            raise ProcessEnded(f"the process that it ran in ended ({error}): it may have used up its memory") from None
        raise AssertionError("unreachable")

    def _value(self, answer: Mapping[str, Any]) -> Any:
        if "ownWayOut" in answer:
            from helpers.calling.guard import refuse_way_out

            refuse_way_out(str(answer["ownWayOut"]))
        if "raised" in answer:
            self._raise(answer["raised"], thrown(answer["raised"], answer.get("how")))
        return answer["value"]

    def _raise(self, where: Mapping[str, Any], error: TypeScriptError) -> None:
        cell = str(where.get("cell", ""))
        raise_in(self._sources.get(cell, ""), cell, where.get("line") if cell in self._sources else None, error)

    def _translated(
        self, arguments: Sequence[Any], stack: contextlib.ExitStack
    ) -> tuple[list[dict[str, Any]], list[Callable[..., Any]]]:
        given: list[dict[str, Any]] = []
        callbacks: list[Callable[..., Any]] = []
        for argument in arguments:
            if isinstance(argument, anthropic.Anthropic):
                given.append({"client": stack.enter_context(self._served(argument))})
            elif callable(argument):
                given.append({"callback": len(callbacks)})
                callbacks.append(argument)
            else:
                given.append({"json": _json(argument)})
        return given, callbacks

    @contextlib.contextmanager
    def _served(self, client: anthropic.Anthropic) -> Iterator[dict[str, Any]]:
        """What a client of TypeScript's is made of that shares the wire of `client`."""
        made = {"retries": client.max_retries, "timeout": _timeout(client), "key": client.api_key}
        transport = client._client._transport
        if not isinstance(transport, ReplayTransport):
            yield {**made, "url": str(client.base_url).rstrip("/")}
            return
        from helpers.replay.server import ReplayServer

        exhausted: list[bool] = []

        def exhaust() -> None:
            exhausted.append(True)
            self._tool.stop()

        with ReplayServer(transport.engine, on_exhausted=exhaust) as server:
            try:
                yield {**made, "url": server.url}
            except (ProcessEnded, Ended):
                if exhausted:
                    raise RequestBudgetExceeded(f"more than {transport.engine.max_requests} requests") from None
                raise
            finally:
                server.settle()
        if server.failure is not None:
            raise server.failure

    def _file(self, cell: str) -> Path:
        if self._folder is None:
            # Where Node finds the packages as it does in any project: beside the module.
            self._folder = Path(tempfile.mkdtemp(prefix="course-typescript-"))
            (self._folder / "package.json").write_text('{"type": "module"}', "utf-8")
            _link(self._folder / "node_modules", FOLDER / "node_modules")
        return self._folder / f"{cell}.js"


def _left(answer: Mapping[str, Any]) -> TypeScriptError:
    if answer["left"] == "flood":
        return TooMuchPrinted("it printed more than anybody reads, and was stopped")
    return ProcessEnded(f"`process.exit({answer['code']})` ended the process that it ran in")


def _timeout(client: anthropic.Anthropic) -> int | None:
    timeout = client.timeout
    seconds = timeout if isinstance(timeout, int | float) else getattr(timeout, "read", None)
    return None if seconds is None else int(seconds * 1000)


def _json(value: Any) -> Any:
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError) as error:
        kind = type(value).__name__
        raise NotATypeScriptValue(
            f"A {kind} cannot be handed to TypeScript ({error}): hand JSON, or a client."
        ) from None


def _link(link: Path, target: Path) -> None:
    if sys.platform == "win32":
        # Without the rights that a symbolic link takes there.
        import _winapi

        _winapi.CreateJunction(str(target), str(link))
    else:
        os.symlink(target, link, target_is_directory=True)


NODE: Final = new_node()
"""The notebook's."""
RUNNER: Final = Runner(NODE)
atexit.register(RUNNER.end)
