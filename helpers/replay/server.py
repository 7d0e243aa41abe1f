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
import secrets
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final

from helpers.errors import CourseError
from helpers.replay.allowance import Allowance, Meter, OverAllowance
from helpers.replay.connection import Connection
from helpers.replay.engine import Engine
from helpers.replay.reserve import NO_ROOM, Reserve, turn_away
from helpers.replay.scenario import RefuseConnection, Scenario, scenario_named
from helpers.settings import MODEL

HOST: Final = "127.0.0.1"
ANYBODY: Final = Allowance()
PAUSE: Final = 0.05
"""Real seconds before it is tried again to take a connection that there was no room for."""


class ReplayServer:
    """Answers HTTP on a loopback port from `engine` while the `with` block runs.

    A new `engine` may be assigned at any time: it answers the requests that arrive from then on. `failure` is what
    the engine itself raised, if it ever did. `path` is what the paths of requests must begin with: who asks for another
    one is hung up on, and is not in the log. `doors` opens `GET /_wire` (the log) and `POST /_reset` (the script starts
    again). `tells_time` makes responses say how late it is in API time. `allowance` is what the clients of one engine
    may have between them: who wants more is refused, `excess` says of what, and `on_exhausted` is called; also when
    somebody sends more requests than the engine allows.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        port: int = 0,
        doors: bool = False,
        tells_time: bool = False,
        allowance: Allowance = ANYBODY,
        on_exhausted: Callable[[], None] | None = None,
    ) -> None:
        self.doors = doors
        self.tells_time = tells_time
        self.failure: BaseException | None = None
        self.excess = ""
        self.path = ""
        self.allowance = allowance
        self.meter = Meter(allowance, engine.max_requests)
        self._engine = engine
        self._port = port
        self.on_exhausted = on_exhausted
        self._stopping = threading.Event()
        self._asking: set[socket.socket] = set()
        """Whose request is being read, or answered."""
        self._asked: set[socket.socket] = set()
        """Those of them of which all is here."""
        self._resting: set[socket.socket] = set()
        """Who has been answered, and has sent nothing since."""
        self._idle = threading.Condition()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._socket: socket.socket | None = None
        self._acceptor = threading.Thread(target=self._accept, name="replay-server", daemon=True)

    def __enter__(self) -> "ReplayServer":
        self._socket = self._bind()
        self._bell, self._rung = socket.socketpair()
        # Made once: later there may be no descriptor left for one.
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._reserve = Reserve()
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._ring()
        self._acceptor.join()
        self._end(self._open_connections())
        if self._socket is not None:
            self._socket.close()
        self._selector.close()
        self._reserve.close()
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
        self.meter = Meter(self.allowance, engine.max_requests)
        before, self._engine = self._engine, engine
        if self._socket is not None and _refuses(before.scenario) != _refuses(engine.scenario):
            self._socket.close()
            self._socket = self._bind()
            self._ring()
            # Those that are kept alive would not have to connect again.
            for connection in self._open_connections():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    @contextlib.contextmanager
    def answering(self, engine: Engine, path: str) -> Iterator[None]:
        """Answer from `engine` what is asked below `path` in the block. Then hang up.

        So nobody holds what belongs to the block any more, and what is sent later reaches nobody: not even who was
        connected before. What had arrived in full is answered first. A client that has one connection, and has had its
        answer, may keep it for the next block: with a new one each time grading took a tenth longer.
        """
        self._hang_up_on_all_but(self._one_at_rest())
        kept: socket.socket | None = None
        self.failure, self.excess, self.engine, self.path = None, "", engine, path
        try:
            yield
            kept = self._one_at_rest()
            self._hear_out(kept)
            self.settle()
        finally:
            # Who is at rest by now can ask for nothing that was there before.
            self.path = f"/{secrets.token_hex(16)}"
            self._hang_up_on_all_but(kept)

    def settle(self, seconds: float = 1.0) -> bool:
        """Wait until no request is being answered, so that the wire log is complete; False when that takes longer."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._asking, seconds)

    @contextlib.contextmanager
    def in_flight(self, connection: socket.socket) -> Iterator[None]:
        """Around the rest of one request, and the answer to it."""
        with self._idle:
            self._asking.add(connection)
        try:
            yield
        finally:
            with self._idle:
                self._asking.discard(connection)
                self._asked.discard(connection)
                self._idle.notify_all()

    @contextlib.contextmanager
    def at_rest(self, connection: socket.socket) -> Iterator[None]:
        """While nothing is here of the connection's next request."""
        self._resting.add(connection)
        try:
            yield
        finally:
            self._resting.discard(connection)

    def here(self, connection: socket.socket) -> None:
        """All of a request is here: the connection is not cut off before it is answered."""
        with self._idle:
            self._asked.add(connection)

    def exhausted(self, sentence: str) -> None:
        """Somebody wants more than there is."""
        self.excess = self.excess or sentence
        if self.on_exhausted is not None:
            self.on_exhausted()

    def _hear_out(self, kept: socket.socket | None) -> None:
        """Read no more than what is here already, but of who is `kept`: half a request will not become a whole one."""
        with self._idle:
            waiting = [connection for connection in self._connections if connection not in self._asked]
        for connection in waiting:
            if connection is not kept:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)

    def _one_at_rest(self) -> socket.socket | None:
        """The connection, where there is only one, and nothing is here of its next request."""
        connections = self._open_connections()
        return next(iter(connections)) if len(connections) == 1 and self._resting.issuperset(connections) else None

    def _hang_up_on_all_but(self, kept: socket.socket | None) -> None:
        """End every connection, but that which is `kept`, where it still is the only one and at rest."""
        if kept is None or self._one_at_rest() is not kept:
            self._end(self._open_connections())

    def _end(self, connections: dict[socket.socket, threading.Thread]) -> None:
        """End them, and all that was kept for one."""
        for connection, thread in connections.items():
            # Ends every read and write that the thread may be in.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

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
        listener: socket.socket | None = None
        while not self._stopping.is_set():
            listener = self._listen_to(listener)
            ready = {key.fileobj for key, _ in self._selector.select()}
            if self._rung in ready:
                self._rung.recv(1)
            elif listener is not None:
                self._take_from(listener)

    def _listen_to(self, before: socket.socket | None) -> socket.socket | None:
        """What to listen to now, in place of `before`; None where connections are refused."""
        listener = None if _refuses(self._engine.scenario) else self._socket
        if listener is before:
            return before
        if before is not None:
            self._selector.unregister(before)
        try:
            if listener is not None:
                self._selector.register(listener, selectors.EVENT_READ)
        except (ValueError, OSError):  # it was closed a moment ago, and what takes its place is about to be known
            return None
        return listener

    def _take_from(self, listener: socket.socket) -> None:
        """Take one connection, or say why not."""
        try:
            connection = listener.accept()[0]
        except OSError as error:
            if error.errno in NO_ROOM:
                said = self._reserve.use(lambda: turn_away(listener.accept()[0], "it has no descriptor left"))
                if not said:
                    # Those who wait at the door are there until somebody else has left.
                    self._stopping.wait(PAUSE)
            return
        try:
            self.meter.open(len(self._connections))
            self._serve(connection)
        except OverAllowance as error:
            self.exhausted(str(error))
            turn_away(connection, str(error))
        except RuntimeError as error:  # no thread can be started
            turn_away(connection, str(error))

    def _serve(self, connection: socket.socket) -> None:
        thread = threading.Thread(target=self._run, args=(connection,), name="replay-connection", daemon=True)
        with self._idle:  # whoever sees it may join it
            thread.start()
            self._connections[connection] = thread

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
