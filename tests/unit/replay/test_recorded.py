"""The replay held against what the API was recorded to send, kind by kind.

`recorded.json` has the field sets, header names and formats, event orders and counts of 3,156 exchanges; one more kind
there is one more case here. What differs on purpose is in helpers/replay/deviations.md, by name.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

import pytest

from helpers.replay import Answer, Engine, Scenario, blocks, fixtures, says, scenario_named, thinking_first
from helpers.replay.reply import Reply
from tests.unit.replay.asking import HEADERS, PARAMS, ask, engine_for
from tests.unit.replay.differences import DEVIATIONS, RECORDED, differences, flat, status_in

BATCHES: Final = "/v1/messages/batches"
COUNT: Final = {"model": PARAMS["model"], "messages": PARAMS["messages"]}


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


def _listed() -> Asked:
    engine = engine_for()
    ask(engine, path=BATCHES, body={"requests": [{"custom_id": "a", "params": PARAMS}]})
    return Asked(*ask(engine, "GET", BATCHES))


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
    "GET /v1/messages/batches 200": _listed,
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
    """Status, headers, fields and types of a kind: none missing, none that was never seen."""
    reply, body = KINDS[kind]()
    assert reply.status == status_in(kind)
    assert differences(kind, reply.headers, body) == []


@pytest.mark.parametrize("kind", KINDS)
def test_drift(kind: str) -> None:
    """Whatever an edit makes of an answer, it is noticed: what is lost, what is new, what has another name or type."""
    reply, body = KINDS[kind]()
    headers = dict(reply.headers)
    edits = [(without, body) for without in _without_one(headers)]
    edits += [({**headers, "x-new": "1"}, body), ({**headers, "content-type": "text/plain"}, body)]
    if isinstance(body, dict):
        edits += [(headers, edited) for edited in _edited(body)]
    assert [edit for edit in edits if not differences(kind, *edit)] == []


def _without_one(headers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    # A batch in progress asks to be looked at again: `test_batch` holds that.
    for name in headers.keys() - {"retry-after", "content-disposition", "cache-control"}:
        yield {one: value for one, value in headers.items() if one != name}


def _edited(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`body` with one field lost, under another name, or of a type that nothing has."""
    for place in _places(body):
        for edit in ("lose", "rename", "retype"):
            edited = deepcopy(body)
            *way, name = place
            inside: Any = edited
            for step in way:
                inside = inside[step]
            value = inside.pop(name) if edit != "retype" else 0.5
            if edit != "lose":
                inside[f"new_{name}" if edit == "rename" else name] = value
            elif name in SINCE_2026:
                continue
            yield edited


SINCE_2026: Final = [name for name, field in RECORDED["bodies"]["model"]["fields"].items() if "since" in field]
"""Fields that older recordings lack."""


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each field, through the first of each list."""
    steps = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for step, inner in steps:
        if isinstance(value, dict):
            yield (step,)
        yield from ((step, *way) for way in _places(inner))


@pytest.mark.parametrize("message", [*(one.message for one in fixtures().values()), thinking_first("a", "").message])
def test_message(message: dict[str, Any]) -> None:
    """Whatever an answer says, it has the fields of a recorded one."""
    reply, body = ask(engine_for(Answer(blocks(message["content"]))), body=PARAMS)
    assert differences("POST /v1/messages 200", reply.headers, body) == []


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


@pytest.mark.parametrize("kind", [kind for kind in KINDS if status_in(kind) >= 400])
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


def test_archived_batch() -> None:
    """What is left of a batch whose results are gone."""
    recorded = RECORDED["batch"]["archived"]
    engine = Engine(scenario_named("batch_archived"))
    batch = ask(engine, path=BATCHES, body={"requests": [{"custom_id": "a", "params": PARAMS}]})[1]
    for _ in range(4):
        reply, body = ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    created, archived = (datetime.fromisoformat(body[name]) for name in ("created_at", "archived_at"))
    assert archived - created == timedelta(days=recorded["days_after_created_at"])
    assert (body["results_url"] is None) is recorded["results_url"].startswith("null")
    assert differences("GET /v1/messages/batches/ID 200", reply.headers, body) == []


def test_batch_results() -> None:
    """JSONL as an attachment, with the batch's service tier and every field of a message."""
    reply, body = _batch("/results")()
    assert reply.headers["content-disposition"].startswith("attachment")
    result = json.loads(body)["result"]
    assert body.endswith(b"\n")
    assert result["message"]["usage"]["service_tier"] == "batch"
    _, message = KINDS["POST /v1/messages 200"]()
    assert dict(flat(result["message"])).keys() == dict(flat(message)).keys()


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
