"""Batches: the lifecycle, and a hundred thousand requests."""

import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import httpx2
import pytest
from anthropic import Anthropic, AnthropicError, BadRequestError, NotFoundError
from anthropic.types.messages import MessageBatch

from helpers.client import replay_client
from helpers.facts.limits import MAX_BATCH_REQUESTS
from helpers.replay import Answer, Engine, ReplayTransport, Scenario, scenario_named
from helpers.replay.server import ReplayServer
from tests.unit.replay.asking import HEADERS, PARAMS, ask

BATCHES = "/v1/messages/batches"
Caller: TypeAlias = Callable[[Engine], Anthropic]


@pytest.fixture(params=["in-process", "server"])
def caller(request: pytest.FixtureRequest, server: ReplayServer) -> Caller:
    """A client of an engine, over either seam."""

    def call(engine: Engine) -> Anthropic:
        if request.param == "in-process":
            return replay_client(engine)
        server.engine = engine
        return Anthropic(base_url=server.url, api_key="replay")

    return call


def requests(count: int, text: str = "Text", **changes: Any) -> list[dict[str, Any]]:
    """That many documents to sum up."""
    return [
        {
            "custom_id": f"doc-{n}",
            "params": {**PARAMS, **changes, "messages": [{"role": "user", "content": f"{text} {n}"}]},
        }
        for n in range(count)
    ]


def created(engine: Engine, body: Any) -> dict[str, Any]:
    """The batch that a request makes."""
    reply, batch = ask(engine, path=BATCHES, body={"requests": body})
    assert reply.status == 200
    return dict(batch)


def lines(engine: Engine, batch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its results."""
    reply, body = ask(engine, "GET", f"{BATCHES}/{batch['id']}/results")
    assert reply.headers["content-type"] == "application/x-jsonl"
    return [json.loads(line) for line in body.splitlines()]


def plain() -> Engine:
    """Batches without troubles that end at the first poll."""
    return Engine(scenario_named("plain"))


def test_lifecycle(caller: Caller) -> None:
    """Three polls; then one errored, one expired, one canceled, and the others in an order of their own."""
    with caller(Engine(scenario_named("batch"))) as client:
        batch = client.messages.batches.create(requests=requests(6))  # type: ignore[arg-type]
        seen: list[MessageBatch] = [batch]
        while seen[-1].processing_status != "ended":
            seen.append(client.messages.batches.retrieve(batch.id))
        results = list(client.messages.batches.results(batch.id))
    assert [one.processing_status for one in seen] == ["in_progress", "in_progress", "in_progress", "ended"]
    assert seen[0].request_counts.processing == 6
    counts = seen[-1].request_counts
    assert (counts.processing, counts.succeeded, counts.errored, counts.expired, counts.canceled) == (0, 3, 1, 1, 1)
    assert sorted(result.custom_id for result in results) == [f"doc-{n}" for n in range(6)]
    assert [result.custom_id for result in results] != [f"doc-{n}" for n in range(6)]
    kinds = [result.result.type for result in results]
    assert sorted(kinds) == ["canceled", "errored", "expired", "succeeded", "succeeded", "succeeded"]
    for result in results:
        if result.result.type == "succeeded":
            number = result.custom_id.removeprefix("doc-")
            assert [block.text for block in result.result.message.content if block.type == "text"] == [
                f"In short: Text {number}"
            ]
        if result.result.type == "errored":
            assert result.result.error.error.type == "api_error"
            assert result.result.error.request_id is None


def test_order_is_drawn_from_the_seed() -> None:
    """The same seed, the same order; another seed, another one."""
    orders = []
    for seed in (1, 1, 2):
        engine = Engine(scenario_named("batch"), seed=seed)
        batch = created(engine, requests(20))
        for _ in range(3):
            ask(engine, "GET", f"{BATCHES}/{batch['id']}")
        orders.append([line["custom_id"] for line in lines(engine, batch)])
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize("count", [1, 3])
def test_small_batches_have_no_troubles(count: int) -> None:
    """Below four requests every one succeeds."""
    engine = Engine(scenario_named("batch"))
    batch = created(engine, requests(count))
    for _ in range(3):
        ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    assert {line["result"]["type"] for line in lines(engine, batch)} == {"succeeded"}


@pytest.mark.parametrize("content", [None, 5, {"type": "text"}, [None]])
def test_content_of_no_kind(content: object) -> None:
    """A turn whose content is none is a request at fault as any other."""
    engine = plain()
    at_fault = {"custom_id": "bad", "params": {**PARAMS, "messages": [{"role": "user", "content": content}]}}
    batch = created(engine, [at_fault, *requests(1)])
    ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    kinds = {line["custom_id"]: line["result"]["type"] for line in lines(engine, batch)}
    assert kinds == {"bad": "errored", "doc-0": "succeeded"}


def test_parameters_are_checked_when_processed() -> None:
    """A request at fault does not keep a batch from being created: it is errored, and says why."""
    engine = plain()
    batch = created(engine, [*requests(1), {"custom_id": "bad", "params": {"model": "nobody"}}])
    ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    by_id = {line["custom_id"]: line["result"] for line in lines(engine, batch)}
    assert by_id["doc-0"]["type"] == "succeeded"
    assert by_id["bad"]["type"] == "errored"
    assert by_id["bad"]["error"]["error"] == {
        "type": "invalid_request_error",
        "message": "max_tokens: Field required",
        "details": {"error_visibility": "user_facing"},
    }
    assert by_id["bad"]["error"]["request_id"] is None


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"model": "nobody"}, "not_found_error", "model: nobody"),
        ({"stream": True}, "invalid_request_error", '"stream=True" is not supported in the Message Batches API'),
        ({"max_tokens": 0}, "invalid_request_error", "max_tokens: Input should be greater than or equal to 1"),
        ({"max_tokens": 128_001}, "invalid_request_error", "max_tokens: 128001 > 128000, which is the maximum"),
        ({"system": "x" * 4_000_100}, "invalid_request_error", "prompt is too long: 10000"),
        ({"temperature": 0.5}, "invalid_request_error", "temperature: "),
    ],
)
def test_lines_that_fail(changes: dict[str, Any], kind: str, message: str) -> None:
    """What a message refuses, and what only a batch does, is the error of its line, with the refusal's own type."""
    engine = plain()
    batch = created(engine, requests(1, **changes))
    assert ask(engine, "GET", f"{BATCHES}/{batch['id']}")[1]["request_counts"]["errored"] == 1
    error = lines(engine, batch)[0]["result"]["error"]["error"]
    assert error["type"] == kind
    assert error["message"].startswith(message)


def test_max_tokens() -> None:
    """A result respects its own max_tokens, and says that it stopped there."""
    engine = plain()
    batch = created(engine, requests(1, max_tokens=2))
    ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    message = lines(engine, batch)[0]["result"]["message"]
    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("max_tokens", 2)
    assert message["usage"]["service_tier"] == "batch"


def test_unended() -> None:
    """Results of a batch that is being processed are a 404, and it can't be deleted."""
    engine = Engine(scenario_named("batch"))
    batch = created(engine, requests(2))
    assert batch["results_url"] is None
    assert ask(engine, "GET", f"{BATCHES}/{batch['id']}/results")[0].status == 404
    assert ask(engine, "DELETE", f"{BATCHES}/{batch['id']}")[0].status == 400


def test_cancel() -> None:
    """A canceled batch is canceling, then ended, and its requests are canceled; an ended one stays as it is."""
    engine = Engine(scenario_named("batch"))
    batch = created(engine, requests(5))
    place = f"{BATCHES}/{batch['id']}"
    assert ask(engine, path=f"{place}/cancel")[1]["processing_status"] == "canceling"
    ended = ask(engine, "GET", place)[1]
    assert (ended["processing_status"], ended["request_counts"]["canceled"]) == ("ended", 5)
    assert {line["result"]["type"] for line in lines(engine, batch)} == {"canceled"}
    assert ask(engine, path=f"{place}/cancel")[1] == ended


def test_delete() -> None:
    """A deleted batch is gone."""
    engine = plain()
    batch = created(engine, requests(1))
    place = f"{BATCHES}/{batch['id']}"
    ask(engine, "GET", place)
    assert ask(engine, "DELETE", place)[1] == {"id": batch["id"], "type": "message_batch_deleted"}
    assert ask(engine, "GET", place)[0].status == 404


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "")])
def test_unknown(method: str, tail: str) -> None:
    """A batch that nobody created is a 404 that names it."""
    reply, body = ask(plain(), method, f"{BATCHES}/msgbatch_nothing{tail}")
    assert (reply.status, body["error"]["type"]) == (404, "not_found_error")
    assert body["error"]["message"] == "Message Batch msgbatch_nothing not found."


def test_errors_through_the_sdk(caller: Caller) -> None:
    """The SDK raises the class of each refusal."""
    with caller(Engine(scenario_named("batch"))) as client:
        with pytest.raises(NotFoundError):
            client.messages.batches.retrieve("msgbatch_nothing")
        with pytest.raises(BadRequestError, match="custom_id's must be unique within a batch"):
            client.messages.batches.create(requests=requests(1) * 2)  # type: ignore[arg-type]
        batch = client.messages.batches.create(requests=requests(1))  # type: ignore[arg-type]
        # The SDK looks before it asks for results.
        with pytest.raises(AnthropicError, match="Has it finished processing"):
            list(client.messages.batches.results(batch.id))
        assert client.messages.batches.cancel(batch.id).processing_status == "canceling"
        assert client.messages.batches.retrieve(batch.id).processing_status == "ended"
        assert client.messages.batches.delete(batch.id).type == "message_batch_deleted"


def test_list() -> None:
    """Newest first, page by page."""
    engine = plain()
    ids = [created(engine, requests(1))["id"] for _ in range(5)][::-1]
    page = ask(engine, "GET", BATCHES, query={"limit": "2"})[1]
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (ids[:2], True)
    assert (page["first_id"], page["last_id"]) == (ids[0], ids[1])
    page = ask(engine, "GET", BATCHES, query={"limit": "3", "after_id": ids[1]})[1]
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (ids[2:], False)
    page = ask(engine, "GET", BATCHES, query={"limit": "2", "before_id": ids[4]})[1]
    assert ([one["id"] for one in page["data"]], page["has_more"]) == (ids[2:4], True)
    empty = ask(plain(), "GET", BATCHES)[1]
    assert empty == {"data": [], "has_more": False, "first_id": None, "last_id": None}


def test_list_after_nothing() -> None:
    """A page can't begin at a batch that nobody created."""
    assert ask(plain(), "GET", BATCHES, query={"after_id": "msgbatch_nothing"})[0].status == 404


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "many"}])
def test_bad_list(query: dict[str, str]) -> None:
    """A limit outside 1 to 1000 is a 400."""
    assert ask(plain(), "GET", BATCHES, query=query)[0].status == 400


def test_list_through_the_sdk(caller: Caller) -> None:
    """The SDK walks through every page by itself."""
    with caller(Engine(Scenario("pages", "every valid request is answered", then=Answer()))) as client:
        ids = {client.messages.batches.create(requests=requests(1)).id for _ in range(5)}  # type: ignore[arg-type]
        assert {batch.id for batch in client.messages.batches.list(limit=2)} == ids


@pytest.fixture(scope="module")
def hundred_thousand() -> tuple[Engine, str]:
    """An engine with the largest batch that the API takes, ended."""
    engine = plain()
    body = json.dumps({"requests": requests(MAX_BATCH_REQUESTS)}).encode()
    batch = ask(engine, path=BATCHES, body=body)[1]
    place = f"{BATCHES}/{batch['id']}"
    assert ask(engine, "GET", place)[1]["request_counts"]["succeeded"] == MAX_BATCH_REQUESTS
    return engine, f"{place}/results"


@pytest.mark.parametrize("seam", ["in-process", "server"])
def test_results_are_streamed(seam: str, hundred_thousand: tuple[Engine, str], server: ReplayServer) -> None:
    """Results of 100,000 requests are made while they are read: they need no more memory than those of a few."""
    engine, path = hundred_thousand
    server.engine = engine
    transport = ReplayTransport(engine) if seam == "in-process" else httpx2.HTTPTransport()
    count = 0
    objects: list[int] = []
    client = httpx2.Client(transport=transport, base_url=server.url, headers=HEADERS)
    with client, client.stream("GET", path) as response:
        for chunk in response.iter_bytes():
            count += chunk.count(b"\n")
            objects.append(sys.getallocatedblocks())
            if len(objects) == 10:
                sent_by_then = engine.log[-1].bytes
    assert count == MAX_BATCH_REQUESTS
    # Measured with tracemalloc it is less than 2 MB; counting blocks is quick enough for every run.
    assert max(objects) - objects[9] < 10_000
    assert sent_by_then < engine.log[-1].bytes / 2


def test_creation_keeps_little() -> None:
    """Of each request no more is kept than its result needs, and nothing of it in the log."""
    text = "word " * 400
    body = json.dumps({"requests": requests(5_000, text)}).encode()
    engine = plain()
    gc.collect()
    tracemalloc.start()
    batch = ask(engine, path=BATCHES, body=body)[1]
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert batch["request_counts"]["processing"] == 5_000
    assert engine.log[0].body is None
    assert kept < len(body) / 4


def test_named_outcomes() -> None:
    """A scenario says by custom id what becomes of a request; one that is itself at fault stays at fault."""
    outcomes = {"doc-1": "expired", "doc-2": "canceled", "doc-3": "overloaded_error", "bad": "expired"}
    engine = Engine(Scenario("named", "as named", then=Answer(), batch_outcomes=outcomes))
    batch = created(engine, [*requests(5), {"custom_id": "bad", "params": {"model": "nobody"}}])
    ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    by_id = {line["custom_id"]: line["result"] for line in lines(engine, batch)}
    kinds = {name: result["type"] for name, result in by_id.items()}
    assert kinds == {
        "doc-0": "succeeded",
        "doc-1": "expired",
        "doc-2": "canceled",
        "doc-3": "errored",
        "doc-4": "succeeded",
        "bad": "errored",
    }
    error = by_id["doc-3"]["error"]["error"]
    assert (error["type"], error["message"]) == ("overloaded_error", "Overloaded")
    assert by_id["bad"]["error"]["error"]["type"] == "invalid_request_error"


def test_takes_its_time() -> None:
    """A batch ends after the time that its scenario names, and a canceled one some time after it was canceled."""
    slow = Scenario("slow", "an hour", then=Answer(), batch_seconds=3600, batch_cancel_seconds=60)
    for cancel, patience in ((False, 3600), (True, 60)):
        engine = Engine(slow)
        place = f"{BATCHES}/{created(engine, requests(2))['id']}"
        if cancel:
            ask(engine, path=f"{place}/cancel")
        status = "canceling" if cancel else "in_progress"
        engine.clock.reach(patience - 10)
        assert ask(engine, "GET", place)[1]["processing_status"] == status
        engine.clock.reach(patience + 10)
        assert ask(engine, "GET", place)[1]["processing_status"] == "ended"


def test_late(caller: Caller) -> None:
    """A batch that is not known everywhere yet is briefly a 404."""
    with caller(Engine(scenario_named("batch_late"))) as client:
        batch = client.messages.batches.create(requests=requests(4))  # type: ignore[arg-type]
        for _ in range(2):
            with pytest.raises(NotFoundError):
                client.messages.batches.retrieve(batch.id)
        seen = [client.messages.batches.retrieve(batch.id).processing_status for _ in range(3)]
    assert seen == ["in_progress", "in_progress", "ended"]


def test_flickers(caller: Caller) -> None:
    """A batch may be unknown again after it was seen, and its results after it was seen to have ended."""
    with caller(Engine(scenario_named("batch_flickers"))) as client:
        batch = client.messages.batches.create(requests=requests(4))  # type: ignore[arg-type]
        seen: list[str] = []
        while seen[-1:] != ["ended"]:
            try:
                seen.append(client.messages.batches.retrieve(batch.id).processing_status)
            except NotFoundError:
                seen.append("404")
        with pytest.raises(NotFoundError):
            list(client.messages.batches.results(batch.id))
        results = list(client.messages.batches.results(batch.id))
    assert seen == ["404", "in_progress", "404", "in_progress", "ended"]
    assert len(results) == 4


def test_one_outcome_after_the_other() -> None:
    """What a batch did not get to, the next may; a custom id that only one outcome is named for always has it."""
    scenario = Scenario(
        "night", "a night", then=Answer(), batch_outcomes={"doc-0": ("expired", "succeeded"), "doc-1": "expired"}
    )
    engine = Engine(scenario)
    seen = []
    for _ in range(3):
        batch = created(engine, requests(2))
        ask(engine, "GET", f"{BATCHES}/{batch['id']}")
        outcomes = {line["custom_id"]: line["result"]["type"] for line in lines(engine, batch)}
        seen.append((outcomes["doc-0"], outcomes["doc-1"]))
    assert seen == [("expired", "expired"), ("succeeded", "expired"), ("succeeded", "expired")]


@pytest.mark.parametrize(("after", "left"), [(0, 0), (2, 2), (9, 3)])
def test_results_that_end_early(caller: Caller, after: int, left: int) -> None:
    """A file of results may end behind any of its lines but the last, and nothing raises."""
    early = Answer(ending="truncate", after=after)
    scenario = Scenario("early", "results that end early", (Answer(), Answer(), Answer(), early), Answer())
    with caller(Engine(scenario)) as client:
        batch = client.messages.batches.create(requests=requests(4))  # type: ignore[arg-type]
        client.messages.batches.retrieve(batch.id)
        assert len(list(client.messages.batches.results(batch.id))) == left
        assert len(list(client.messages.batches.results(batch.id))) == 4


def test_a_listing_is_no_poll() -> None:
    """The list says what polls have found, and ends no batch; what is gone by now it says too."""
    engine = plain()
    batch = created(engine, requests(1))
    assert ask(engine, "GET", BATCHES)[1]["data"][0]["processing_status"] == "in_progress"
    ask(engine, "GET", f"{BATCHES}/{batch['id']}")
    engine.clock.reach(29 * 86_400 + 1)
    (listed,) = ask(engine, "GET", BATCHES)[1]["data"]
    assert (listed["processing_status"], listed["archived_at"]) == ("ended", "2026-01-30T00:00:00.000000+00:00")
    assert listed["results_url"] is None


def test_archived(caller: Caller) -> None:
    """29 days after a batch was created its results are gone, and their address with them: the SDK asks for none."""
    with caller(Engine(scenario_named("batch_archived"))) as client:
        batch = client.messages.batches.create(requests=requests(4))  # type: ignore[arg-type]
        for _ in range(3):
            ended = client.messages.batches.retrieve(batch.id)
        assert (ended.processing_status, ended.archived_at) == ("ended", None)
        with pytest.raises(AnthropicError, match="Has it finished processing\\? ended"):
            list(client.messages.batches.results(batch.id))
        later = client.messages.batches.retrieve(batch.id)
        with pytest.raises(NotFoundError, match="has no available results"):
            client.get(f"{BATCHES}/{batch.id}/results", cast_to=object)
    assert later.archived_at is not None
    assert (later.processing_status, later.results_url) == ("ended", None)
    assert (later.archived_at - later.created_at).days == 29


def test_archived_in_time() -> None:
    """In API time, to the second: results are there until 29 days are over."""
    engine = plain()
    batch = created(engine, requests(1))
    place = f"{BATCHES}/{batch['id']}"
    ask(engine, "GET", place)
    engine.clock.reach(29 * 86_400 - 1)
    assert ask(engine, "GET", f"{place}/results")[0].status == 200
    engine.clock.reach(29 * 86_400 + 1)
    assert ask(engine, "GET", f"{place}/results")[0].status == 404
    assert ask(engine, "GET", place)[1]["archived_at"] == "2026-01-30T00:00:00.000000+00:00"


def test_polls_as_asked() -> None:
    """A batch in progress asks to come back in ten seconds; one that has ended asks for nothing."""
    engine = Engine(scenario_named("batch"))
    place = f"{BATCHES}/{created(engine, requests(2))['id']}"
    asked = [ask(engine, "GET", place)[0].headers.get("retry-after") for _ in range(3)]
    assert asked == ["10", "10", None]
