"""How a desk of lesson 10 gets through its second day: with customers who leave, a limit, and a process that dies."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import httpx2
from anthropic import APIRequest, APIResponse, CallNext

from helpers.calling.observation import describe, encode
from helpers.calling.stage import Stage

if TYPE_CHECKING:
    from sqlite3 import Connection

DATABASE: Final = "desk.db"


class Killed(BaseException):
    """The process is gone. What it had not committed is, too."""


class Executioner:
    """A middleware that kills the process before it sends its next request but so many; -1 is never.

    A process that is killed runs no `finally` and no `except`: the database is closed before anything is raised, and
    nothing is sent any more.
    """

    def __init__(self) -> None:
        self.left = -1
        self.died = False
        self.db: Connection | None = None

    def __call__(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Hand on, or kill."""
        if self.left == 0 and self.db is not None:
            self.died = True
            self.db.rollback()
            self.db.close()
        if self.died:
            raise Killed
        self.left -= self.left > 0
        return call_next(request)


class Watcher:
    """A middleware that sees how far the body of each answer was read.

    Graded, an answer of a few hundred bytes is on its way before anybody can leave: the server's log cannot tell.
    """

    def __init__(self, closed: dict[str, int]) -> None:
        self._closed = closed

    def __call__(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Hand on, with a body that is watched."""
        response = call_next(request)
        if not response.http_response.is_stream_consumed:
            body: Any = response.http_response.stream
            response.http_response.stream = _Watched(body, str(response.request_id), self._closed)
        return response


class _Watched(httpx2.SyncByteStream):
    """Notes of how many pieces a body was read that was closed before its end."""

    def __init__(self, body: httpx2.SyncByteStream, request_id: str, closed: dict[str, int]) -> None:
        self._body, self._request_id, self._closed = body, request_id, closed
        self._read = 0
        self._is_whole = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._read += 1
            yield piece
        self._is_whole = True

    def close(self) -> None:
        if not self._is_whole:
            self._closed[self._request_id] = self._read
        self._body.close()


class Office:
    """Where desks stand: makes a new one, on the same database, when the last one was killed."""

    def __init__(self, desk_class: Callable[..., Any], stage: Stage) -> None:
        self._class, self._stage = desk_class, stage
        self.executioner = Executioner()
        watcher = Watcher(stage.notes.setdefault("closed", {}))
        self._client = stage.client.with_options(middleware=[self.executioner, watcher])
        self.desk = self.new_desk()

    def new_desk(self) -> Any:
        """A desk of a new process."""
        # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
        import sqlite3

        self.executioner.died = False
        self.executioner.db = sqlite3.connect(self._stage.folder / DATABASE)
        # Nobody pulls the plug here, so nobody waits for the disk.
        self.executioner.db.execute("PRAGMA synchronous = OFF")
        self.desk = self._class(self._client, self.executioner.db, self._stage.clock)
        return self.desk

    def close(self) -> None:
        """Let go of the database."""
        if self.executioner.db is not None:
            self.executioner.db.close()


def run_shift(desk_class: Callable[..., Any], stage: Stage) -> Any:
    """Make a desk and give it every step of the day, one after the other. What came of each goes into the notes."""
    done: list[dict[str, Any]] = []
    stage.notes["steps"] = done
    office = Office(desk_class, stage)
    try:
        for step in stage.inputs["steps"]:
            stage.clock.sleep(step["after"])
            done.append(_do(office, step, stage))
        costs = office.desk.costs()
        stage.notes["costs"] = dict(costs) if isinstance(costs, Mapping) else encode(costs)
    finally:
        office.close()
    return len(done)


def _do(office: Office, step: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """One step. One in which the process is killed is begun again by a new one."""
    wrote: list[str] = []

    def write(text: str) -> None:
        """Show `text` to the customer, while there is one."""
        if step["leaves"] and len(wrote) >= step["leaves"]:
            raise BrokenPipeError("the customer has left")
        wrote.append(text)

    value, raised = None, None
    sent = stage.clock.now()
    for killed_before in (*step["kills"], -1):
        office.executioner.left = killed_before
        try:
            match step["action"]:
                case "show":
                    value = office.desk.show(step["name"], step["said"], write)
                case "sort":
                    value = office.desk.sort(dict(step["complaints"]))
                case "digest":
                    value = office.desk.digest(step["name"], dict(step["complaints"]))
                case "alarm":
                    value = office.desk.alarm()
        except Killed:
            pass
        except Exception as error:  # noqa: BLE001 - it is what came of this step, and the day goes on
            raised = encode(describe(error))
        if not office.executioner.died:
            break
        # Whatever it returned or raised after its death, nobody is there who got it.
        value, raised = None, None
        office.new_desk()
    office.executioner.left = -1
    seconds = stage.clock.now() - sent
    return {"value": encode(value), "wrote": "".join(map(str, wrote)), "raised": raised, "seconds": seconds}
