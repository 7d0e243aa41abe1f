"""The page of lesson 11 without a browser: served, left, closed, and refused where it can't be had."""

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any, Final

import httpx2
import psutil
import pytest
from starlette.responses import StreamingResponse

from helpers.lessons.watching import loopback
from helpers.lessons.watching.site import HELD, NOBODY, Site, serve_page
from helpers.replay import Answer, Scenario, says

from .relays import LONGEST, Gate, careful, gated, kept, naive, shielded, until

SHORT: Final = Scenario(
    "short", "a short answer", then=Answer(says("It is on its way to you, and will be there soon."))
)
THREAD: Final = "course-page"


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == THREAD]


def answers(address: str) -> bool:
    """Whether anybody listens at `address`."""
    url = httpx2.URL(address)
    with socket.socket() as one:
        return one.connect_ex((url.host, url.port or 0)) == 0


def asked(address: str) -> httpx2.Response:
    return httpx2.post(f"{address}ask", json={"prompt": "Where is my parcel?"}, timeout=LONGEST)


@pytest.fixture
def served() -> Iterator[Site]:
    with serve_page(careful, SHORT, speed=0) as site:
        yield site


def test_page(served: Site) -> None:
    """One address, with the page and what answers it; nothing of it is kept by the browser."""
    page = httpx2.get(served.address)
    assert page.status_code == 200
    assert "<h1>Ask, and watch</h1>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert served.address in served._repr_html_()
    assert served.address in repr(served)


def test_answered(served: Site) -> None:
    """What comes through the relay is what upstream said; nobody has left who stayed to the end."""
    said = asked(served.address).text
    assert said.count("event: text") > 1
    assert said.rstrip().endswith(f'"request_id": "{served.visits[0].exchanges[0].request_id}"}}')
    assert served.visits[0].left_after is None
    assert served.visits[0].sent_after == 0
    assert "visit 1" in served.timeline().text


def test_visits_apart(served: Site) -> None:
    """Each visit has its own requests, although all are on one wire."""
    for _ in range(2):
        asked(served.address)
    ids = [[exchange.request_id for exchange in visit.exchanges] for visit in served.visits]
    assert [len(one) for one in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_nobody_yet(served: Site) -> None:
    """An empty timeline says that it is."""
    assert served.timeline().text == "Nobody has asked anything yet."


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize(("relay", "after"), [(careful, 0), (shielded, 1), (naive, None), (kept, None)])
def test_left(relay: Any, after: int | None, deaf: bool) -> None:
    """Who leaves ends upstream, at the next event at the latest; where nobody takes care it goes on to its end."""
    page, gate = gated(relay, SHORT, deaf=deaf)
    with page:
        leave_at(page, gate, pieces=1)
        exchange, visit = gate.go_on(page.visits[0]), page.visits[0]
        if after is None:
            assert exchange.ending == "clean"
            assert visit.sent_after > 3
        else:
            assert exchange.ending == "abandoned"
            # A deaf server does not cancel it.
            assert visit.sent_after == (1 if deaf else after)
        assert f"left after event {visit.left_after}, {visit.sent_after or 'none'} after that" in page.timeline().text


def leave_at(page: Site, gate: Gate, pieces: int) -> None:
    """Ask, and hang up after so many pieces."""
    # The headers, and the three events before the first piece.
    gate.open(1 + 3 + pieces)
    with httpx2.stream("POST", f"{page.address}ask", json={"prompt": "Where?"}, timeout=LONGEST) as response:
        lines = response.iter_lines()
        for _ in range(pieces):
            assert "event: text" in next(lines)
            assert next(lines).startswith("data: ")
            assert next(lines) == ""
    until(lambda: page.visits[0].left_after is not None)


def test_closed_in_the_middle() -> None:
    """Closing the page ends upstream too, whoever is still there."""
    page, gate = gated(careful, SHORT)
    gate.open(5)
    with httpx2.stream("POST", f"{page.address}ask", json={"prompt": "Where?"}, timeout=LONGEST) as response:
        next(response.iter_lines())
        page.close()
    assert page.visits[0].exchanges[0].ending == "abandoned"


def test_nothing_left() -> None:
    """However often it is served: one thread, one port, and after the last one neither; nor an open file."""
    serve_page(careful, SHORT, speed=0).close()
    before = psutil.Process().num_fds()
    sites = []
    for _ in range(5):
        sites.append(serve_page(careful, SHORT, speed=0))
        asked(sites[-1].address)
        assert threads() == [THREAD]
    assert [bool(one.address) for one in sites] == [False] * 4 + [True]
    address = sites[-1].address
    sites[-1].close()
    sites[-1].close()
    assert threads() == []
    assert not answers(address)
    assert psutil.Process().num_fds() <= before
    assert repr(sites[-1]) == "The page is closed."


def test_two_parameters() -> None:
    """A relay that does not ask whether anybody has gone is not told how. A deaf server tells nobody else either."""

    def unasking(client: Any, prompt: str) -> StreamingResponse:
        return careful(client, prompt, never)

    async def never() -> bool:
        return False

    page, gate = gated(unasking, SHORT, deaf=True)
    with page:
        leave_at(page, gate, pieces=1)
        assert gate.go_on(page.visits[0]).ending == "clean"


def test_not_written() -> None:
    """An exercise that is not begun answers with a sentence."""
    with serve_page(lambda client, prompt, gone: None, SHORT, speed=0) as page:  # type: ignore[arg-type, return-value]
        answer = asked(page.address)
    assert answer.status_code == 501
    assert "not written yet" in answer.text


def test_raises() -> None:
    """What a relay raises is in the timeline, before its answer has begun and in its middle."""

    def first(client: Any, prompt: str, gone: Any) -> StreamingResponse:
        raise ValueError("no")

    def later(client: Any, prompt: str, gone: Any) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            yield "event: text\n"
            raise KeyError("late")

        return StreamingResponse(body())

    with serve_page(first, SHORT, speed=0) as page:
        assert asked(page.address).status_code == 500
        assert "the relay raised ValueError('no')" in page.timeline().text
    with serve_page(later, SHORT, speed=0) as page:
        with pytest.raises(httpx2.RemoteProtocolError):
            asked(page.address)
        assert "the relay raised KeyError('late')" in page.timeline().text


def test_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a port, or without a thread, is told so."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(socket, "create_server", refuse)
    page = serve_page(careful, SHORT)
    assert (page.address, repr(page)) == (
        "",
        "No page can be served here, because there is no free port (too many open files).",
    )


def test_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is its port kept."""

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    before = psutil.Process().num_fds()
    page = serve_page(careful, SHORT)
    assert page.address == ""
    assert "no thread can be started (can't start new thread)" in repr(page)
    assert psutil.Process().num_fds() <= before


def test_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are neither sockets nor threads, a sentence says where it works."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    page = serve_page(careful, SHORT)
    assert "JupyterLab on a machine of your own" in repr(page)
    assert page._repr_html_().startswith("<style>")
    assert threads() == []


@pytest.mark.parametrize("somebody", [False, True])
def test_who_is_there(monkeypatch: pytest.MonkeyPatch, somebody: bool) -> None:
    """JupyterLab says that somebody can be asked. A notebook that runs by itself serves nothing, as its outputs say."""
    kernel = SimpleNamespace(get_parent=lambda: {"content": {"allow_stdin": somebody}})
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    with serve_page(careful, SHORT) as page:
        assert threads() == ([THREAD] if somebody else [])
        assert (repr(page) == NOBODY) is not somebody


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_swallows_its_end() -> None:
    """What lets nobody end it is left to itself, and the thread ends."""
    begun = threading.Event()

    def relay(client: Any, prompt: str, gone: Any) -> StreamingResponse:
        async def body() -> AsyncIterator[str]:
            while True:
                begun.set()
                try:
                    await asyncio.sleep(LONGEST)
                except asyncio.CancelledError:
                    yield "never mind"

        return StreamingResponse(body())

    page = serve_page(relay, SHORT)
    with httpx2.stream("POST", f"{page.address}ask", json={"prompt": "Where?"}, timeout=LONGEST):
        assert begun.wait(LONGEST)
        page.close()
    assert repr(page) == "The page is closed."
    assert threads() == []


def test_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What never lets go keeps its thread until it does. The port is free at once, and a sentence says why."""
    monkeypatch.setattr(loopback, "PATIENCE", 0.01)
    begun, let_go = threading.Event(), threading.Event()

    def relay(client: Any, prompt: str, gone: Any) -> StreamingResponse:
        begun.set()
        let_go.wait(LONGEST)
        return StreamingResponse(iter(()))

    def ask() -> None:
        with suppress(httpx2.HTTPError):
            asked(address)

    page = serve_page(relay, SHORT)
    address = page.address
    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(LONGEST)
    page.close()
    assert HELD in repr(page)
    assert not answers(address)
    let_go.set()
    asking.join()
    until(lambda: not threads())
