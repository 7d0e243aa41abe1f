"""The replay held against what the API was recorded to send, kind by kind.

`recorded.json` has the field sets, header names and formats, event orders and counts of 3,156 exchanges; one more kind
there is one more case here. What differs on purpose is in helpers/replay/deviations.md, by name.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from helpers.replay import Answer, Engine, Scenario, blocks, fixtures, says, scenario_named, thinking_first
from helpers.replay.reply import Reply
from tests.unit.replay.asking import HEADERS, PARAMS, ask, engine_for

RECORDED: Final[Mapping[str, Any]] = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
DEVIATIONS: Final = (Path(__file__).parents[3] / "helpers" / "replay" / "deviations.md").read_text(encoding="utf-8")
BATCHES: Final = "/v1/messages/batches"
COUNT: Final = {"model": PARAMS["model"], "messages": PARAMS["messages"]}
EVERYWHERE: Final = {"date", "server", "cf-ray", "strict-transport-security", "anthropic-workspace-id"}
"""Headers that all recent answers have, whichever of them were counted. The workspace is the account's."""
FEW: Final = 0.99
"""A header that so large a share of a kind's recordings has is one that the kind has."""


class Asked(NamedTuple):
    """A reply and its body."""

    reply: Reply
    body: Any


def _batch(tail: str, method: str = "GET", polls: int = 3) -> Callable[[], Asked]:
    def call() -> Asked:
        engine = Engine(scenario_named("batch"))
        requests = [{"custom_id": "a", "params": PARAMS}]
        place = f"{BATCHES}/{ask(engine, path=BATCHES, body={'requests': requests})[1]['id']}"
        for _ in range(polls):
            ask(engine, "GET", place)
        return Asked(*ask(engine, method, f"{place}{tail}"))

    return call


def _asked(method: str, path: str, body: Any = None, headers: Mapping[str, str] = HEADERS) -> Callable[[], Asked]:
    return lambda: Asked(*ask(engine_for(), method, path, body, headers=headers))


NO_KEY: Final = {**HEADERS, "authorization": "Bearer invalid"}
KINDS: Final[Mapping[str, Callable[[], Asked]]] = {
    "POST /v1/messages 200": _asked("POST", "/v1/messages", PARAMS),
    "POST /v1/messages 200 stream": _asked("POST", "/v1/messages", {**PARAMS, "stream": True}),
    "POST /v1/messages 400": _asked("POST", "/v1/messages", {**PARAMS, "max_tokens": -1}),
    "POST /v1/messages 401": _asked("POST", "/v1/messages", PARAMS, NO_KEY),
    "POST /v1/messages 404": _asked("POST", "/v1/messages", {**PARAMS, "model": "bad model"}),
    "POST /v1/messages/count_tokens 200": _asked("POST", "/v1/messages/count_tokens", COUNT),
    "POST /v1/messages/count_tokens 404": _asked("POST", "/v1/messages/count_tokens", {**COUNT, "model": "bad model"}),
    "POST /v1/messages/batches 200": _asked("POST", BATCHES, {"requests": [{"custom_id": "a", "params": PARAMS}]}),
    "GET /v1/messages/batches 200": _asked("GET", BATCHES),
    "GET /v1/messages/batches/ID 200": _batch("", polls=0),
    "GET /v1/messages/batches/ID/results 200": _batch("/results"),
    "GET /v1/messages/batches/ID/results 404": _batch("/results", polls=1),
    "POST /v1/messages/batches/ID/cancel 200": _batch("/cancel", "POST", polls=1),
    "DELETE /v1/messages/batches/ID 200": _batch("", "DELETE"),
    "GET /v1/models 200": _asked("GET", "/v1/models"),
    "GET /v1/models 401": _asked("GET", "/v1/models", headers=NO_KEY),
    "GET /v1/models/ID 200": _asked("GET", "/v1/models/claude-haiku-4-5"),
}
NOT_OURS: Final = ("/v1/complete", "/v1/files")


def test_every_kind() -> None:
    """Whatever was recorded is held against the replay, or is of an endpoint that deviations.md says is left out."""
    left_out = {kind for kind in RECORDED["kinds"] if kind not in KINDS}
    assert {kind for kind in left_out if not any(path in kind for path in NOT_OURS)} == set()
    assert all(f"`{path}`" in DEVIATIONS for path in NOT_OURS)


@pytest.mark.parametrize("kind", KINDS)
def test_kind(kind: str) -> None:
    """Status, content type and header names of a kind: none missing, none that was never seen."""
    recorded = RECORDED["kinds"][kind]
    reply, _ = KINDS[kind]()
    assert str(reply.status) == kind.split()[2]
    types = {name: count for name, count in recorded["content_types"].items() if name != "None"}
    assert reply.headers["content-type"] == max(types, key=types.__getitem__, default="application/json")
    unfiltered = recorded["headers_unfiltered_recordings"]
    if not unfiltered:
        return
    expected = {name for name, count in recorded["headers"].items() if count >= FEW * unfiltered}
    assert {name for name in expected - set(reply.headers) if f"`{name}`" not in DEVIATIONS} == set()
    assert set(reply.headers) - set(recorded["headers"]) - EVERYWHERE == set()


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every field's place and type, without what is in lists."""
    names = {"NoneType": "null", "dict": "obj"}
    for name, inner in value.items():
        yield f"{place}{name}", names.get(type(inner).__name__, type(inner).__name__)
        if isinstance(inner, dict):
            yield from _flat(inner, f"{place}{name}.")


@pytest.mark.parametrize("message", [*(one.message for one in fixtures().values()), thinking_first("a", "").message])
def test_message(message: dict[str, Any]) -> None:
    """Every field that each answer since July 2026 has, with its type, and none that no answer ever had."""
    _, body = ask(engine_for(Answer(blocks(message["content"]))), body=PARAMS)
    fields = dict(_flat({name: value for name, value in body.items() if name != "content"}))
    recent = RECORDED["message"]["jul_aug_2026"]
    always = {name for name, field in recent["fields"].items() if field["n"] == recent["n"]}
    assert always - set(fields) == set()
    known = RECORDED["message"]["fields"]
    assert {name: kind for name, kind in fields.items() if kind not in known[name]["types"]} == {}


ANSWERS: Final = {
    "text": says("Yes, within thirty days. Send it back in its box, with the label that is in it."),
    "tools": blocks(
        [
            {"type": "text", "text": "I look it up."},
            {"type": "tool_use", "id": "toolu_1", "name": "charge", "input": {"payment": "4821-1", "amount": 1250}},
            {"type": "tool_use", "id": "toolu_2", "name": "stop", "input": {}},
        ],
        stop_reason="tool_use",
    ),
    "thinking": thinking_first("An answer.", "Let me think of it."),
    "thinking without a word": thinking_first("An answer.", ""),
    "nothing": blocks([]),
    **fixtures(),
}


def events(name: str) -> list[tuple[str, dict[str, Any], bytes]]:
    """Name, data and line of every event of a stream."""
    engine = engine_for(Answer(ANSWERS[name]))
    _, body = ask(engine, body={**PARAMS, "stream": True})
    found = []
    for block in body.removesuffix(b"\n\n").split(b"\n\n"):
        event, data = block.split(b"\n")
        found.append((event.removeprefix(b"event: ").decode(), json.loads(data.removeprefix(b"data: ")), data))
    return found


def _keys(value: Mapping[str, Any], *, ordered: bool = True) -> str:
    return ",".join(value if ordered else sorted(value))


@pytest.mark.parametrize("name", ANSWERS)
def test_stream_fields(name: str) -> None:
    """The fields of every event, in the order in which they were recorded."""
    recorded = RECORDED["stream"]
    for event, data, _ in events(name):
        assert _keys(data) in recorded["fields"][event]
        match event:
            case "message_start":
                assert _keys(data["message"]) in recorded["message_start.message"]
                assert _keys(data["message"]["usage"]) in recorded["message_start.usage"]
                assert str(data["message"]["usage"]["output_tokens"]) in recorded["message_start.output_tokens"]
            case "content_block_start":
                block = data["content_block"]
                assert _keys(block, ordered=False) in recorded["content_block_start"][block["type"]]
            case "content_block_delta":
                assert data["delta"]["type"] in recorded["deltas"]
            case "message_delta":
                assert _keys(data["delta"]) in recorded["message_delta.delta"]
                assert _keys(data["usage"]) in recorded["message_delta.usage"]
                assert data["usage"]["input_tokens"] > 0


def _order(names: Iterable[str]) -> str:
    return " ".join(name for name, _ in groupby(names))


@pytest.mark.parametrize("name", ["text", "nothing", *fixtures()])
def test_stream_order(name: str) -> None:
    """The events of a stream come in the order that most recorded ones have."""
    order = _order(event for event, _, _ in events(name))
    orders = RECORDED["stream"]["orders"]
    assert order in orders
    if name != "nothing":
        assert orders[order] == max(orders.values())


@pytest.mark.parametrize("name", ["tools", "thinking"])
def test_stream_of_several_blocks(name: str) -> None:
    """One ping, after the first block has begun; no block begins before the one before has stopped."""
    names = [event for event, _, _ in events(name)]
    assert names.count("ping") == 1
    assert RECORDED["stream"]["ping_after"][names[names.index("ping") - 1]] == max(
        RECORDED["stream"]["ping_after"].values()
    )
    inside = [name.removeprefix("content_block_") for name in names if name.startswith("content_block")]
    assert set(pairwise(one for one, _ in groupby(inside))) <= {
        *(("start", "delta"), ("start", "stop"), ("delta", "stop"), ("stop", "start")),
    }


def test_input_fragments() -> None:
    """A tool's input begins with an empty fragment and comes in as many as were recorded."""
    found: dict[int, list[str]] = {}
    for event, data, _ in events("tools"):
        if event == "content_block_delta" and data["delta"]["type"] == "input_json_delta":
            found.setdefault(data["index"], []).append(data["delta"]["partial_json"])
    recorded = RECORDED["stream"]["input_json"]
    assert recorded["first_partial_is_not_empty"] == 0
    assert {parts[0] for parts in found.values()} == {""}
    assert {str(len(parts)) for parts in found.values()} <= set(recorded["deltas_per_tool_block"])
    assert json.loads("".join(found[1])) == {"payment": "4821-1", "amount": 1250}


def test_padding() -> None:
    """Nearly every data line is compact JSON with spaces before its last brace, as nearly every recorded one."""
    lines = [line for name in ANSWERS for _, _, line in events(name)]
    padded = sum(line.endswith(b" }") for line in lines)
    recorded = RECORDED["stream"]
    share = recorded["data_lines_padded_with_spaces_before_last_brace"] / recorded["data_lines"]
    assert padded / len(lines) == pytest.approx(share, abs=0.1)
    for line in lines:
        compact = re.sub(rb" +}$", b"}", line.removeprefix(b"data: "))
        assert json.dumps(json.loads(compact), separators=(",", ":"), ensure_ascii=False).encode() == compact


ERRORS: Final = ("POST /v1/messages 400", "POST /v1/messages 401", "POST /v1/messages 404")


@pytest.mark.parametrize("kind", [*ERRORS, "GET /v1/messages/batches/ID/results 404", "GET /v1/models 401"])
def test_errors(kind: str) -> None:
    """Body, `x-should-retry`, organization and limits of a 4xx."""
    recorded = RECORDED["errors"]
    reply, body = KINDS[kind]()
    keys = f"{_keys(body, ordered=False)} / error: {_keys(body['error'], ordered=False)}"
    assert recorded["body_keys"][keys] == max(recorded["body_keys"].values())
    assert list(recorded["x_should_retry"]) == [reply.headers["x-should-retry"]]
    assert recorded["with_ratelimit_headers"] == sum("ratelimit" in name for name in reply.headers)
    present = "yes" if "anthropic-organization-id" in reply.headers else "no"
    assert f"{reply.status} {present}" in recorded["organization_id_present"]
    assert reply.headers["request-id"] == body["request_id"]


LONG: Final = {**PARAMS, "model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "x" * 13_333_574}]}
SAID: Final[Mapping[str, tuple[str, Callable[[], Asked]]]] = {
    "prompt is too long: 3333404 tokens > 200000 maximum": ("400", _asked("POST", "/v1/messages", LONG)),
    "invalid x-api-key": (
        "401",
        _asked("POST", "/v1/messages", PARAMS, {"x-api-key": "invalid", "anthropic-version": "2023-06-01"}),
    ),
    "Message Batch msgbatch_ID has no available results.": ("404", _batch("/results", polls=1)),
    "model: bad model": ("404", KINDS["POST /v1/messages 404"]),
}


@pytest.mark.parametrize("sentence", SAID)
def test_sentences(sentence: str) -> None:
    """What the replay refuses for a recorded reason, it refuses in the recorded words."""
    status, call = SAID[sentence]
    assert [status, sentence] in RECORDED["errors"]["messages"]
    reply, body = call()
    assert str(reply.status) == status
    assert re.sub("msgbatch_01[A-Za-z0-9]+", "msgbatch_ID", body["error"]["message"]) == sentence


def test_limits() -> None:
    """Formats, sums and roundings of the rate limit headers, and when a bucket is full again."""
    recorded = RECORDED["ratelimit"]
    engine = engine_for()
    replies = [ask(engine, body=PARAMS)[0].headers for _ in range(20)]

    def values(name: str) -> list[int]:
        return [int(headers[f"anthropic-ratelimit-{name}"]) for headers in replies]

    sums = [a + b for a, b in zip(values("input-tokens-limit"), values("output-tokens-limit"), strict=True)]
    assert (values("tokens-limit") == sums) == ("True" in recorded["tokens_limit_is_input_plus_output"])
    for name in ("tokens", "input-tokens", "output-tokens"):
        assert {value % 1000 for value in values(f"{name}-remaining")} == {0}
    used = [a - b for a, b in zip(values("requests-limit"), values("requests-remaining"), strict=True)]
    assert {str(one) for one in used} == {max(recorded["requests_used"], key=recorded["requests_used"].__getitem__)}
    for headers in replies:
        resets = [value for name, value in headers.items() if name.endswith("-reset")]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) for value in resets)
        now = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT").strftime("%Y-%m-%dT%H:%M:%SZ")
        assert set(resets) == {now}
    assert recorded["tokens_reset_minus_date_seconds"]["median"] == 0


def _drawn() -> Mapping[str, str]:
    engine = Engine(Scenario("all", "all", then=Answer()))
    reply, message = ask(engine, body=PARAMS)
    batch = ask(engine, path=BATCHES, body={"requests": [{"custom_id": "a", "params": PARAMS}]})[1]
    return {"msg": message["id"], "msgbatch": batch["id"], "request-id header": reply.headers["request-id"]}


@pytest.mark.parametrize("kind", ["msg", "msgbatch", "request-id header"])
def test_identifiers(kind: str) -> None:
    """Length and beginning of what the replay draws."""
    one = _drawn()[kind]
    forms = RECORDED["identifiers"][kind]
    assert forms[f"{len(one)} chars, {one.partition('_')[0]}_01…"] == max(forms.values())
    assert one.partition("_")[2].startswith("01")


def test_batch() -> None:
    """The order of a batch's fields, the format of its moments, and when it asks to be looked at again."""
    recorded = RECORDED["batch"]
    started = KINDS["GET /v1/messages/batches/ID 200"]()
    ended = _batch("")()
    for asked in (started, ended):
        assert list(recorded["key_order"]) == [_keys(asked.body)]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", asked.body["created_at"])
    assert [one.reply.headers.get("retry-after") for one in (started, ended)] == ["10", None]
    assert recorded["retry_after_on_retrieve_in_progress"].startswith("10 on 19 of 19; absent on 3 of 3 ended")
    assert [one.body["results_url"] is None for one in (started, ended)] == [True, False]
    counts: Sequence[int] = list(started.body["request_counts"].values())
    assert counts == [1, 0, 0, 0, 0]


def test_batch_results() -> None:
    """JSONL as an attachment, with the batch's service tier and every field of a message."""
    reply, body = _batch("/results")()
    assert reply.headers["content-disposition"].startswith("attachment")
    result = json.loads(body)["result"]
    assert body.endswith(b"\n")
    assert result["message"]["usage"]["service_tier"] == "batch"
    _, message = KINDS["POST /v1/messages 200"]()
    assert dict(_flat(result["message"])).keys() == dict(_flat(message)).keys()


def test_alias_in_dated_name_out() -> None:
    """An answer names the model by its full name, in all three patterns."""
    (alias, full), *_ = [
        pair for pair in RECORDED["message"]["model_echo"]["examples"] if pair[0] == "claude-haiku-4-5"
    ]
    for streamed in (False, True):
        _, body = ask(engine_for(), body={**PARAMS, "model": alias, "stream": streamed})
        assert full.encode() in (body if streamed else json.dumps(body).encode())
    engine = engine_for()
    params = {**PARAMS, "model": alias}
    place = f"{BATCHES}/{ask(engine, path=BATCHES, body={'requests': [{'custom_id': 'a', 'params': params}]})[1]['id']}"
    ask(engine, "GET", place)
    assert json.loads(ask(engine, "GET", f"{place}/results")[1])["result"]["message"]["model"] == full
