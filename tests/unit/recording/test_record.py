"""`course record`, tried without a key: the API is a server of ours, to which the relay has the only key."""

import json
import os
import textwrap
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import anthropic
import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.errors import CourseError
from helpers.live import LiveError, Purse
from helpers.recording import relay
from helpers.recording.exchange import Piece
from helpers.recording.holding import held
from helpers.recording.record import FACTS, keep
from helpers.recording.relay import Relay
from helpers.recording.telling import told
from helpers.replay import (
    Engine,
    Fail,
    RefuseConnection,
    Scenario,
    blocks,
    says,
    scenario_named,
    thinking_first,
)
from helpers.replay.fixture import fixtures, parse_fixture
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

from .planting import HEAD, _text, kept, stream, whole

KEY: Final = "sk-ant-api03-" + "Wb5QzLr8XkTn2VdMp7Hs" * 4
PLAIN: Final = scenario_named("plain")
REFUND: Final[dict[str, Any]] = {
    "model": MODEL,
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Can I still get a refund?"}],
}
ORIGIN: Final = {name: HEAD[name] for name in ("origin", "date", "sdk")}
RECORDED: Final[Mapping[str, Any]] = json.loads(FACTS.read_text("utf-8"))
LESSON: Final = """\
    # %% [markdown]
    # # A lesson
    #
    # **5 minutes. Free in the replay.** (Live, two short requests go to the API: about one cent at most.)

    # %%
    from helpers import MODEL, make_client

    client = make_client()
    ask = {"model": MODEL, "max_tokens": 200}
    whole = client.messages.create(messages=[{"role": "user", "content": "Write a haiku."}], **ask)
    with client.messages.stream(messages=[{"role": "user", "content": "A refund, please."}], **ask) as stream:
        stream.until_done()

    # %%
    import os

    assert "sk-ant" not in str(dict(os.environ)), "the kernel has the key"
    """

Ask = Callable[[anthropic.Anthropic], object]


def create(client: anthropic.Anthropic) -> object:
    return client.messages.create(**REFUND)


def streamed(client: anthropic.Anthropic) -> object:
    with client.messages.stream(**REFUND) as stream:
        return stream.get_final_message()


def through_a_relay(scenario: Scenario, *asks: Ask, budget: float = 1.0) -> Relay:
    """A relay to a server that answers with `scenario`, after these calls through it."""
    with ReplayServer(Engine(scenario)) as server:
        one = Relay(KEY, server.url, Purse(budget, lambda sentence: None))
        with one.listening(), anthropic.Anthropic(api_key=one.token, base_url=one.url, max_retries=0) as client:
            for ask in asks:
                ask(client)
        keys = [exchange.headers.get("authorization") for exchange in server.engine.log]
    assert set(keys) <= {None}
    return one


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one lesson, whose API is asked with a key."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "20_tiny.py").write_text(textwrap.dedent(LESSON), "utf-8")
    monkeypatch.setenv("COURSE_MODE", "live")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    """What the command says, on both streams, and its exit code."""
    result = CliRunner().invoke(main, ["record", *arguments])
    return result.exit_code, result.output


def test_a_lesson(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cost is said before, its kernel has no key, its answers become fixtures, and what is other is told."""
    folder = course / "fixtures"
    with ReplayServer(Engine(PLAIN)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        code, said = run("20", "--fixtures", str(folder))
    assert code == 0, said
    assert said.startswith(
        "20_tiny says that it sends 2 requests, at most 1.25 ct. At most $1.00 is spent.\nLive, request 1: "
    )
    assert "requests: 2; fixtures written: 2" in said
    assert f"wrote {folder / 'haiku.sse'}" in said
    assert "haiku.sse: it takes" in said
    assert KEY[13:] not in said
    files = written(folder)
    assert list(files) == ["haiku.sse", "refund.sse"]
    for name, text in files.items():
        fixture = parse_fixture(name, text)
        assert fixture.message["content"] == fixtures()[fixture.name].message["content"]
        # It came from a server of ours, and must not say that it was recorded.
        assert fixture.origin == "written"
        assert "source: what 127.0.0.1 answered, which is not the API" in text


@pytest.mark.parametrize(
    ("scenario", "budget", "sentence"),
    [
        pytest.param(
            PLAIN, "0.001", "of COURSE_BUDGET=0.001 no more than $0.0010 is left, so it was not sent", id="budget"
        ),
        pytest.param(
            Scenario("no", "", then=Fail(200, body="{}", content_type="application/json")),
            "1",
            "is no message",
            id="no message",
        ),
    ],
)
def test_stopped(scenario: Scenario, budget: str, sentence: str, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops it is one sentence and exit code 2, and nothing is written."""
    with ReplayServer(Engine(scenario)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("COURSE_BUDGET", budget)
        code, said = run("20", "--fixtures", str(course / "fixtures"))
    assert code == 2
    assert sentence in said.splitlines()[-1]
    assert written(course / "fixtures") == {}


def test_bad_input(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a sentence before anything is sent, and nothing is half-written."""
    monkeypatch.setattr(relay, "Relay", None)
    (course / "file").write_text("")
    (course / "facts.json").write_text("[]")
    place = ("--fixtures", str(course / "file" / "fixtures"))
    assert run("20", *place) == (
        2,
        f"{place[1]} cannot be written to (Not a directory), so nothing was sent: name another with --fixtures.\n",
    )
    assert "There is no lesson" in run("21", "--fixtures", str(course / "fixtures"))[1]
    assert "has no recorded facts" in run("20", "--facts", str(course / "facts.json"))[1]
    monkeypatch.setenv("COURSE_BUDGET", "lots")
    assert run("20") == (2, "COURSE_BUDGET is 'lots', but it must be US dollars from 0 to 1000: try COURSE_BUDGET=1.\n")
    monkeypatch.delenv("COURSE_BUDGET")
    with monkeypatch.context() as older:
        older.setattr(metadata, "version", lambda name: "1.9.0")
        assert run("20") == (
            2,
            "The SDK here is anthropic 1.9.0, and a recording needs anthropic<3,>=2.12: run `make install`, and record "
            "then.\n",
        )
    for name in ("ANTHROPIC_API_KEY", "COURSE_MODE"):
        monkeypatch.delenv(name)
        assert run("20")[1].startswith(
            "Recording calls the API and costs money: set COURSE_MODE=live and ANTHROPIC_API_KEY"
        )


def test_all_or_none(tmp_path: Path) -> None:
    """Where the last answer must not be kept, the first is not written either, and what was there stays."""
    (tmp_path / "refund.sse").write_text("as it was")
    good, bad = kept(stream(_text("Yes."))), kept(stream(_text("The key is sk-ant-api03-abcdefgh.")))
    good.body = json.dumps({**REFUND, "messages": [{"role": "user", "content": "A haiku."}]}).encode()
    bad.body = json.dumps(REFUND).encode()
    with pytest.raises(CourseError, match=r"^refund\.sse: event 3 .*a key of Anthropic's \(sk-a…, 21 characters\)"):
        keep([good, bad], [KEY], tmp_path, RECORDED, ORIGIN)
    assert written(tmp_path) == {"refund.sse": "as it was"}


def test_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the last file cannot take its place, there is a sentence, and no half of a file."""
    one = kept(stream(_text("Yes.")))
    one.body = json.dumps(REFUND).encode()

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CourseError, match=r"refund\.sse cannot be written \(No space left on device\)"):
        keep([one], [KEY], tmp_path, RECORDED, ORIGIN)
    assert written(tmp_path) == {}


def test_relay_holds_the_key() -> None:
    """The API is asked with the key; who asks the relay needs its token, and has no use of any other."""
    with ReplayServer(Engine(PLAIN)) as server:
        one = Relay(KEY, server.url, Purse(1.0, lambda sentence: None))
        with one.listening():
            for key, status in ((KEY, 401), ("relay-other", 401)):
                with anthropic.Anthropic(api_key=key, base_url=one.url, max_retries=0) as stranger:
                    with pytest.raises(anthropic.APIStatusError) as caught:
                        create(stranger)
                    assert caught.value.status_code == status
            assert len(server.engine.log) == 0
    assert one.kept == []


def test_relay_keeps_what_came() -> None:
    """Every byte of an answer, and when it came; the caller gets the same."""
    seen: list[Any] = []
    one = through_a_relay(
        PLAIN, lambda client: seen.append(create(client)), lambda client: seen.append(streamed(client))
    )
    unstreamed, events = one.kept
    assert [exchange.status for exchange in one.kept] == [200, 200]
    assert json.loads(unstreamed.answer)["id"] == seen[0].id
    assert events.is_stream
    assert b"event: message_stop" in events.answer
    assert seen[1].stop_reason == "end_turn"


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        (Scenario("no", "", then=Fail(403)), r"may not do this \(403\)"),
        (Scenario("no", "", then=RefuseConnection()), r"The API could not be reached \(ConnectError\)"),
    ],
)
def test_relay_says_why(scenario: Scenario, sentence: str) -> None:
    """Why it could not pass something on is a sentence, whatever the lesson makes of it."""

    def ask(client: anthropic.Anthropic) -> None:
        with pytest.raises(anthropic.APIStatusError):
            create(client)

    one = through_a_relay(scenario, ask)
    with pytest.raises(CourseError, match=sentence):
        raise one.failure or AssertionError("it has none")


def test_relay_stops_at_the_budget() -> None:
    """What costs more than is left is not passed on."""

    def ask(client: anthropic.Anthropic) -> None:
        with pytest.raises(anthropic.BadRequestError, match="It was not passed on"):
            create(client)

    one = through_a_relay(PLAIN, ask, budget=0.001)
    assert isinstance(one.failure, LiveError)
    assert [exchange.status for exchange in one.kept] == [0]


@pytest.mark.parametrize("name", ["cut", "reset", "truncate", "malformed"])
def test_a_broken_stream_is_no_fixture(name: str, tmp_path: Path) -> None:
    """However a stream breaks, no half of it is kept."""

    def ask(client: anthropic.Anthropic) -> None:
        try:
            streamed(client)
        except Exception:  # noqa: BLE001 - whichever it is: what is kept is what is asked about
            return

    one = through_a_relay(scenario_named(name), ask)
    with pytest.raises(CourseError):
        keep(one.kept, [KEY], tmp_path, RECORDED, ORIGIN)
    assert written(tmp_path) == {}


def test_no_fixture_of_it(tmp_path: Path) -> None:
    """An error, a list, an answer that was cut off and one to a prompt of no fixture are said, and not kept."""
    one = through_a_relay(
        PLAIN,
        lambda client: client.models.list(),
        lambda client: client.messages.create(**{**REFUND, "max_tokens": 3}),
        lambda client: client.messages.create(**{**REFUND, "messages": [{"role": "user", "content": "Hello"}]}),
    )
    lines = keep(one.kept, [KEY], tmp_path, RECORDED, ORIGIN).lines
    assert [line.partition(": ")[2] for line in lines if " makes no fixture: " in line] == [
        "only messages are kept as fixtures",
        "it was cut off (max_tokens)",
        "no word of its prompt is the “when” of a fixture (haiku, refund)",
    ]
    assert written(tmp_path) == {}


def test_a_stream_goes_before_a_whole(tmp_path: Path) -> None:
    """Of two answers to a prompt the streamed one is kept: its pieces are the API's own."""
    one = through_a_relay(PLAIN, create, streamed, create)
    keep(one.kept, [KEY], tmp_path, RECORDED, ORIGIN)
    assert "event: content_block_delta" in written(tmp_path)["refund.sse"]


def test_held_against_what_was_recorded() -> None:
    """What the replay answers was recorded so, but for headers of the edge that it does not imitate."""
    one = through_a_relay(PLAIN, create, streamed, lambda client: client.models.list())
    lines = [line for exchange in one.kept for line in held(exchange, RECORDED)]
    assert [line for line in lines if "cf-cache-status" not in line] == []


@pytest.mark.parametrize(
    ("exchange", "line"),
    [
        (whole({"content": [], "shoe_size": 43}), "new fields shoe_size"),
        (whole({"content": [], "stop_reason": 7}), "the field stop_reason is int, and was"),
        (whole({"content": [], "usage": {"input_tokens": 1}}), "no field usage.cache_creation, "),
        (kept(stream(_text("Yes.")), {"x-new": "1"}), "POST /v1/messages 200 stream: new headers x-new"),
        (
            kept(stream(_text("Yes.")), {"content-type": "text/event-streams"}),
            "its content type is text/event-streams, and was",
        ),
        (kept([]), "it is no message"),
    ],
)
def test_what_was_never_recorded(exchange: Any, line: str) -> None:
    """A field, a type, a header or a kind that is new, or is gone, is a line."""
    assert line in "\n".join(held(exchange, RECORDED))


@pytest.mark.parametrize(
    ("kind", "body", "line"),
    [
        (
            ("POST", "/v1/messages", 400),
            {"type": "error", "error": "no"},
            "no field error.message, error.type, request_id",
        ),
        (
            ("POST", "/v1/messages/count_tokens", 200),
            {"input_tokens": "12"},
            "the field input_tokens is str, and was int",
        ),
        (("DELETE", "/v1/messages/batches/msgbatch_01x", 200), {"id": "a", "type": "b", "by": "c"}, "new fields by"),
        (("GET", "/v1/models/claude-opus-5", 200), {"id": "claude-opus-5"}, "no field created_at, display_name, type"),
    ],
)
def test_what_is_no_message(kind: tuple[str, str, int], body: dict[str, Any], line: str) -> None:
    """An error, a batch, a model, a count is held against those that were recorded."""
    exchange = whole({})
    exchange.method, exchange.path, exchange.status = kind
    exchange.pieces = [Piece(json.dumps(body).encode(), 0.0)]
    assert line in "\n".join(held(exchange, RECORDED))


def test_a_kind_that_was_never_recorded() -> None:
    """So is a status that nobody had."""
    exchange = whole({})
    exchange.status = 402
    assert held(exchange, RECORDED) == ["POST /v1/messages 402 was never recorded"]


def test_difference_in_words() -> None:
    """What is other is told: the words, the blocks, the pieces, the time, the fields."""
    old, new = says("Yes, within 30 days.", delay=0.2), thinking_first("No.")
    lines = told(new, old)
    assert "its blocks are thinking, text, and were text" in lines
    assert "it says 'No.', 3 characters, and said 'Yes, within 30 days.', 20" in lines
    assert any(line.startswith("it comes in ") for line in lines)
    assert any(line.startswith("it takes ") for line in lines)
    assert "new fields: usage.output_tokens_details, usage.output_tokens_details.thinking_tokens" in lines
    assert told(old, old) == ["nothing but its date"]
    assert told(old, None)[0].startswith("new: 'Yes, within 30 days.'")
    assert "its stop_reason is max_tokens, and was end_turn" in told(says("Yes", stop_reason="max_tokens"), says("Yes"))
    assert told(blocks([]), blocks([])) == ["nothing but its date"]
