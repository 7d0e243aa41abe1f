"""What the clients of a server may have between them, and what becomes of whoever wants more."""

import os
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import httpx2
import pytest

from helpers.replay import Answer, Engine, Scenario
from helpers.replay.allowance import Allowance, Meter, OverAllowance
from helpers.replay.server import ReplayServer
from tests.unit.replay.asking import HEADERS, PARAMS, engine_for

SMALL = Allowance(connections=4, opened=20, arrived=10_000, head=4_000, idle=5.0, arriving=5.0)
HASTE = Allowance(idle=0.05, arriving=0.05, unread=0.05)


@contextmanager
def dialled(server: ReplayServer) -> Iterator[socket.socket]:
    """A connection to it."""
    port = int(server.url.split(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), 10.0) as connection:
        yield connection


def told(connection: socket.socket) -> bytes:
    """What comes back until the server hangs up."""
    said = b""
    with suppress(ConnectionResetError):
        while block := connection.recv(65_536):
            said += block
    return said


def post(body: bytes = b"", length: int | None = None, lines: str = "", path: str = "/v1/messages") -> bytes:
    """A request with this body, of which more may be promised."""
    declared = len(body) if length is None else length
    return f"POST {path} HTTP/1.1\r\ncontent-length: {declared}\r\n{lines}\r\n".encode() + body


def test_half_sent_bodies_count() -> None:
    """Bodies that never end count from their first byte on, all together."""
    with ReplayServer(engine_for(), allowance=SMALL) as server, dialled(server) as one, dialled(server) as other:
        one.sendall(post(b"x" * 6_000, 9_000))
        while server.meter._arrived < 6_000:
            server.settle(0.01)
        other.sendall(post(b"x" * 10, 6_000))
        assert told(other).startswith(b"HTTP/1.1 503 ")
        assert server.excess == "more than 10,000 bytes of requests"


@pytest.mark.parametrize("expect", ["", "expect: 100-continue\r\n"])
def test_a_lie(expect: str) -> None:
    """What is promised is refused before it is sent, and nobody is asked to go on."""
    with ReplayServer(engine_for(), allowance=SMALL) as server, dialled(server) as connection:
        connection.sendall(post(length=10**12, lines=expect))
        assert told(connection).startswith(b"HTTP/1.1 503 ")


def test_too_long_for_anybody() -> None:
    """Without a sum of its own, a server reads a body only as far as any endpoint's could go."""
    with ReplayServer(engine_for()) as server, dialled(server) as connection:
        connection.sendall(post(length=2 * 10**9, path="/v1/files"))
        assert told(connection).startswith(b"HTTP/1.1 413 ")
        assert server.excess == "a body of more than 1,000,000,000 bytes"


def test_endless_chunks() -> None:
    """A body of unknown length counts as it comes."""
    with ReplayServer(engine_for(), allowance=SMALL) as server, dialled(server) as connection:
        connection.sendall(b"POST /v1/messages HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(101):
            connection.sendall(b"64\r\n" + b"x" * 100 + b"\r\n")
        assert told(connection).startswith(b"HTTP/1.1 503 ")
        assert server.excess == "more than 10,000 bytes of requests"


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 4_000,
        b"GET / HTTP/1.1\r\n" + b"x: " + b"x" * 4_000,
        b"GET / HTTP/1.1\r\n" + b"x: x\r\n" * 101,
        b"GET / HTTP/1.1\r\n" + b"name: value\r\n" * 400,
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1;" + b"x" * 4_000,
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n" + b"x: x\r\n" * 800,
    ],
)
def test_endless_head(head: bytes) -> None:
    """A line without an end, or lines without an end, before a body, in it or after it."""
    with ReplayServer(engine_for(), allowance=SMALL) as server, dialled(server) as connection:
        connection.sendall(head)
        assert told(connection).startswith(b"HTTP/1.1 431 ")
        assert server.failure is None


@pytest.mark.parametrize("length", ["-5", "+5", "1_000", "٣", "9" * 5_000, "0x10", ""])
def test_no_length(length: str) -> None:
    """What Python reads as a number need not be one."""
    with ReplayServer(engine_for()) as server, dialled(server) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n".encode())
        assert told(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("length", [b"-5", b"0x5", b"_", b"f" * 16])
def test_no_chunk(length: bytes) -> None:
    """A chunk's length is no more than digits either."""
    with ReplayServer(engine_for()) as server, dialled(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n" + length + b"\r\n")
        assert told(connection).startswith(b"HTTP/1.1 400 ")


def test_requests_count_with_their_heads() -> None:
    """A request is one before its body is here: ten bodies without an end are ten requests."""
    with ReplayServer(engine_for(max_requests=1)) as server, dialled(server) as one, dialled(server) as other:
        one.sendall(post(length=10))
        while not server.meter._requests:
            server.settle(0.01)
        other.sendall(post(length=10))
        assert told(other) == b""
        assert server.excess == "more than 1 requests"


def test_connections_at_once() -> None:
    """One more than there may be is turned away, and the others are still served."""
    with ReplayServer(engine_for(), allowance=SMALL) as server, dialled(server) as first:
        for _ in range(3):
            first.sendall(post(path="/v1/messages/batches"))
            assert first.recv(65_536)
        with dialled(server), dialled(server), dialled(server), dialled(server) as fifth:
            assert told(fifth).startswith(b"HTTP/1.1 503 ")
            assert server.excess == "more than 4 connections at once"
            first.sendall(post(path="/v1/messages/batches"))
            assert first.recv(65_536).startswith(b"HTTP/1.1 4")


def test_connections_in_all() -> None:
    """One after the other counts as well."""
    # The server may still have those before among its own when the next one comes: they are not what this is about.
    with ReplayServer(engine_for(max_requests=1), allowance=replace(SMALL, connections=64)) as server:
        for _ in range(30):
            with dialled(server) as connection:
                connection.sendall(b"\r\n")
                told(connection)
        assert server.excess == "more than 21 connections"


@pytest.mark.parametrize("begun", [b"", b"POST /v1/mess", b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\n{"])
def test_nobody_waits_for_ever(begun: bytes) -> None:
    """A connection without a request, and half of one, are closed when their time is over."""
    with ReplayServer(engine_for(), allowance=HASTE) as server, dialled(server) as connection:
        connection.sendall(begun)
        assert told(connection) == b""


def test_drop_by_drop() -> None:
    """The time is that of the whole request: a byte now and then does not win more of it."""
    with ReplayServer(engine_for(), allowance=HASTE) as server, dialled(server) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            while not server.settle(0.0) or server._connections or not server.meter._opened:
                connection.send(b"x")
        assert server.meter._requests == 0


def test_a_reader_that_does_not_read() -> None:
    """Nobody is answered who takes nothing: neither the time nor the room for it is without end."""
    long = Scenario("long", "an answer that fits into no buffer", then=Answer())
    with ReplayServer(Engine(long), allowance=HASTE) as server, dialled(server) as connection:
        with suppress(OSError):
            for _ in range(100_000):
                connection.sendall(b"GET /v1/models HTTP/1.1\r\nx-api-key: any\r\nanthropic-version: any\r\n\r\n")
        assert len(server.engine.log) < 100_000
        assert server.settle(5)


def test_hung_up() -> None:
    """When a block ends, whoever was connected is not any more, and half a request is none."""
    with ReplayServer(engine_for()) as server:
        with server.answering(engine_for(), "/one"), dialled(server) as idle, dialled(server) as half:
            half.sendall(post(b"x", 100, path="/one/v1/messages"))
            while not server.meter._arrived:
                server.settle(0.01)
            assert httpx2.post(f"{server.url}/v1/messages", json=PARAMS, headers=HEADERS).status_code == 200
            threads = [thread for thread in threading.enumerate() if thread.name == "replay-connection"]
            assert len(threads) >= 2
            held = idle.dup(), half.dup()
        assert not any(thread.is_alive() for thread in threads)
        assert [told(connection) for connection in held] == [b"", b""]
        assert server.meter._held == 0
        for connection in held:
            connection.close()
        with dialled(server) as late:
            late.sendall(post(b"{}", path="/one/v1/messages"))
            assert told(late) == b""
        assert len(server.engine.log) == 1


def test_one_connection_is_kept() -> None:
    """Who has one connection and has been answered keeps it for the next block, and reaches nothing of the last."""
    with ReplayServer(engine_for()) as server, httpx2.Client(headers=HEADERS) as client:
        engines = engine_for(), engine_for()
        for engine, path in zip(engines, ("/one", "/two"), strict=True):
            with server.answering(engine, path):
                assert client.get(f"{server.url}/v1/models").status_code == 200
                rest(server)
                kept = set(server._connections)
            assert set(server._connections) == kept
        assert [len(engine.log) for engine in engines] == [1, 1]
        with server.answering(engine_for(), "/three"):
            with pytest.raises(httpx2.RemoteProtocolError):
                client.get(f"http://127.0.0.1:{server._port}/one/v1/models")
            assert len(server.engine.log) == 0


@pytest.mark.parametrize(
    "half",
    [b"GET /one/v1/models", b"GET /one/v1/models HTTP/1.1\r\nx-a: ", b"GET /one/v1/models HTTP/1.1\r\nx-a: 1\r\n"],
)
def test_half_a_head_is_none(half: bytes) -> None:
    """A single connection that has begun to ask is hung up on, and what it has sent so far is no request."""
    with ReplayServer(engine_for()) as server:
        engine = engine_for()
        with server.answering(engine, "/one"), dialled(server) as connection:
            rest(server)
            connection.sendall(half)
            while server._resting:
                server.settle(0.01)
            held = connection.dup()
        assert told(held) == b""
        assert not server._connections
        assert len(engine.log) == 0
        held.close()


def rest(server: ReplayServer) -> None:
    """Wait until the server waits for the next request on its one connection."""
    while not server._resting:
        server.settle(0.01)


def test_what_is_here_is_answered() -> None:
    """What had arrived in full before the end of a block is in its log."""
    with ReplayServer(engine_for()) as server:
        engine = engine_for()
        with server.answering(engine, "/one"), dialled(server) as connection:
            connection.sendall(post(path="/one/v1/models"))
            while not server.meter._requests:
                server.settle(0.01)
        assert len(engine.log) == 1


def test_held() -> None:
    """What is kept for one is there again for the next."""
    meter = Meter(Allowance(held=100), None)
    meter.hold(100)
    with pytest.raises(OverAllowance, match="more than 100 bytes of requests at once"):
        meter.hold(1)
    meter.hold(-100)
    meter.hold(1)


def test_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started, the connection is turned away, and the next one may be served."""
    with ReplayServer(engine_for()) as server:

        def start(thread: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            with dialled(server) as connection:
                assert b"can't start new thread" in told(connection)
        assert httpx2.post(f"{server.url}/v1/messages", json=PARAMS, headers=HEADERS).status_code == 200


FEW = """
    import os, resource, socket
    from helpers.replay import Engine, scenario_named
    from helpers.replay.server import ReplayServer

    with ReplayServer(Engine(scenario_named("plain"))) as server:
        port = int(server.url.rpartition(":")[2])
        taken = os.open(os.devnull, os.O_RDONLY)
        clients = [socket.socket() for _ in range(4)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (clients[-1].fileno() + 3, 1024))
        said = []
        for client in clients:
            client.settimeout(10)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /v1/models HTTP/1.1\\r\\n\\r\\n")
            said.append(client.recv(65_536).split()[1].decode())
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(b"GET /v1/models HTTP/1.1\\r\\n\\r\\n")
            said.append(client.recv(65_536).split()[1].decode())
        print(*said, server._acceptor.is_alive())
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_no_descriptor() -> None:
    """Where descriptors run out, that is the answer; once there are some again, the server goes on as before."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FEW)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split() == ["401", "401", "503", "503", "401", "True"]
