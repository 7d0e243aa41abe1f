"""`make_client()`: the replay by default, live with a key, and nothing that leaves the machine."""

import socket
from typing import Any, NoReturn

import anyio
import httpx2
import pytest
from anthropic import Anthropic, AsyncAnthropic

from helpers.client import make_async_client, make_client, wire_log
from helpers.errors import CourseError
from helpers.replay import Answer, AsyncReplayTransport, Engine, ReplayTransport, Scenario, says, scenario_named
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

PARAMS: dict[str, Any] = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": "Write a haiku"}]}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


async def ask_async(client: AsyncAnthropic) -> str:
    """The text of one reply."""
    async with client, client.messages.stream(**PARAMS) as stream:
        return await stream.get_final_text()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that points anywhere but here."""
    for name in PROXIES:
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://192.0.2.2")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-real")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-real-too")


@pytest.mark.usefixtures("elsewhere")
def test_replay_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """In replay mode no socket is connected and no name is looked up, whatever the environment points to."""

    def refuse(*arguments: object, **_: object) -> NoReturn:
        raise AssertionError(f"a connection to {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    with make_client() as client:
        assert client.messages.create(**PARAMS).stop_reason == "end_turn"
        with client.messages.stream(**PARAMS) as stream:
            assert stream.get_final_message().stop_reason == "end_turn"
        batch = client.messages.batches.create(requests=[{"custom_id": "a", "params": PARAMS}])  # type: ignore[typeddict-item]
        assert client.messages.batches.retrieve(batch.id).processing_status == "ended"
        assert [result.custom_id for result in client.messages.batches.results(batch.id)] == ["a"]
        with pytest.raises(Exception, match="does not expect"):
            client.get("/v1/elsewhere", cast_to=object)
    assert anyio.run(ask_async, make_async_client())


@pytest.mark.usefixtures("elsewhere")
def test_server_seam_stays_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server seam connects to loopback, and to nothing else."""
    connect = socket.socket.connect
    hosts: list[str] = []

    def note(self: socket.socket, address: Any) -> None:
        hosts.append(address[0])
        assert address[0] == "127.0.0.1"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    with ReplayServer(Engine(scenario_named("plain"))) as server:
        # What `ANTHROPIC_BASE_URL` and NO_PROXY do for a client of any language.
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with Anthropic() as client:
            assert client.messages.create(**PARAMS).stop_reason == "end_turn"
    assert "127.0.0.1" in hosts


def test_replay_is_the_default() -> None:
    """Without any setting, both clients are wired to the replay, at an address that leads nowhere."""
    with make_client() as client:
        assert isinstance(client._client._transport, ReplayTransport)
        assert client.base_url.host == "replay.invalid"
        assert len(wire_log(client)) == 0
    assert isinstance(make_async_client()._client._transport, AsyncReplayTransport)


def test_scenario_by_name_or_as_a_value() -> None:
    """A scenario is a name of the list, or one of your own."""
    with make_client("truncate") as client:
        assert wire_log(client) is not None
        with client.messages.stream(**PARAMS) as stream:
            assert stream.get_final_message().stop_reason is None
    with make_client(Scenario("own", "an answer of mine", then=Answer(message=says("Mine.")))) as client:
        message = client.messages.create(**PARAMS)
        assert [block.text for block in message.content if block.type == "text"] == ["Mine."]


def test_unknown_scenario() -> None:
    """A name that is not in the list is refused, with the list."""
    with pytest.raises(CourseError, match="There is no scenario 'chaos': choose one of plain, overloaded, "):
        make_client("chaos")


@pytest.mark.parametrize("make", [make_client, make_async_client])
def test_live_without_a_key(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence that says how to mend it, before anything is sent."""
    monkeypatch.setenv("COURSE_MODE", "live")
    with pytest.raises(CourseError, match="COURSE_MODE is live, but there is no key: set ANTHROPIC_API_KEY"):
        make()


@pytest.mark.parametrize("make", [make_client, make_async_client])
def test_live(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Live mode is the SDK as it is: nothing of the replay is in between."""
    monkeypatch.setenv("COURSE_MODE", "live")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-real")
    client = make()
    assert client.api_key == "sk-real"
    assert client.base_url.host == "api.anthropic.com"
    assert not isinstance(client._client._transport, (ReplayTransport, AsyncReplayTransport))
    with pytest.raises(CourseError, match="This client has no wire log"):
        wire_log(client)


def test_live_at_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A live client goes where `ANTHROPIC_BASE_URL` says."""
    with ReplayServer(Engine(scenario_named("plain"))) as server:
        monkeypatch.setenv("COURSE_MODE", "live")
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-real")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        with make_client() as client:
            client.messages.create(**PARAMS)
        assert len(server.engine.log) == 1


def test_a_scenario_is_replayed_in_live_mode_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can order a broken stream from the API: a named scenario needs no key."""
    monkeypatch.setenv("COURSE_MODE", "live")
    with make_client("cut") as client:
        assert isinstance(client._client._transport, ReplayTransport)
        with pytest.raises(httpx2.RemoteProtocolError), client.messages.stream(**PARAMS) as stream:
            stream.until_done()


@pytest.mark.parametrize(("environment", "speed"), [("0", 0.0), ("2", 2.0), ("", 0.25)])
def test_speed(environment: str, speed: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """COURSE_SPEED overrides the speed that a lesson asks for."""
    monkeypatch.setenv("COURSE_SPEED", environment)
    with make_client(speed=0.25) as client:
        transport = client._client._transport
        assert isinstance(transport, ReplayTransport)
        assert transport.engine.clock.speed == speed


def test_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The replay knows the model that the course is set to, also one that the SDK has not heard of."""
    monkeypatch.setenv("COURSE_MODEL", "claude-next")
    with make_client() as client:
        assert client.messages.create(**{**PARAMS, "model": "claude-next"}).model == "claude-next"


def test_a_copy_has_no_log_of_its_own() -> None:
    """The wire log belongs to the client that `make_client` returned; a copy's requests are in it too."""
    with make_client() as client:
        copy = client.with_options(max_retries=0)
        copy.messages.create(**PARAMS)
        assert len(wire_log(client)) == 1
        with pytest.raises(CourseError, match="Pass that one rather than a copy"):
            wire_log(copy)
