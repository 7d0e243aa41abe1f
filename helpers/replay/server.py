"""The loopback seam: an HTTP server over the same engine, with real sockets, chunks, FINs and resets.

    with ReplayServer(Engine(scenario_named("cut"))) as server:
        client = anthropic.Anthropic(base_url=server.url, api_key="replay")

It is for the grader, for TypeScript and curl, and for any other client through `ANTHROPIC_BASE_URL`. Where every reply
of the scenario is a refused connection, the port is held without listening, so that connects are refused by the
operating system and no request reaches the wire log; a refused connection among other replies is a reset before the
first byte. Delays pass at the engine's speed; a client's timeouts are its own and pass for real.
"""

import contextlib
import errno
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final

from helpers.errors import CourseError
from helpers.replay.connection import Connection
from helpers.replay.engine import Engine
from helpers.replay.scenario import RefuseConnection, Scenario, scenario_named
from helpers.settings import MODEL

HOST: Final = "127.0.0.1"


class ReplayServer:
    """Answers HTTP on a loopback port from `engine` while the `with` block runs.

    A new `engine` may be assigned at any time: it answers the requests that arrive from then on. `failure` is what
    the engine itself raised, if it ever did. `path` is what the paths of requests must begin with: who asks for another
    one is hung up on, and is not in the log. `doors` opens `GET /_wire` (the log) and `POST /_reset` (the script starts
    again). `tells_time` makes responses say how late it is in API time. `on_exhausted` is called when somebody sends
    more requests than the engine allows.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        port: int = 0,
        doors: bool = False,
        tells_time: bool = False,
        on_exhausted: Callable[[], None] | None = None,
    ) -> None:
        self.doors = doors
        self.tells_time = tells_time
        self.failure: BaseException | None = None
        self.path = ""
        self._engine = engine
        self._port = port
        self.on_exhausted = on_exhausted
        self._stopping = threading.Event()
        self._busy = 0
        self._idle = threading.Condition()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._socket: socket.socket | None = None
        self._acceptor = threading.Thread(target=self._accept, name="replay-server", daemon=True)

    def __enter__(self) -> "ReplayServer":
        self._socket = self._bind()
        self._bell, self._rung = socket.socketpair()
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._ring()
        self._acceptor.join()
        for connection, thread in self._open_connections().items():
            # Ends every read and write that the thread may be in.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        if self._socket is not None:
            self._socket.close()
        self._bell.close()
        self._rung.close()

    @property
    def url(self) -> str:
        """The address, as `ANTHROPIC_BASE_URL` takes it."""
        return f"http://{HOST}:{self._port}{self.path}"

    def listen_on(self, listener: socket.socket) -> None:
        """Take connections from a socket that listens already: on the loopback of another network, perhaps."""
        before, self._socket = self._socket, listener.dup()
        self._port = listener.getsockname()[1]
        self._ring()
        if before is not None:
            before.close()

    @property
    def engine(self) -> Engine:
        """What answers the requests that arrive from now on."""
        return self._engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        before, self._engine = self._engine, engine
        if self._socket is not None and _refuses(before.scenario) != _refuses(engine.scenario):
            self._socket.close()
            self._socket = self._bind()
            self._ring()
            # Those that are kept alive would not have to connect again.
            for connection in self._open_connections():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    def settle(self, seconds: float = 1.0) -> bool:
        """Wait until no request is being answered, so that the wire log is complete; False when that takes longer."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._busy, seconds)

    @contextlib.contextmanager
    def in_flight(self) -> Iterator[None]:
        """Around the answer to one request."""
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def exhausted(self) -> None:
        """Somebody has sent more requests than the engine allows."""
        if self.on_exhausted is not None:
            self.on_exhausted()

    def _open_connections(self) -> dict[socket.socket, threading.Thread]:
        with self._idle:
            return dict(self._connections)

    def _bind(self) -> socket.socket:
        listener = socket.socket()
        try:
            # Windows would let two servers share the port.
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, self._port))
            if not _refuses(self._engine.scenario):
                listener.listen()
        except (OSError, OverflowError) as error:
            listener.close()
            raise CourseError(_why_not(self._port, error)) from None
        self._port = listener.getsockname()[1]
        return listener

    def _ring(self) -> None:
        self._bell.send(b"!")

    def _accept(self) -> None:
        """Start a thread per connection until the server stops. A ring means: look again at what to listen to."""
        while not self._stopping.is_set():
            with selectors.DefaultSelector() as selector:
                selector.register(self._rung, selectors.EVENT_READ)
                listener = self._socket
                if listener is not None and not _refuses(self._engine.scenario):
                    with contextlib.suppress(ValueError, OSError):
                        selector.register(listener, selectors.EVENT_READ)
                ready = {key.fileobj for key, _ in selector.select()}
            if self._rung in ready:
                self._rung.recv(1)
            elif listener is not None:
                with contextlib.suppress(OSError):
                    self._serve(listener.accept()[0])

    def _serve(self, connection: socket.socket) -> None:
        thread = threading.Thread(target=self._run, args=(connection,), name="replay-connection", daemon=True)
        with self._idle:
            self._connections[connection] = thread
        thread.start()

    def _run(self, connection: socket.socket) -> None:
        try:
            Connection(connection, (HOST, self._port), self)  # type: ignore[arg-type]
        except OSError:
            pass  # the client left
        except BaseException as error:  # noqa: BLE001 - the owner has to see it, whatever it is
            self.failure = error
        finally:
            connection.close()
            with self._idle:
                del self._connections[connection]


def serve(scenario: str, port: int, speed: float) -> None:
    """Print the server's address on one line, then serve until Ctrl-C or SIGTERM. Raises `CourseError`."""
    engine = Engine(scenario_named(scenario), speed=speed, models=(MODEL,))
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with ReplayServer(engine, port=port, doors=True) as server:
        print(server.url, flush=True)  # noqa: T201 - the contract of `course serve`
        # A wait without end can't be interrupted on Windows.
        while not stopped.wait(0.5):
            pass


def _refuses(scenario: Scenario) -> bool:
    """Whether every reply is a refused connection."""
    return all(isinstance(step, RefuseConnection) for step in (*scenario.script, scenario.then))


def _why_not(port: int, error: Exception) -> str:
    if isinstance(error, OverflowError):
        return f"There is no port {port}: choose one from 0 (any free one) to 65535."
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what uses it, or choose another one (--port 0 picks a free one)."
    return f"Port {port} can't be used ({error}): choose another one (--port 0 picks a free one)."
