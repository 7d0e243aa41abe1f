"""The engine: headers on every answer, ids that never repeat, a budget, and a script that fails closed."""

from contextlib import suppress
from itertools import product

import anyio
import httpx2
import pytest
from anthropic import APIStatusError

from helpers.client import async_replay_client, make_client, wire_log
from helpers.replay import (
    SCENARIOS,
    Answer,
    EmptyBody,
    Engine,
    Fail,
    RequestBudgetExceeded,
    Scenario,
    fixtures,
    says,
    scenario_named,
)
from helpers.settings import MODEL
from tests.unit.replay.asking import HEADERS, PARAMS, ask, engine_for, refusal
from tests.unit.replay.wires import Wire

LIMIT_HEADERS = [
    f"anthropic-ratelimit-{kind}-{part}"
    for kind, part in product(("requests", "tokens", "input-tokens", "output-tokens"), ("limit", "remaining", "reset"))
]


@pytest.mark.parametrize(
    "engine",
    [
        engine_for(),
        engine_for(EmptyBody()),
        *(engine_for(Fail(status)) for status in (400, 413, 429, 500, 529)),
    ],
)
def test_headers(engine: Engine) -> None:
    """Every answer has the rate limit headers and a request id, errors included."""
    reply, _ = ask(engine, body=PARAMS)
    assert set(LIMIT_HEADERS) <= set(reply.headers)
    assert reply.headers["request-id"].startswith("req_")


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/unknown", "/v1/files"])
def test_headers_of_refusals(path: str) -> None:
    """Also what is refused or not expected."""
    reply, _ = ask(engine_for(), path=path, headers={})
    assert set(LIMIT_HEADERS) <= set(reply.headers)
    assert reply.headers["request-id"].startswith("req_")


def test_remaining_requests() -> None:
    """What is left shrinks with every request and comes back with the minute; a 429 says that nothing is left."""
    engine = engine_for(Answer(message=says("a")), Answer(message=says("a")), Fail(429), Answer())
    name = "anthropic-ratelimit-requests-remaining"
    assert [ask(engine, body=PARAMS)[0].headers[name] for _ in range(3)] == ["999", "998", "0"]
    engine.clock.reach(61.0)
    later, _ = ask(engine, body=PARAMS)
    assert later.headers[name] == "999"
    assert later.headers["anthropic-ratelimit-requests-reset"] == "2026-01-01T00:02:00Z"


def test_request_ids_are_unique() -> None:
    """Ten thousand answers of one engine, and those of the other engines of a process."""
    clients = [make_client(), make_client(), make_client("overloaded")]
    engine = engine_for(seed=1_000_000)
    seen = [ask(engine, "GET", "/v1/models/nothing")[0].headers["request-id"] for _ in range(10_000)]
    for client in clients:
        with client:
            with suppress(APIStatusError):
                client.messages.create(**PARAMS)
            seen += [exchange.request_id or "" for exchange in wire_log(client)]
    assert len(set(seen)) == len(seen) == 10_005


def test_same_seed_same_wire() -> None:
    """A seed decides every id: a notebook's outputs stay the same."""
    first, second = (ask(engine_for(seed=7), body=PARAMS) for _ in range(2))
    assert first[1] == second[1]
    assert first[0].headers == second[0].headers


def test_restart() -> None:
    """The script begins again with an empty log; ids go on."""
    engine = engine_for(Fail(529), Answer())
    before = [ask(engine, body=PARAMS)[0] for _ in range(2)]
    engine.restart()
    assert len(engine.log) == 0
    assert engine.clock.now() == 0
    after = [ask(engine, body=PARAMS)[0] for _ in range(2)]
    assert [reply.status for reply in after] == [529, 200]
    assert len({reply.headers["request-id"] for reply in before + after}) == 4


def test_budget() -> None:
    """Beyond the budget there is no answer, and no `except Exception` that hides it."""
    engine = engine_for(max_requests=2)
    for _ in range(2):
        ask(engine, body=PARAMS)
    with pytest.raises(RequestBudgetExceeded, match="more than 2 requests"):
        ask(engine, body=PARAMS)
    assert not issubclass(RequestBudgetExceeded, Exception)
    assert len(engine.log) == 2


def test_budget_stops_a_loop_through_the_sdk() -> None:
    """Also a loop that catches everything it knows."""
    engine = Engine(scenario_named("overloaded"), max_requests=7)

    async def for_ever() -> None:
        async with async_replay_client(engine) as client:
            while True:
                try:
                    await client.messages.create(**PARAMS)
                except Exception:  # noqa: BLE001 - what a learner may write
                    continue

    with pytest.raises(RequestBudgetExceeded):
        anyio.run(for_ever)
    assert len(engine.log) == 7


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("POST", "/v1/message", "the nearest is POST /v1/messages (the path differs)"),
        ("GET", "/v1/messages", "the nearest is POST /v1/messages (the method differs)"),
        ("POST", "/v1/complete", "the nearest is POST /v1/"),
        ("PUT", "/v1/messages/batches/b1", "the nearest is GET /v1/messages/batches/BATCH_ID (the method differs)"),
        ("GET", "/v1/messages/batches/b1/result", "/v1/messages/batches/BATCH_ID/results (the path differs)"),
        ("GET", "/", "the nearest is "),
    ],
)
def test_unknown_place(method: str, path: str, nearest: str) -> None:
    """A method or path that the API lacks is answered with the nearest that it has."""
    engine = engine_for()
    status, said = refusal(engine, method, path)
    assert status == 501
    assert said.startswith(f"The replay scenario 'test' does not expect {method} {path} as request 1: ")
    assert nearest in said
    assert engine.log[0].unexpected == said


def test_exhausted_script() -> None:
    """A script that is over says so."""
    engine = engine_for(Answer(), Fail(529))
    ask(engine, body=PARAMS)
    ask(engine, body=PARAMS)
    status, said = refusal(engine, body=PARAMS)
    assert status == 501
    assert said.endswith("does not expect POST /v1/messages as request 3: its 2 replies have all been given.")
    assert engine.log[2].unexpected == said


def test_differing_field() -> None:
    """A request that differs from the expected one is told in which field."""
    engine = engine_for(Answer(expects={"model": MODEL, "max_tokens": 64}))
    status, said = refusal(engine, body=PARAMS)
    assert status == 501
    assert said.endswith(
        "the nearest is POST /v1/messages with max_tokens = 64 (the field 'max_tokens' differs: it is 200)."
    )
    assert ask(engine_for(Answer(expects={"max_tokens": 64})), body={**PARAMS, "max_tokens": 64})[0].status == 200


def test_unexpected_through_the_sdk(wire: Wire) -> None:
    """The SDK shows the sentence at once: nothing is retried."""
    seen = wire.create(wire.script(Answer(expects={"max_tokens": 1})))
    assert isinstance(seen.error, APIStatusError)
    assert seen.error.status_code == 501
    assert "the field 'max_tokens' differs" in str(seen.error.api_message)
    assert seen.attempts == 1
    assert seen.engine.log.to_json()[0]["unexpected"] == seen.error.api_message


def test_unknown_status() -> None:
    """A scripted status that the error map does not have is still an error of the API."""
    reply, body = ask(engine_for(Fail(418)), body=PARAMS)
    assert (reply.status, body["error"]["type"]) == (418, "api_error")


def test_max_tokens_cuts_properly() -> None:
    """An answer longer than max_tokens stops there, and says why."""
    for stream in (False, True):
        engine = engine_for(Answer(message=says("one two three four five six seven eight")))
        _, body = ask(engine, body={**PARAMS, "max_tokens": 4, "stream": stream})
        assert b"max_tokens" in body if stream else body["stop_reason"] == "max_tokens"
        if not stream:
            assert (body["content"][0]["text"], body["usage"]["output_tokens"]) == ("one two three", 4)


def test_answer_fits_the_prompt() -> None:
    """A word of the prompt chooses the fixture."""
    _, haiku = ask(engine_for(), body=PARAMS)
    _, other = ask(engine_for(), body={**PARAMS, "messages": [{"role": "user", "content": "Hello"}]})
    assert haiku["content"] == fixtures()["haiku"].message["content"]
    assert other["content"] == fixtures()["plain"].message["content"]


@pytest.mark.parametrize(
    ("name", "statuses", "ending"),
    [
        ("plain", [200], "clean"),
        ("overloaded", [529, 529, 529], "clean"),
        ("overloaded_twice", [529, 529, 200], "clean"),
        ("rate_limited", [429, 200], "clean"),
        ("server_error", [500, 500, 500], "clean"),
        ("gateway_timeout", [504, 504, 504], "clean"),
        ("cut", [200], "cut"),
        ("reset", [200], "reset"),
        ("stall", [200], "stall"),
        ("truncate", [200], "truncate"),
        ("error_event", [200], "error_event"),
        ("refused", [None, None, None], "refused"),
        ("batch", [200], "clean"),
    ],
)
def test_scenarios(name: str, statuses: list[int | None], ending: str, wire: Wire) -> None:
    """Every scenario does to a stream what its name says."""
    seen = wire.stream(name, {"timeout": wire.patience} if name == "stall" else {})
    log = [] if name == "refused" and wire.seam == "server" else statuses
    assert [exchange.status for exchange in seen.engine.log] == log
    assert all(exchange.ending == ending for exchange in seen.engine.log)


def test_scenario_names() -> None:
    """The names are contracts, and each one above is one of them."""
    assert list(SCENARIOS) == [
        *("plain", "overloaded", "overloaded_twice", "rate_limited", "server_error", "gateway_timeout"),
        *("cut", "reset", "stall", "truncate", "error_event", "refused", "batch", "batch_late"),
    ]
    assert all(isinstance(scenario, Scenario) and scenario.summary for scenario in SCENARIOS.values())


def test_truncated_body_is_not_json() -> None:
    """An unstreamed answer that ends too early can't be read as JSON."""
    reply = engine_for(Answer(ending="truncate"))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        ask(reply, body=PARAMS)


@pytest.mark.parametrize("after", [0, 0.5, 3, 6.5, 1000])
def test_after(after: float) -> None:
    """A broken stream stops where the script says, and always before its last two events."""
    engine = engine_for(Answer(message=says("one two three"), ending="truncate", after=after))
    _, body = ask(engine, body={**PARAMS, "stream": True})
    assert len(engine.log[0].events) == min(int(after), 6)
    assert b"message_stop" not in body
    assert body.endswith(b"\n\n") == (after % 1 == 0 and after > 0)


def test_headers_are_httpx2_headers() -> None:
    """Every header is one that a client library takes."""
    reply, _ = ask(engine_for(), body=PARAMS, headers=HEADERS)
    assert httpx2.Headers(dict(reply.headers))["content-type"] == "application/json"


def test_error_code() -> None:
    """An error can name its cause in the body's details; where it does not, there are none."""
    engine = engine_for(Fail(429, error_code="enforced_spend_limit_reached"), Fail(429))
    first, second = (ask(engine, body=PARAMS)[1]["error"] for _ in range(2))
    assert first["details"] == {"error_code": "enforced_spend_limit_reached"}
    assert "details" not in second


@pytest.mark.parametrize("kind", ["overloaded_error", "invalid_request_error"])
def test_error_event_of_a_kind(kind: str) -> None:
    """The error inside a stream is of the type that the script says, and holds no request id: the header has it."""
    engine = engine_for(Answer(ending="error_event", error=kind))
    _, body = ask(engine, body={**PARAMS, "stream": True})
    assert engine.log[0].error_type == kind
    assert f'"type": "{kind}"'.encode() in body
    assert b"request_id" not in body
