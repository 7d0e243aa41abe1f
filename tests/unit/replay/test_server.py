"""The loopback server: sockets, doors, a budget, and nothing left behind."""

import gc
import http.client
import json
import socket
import threading
from collections.abc import Iterator

import httpx2
import pytest
from anthropic import Anthropic, APIConnectionError

from helpers.client import replay_client
from helpers.errors import CourseError
from helpers.replay import (
    Answer,
    Choose,
    Engine,
    Fail,
    RefuseConnection,
    ReplayFailure,
    Request,
    WireLog,
    scenario_named,
)
from helpers.replay.scenario import Step
from helpers.replay.server import ReplayServer
from tests.unit.replay.asking import HEADERS, PARAMS, engine_for

ANSWER = Answer()
SCRIPTED = 6


@pytest.fixture
def doors() -> Iterator[ReplayServer]:
    """A server as `course serve` runs it."""
    with ReplayServer(engine_for(Fail(529), ANSWER, then=ANSWER), doors=True) as server:
        yield server


def post(server: ReplayServer, **params: object) -> httpx2.Response:
    """One request without the SDK."""
    return httpx2.post(f"{server.url}/v1/messages", json={**PARAMS, **params}, headers=HEADERS)


def threads() -> list[str]:
    """The names of the threads that a server started."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("replay-")]


def test_doors(doors: ReplayServer) -> None:
    """The log can be read from outside, and the script started again; neither is itself in the log."""
    assert [post(doors).status_code for _ in range(2)] == [529, 200]
    entries = httpx2.get(f"{doors.url}/_wire").json()
    assert [entry["status"] for entry in entries] == [529, 200]
    assert httpx2.post(f"{doors.url}/_reset").status_code == 200
    assert httpx2.get(f"{doors.url}/_wire").json() == []
    assert post(doors).status_code == 529


def test_unknown_door(doors: ReplayServer) -> None:
    """Another door says which ones there are."""
    response = httpx2.get(f"{doors.url}/_reset")
    assert response.status_code == 404
    assert "GET /_wire and POST /_reset" in response.text


def test_no_doors() -> None:
    """The grader's server has none: who knocks is in the log."""
    with ReplayServer(engine_for()) as server:
        assert httpx2.get(f"{server.url}/_wire").status_code == 501
        assert httpx2.post(f"{server.url}/_reset").status_code == 501
        assert [exchange.path for exchange in server.engine.log] == ["/_wire", "/_reset"]


def test_port_in_use() -> None:
    """One sentence that says what and how to mend it."""
    with ReplayServer(engine_for()) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(CourseError, match=rf"^Port {port} is in use: stop what uses it, or choose another one"):
            ReplayServer(engine_for(), port=port).__enter__()
    with ReplayServer(engine_for(), port=port) as again:
        assert again.url.endswith(f":{port}")
    gc.collect()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_no_such_port(port: int) -> None:
    """A number that is no port is said to be none."""
    with pytest.raises(CourseError, match=f"There is no port {port}"):
        ReplayServer(engine_for(), port=port).__enter__()
    gc.collect()


def test_loopback_only() -> None:
    """Nobody on the network can knock."""
    with ReplayServer(engine_for()) as server:
        assert server.url.startswith("http://127.0.0.1:")


def test_a_new_engine() -> None:
    """Requests go to the engine of the moment, also on a connection that is kept alive."""
    with ReplayServer(engine_for()) as server, httpx2.Client(base_url=server.url, headers=HEADERS) as client:
        first = server.engine
        assert client.post("/v1/messages", json=PARAMS).status_code == 200
        server.engine = engine_for(Fail(500))
        assert client.post("/v1/messages", json=PARAMS).status_code == 500
        assert (len(first.log), len(server.engine.log)) == (1, 1)


def test_refused_and_back() -> None:
    """A scenario of refused connections closes the door that another one opens again."""
    with ReplayServer(Engine(scenario_named("refused"))) as server:
        for _ in range(2):
            with pytest.raises(httpx2.ConnectError):
                post(server)
            server.engine = engine_for()
            assert post(server).status_code == 200
            server.engine = Engine(scenario_named("refused"))


def test_refused_on_a_kept_connection() -> None:
    """A connection from before can't be used either."""
    with (
        ReplayServer(engine_for()) as server,
        Anthropic(base_url=server.url, api_key="replay", max_retries=0) as client,
    ):
        client.messages.create(**PARAMS)
        server.engine = Engine(scenario_named("refused"))
        with pytest.raises(APIConnectionError):
            client.messages.create(**PARAMS)


def test_refused_among_others() -> None:
    """The nearest to a refused connection on a port that listens: a reset before the first byte."""
    with ReplayServer(engine_for(RefuseConnection(), ANSWER)) as server:
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            post(server)
        assert post(server).status_code == 200
        assert [exchange.ending for exchange in server.engine.log] == ["refused", "clean"]


def test_budget() -> None:
    """Too many requests close the connection, and the owner is called."""
    called = threading.Event()
    with ReplayServer(engine_for(max_requests=1), on_exhausted=called.set) as server:
        assert post(server).status_code == 200
        with pytest.raises(httpx2.TransportError):
            post(server)
        assert called.wait(5)


def broken(request: Request, log: WireLog) -> Step:
    """A scenario with a mistake in it."""
    raise OSError("the scenario is broken")


def test_failure_is_visible() -> None:
    """What a scenario raises is a 500 to the client and an exception to the owner: never mistaken for the API's."""
    with ReplayServer(engine_for(Choose(broken))) as server:
        assert server.failure is None
        response = post(server)
        assert response.status_code == 500
        assert response.json()["error"] == {
            "type": "replay_failure",
            "message": "The replay scenario 'test' can't answer: it raised OSError('the scenario is broken').",
        }
        assert isinstance(server.failure, OSError)


def test_failure_is_no_lost_connection() -> None:
    """In the process the SDK does not take it for a connection that could be tried again."""
    engine = engine_for(then=Choose(broken))
    with replay_client(engine) as client, pytest.raises(ReplayFailure, match="the scenario is broken"):
        client.messages.create(**PARAMS)
    assert not issubclass(ReplayFailure, Exception)
    assert len(engine.log) == 1


def test_stop_in_a_stall() -> None:
    """A server that stops lets everybody go, whoever waits for it; no thread outlives it."""
    engine = engine_for(Answer(ending="stall", after=SCRIPTED))
    raised: list[Exception] = []
    silent = threading.Event()

    def read() -> None:
        try:
            with client.messages.create(**PARAMS, stream=True) as stream:
                for number, _ in enumerate(stream, 1):
                    if number == SCRIPTED:
                        silent.set()
        except httpx2.HTTPError as error:
            raised.append(error)

    before = threads()
    with ReplayServer(engine) as server:
        client = Anthropic(base_url=server.url, api_key="replay")
        thread = threading.Thread(target=read)
        thread.start()
        # Before the last scripted event, a server that stops would cut it off instead.
        assert silent.wait(5)
    assert threads() == before
    thread.join(5)
    client.close()
    assert isinstance(raised[0], httpx2.RemoteProtocolError)
    assert engine.log[0].ending == "stall"


def test_stop_in_a_delay() -> None:
    """Also in the middle of an hour's wait."""
    engine = engine_for(ANSWER, speed=3600.0)
    with ReplayServer(engine) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        body = json.dumps(PARAMS).encode()
        head = "\r\n".join(f"{name}: {value}" for name, value in HEADERS.items())
        connection.sendall(
            f"POST /v1/messages HTTP/1.1\r\n{head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        )
        while not len(engine.log):
            server.settle(0.01)
    assert connection.recv(1) == b""
    connection.close()


def test_settle() -> None:
    """Waiting for quiet takes no longer than there is noise, or than it may."""
    with ReplayServer(engine_for()) as server:
        assert server.settle(0)
        with socket.socket() as connection, server.in_flight(connection):
            assert not server.settle(0.01)
        assert server.settle(0)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_methods(method: str) -> None:
    """Every method is answered and logged."""
    with ReplayServer(engine_for()) as server:
        response = httpx2.request(method, f"{server.url}/v1/messages", headers=HEADERS)
        assert response.status_code == 501
        assert bool(response.content) == (method != "HEAD")
        assert server.engine.log[0].method == method


def test_chunked_request() -> None:
    """A body of unknown length, as other clients send it."""
    with ReplayServer(engine_for()) as server:
        body = iter([json.dumps(PARAMS).encode()[:10], json.dumps(PARAMS).encode()[10:]])
        response = httpx2.post(f"{server.url}/v1/messages", content=body, headers=HEADERS)
        assert response.status_code == 200
        assert server.engine.log[0].request_bytes == len(json.dumps(PARAMS))


def test_expect_continue() -> None:
    """curl asks before it sends a large body."""
    with ReplayServer(engine_for()) as server:
        connection = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
        connection.putrequest("POST", "/v1/messages")
        body = json.dumps(PARAMS).encode()
        for name, value in {**HEADERS, "content-length": str(len(body)), "expect": "100-continue"}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize("lines", [b"content-length: many", b"transfer-encoding: chunked"])
def test_not_http(lines: bytes) -> None:
    """A client's nonsense is its own fault, not a failure of the replay."""
    with ReplayServer(engine_for()) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        connection.sendall(b"POST /v1/messages HTTP/1.1\r\n" + lines + b"\r\n\r\nnonsense\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")
        connection.close()
        assert server.settle(5)
        assert server.failure is None


def test_client_leaves_in_its_request() -> None:
    """Half a request is no request."""
    with ReplayServer(engine_for()) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        connection.sendall(b"POST /v1/messages HTTP/1.1\r\ncontent-length: 100\r\n\r\n{")
        connection.close()
        assert server.settle(5)
        assert len(server.engine.log) == 0
        assert server.failure is None


def test_many_at_once() -> None:
    """Twenty clients at the same time, each with its own answer."""
    with ReplayServer(engine_for()) as server:
        ids: list[str] = []

        def call() -> None:
            ids.append(post(server).headers["request-id"])

        callers = [threading.Thread(target=call) for _ in range(20)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert len(set(ids)) == 20
        assert sorted(exchange.number for exchange in server.engine.log) == list(range(1, 21))


@pytest.mark.parametrize("body", [b"[" * 20_000, b'{"model":"\\ud83d"}', b'{"a":' * 500 + b"1" + b"}" * 500])
def test_broken_bodies(doors: ReplayServer, body: bytes) -> None:
    """A body however deep or broken is a 400, and the wire log is there as before."""
    response = httpx2.post(f"{doors.url}/v1/messages", content=body, headers=HEADERS)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("The request body is not valid JSON: ")
    assert [entry["status"] for entry in httpx2.get(f"{doors.url}/_wire").json()] == [400]
    assert doors.failure is None
