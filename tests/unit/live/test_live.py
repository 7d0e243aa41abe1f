"""Live mode, tried without a key: what is said, what is stopped, and what becomes of a key that is not taken."""

import logging
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import anthropic
import anyio
import httpx2
import pytest

import helpers.client
from helpers.client import make_async_client, make_client
from helpers.errors import CourseError
from helpers.facts.errors import CREDIT_TOO_LOW
from helpers.facts.prices import price_of
from helpers.live import LiveError, Purse
from helpers.live.purse import dollars
from helpers.replay import Answer, Fail, RefuseConnection, Scenario, says, scenario_named
from helpers.settings import MODEL, Settings, without_keys

from .conftest import SECRET, Serve

ASKED: Final[dict[str, Any]] = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": "Hello"}]}
ROOT: Final = Path(__file__).parents[3]
PLAIN: Final = scenario_named("plain")
NO_MESSAGE: Final = Fail(200, body="{}", content_type="application/json")


def create() -> None:
    with make_client() as client:
        client.with_options(max_retries=0).messages.create(**ASKED)


def stream() -> None:
    with make_client() as client, client.with_options(max_retries=0).messages.stream(**ASKED) as stream:
        stream.until_done()


def create_async() -> None:
    async def ask() -> None:
        async with make_async_client() as client:
            await client.with_options(max_retries=0).messages.create(**ASKED)

    anyio.run(ask)


def stream_async() -> None:
    async def ask() -> None:
        async with make_async_client() as client, client.with_options(max_retries=0).messages.stream(**ASKED) as stream:
            await stream.until_done()

    anyio.run(ask)


def what_it_costs() -> float:
    """By the usage that the replay says."""
    with make_client("plain") as client:
        usage = client.messages.create(**ASKED).usage
    return price_of(MODEL).cost(usage.input_tokens, usage.output_tokens)


WAYS: Final = [create, stream, create_async, stream_async]
Way = Callable[[], None]


@pytest.mark.parametrize("way", WAYS)
def test_said(way: Way, api: Serve, purse: Purse) -> None:
    """Before a request leaves, what it can cost; after its answer, what it did, and what was spent so far."""
    server = api(PLAIN)
    said: list[tuple[int, str]] = []
    purse._say = lambda sentence: said.append((len(server.engine.log), sentence))
    way()
    way()
    first, before, after, _, last = said
    assert first == (0, "Live: calls go to 127.0.0.1 and cost money. This process may spend $1.00 (COURSE_BUDGET).")
    assert before[0] == 0
    assert before[1].startswith(f"Live, request 1: POST /v1/messages to {MODEL}, at most $0.0")
    cost = what_it_costs()
    how = "streamed to its end" if "stream" in way.__name__ else "answered 200"
    assert after == (1, f"Live, request 1: {how}, {dollars(cost)}; {dollars(cost)} of $1.00 spent so far.")
    assert last[1].endswith(f"; {dollars(2 * cost)} of $1.00 spent so far.")
    assert purse.spent == pytest.approx(2 * cost)


@pytest.mark.parametrize("way", WAYS)
def test_budget(way: Way, api: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may cost more than is left is not sent, and no `except` clause of the SDK's errors goes on."""
    server = api(PLAIN)
    monkeypatch.setenv("COURSE_BUDGET", "0.001")
    with pytest.raises(
        LiveError, match=r"can cost \$0\.00\d\d, and of COURSE_BUDGET=0\.001 no more than \$0\.0010 is left"
    ) as caught:
        way()
    assert not isinstance(caught.value, anthropic.APIError)
    assert len(server.engine.log) == 0


def test_budget_is_one(api: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients and their copies spend from one budget; what has been spent is not there any more."""
    server = api(PLAIN)
    monkeypatch.setenv("COURSE_BUDGET", "0.007")
    with make_client() as client, make_client() as other:
        middle = client.with_options(middleware=[lambda request, call_next: call_next(request)])
        middle.messages.create(**ASKED)
        other.messages.create(**ASKED)
        with pytest.raises(LiveError):
            [middle.messages.create(**ASKED) for _ in range(50)]
    spent = len(server.engine.log) * what_it_costs()
    assert 0.007 - 0.0061 < spent <= 0.007
    monkeypatch.setenv("COURSE_BUDGET", "1")
    create()


def test_budget_of_many_threads(api: Serve, purse: Purse) -> None:
    """What is under way counts as spent: twenty at once do not get through where there is money for three."""
    server = api(Scenario("refuses", "never an answer", then=RefuseConnection()))
    stopped = []

    def ask(client: anthropic.Anthropic) -> None:
        try:
            client.messages.create(**ASKED)
        except LiveError as error:
            stopped.append(error)
        except anthropic.APIConnectionError:
            pass

    with make_client() as client:
        purse.budget = 3.5 * 0.00562
        threads = [threading.Thread(target=ask, args=[client.with_options(max_retries=0)]) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (len(stopped), purse.requests) == (17, 3)
    assert len(server.engine.log) == 0


@pytest.mark.parametrize("name", ["cut", "reset", "truncate", "malformed", "garbled", "error_event"])
def test_broken_stream(name: str, api: Serve, purse: Purse, capsys: pytest.CaptureFixture[str]) -> None:
    """A stream that breaks does not say what it used: it counts in full, and that is said."""
    server = api(scenario_named(name))
    if name == "truncate":
        stream()
    else:
        with pytest.raises((anthropic.APIError, httpx2.HTTPError, ValueError)):
            stream()
    assert len(server.engine.log) == 1
    assert purse.spent == pytest.approx(0.005, abs=0.001)
    assert "broke off before it said what it used, counted in full" in capsys.readouterr().err


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        pytest.param(
            Fail(401), r"does not accept the key in ANTHROPIC_API_KEY \(401\): it is wrong, or it was revoked", id="401"
        ),
        pytest.param(Fail(403), r"The key in ANTHROPIC_API_KEY may not do this \(403\)", id="403"),
        pytest.param(Fail(402), r"has no money left \(402\)", id="402"),
        pytest.param(Fail(400, CREDIT_TOO_LOW), r"has no money left \(400\)", id="no credit"),
        pytest.param(Fail(403, body="<html>No.</html>"), r"may not do this \(403\)", id="a page"),
    ],
)
def test_key(way: Way, step: Fail, sentence: str, api: Serve, purse: Purse) -> None:
    """A key that is not taken is one sentence, after one request, that costs nothing and shows nothing of the key."""
    server = api(Scenario("no", "the key is not taken", then=step))
    with pytest.raises(LiveError, match=sentence) as caught:
        way()
    assert len(server.engine.log) == 1
    assert purse.spent == 0
    shown = "".join(traceback.format_exception(caught.value)) + "".join(caught.value._render_traceback_())
    assert SECRET[13:] not in shown
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_revoked(api: Serve) -> None:
    """A key that is revoked between two calls is the same sentence at the second."""
    api(Scenario("revoked", "one answer, then 401", (Answer(),), Fail(401)))
    create()
    with pytest.raises(LiveError, match="it was revoked"):
        create()


def test_other_errors_are_the_sdks(api: Serve, purse: Purse) -> None:
    """A 400 that is about the request is the SDK's own error, and costs nothing."""
    api(PLAIN)
    with make_client() as client, pytest.raises(anthropic.BadRequestError):
        client.messages.create(**{**ASKED, "messages": []})
    assert purse.spent == 0


@pytest.mark.parametrize("key", ["sk-ant-\nbroken", "sk ant", "sk-ä", "sk-\x00"])
def test_key_that_cannot_be_sent(key: str, api: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key with a line break or a letter of another alphabet is a sentence, and not a riddle of the HTTP library's."""
    api(PLAIN)
    monkeypatch.setattr(helpers.client, "read_settings", lambda: Settings("live", api_key=key))
    with pytest.raises(CourseError, match="holds a character that no key has") as caught:
        make_client()
    assert key not in str(caught.value)


def test_unknown_model(api: Serve) -> None:
    """Of a model without a price nobody knows the cost: it is not called, and one sentence says why."""
    server = api(PLAIN)
    with make_client() as client, pytest.raises(LiveError, match="There is no price of 'claude-next'"):
        client.messages.create(**{**ASKED, "model": "claude-next"})
    assert len(server.engine.log) == 0


@pytest.mark.parametrize("way", [create, create_async])
def test_no_message(way: Way, api: Serve, purse: Purse) -> None:
    """An answer that is no message does not say what it used: it counts in full."""
    api(Scenario("none", "a 200 without a message", then=NO_MESSAGE))
    way()
    assert purse.spent > 0.005


def test_faults_stay_on_replay(api: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A scenario that is named is replayed, which is said once for each."""
    server = api(PLAIN)
    own = Scenario("own", "mine", then=Answer(says("Mine.")))
    for scenario in ("cut", "cut", own):
        make_client(scenario)
        make_async_client(scenario)
    assert len(server.engine.log) == 0
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"Live: '{name}' is replayed in this mode too, and free. Nobody can order it from the API."
        for name in ("cut", "own")
    ]


def test_replay_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Without live mode there is no word of money."""
    make_client().messages.create(**ASKED)
    make_client("truncate")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("way", WAYS)
def test_the_key_stays(
    way: Way, api: Serve, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is logged, at its most talkative, and what is printed has nothing of the key."""
    api(PLAIN)
    with caplog.at_level(logging.DEBUG):
        way()
    captured = capsys.readouterr()
    assert "POST" in caplog.text
    assert SECRET[13:] not in caplog.text + captured.out + captured.err


def test_a_notebook_shows_the_sentence(tmp_path: Path) -> None:
    """Without a key a cell shows that one sentence, and none of the lines that led to it."""
    code = "from helpers import make_client; make_client()"
    environment = {**without_keys(), "COURSE_MODE": "live", "IPYTHONDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "IPython", "--no-banner", "--HistoryManager.enabled=False", "-c", code]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout.strip() == (
        "COURSE_MODE is live, but there is no key: set ANTHROPIC_API_KEY, or unset COURSE_MODE to use the replay."
    )
