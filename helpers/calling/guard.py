"""The guard: keeps the process that a learner's function is called in, and its network, as they were.

While a function runs, and in the grader's child as in a notebook,

- a request that does not go over the clients that the function was given is stopped before it leaves the process,
- `exit()` raises `SystemExit`, also where IPython would end the kernel,
- what is printed is bounded,
- and, where a limit is given, it ends in time.

What it saw becomes the `Conduct` in the observation. It keeps accidents in, not attacks.
"""

import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from typing import Any, Final, NoReturn

import httpx2

from helpers.calling.deadline import Deadline
from helpers.calling.observation import Conduct
from helpers.calling.printing import Printing

_INHERITED: Final = object()
_watching: list["Guard"] = []
"""The guards of the calls that are under way, the innermost last."""


class OwnClient(BaseException):
    """The function was about to send something past the clients that it was given. As hard to catch as `NeverEnded`."""


def refuse_way_out(host: str) -> NoReturn:
    """Raise `OwnClient`, for a request to `host` that another process of ours has stopped."""
    if _watching:
        _watching[-1]._refuse(host)
    raise OwnClient(f"a request to {host} was stopped")


class Guard:
    """Watches one call. `given` are the HTTP clients that the function may use; more may be added while it runs."""

    def __init__(self, given: Sequence[object], seconds: float | None = None, busy: float | None = None) -> None:
        self.place: str | None = None
        self._given = given
        self._made: list[object] = []
        self._own_way_out: str | None = None
        self._printing = Printing()
        self._deadline = None if seconds is None else Deadline(seconds, busy=busy)

    def run(self, call: Callable[[], Any]) -> Any:
        """What `call` returns. Whatever leaves it leaves this too, and `NeverEnded` and `OwnClient` beside."""
        with self._watching():
            return call() if self._deadline is None else self._deadline.run(call)

    def conduct(self, value: Any, closed_client: bool) -> Conduct:
        """What was seen."""
        return Conduct(
            returned=tuple(kind.__name__ for kind in type(value).__mro__),
            printed_lines=self._printing.lines,
            printed_characters=self._printing.characters,
            closed_client=closed_client,
            made_client=any(not self._is_given(client) for client in self._made),
            own_way_out=self._own_way_out,
            overran=self.overran,
            place=self._deadline.place if self._deadline is not None and self.overran is not None else self.place,
        )

    @property
    def overran(self) -> float | None:
        """The seconds that were over, where it was stopped because of that."""
        return self._deadline.missed if self._deadline is not None else None

    @contextmanager
    def _watching(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(self._printing.bounded())
            stack.enter_context(_exit_raises())
            for kind in (httpx2.Client, httpx2.AsyncClient):
                stack.enter_context(_replaced(kind, "__init__", self._noting(kind.__init__)))
                stack.enter_context(_replaced(kind, "send", self._refusing(kind.send)))
            stack.enter_context(_replaced(socket, "getaddrinfo", self._local_name(socket.getaddrinfo)))
            for name in ("connect", "connect_ex"):
                stack.enter_context(_replaced(socket.socket, name, self._local(getattr(socket.socket, name))))
            _watching.append(self)
            stack.callback(_watching.remove, self)
            yield

    def _is_given(self, client: object) -> bool:
        return any(client is one for one in self._given)

    def _noting(self, make: Callable[..., None]) -> Callable[..., None]:
        def note(client: object, *arguments: Any, **named: Any) -> None:
            self._made.append(client)
            make(client, *arguments, **named)

        return note

    def _refusing(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(client: object, request: httpx2.Request, *arguments: Any, **named: Any) -> Any:
            if not self._is_given(client):
                self._refuse(request.url.host)
            return send(client, request, *arguments, **named)

        return refuse

    def _local(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(connection: socket.socket, address: Any) -> Any:
            if connection.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                self._refuse(address[0])
            return connect(connection, address)

        return refuse

    def _local_name(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(host: Any, *arguments: Any, **named: Any) -> Any:
            if not _is_loopback(host):
                self._refuse(host)
            return look_up(host, *arguments, **named)

        return refuse

    def _refuse(self, host: str | bytes) -> NoReturn:
        self._own_way_out = host if isinstance(host, str) else host.decode("ascii", "replace")
        raise OwnClient(f"a request to {self._own_way_out} was stopped")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@contextmanager
def _exit_raises() -> Iterator[None]:
    """IPython's own `exit` asks the kernel to end, and goes on: here it raises, as everywhere else."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        yield
        return

    def leave() -> None:
        raise SystemExit

    with _replaced(shell, "ask_exit", leave):
        yield


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = vars(owner).get(name, _INHERITED)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is _INHERITED:
            delattr(owner, name)
        else:
            setattr(owner, name, before)
