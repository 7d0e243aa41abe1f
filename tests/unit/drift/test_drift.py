"""`course drift`: what has moved in the SDK, in our fixtures and at the API is said, and what has not is not."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.drift import fixtures as held
from helpers.drift import report
from helpers.drift.api import REQUESTS, api_differences
from helpers.drift.difference import differences
from helpers.drift.fixtures import fixture_differences
from helpers.drift.recorded import recorded_differences
from helpers.drift.report import Comparison, compare
from helpers.drift.snapshot import ENDINGS, STORED, Snapshot, read_snapshot, take_snapshot
from helpers.errors import CourseError
from helpers.facts.models import MODELS
from helpers.recording.record import FACTS
from helpers.replay import Engine, ReplayTransport, scenario_named
from helpers.replay.events import Event
from helpers.replay.fixture import fixtures
from helpers.settings import MODEL, Settings
from tests.unit.drift.remake import FOLDER, RELEASES, snapshot_of

SDK_DOES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("0.125.0", "1.0.0"): (
        "the client: its HTTP library is “httpx2”, was “httpx”",
        "parameters of messages.create: gone are temperature (optional), top_k (optional), top_p (optional)",
    ),
    ("1.17.0", "2.0.0"): (
        "the client: its key is “authorization: Bearer …”, was “x-api-key: …”",
        "the client: the API's version is “2026-10-21”, was “2023-06-01”",
    ),
    ("2.12.0", "2.14.0"): (
        "exceptions: new are WorkspaceHumanReviewDisabledError (of the family APIStatusError)",
        "models that are deprecated: new are claude-opus-4-5 (January 22nd, 2027), claude-opus-4-5-20251101 "
        "(January 22nd, 2027)",
    ),
}
"""What each of three moves did."""


@pytest.mark.parametrize(("former", "present"), SDK_DOES)
def test_moves(former: str, present: str) -> None:
    """Each is caught, and nothing moves by itself."""
    before, after = (read_snapshot(FOLDER / f"{release}.json") for release in (former, present))
    found = differences(before, after)
    assert set(SDK_DOES[former, present]) <= set(found)
    assert differences(before, before) == []
    assert len(differences(after, before)) >= len(SDK_DOES[former, present])


def test_releases() -> None:
    """Each release that is compared is there, asked about every ending."""
    for release in RELEASES:
        snapshot = read_snapshot(FOLDER / f"{release}.json")
        assert snapshot.sdk == release
        assert set(snapshot.topics["endings, streamed"]) == set(snapshot.topics["endings, unstreamed"]) == set(ENDINGS)


@pytest.mark.weekly
def test_an_old_release(tmp_path: Path) -> None:
    """What is stored of it is what it is, and does: it is installed, and asked again."""
    try:
        found = snapshot_of("0.125.0", tmp_path)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"old releases can't be had here: {error}")
    assert found == read_snapshot(FOLDER / "0.125.0.json")


def test_installed() -> None:
    """The SDK that the course runs with is the one that it knows, and our fixtures fit it."""
    assert differences(read_snapshot(STORED), take_snapshot(Path(sys.executable))) == []
    assert fixture_differences() == []


def test_words() -> None:
    """What is other comes first, then what is gone, then what is new; of many names not all are told."""
    before = Snapshot("1", {"a": {"x": "1", "y": "there"}, "b": {str(number): "there" for number in range(20)}})
    after = Snapshot("2", {"a": {"x": "2", "z": "9"}, "c": {"w": "there"}})
    assert differences(before, after) == [
        "a: x is “2”, was “1”",
        "a: gone are y",
        "b: gone are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more",
        "a: new are z (9)",
        "c: new are w",
    ]


def test_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that the SDK does not know is named with its place, and one that it misses as well."""
    haiku = fixtures()["haiku"]

    def changed(name: str, change: Callable[[dict[str, Any]], object]) -> Event:
        event = next(event for event in haiku.events if event.name == name)
        data = json.loads(json.dumps(event.data))
        change(data)
        return replace(event, data=data)

    events = (
        changed("message_start", lambda data: data["message"]["usage"].update(new=1)),
        changed("content_block_delta", lambda data: data["delta"].update(type="no_such_delta")),
        changed("content_block_stop", lambda data: data.pop("index")),
    )
    whole = dict(haiku.message)
    spoilt = replace(haiku, name="spoilt", events=(*events, *haiku.events[-2:]))
    spoilt.__dict__["message"] = {**whole, "later": []}
    monkeypatch.setattr(held, "fixtures", lambda: {"spoilt": spoilt})
    found = fixture_differences()
    assert "spoilt: the message: later is no field that the SDK knows" in found
    assert "spoilt: message_start: message.usage.new is no field that the SDK knows" in found
    assert any(line.startswith("spoilt: content_block_delta: ") for line in found)
    assert any(line.startswith("spoilt: content_block_stop: ") and "index" in line for line in found)


class Other(ReplayTransport):
    """An API that has moved: `change` is made to each answer's body, and to its headers."""

    def __init__(self, change: Callable[[str, httpx2.Headers], str]) -> None:
        super().__init__(Engine(scenario_named("plain"), models=(MODEL,)))
        self._change = change

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = super().handle_request(request)
        text = answer.read().decode()
        headers = answer.headers.copy()
        for name in ("content-length", "transfer-encoding"):
            headers.pop(name, None)
        changed = self._change(text, headers)
        return httpx2.Response(answer.status_code, headers=headers, content=changed.encode())


def client(transport: httpx2.BaseTransport) -> httpx2.Client:
    headers = {"authorization": "Bearer replay", "anthropic-version": "2026-10-21"}
    return httpx2.Client(transport=transport, base_url="http://api.invalid", headers=headers)


@pytest.fixture
def replay() -> Iterator[httpx2.Client]:
    with client(Other(lambda text, _: text)) as replay:
        yield replay


def with_header(text: str, headers: httpx2.Headers) -> str:
    """A header more, and one less."""
    headers["anthropic-new"] = "1"
    headers.pop("request-id", None)
    return text


OTHER: Mapping[str, tuple[Callable[[str, httpx2.Headers], str], str]] = {
    "nothing": (lambda text, _: text, ""),
    "a field": (
        lambda text, _: text.replace('"usage":{', '"usage":{"new":1,').replace('"usage": {', '"usage": {"new": 1, '),
        "a message: the API sends, and the replay does not, the field message.usage.new",
    ),
    "an event's field": (
        lambda text, _: text.replace('"type":"message_stop"', '"type":"message_stop","new":1').replace(
            '"type": "message_stop"', '"type": "message_stop", "new": 1'
        ),
        "a stream: the API sends, and the replay does not, the field message_stop.new",
    ),
    "a sentence": (
        lambda text, _: text.replace("Field required", "Field is required"),
        "no max_tokens: the API says “max_tokens: Field is required”, the replay “max_tokens: Field required”",
    ),
    "a header": (with_header, "a message: the replay sends, and the API does not, the header request-id"),
    "a model": (
        lambda text, _: text.replace(next(iter(MODELS)), "claude-from-tomorrow"),
        "models: the API lists claude-from-tomorrow, and the course does not know it",
    ),
    "a limit": (
        lambda text, _: text.replace("128000", "256000"),
        f"models: {next(iter(MODELS))} has max_tokens 256,000 at the API, 128,000 here",
    ),
    "no JSON": (
        lambda text, _: "<html></html>",
        f"models: the course knows {next(iter(MODELS))}, and the API does not list it",
    ),
}


@pytest.mark.parametrize("what", OTHER)
def test_api(replay: httpx2.Client, what: str) -> None:
    """What the API does otherwise than the replay is said; where it does nothing otherwise, nothing is."""
    change, line = OTHER[what]
    with client(Other(change)) as api:
        found = api_differences(api, replay)
    assert line in found if line else found == []


def test_recorded(tmp_path: Path) -> None:
    """What the replay sends and the API was never recorded to is said, and what it does not send."""

    def change(text: str, headers: httpx2.Headers) -> str:
        headers.pop("request-id", None)
        return text.replace('"usage":{', '"usage":{"new":1,').replace('"usage": {', '"usage": {"new": 1, ')

    with client(Other(change)) as replay:
        found = list(recorded_differences(replay, FACTS))
        assert any(line.startswith("a message: ") and "no request-id" in line for line in found)
        assert any(line.startswith("a message: ") and "new fields usage.new" in line for line in found)
        with pytest.raises(CourseError, match="has no recorded facts"):
            list(recorded_differences(replay, tmp_path))


def test_api_answers_otherwise(replay: httpx2.Client) -> None:
    """A status is said before anything else."""
    with client(httpx2.MockTransport(lambda _: httpx2.Response(500, json={"type": "error"}))) as api:
        found = api_differences(api, replay)
    assert [line for line in found if line.startswith("a message")] == [
        "a message: the API answers 500, the replay 200"
    ]
    assert len(found) >= len(REQUESTS)


def test_what_is_bad(tmp_path: Path) -> None:
    """What cannot be looked at is a sentence."""
    empty = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", empty], check=True)
    without = next(path for path in (empty / "bin/python", empty / "Scripts/python.exe") if path.exists())
    for python, said in ((without, "No module named 'anthropic'. Is it there?"), (tmp_path, "cannot be run")):
        with pytest.raises(CourseError, match=said):
            take_snapshot(python)
    broken = tmp_path / "sdk.json"
    for text in ("", "[]", "{}"):
        broken.write_text(text, encoding="utf-8")
        with pytest.raises(CourseError, match="is no snapshot of an SDK"):
            read_snapshot(broken)


def test_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API is asked in live mode alone; what can't be reached is a sentence, and no key is in it."""
    monkeypatch.setattr(report, "take_snapshot", lambda _: read_snapshot(STORED))
    found = compare(None, Settings())
    assert [one.differences for one in found] == [[], [], ()]
    assert "recorded" in found[2].of
    live = Settings(mode="live", api_key="sk-ant-secret", base_url="http://127.0.0.1:9")
    with pytest.raises(CourseError, match="The API can't be reached") as refused:
        compare(None, live)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("lines", "code"), [((), 0), (("it has moved",), 1)])
def test_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: tuple[str, ...], code: int) -> None:
    """Words on the terminal, the same as JSON, and an exit code that says whether anything has moved."""
    monkeypatch.setattr(report, "compare", lambda *_: [Comparison("one, and another", lines)])
    file = tmp_path / "drift.json"
    result = CliRunner().invoke(main, ["drift", "--json", str(file)])
    assert result.exit_code == code, result.output
    assert ("one, and another:\n  ≠ it has moved" if lines else "✓ one, and another") in result.output
    assert json.loads(file.read_text("utf-8")) == {
        "comparisons": [{"of": "one, and another", "differences": list(lines)}]
    }


def test_accept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is accepted is what is known from then on."""
    known = read_snapshot(STORED)
    monkeypatch.setattr(report, "STORED", tmp_path / "sdk.json")
    monkeypatch.setattr(report, "take_snapshot", lambda _: replace(known, sdk="9.9.9"))
    result = CliRunner().invoke(main, ["drift", "--accept"])
    assert result.output == "The course knows SDK 9.9.9 from now on.\n"
    assert read_snapshot(tmp_path / "sdk.json") == replace(known, sdk="9.9.9")
