"""The page of lesson 11 in a browser: what it shows, and how soon upstream ends when somebody leaves it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.responses import StreamingResponse

from helpers.lessons.watching.site import Site, serve_page
from helpers.replay import Answer, Scenario, says
from tests.lessons.watching.relays import careful, event, gated, solution, until

from .accessibility import violations

WORDS: Final = " ".join(f"word{number}" for number in range(60))
LONG: Final = Scenario("long", "a long answer", then=Answer(says(WORDS)))
BEFORE: Final = 4
"""What upstream sends before the first piece: the headers, and three events."""
PIECES: Final = 3
"""That are on the page when somebody leaves it."""
MOST: Final = 3
"""Events that upstream may send after that."""


@contextmanager
def asked(browser: Browser, site: Site, **options: Any) -> Iterator[Page]:
    """A page of `site` that was asked something by keyboard alone."""
    with site:
        page = browser.new_page(**options)
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text))
        page.goto(site.address)
        page.keyboard.press("Tab")
        expect(page.get_by_label("Your question")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        yield page
        page.close()
        assert said == []


def close_tab(page: Page) -> None:
    page.close()


def stop(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You left.")


@pytest.mark.parametrize(
    ("name", "deaf", "leave"),
    [
        ("relay", False, close_tab),
        ("relay_until_gone", False, close_tab),
        ("relay_until_gone", True, close_tab),
        ("relay_until_gone", True, stop),
        ("relay", True, close_tab),
    ],
)
def test_left(browser: Browser, name: str, deaf: bool, leave: Callable[[Page], None]) -> None:
    """Upstream ends within three events of somebody's leaving. Where nobody tells it, what does not ask goes on."""
    site, gate = gated(solution(name), LONG, deaf=deaf)
    with asked(browser, site) as page:
        gate.open(BEFORE + PIECES)
        expect(page.locator("#pieces")).to_have_text(str(PIECES))
        leave(page)
        (visit,) = site.visits
        until(lambda: visit.left_after is not None)
        exchange = gate.go_on(visit)
    server = "a deaf server" if deaf else "uvicorn"
    print(f"{name}, {server}: {visit.sent_after} events after leaving, {exchange.ending}")  # noqa: T201 - for -rP
    if deaf and name == "relay":
        assert exchange.ending == "clean"
        assert visit.sent_after > MOST
    else:
        assert exchange.ending == "abandoned"
        assert visit.sent_after <= MOST


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stays(browser: Browser, scheme: str) -> None:
    """Who stays sees every piece and the request id; axe-core has nothing to say meanwhile, nor at the end."""
    site, gate = gated(solution("relay"), LONG)
    with asked(browser, site, color_scheme=scheme) as page:
        status, answer = page.get_by_role("status"), page.locator("#answer")
        expect(status).to_have_text("Asked. Nothing has come yet …")
        gate.open(BEFORE + PIECES)
        expect(status).to_have_text("It is being written …")
        expect(page.locator("#pieces")).to_have_text(str(PIECES))
        expect(answer).to_have_attribute("aria-busy", "true")
        assert WORDS.startswith(answer.inner_text())
        assert violations(page) == []
        gate.open()
        (exchange,) = site.visits[0].exchanges
        expect(status).to_have_text(f"The whole answer. Request id: {exchange.request_id}")
        expect(answer).to_have_text(WORDS)
        expect(answer).to_have_attribute("aria-busy", "false")
        expect(page.get_by_role("button", name="Stop")).to_be_disabled()
        assert violations(page) == []


@pytest.mark.parametrize("says_no", [False, True])
def test_behind_a_proxy(browser: Browser, says_no: bool) -> None:
    """Where a response does not say no, nothing is on the page meanwhile. Who leaves is missed all the same."""
    site, gate = gated(solution("relay") if says_no else careful, LONG, proxied=True)
    with asked(browser, site) as page:
        gate.open(BEFORE + PIECES)
        until(lambda: site.visits and site.visits[0].sent == BEFORE - 1 + PIECES)
        # What was sent before this is there after it.
        page.evaluate("fetch('/').then(response => response.text())")
        expect(page.locator("#pieces")).to_have_text(str(PIECES if says_no else 0))
        page.close()
        (visit,) = site.visits
        until(lambda: visit.left_after is not None)
        assert gate.go_on(visit).ending == "abandoned"
        assert visit.sent_after <= MOST


TOLD: Final[dict[str, tuple[str, str]]] = {
    "whole": (event("text", text="Yes.") + event("done", complete=True), "The whole answer."),
    "an error after the 200": (
        event("error", message="Overloaded") + event("done", complete=False, request_id="req_1"),
        "Not the whole answer: Overloaded. Request id: req_1",
    ),
    "half of it": (event("done", complete=False, request_id="req_1"), "Not the whole answer. Request id: req_1"),
    "no last event": (event("text", text="Ye"), "Not the whole answer: it ended without its last event."),
}


def canned(client: Any, prompt: str, gone: Any) -> StreamingResponse:
    """Says what `TOLD` has for the prompt, and raises where it has nothing."""
    return StreamingResponse(iter([TOLD[prompt][0]]))


def test_told(browser: Browser) -> None:
    """The page calls an answer whole only when the last event does, and says what else there is to say."""
    with serve_page(canned) as site:
        page = browser.new_page()
        page.goto(site.address)
        expected = {prompt: status for prompt, (_, status) in TOLD.items()}
        expected["what nobody wrote"] = "Not the whole answer: 500, Internal Server Error."
        for prompt, status in expected.items():
            page.get_by_label("Your question").fill(prompt)
            page.get_by_role("button", name="Ask").click()
            expect(page.get_by_role("status")).to_have_text(status)
        page.close()


def test_cut_anywhere(browser: Browser) -> None:
    """Where the network cuts an event, or a letter, makes no difference; a comment is a heartbeat."""
    sent = ": still here\n\n" + event("text", text="café").replace("\n", "\r\n") + event("done", complete=True)
    with serve_page(canned) as site:
        page = browser.new_page()
        page.goto(site.address)
        seen = page.evaluate(
            """async bytes => {
                const start = controller => {
                    bytes.forEach(byte => controller.enqueue(new Uint8Array([byte])));
                    controller.close();
                };
                const events = [];
                for await (const event of eventsOf(new ReadableStream({ start }))) events.push(event.name);
                return events;
            }""",
            list(sent.encode()),
        )
        page.close()
    assert seen == ["comment", "text", "done"]
