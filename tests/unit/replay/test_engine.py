"""The engine: headers on every answer, ids that never repeat, a budget, and a script that fails closed."""

import json
from contextlib import suppress
from itertools import product
from typing import Any

import anyio
import httpx2
import pytest
from anthropic import APIStatusError

from helpers.client import async_replay_client, make_client, wire_log
from helpers.facts.errors import ERROR_MAP
from helpers.replay import (
    SCENARIOS,
    Answer,
    EmptyBody,
    Engine,
    Fail,
    Quota,
    Request,
    RequestBudgetExceeded,
    Scenario,
    fixtures,
    says,
    scenario_named,
)
from helpers.settings import MODEL
from tests.unit.replay.asking import HEADERS, PARAMS, ask, engine_for, refusal
from tests.unit.replay.wires import RecordingEngine, Wire

LIMIT_HEADERS = [
    f"anthropic-ratelimit-{kind}-{part}"
    for kind, part in product(("requests", "tokens", "input-tokens", "output-tokens"), ("limit", "remaining", "reset"))
]


@pytest.mark.parametrize(
    ("step", "limits"),
    [
        (Answer(), True),
        (Fail(429), True),
        (Fail(429, "Error", limits=False), False),
        (Fail(429, "Spent", error_code="enforced_spend_limit_reached"), False),
        (EmptyBody(), False),
        *((Fail(status), False) for status in (400, 401, 402, 403, 404, 409, 413, 422, 500, 502, 504, 529)),
    ],
)
def test_limit_headers(step: Answer | Fail | EmptyBody, limits: bool) -> None:
    """Rate limits are told with messages and with 429s about them, and with nothing else."""
    reply = engine_for(step).reply(Request("POST", "/v1/messages", HEADERS, json.dumps(PARAMS).encode()))
    assert {name for name in reply.headers if "ratelimit" in name} == (set(LIMIT_HEADERS) if limits else set())


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/messages"), ("GET", "/v1/models"), ("POST", "/v1/unknown")])
def test_headers_of_refusals(method: str, path: str) -> None:
    """What is refused or not expected has a request id, as has what is not about messages; neither has limits."""
    reply, _ = ask(engine_for(), method, path, headers=HEADERS)
    assert not set(LIMIT_HEADERS) & set(reply.headers)
    assert reply.headers["request-id"].startswith("req_01")


@pytest.mark.parametrize(
    ("step", "account", "request_id"),
    [(Answer(), True, True), (Fail(401), False, True), (Fail(413), False, False), (Fail(502), False, False)],
)
def test_who_asked(step: Answer | Fail, account: bool, request_id: bool) -> None:
    """Organization and workspace come with every answer of the API but a 401; the edge knows neither them nor an id."""
    headers = ask(engine_for(step), body=PARAMS)[0].headers
    assert ("request-id" in headers) == request_id
    assert [len(headers.get(f"anthropic-{name}-id", "")) for name in ("organization", "workspace")] == (
        [36, 31] if account else [0, 0]
    )
    assert headers["cf-ray"]
    assert headers["date"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_x_should_retry() -> None:
    """What the API was recorded to say of each status; where nothing is known, nothing is said."""
    says = {status: ask(engine_for(Fail(status)), body=PARAMS)[0].headers.get("x-should-retry") for status in ERROR_MAP}
    assert {status for status, word in says.items() if word == "false"} == {400, 401, 403, 404, 413}
    assert {status for status, word in says.items() if word == "true"} == {429, 500, 529}
    assert "x-should-retry" not in ask(engine_for(), body=PARAMS)[0].headers
    spent = ask(engine_for(Fail(429, "Spent", error_code="enforced_spend_limit_reached")), body=PARAMS)[0]
    assert "x-should-retry" not in spent.headers


def left(engine: Engine, kind: str, **params: Any) -> tuple[int | None, str, str]:
    """Status, what is left of a limit, and when it is full again."""
    headers = ask(engine, body={**PARAMS, **params})[0]
    place = f"anthropic-ratelimit-{kind}"
    return headers.status, headers.headers[f"{place}-remaining"], headers.headers[f"{place}-reset"]


def test_buckets_refill() -> None:
    """A bucket that is hardly touched is full again by the next call, as recorded: its reset is now."""
    engine = engine_for()
    assert left(engine, "requests") == (200, "999", "2026-01-01T00:00:00Z")
    engine.clock.reach(20.0)
    assert left(engine, "requests") == (200, "999", "2026-01-01T00:00:20Z")
    engine.clock.reach(40.0)
    long = [{"role": "user", "content": "x" * 400_000}]
    assert left(engine, "input-tokens", messages=long) == (200, "300000", "2026-01-01T00:00:55Z")
    engine.clock.reach(46.0)
    assert left(engine, "input-tokens") == (200, "340000", "2026-01-01T00:00:55Z")
    engine.clock.reach(50.5)
    assert left(engine, "tokens") == (200, "450000", "2026-01-01T00:00:55Z")


def test_exhausted_bucket() -> None:
    """In a scripted 429 the input tokens are used up, and requests are not, as in the recorded one."""
    reply, body = ask(engine_for(Fail(429)), body=PARAMS)
    names = ("requests", "tokens", "input-tokens", "output-tokens")
    assert [reply.headers[f"anthropic-ratelimit-{name}-limit"] for name in names] == [
        *("1000", "480000", "400000", "80000"),
    ]
    assert [reply.headers[f"anthropic-ratelimit-{name}-remaining"] for name in names] == ["1000", "80000", "0", "80000"]
    assert reply.headers["anthropic-ratelimit-input-tokens-reset"] == "2026-01-01T00:01:00Z"
    assert body["error"]["message"].startswith(
        "This request would exceed your organization's rate limit of 400,000 input tokens per minute (org: "
    )
    assert f"model: {MODEL})" in body["error"]["message"]


def quota(**limits: Any) -> Engine:
    """An engine that answers every valid request as long as the quota lasts."""
    answer = says("x" * 400, delay=0.0, first_delay=0.0)
    return Engine(Scenario("quota", "a quota", then=Answer(message=answer), quota=Quota(**limits)))


def test_quota_of_requests() -> None:
    """So many a minute, refilled continuously: a third of the quota is back after a third of a minute."""
    engine = quota(requests=3)
    assert [ask(engine, body=PARAMS)[0].status for _ in range(4)] == [200, 200, 200, 429]
    reply, body = ask(engine, body=PARAMS)
    assert reply.headers["retry-after"] == "20"
    assert reply.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert reply.headers["x-should-retry"] == "true"
    assert "rate limit of 3 requests per minute" in body["error"]["message"]
    engine.clock.reach(20.0)
    assert [ask(engine, body=PARAMS)[0].status for _ in range(2)] == [200, 429]


def test_quota_of_input_tokens() -> None:
    """A prompt that is too much now is not when the bucket has filled up; requests remain all the while."""
    engine = quota(input_tokens=1_000)
    long = {**PARAMS, "messages": [{"role": "user", "content": "x" * 2_400}]}
    assert ask(engine, body=long)[0].status == 200
    reply, body = ask(engine, body=long)
    assert (reply.status, body["error"]["type"]) == (429, "rate_limit_error")
    assert reply.headers["anthropic-ratelimit-requests-remaining"] == "999"
    assert reply.headers["anthropic-ratelimit-input-tokens-remaining"] == "0"
    engine.clock.reach(float(reply.headers["retry-after"]))
    assert ask(engine, body=long)[0].status == 200


def test_quota_of_output_tokens() -> None:
    """What was written counts, not `max_tokens`: one answer may use up more than there was, and leaves a debt."""
    engine = quota(output_tokens=150)
    assert [ask(engine, body={**PARAMS, "max_tokens": 4_000})[0].status for _ in range(3)] == [200, 200, 429]
    engine.clock.reach(21.0)
    assert ask(engine, body=PARAMS)[0].status == 200


def test_quota_without_retry_after() -> None:
    """A 429 need not say when to come back."""
    engine = quota(requests=1, retry_after=False)
    assert [ask(engine, body=PARAMS)[0].headers.get("retry-after") for _ in range(2)] == [None, None]
    assert engine.log[1].status == 429


def test_quota_of_nothing() -> None:
    """A quota of 0 refuses everybody, and says so in whole seconds."""
    reply, _ = ask(quota(requests=0), body=PARAMS)
    assert (reply.status, reply.headers["retry-after"]) == (429, "60")


def test_quota_comes_before_the_script() -> None:
    """What is over the quota costs no step; what is no message has no part in it."""
    engine = Engine(Scenario("quota", "a quota", (Answer(), Fail(529)), quota=Quota(requests=1)))
    assert [ask(engine, body=PARAMS)[0].status for _ in range(2)] == [200, 429]
    count = {"model": MODEL, "messages": PARAMS["messages"]}
    assert ask(engine, path="/v1/messages/count_tokens", body=count)[0].status == 529


def test_the_sdk_waits_for_a_quota(wire: Wire) -> None:
    """In API time: nobody sleeps, and the answer comes when there is room for it."""
    engine = RecordingEngine(quota(requests=5).scenario)
    for _ in range(6):
        assert wire.create(engine).error is None
    refused = engine.log[5]
    assert [exchange.status for exchange in engine.log] == [200] * 5 + [429, 200]
    assert refused.retry_wait == 12.0
    assert engine.log[6].started == pytest.approx(12.3)


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
            assert (body["content"][0]["text"], body["usage"]["output_tokens"]) == ("one two three fo", 4)


def test_no_tokens_at_all() -> None:
    """An answer of no tokens has no content block, as recorded."""
    for stream in (False, True):
        _, body = ask(engine_for(), body={**PARAMS, "max_tokens": 0, "stream": stream})
        if stream:
            assert body.count(b"event:") == 3
        else:
            assert (body["content"], body["stop_reason"], body["usage"]["output_tokens"]) == ([], "max_tokens", 0)


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
        ("rate_limited_bare", [429, 200], "clean"),
        ("quota", [200], "clean"),
        ("bad_gateway", [502, 502, 502], "clean"),
        ("captive_portal", [200], "page"),
        ("no_credit", [400], "clean"),
        ("warm_stall", [200], "warm_stall"),
        ("malformed", [200], "malformed"),
        ("garbled", [200], "garbled"),
        ("error_first", [200], "error_event"),
        ("empty", [200], "empty"),
        ("thinking", [200], "clean"),
        ("no_content", [200], "clean"),
        ("batch_late", [200], "clean"),
        ("batch_flickers", [200], "clean"),
        ("batch_archived", [200], "clean"),
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
        *("plain", "overloaded", "overloaded_twice", "rate_limited", "rate_limited_bare", "quota"),
        *("server_error", "gateway_timeout", "bad_gateway", "captive_portal", "no_credit"),
        *("cut", "reset", "stall", "warm_stall", "truncate", "malformed", "garbled", "error_event", "error_first"),
        *("empty", "refused", "thinking", "no_content", "batch", "batch_late", "batch_flickers", "batch_archived"),
    ]
    assert all(isinstance(scenario, Scenario) and scenario.summary for scenario in SCENARIOS.values())


def test_truncated_body_is_not_json() -> None:
    """An unstreamed answer that ends too early can't be read as JSON."""
    reply = engine_for(Answer(ending="truncate"))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        ask(reply, body=PARAMS)


@pytest.mark.parametrize("after", [0, 0.5, 2, 3, 3.5, 1000])
def test_after(after: float) -> None:
    """A broken stream stops where the script says, pings aside, and always before its last two events."""
    engine = engine_for(Answer(message=says("one two three"), ending="truncate", after=after))
    _, body = ask(engine, body={**PARAMS, "stream": True})
    assert [name for name, _ in engine.log[0].events if name != "ping"] == [
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
    ][: int(after)]
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
    """The error inside a stream is of the type that the script says, and holds the request id of the header."""
    engine = engine_for(Answer(ending="error_event", error=kind))
    _, body = ask(engine, body={**PARAMS, "stream": True})
    assert engine.log[0].error_type == kind
    assert f'"type":"{kind}"'.encode() in body
    assert f'"request_id":"{engine.log[0].request_id}"'.encode() in body
