"""Every finding: an app that does it, and one beside it that does not."""

import contextlib
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest

from helpers.replay import Answer, Fail, Quota, Scenario, blocks, says
from helpers.testing import KINDS, AppLog, DidNotSurvive, MessagesApi, api, assert_survives, outcome_of
from tests.apps import question, wire_of
from tests.apps.every import APPS

BATCH: Any = {"requests": [{"custom_id": "a", "params": question()}]}
BROKEN = ("cut", "reset", "stall", "warm_stall", "truncate", "malformed", "garbled", "error_event", "empty")


def kinds(log: AppLog, **said: Any) -> list[str]:
    """What is found, by name."""
    try:
        assert_survives(log, **said)
    except DidNotSurvive as failed:
        return [finding.kind for finding in failed.findings]
    return []


def loop(client: anthropic.Anthropic, waits: list[float]) -> None:
    """Ask again after each of these waits, whatever goes wrong."""
    for wait in [*waits, 0.0]:
        try:
            client.messages.create(**question())
            return
        except anthropic.APIError:
            time.sleep(wait)


@pytest.fixture
def patient(messages_api: MessagesApi) -> anthropic.Anthropic:
    """A client that never tries again of itself."""
    return wire_of(messages_api).client(max_retries=0)


@pytest.mark.parametrize(
    ("status", "waits", "found"),
    [
        (529, [1.0, 1.0, 1.0], ["no_backoff"]),
        (529, [0.0, 0.0], ["no_backoff"]),
        (529, [0.4, 0.9, 1.7], []),
        (529, [0.4 * 2**n for n in range(10)], ["retry_storm"]),
        (529, [], ["gave_up"]),
        (401, [], []),
        (401, [1.0], ["retried_4xx"]),
        (409, [0.4, 0.9], []),
    ],
)
def test_loop(
    messages_api: MessagesApi,
    wire_log: AppLog,
    patient: anthropic.Anthropic,
    status: int,
    waits: list[float],
    found: list[str],
) -> None:
    """A loop is judged by what it sends again, how often, and how soon."""
    messages_api.scenario(Scenario("always", "always", then=Fail(status)))
    loop(patient, waits)
    assert kinds(wire_log) == found


@pytest.mark.parametrize(("wait", "found"), [(0.5, ["retry_after_ignored"]), (7.0, [])])
def test_retry_after(
    messages_api: MessagesApi, wire_log: AppLog, patient: anthropic.Anthropic, wait: float, found: list[str]
) -> None:
    """Who is told when to come back, comes back then."""
    limited = Fail(429, headers={"retry-after": "7"})
    messages_api.scenario(Scenario("limited", "limited", (limited,), Answer()))
    loop(patient, [wait])
    assert kinds(wire_log) == found


def test_too_late_to_wait(messages_api: MessagesApi, wire_log: AppLog, patient: anthropic.Anthropic) -> None:
    """Who has no time for a long `retry-after` may give up at once."""
    messages_api.scenario("rate_limited")
    loop(patient, [])
    assert kinds(wire_log) == []


def test_another_model(messages_api: MessagesApi, wire_log: AppLog, patient: anthropic.Anthropic) -> None:
    """To ask another model is not to give up."""
    messages_api.scenario(Scenario("once", "once", (Fail(529),), Answer()), models=["claude-other"])
    loop(patient, [])
    patient.messages.create(**{**question(), "model": "claude-other"})
    assert kinds(wire_log) == []


def stream(client: anthropic.Anthropic) -> str:
    """All that comes, whether or not it is all."""
    with client.messages.stream(**question()) as stream:
        return "".join(stream.text_stream)


@pytest.mark.parametrize("ending", BROKEN)
def test_taken_for_whole(messages_api: MessagesApi, wire_log: AppLog, ending: str) -> None:
    """Half an answer is one, however it broke; an exception that leaves the app, or `False`, is the truth."""
    client = wire_of(messages_api).client(timeout=1.0)
    messages_api.scenario(ending)
    made = outcome_of(lambda: stream(client))
    allow = ["no_timeout"]  # pings for ten minutes are another matter
    assert kinds(wire_log, outcome="half of it", allow=allow) == ["taken_for_whole"]
    assert kinds(wire_log, outcome=False, allow=allow) == []
    assert kinds(wire_log, allow=allow) == ["outcome_not_said"]
    assert kinds(wire_log, outcome=None, allow=allow) == ["outcome_not_said"]
    if isinstance(made, Exception):
        assert kinds(wire_log, outcome=made, allow=allow) == []


def test_warm_stall(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Ten minutes of pings are waited out by whoever counts bytes, whatever the timeout."""
    messages_api.scenario("warm_stall")
    outcome_of(lambda: stream(wire_of(messages_api).client(timeout=30.0)))
    assert kinds(wire_log, outcome=False) == ["no_timeout"]


@pytest.mark.parametrize(("timeout", "found"), [(600.0, ["no_timeout"]), (30.0, [])])
def test_silence_over_a_socket(monkeypatch: pytest.MonkeyPatch, timeout: float, found: list[str]) -> None:
    """Nobody waits ten minutes to see that somebody would: the SDK says how long it would wait."""
    monkeypatch.setattr(api, "LONGEST_SILENCE", 0.1)
    with MessagesApi() as here:
        here.scenario("stall")
        with wire_of(here, in_process=False).client(timeout=timeout) as client:
            made = outcome_of(lambda: stream(client))
        assert kinds(here.log, outcome=made) == found


def test_left(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Who leaves the `with` closes the connection; who keeps the stream pays for all of it."""
    client = wire_of(messages_api).client()
    with client.messages.stream(**question()) as stream:
        next(iter(stream.text_stream))
    assert kinds(wire_log, left=True) == []
    kept = client.messages.create(**question(), stream=True)
    next(iter(kept))
    assert kinds(wire_log, left=True) == ["read_to_its_end"]
    kept.close()


def test_quota(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """What the headers said before is not found out by running into it."""
    messages_api.scenario(Scenario("small", "small", then=Answer(), quota=Quota(requests=2)))
    client = wire_of(messages_api).client()
    for number in range(2):
        client.messages.create(**question(f"Question {number}"))
    assert kinds(wire_log) == []
    client.messages.create(**question("One more"))
    assert kinds(wire_log) == ["quota_hit"]


def test_effects(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """What was done twice, of whatever the test's rows are made."""
    wire_of(messages_api).client().messages.create(**question())
    assert kinds(wire_log, effects=[("A-17", 4200), ("A-18", 4200)]) == []
    assert kinds(wire_log, effects=[("A-17", 4200), ("A-17", 4200)]) == ["side_effect_twice"]
    assert kinds(wire_log, effects=[{"order": 1, "cents": 2}, {"cents": 2, "order": 1}]) == ["side_effect_twice"]


@pytest.mark.parametrize("reason", ["max_tokens", "refusal"])
def test_tool_call_cut_short(messages_api: MessagesApi, wire_log: AppLog, reason: str) -> None:
    """A call may be cut by a limit in a stream that comes to its end: only the stop reason shows it."""
    call: Any = {"type": "tool_use", "id": "toolu_1", "name": "pay", "input": {}}
    messages_api.scenario(Scenario("cut", "cut", (Answer(blocks([call], stop_reason=reason)),), Answer(says("Paid."))))
    client = wire_of(messages_api).client()
    tool: Any = {"name": "pay", "input_schema": {"type": "object"}}
    client.messages.create(**question(), tools=[tool])
    result: Any = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "paid"}
    turns = [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    client.messages.create(**{**question(), "messages": [*question()["messages"], *turns]}, tools=[tool])
    assert kinds(wire_log) == ["half_tool_call"]


@pytest.mark.parametrize("follow", ["results", "cancel", "nothing"])
def test_batch(messages_api: MessagesApi, wire_log: AppLog, follow: str) -> None:
    """A batch that was begun is asked for, or canceled."""
    batches = wire_of(messages_api).client().messages.batches
    batch = batches.create(**BATCH)
    if follow == "cancel":
        batches.cancel(batch.id)
    if follow == "results":
        assert batches.retrieve(batch.id).processing_status == "ended"
        list(batches.results(batch.id))
    assert kinds(wire_log) == (["batch_orphaned"] if follow == "nothing" else [])


def test_batch_begun_twice(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """The answer to the first was lost on the way: the SDK begins another, and the first one runs on."""
    messages_api.scenario(Scenario("lost", "lost", (Answer(ending="cut"),), Answer()))
    batches = wire_of(messages_api).client().messages.batches
    list(batches.results(batches.create(**BATCH).id))
    assert kinds(wire_log) == ["batch_orphaned"]


def test_log_records(messages_api: MessagesApi, wire_log: AppLog, caplog: pytest.LogCaptureFixture) -> None:
    """A request id may stand in a message or in a field; what a library writes of itself does not count."""
    message = wire_of(messages_api).client().messages.create(**question())
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx2").info("HTTP Response: %s", message._request_id)
    assert kinds(wire_log, logs=caplog.records) == ["no_request_id"]
    logging.getLogger("shop").info("answered", extra={"request_id": message._request_id})
    assert kinds(wire_log, logs=caplog.records) == []
    assert kinds(wire_log, logs=f"answered\nrequest_id={message._request_id}") == []
    assert kinds(wire_log, logs=[]) == ["no_request_id"]


@pytest.mark.parametrize(
    "line",
    [
        lambda key: f"Authorization: Bearer {key}",
        lambda key: {"client": {"api_key": key}},
        lambda key: f"key ends in {key[-20:]}",
        lambda key: "sk-ant-admin01-" + "x" * 30,
    ],
)
def test_key(messages_api: MessagesApi, wire_log: AppLog, line: Callable[[str], Any]) -> None:
    """A key is found in any form, and is not told again."""
    message = wire_of(messages_api).client().messages.create(**question())
    logs = [f"request {message._request_id}", line(messages_api.key)]
    with pytest.raises(DidNotSurvive, match="key_in_logs") as failed:
        assert_survives(wire_log, logs=logs)
    assert messages_api.key not in str(failed.value)
    assert kinds(wire_log, logs=[logs[0], f"the key ends in {messages_api.key[-4:]}"]) == []


def test_key_in_a_traceback(messages_api: MessagesApi, wire_log: AppLog, caplog: pytest.LogCaptureFixture) -> None:
    """What an exception holds is written down with it."""
    message = wire_of(messages_api).client().messages.create(**question())
    try:
        raise RuntimeError(f"{message._request_id}: cannot use {messages_api.key}")
    except RuntimeError:
        logging.getLogger("shop").exception("failed")
    assert kinds(wire_log, logs=caplog.records) == ["key_in_logs"]


def test_unexpected(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """What the scenario does not answer is said first."""
    messages_api.scenario(Scenario("one", "one", (Answer(),)))
    client = wire_of(messages_api).client()
    client.messages.create(**question())
    loop(client, [])
    assert kinds(wire_log) == ["unexpected_request"]


def lenient(client: anthropic.Anthropic) -> str:
    """What had come when something could not be read, which is not minded."""
    with client.messages.stream(**question()) as stream:
        with contextlib.suppress(json.JSONDecodeError):
            stream.until_done()
        return str(stream.current_message_snapshot.content)


@pytest.mark.parametrize(
    ("theirs", "ours", "scenario", "app"),
    [
        (
            "retry_after_ignored",
            "retry_after_ignored",
            "rate_limited",
            lambda at: loop(wire_of(at).client(max_retries=0), [1.0]),
        ),
        ("retried_non_retryable", "retried_4xx", "no_credit", lambda at: loop(wire_of(at).client(), [1.0])),
        (
            "retry_storm",
            "retry_storm",
            "overloaded",
            lambda at: loop(wire_of(at).client(max_retries=11), []),
        ),
        ("truncated_stream_accepted", "taken_for_whole", "truncate", lambda at: stream(wire_of(at).client())),
        (
            "malformed_chunk_ignored",
            "taken_for_whole",
            "malformed",
            lambda at: lenient(wire_of(at).client()),
        ),
        (
            "no_backoff",
            "no_backoff",
            "server_error",
            lambda at: loop(wire_of(at).client(max_retries=0), [0.0, 0.0]),
        ),
        ("gave_up", "gave_up", "server_error", lambda at: loop(wire_of(at).client(max_retries=0), [])),
        (
            "no_read_timeout",
            "no_timeout",
            "stall",
            lambda at: outcome_of(lambda: stream(wire_of(at).client(timeout=None))),
        ),
    ],
)
def test_what_llmock_finds(
    messages_api: MessagesApi,
    wire_log: AppLog,
    theirs: str,
    ours: str,
    scenario: str,
    app: Callable[[MessagesApi], Any],
) -> None:
    """Each of the eight findings of llmock 0.2 is one of ours, on the same fault."""
    messages_api.scenario(scenario)
    made = app(messages_api)
    assert ours in kinds(wire_log, outcome=made if ours == "taken_for_whole" else False), theirs


def test_over_a_socket(messages_api: MessagesApi, wire_log: AppLog) -> None:
    """A client that is not the SDK is judged the same: by its address alone."""
    messages_api.scenario("no_credit")
    with httpx2.Client(base_url=messages_api.base_url) as client:
        for _ in range(2):
            headers = {"authorization": "Bearer any", "anthropic-version": "2026-10-21"}
            sent = client.post("/v1/messages", headers=headers, json=question())
            assert "credit balance" in sent.text
    assert kinds(wire_log) == ["retried_4xx"]


def test_every_kind_is_tried() -> None:
    """No finding is without a test here."""
    tried = Path(__file__).read_text("utf-8") + " ".join(app.kind for app in APPS)
    assert [kind for kind in KINDS if kind not in tried] == []
