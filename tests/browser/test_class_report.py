"""The report on a class, in a browser: filters and pages by keyboard alone, and nothing that axe-core would mend."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.unit.classroom.test_overview import html_of, learner
from tests.unit.classroom.test_tables import problem

from .accessibility import violations

NUMBER = 12


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people with a third of the course wrong, one of whom gained a point, and two things besides."""
    records: list[dict[str, Any]] = [{**learner(number), "notes": ["It was late."]} for number in range(NUMBER)]
    before = {"outcome": "raised", "misconception": None, "points": 0, "why": "judged again"}
    records[1]["exercises"][0]["before"] = before
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html_of([*records, problem("notes.txt"), problem("ben")], ["first_answer"]), "utf-8")
    return path


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Page:
    page = browser.new_page(color_scheme=request.param, viewport={"width": 800, "height": 900})
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    assert said == []
    return page


def test_by_keyboard(page: Page) -> None:
    """Two filters, a page, the next one, and back to what was filtered; axe-core has nothing to say on any of them."""
    assert violations(page) == []
    sections, shown = page.locator(".learner:visible"), page.locator("[data-e]:visible:is(li)")
    expect(sections).to_have_count(0)
    page.locator("text=All submissions, and").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#exercise")).to_be_focused()
    page.keyboard.type("first_answer")
    expect(page.locator("#found")).to_have_text(f"{NUMBER} of {NUMBER} submissions.")
    expect(shown).to_have_count(NUMBER)
    page.keyboard.press("Tab")
    page.keyboard.type("not passed")
    expect(page.locator("#found")).to_have_text(f"{NUMBER // 3} of {NUMBER} submissions.")
    expect(shown).to_have_count(NUMBER // 3)
    assert violations(page) == []

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(sections).to_have_count(1)
    expect(page.locator(".learner:visible h2")).to_have_text("somebody with a name, 0")
    assert page.locator("li[data-e]:visible").count() == page.locator("#s1 li[data-e]").count() > NUMBER
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".learner:visible h2")).to_have_text("somebody with a name, 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#submissions")).to_be_focused()
    expect(shown).to_have_count(NUMBER // 3)


def test_show_them(page: Page) -> None:
    """Beside a misconception, a button that shows whose it is."""
    button = page.locator("ol button").first
    name = button.get_attribute("data-o")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#became")).to_have_value(str(name))
    expect(page.locator("#submissions")).to_be_focused()
    shown = page.locator("li[data-e]:visible")
    assert shown.count() > 0
    assert {card.get_attribute("data-o") for card in shown.all()} == {name}


def test_without_script(browser: Browser, report: Path) -> None:
    """All cards are there, no filter that would do nothing, and links that lead to their places."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{report.as_uri()}#s3")
    expect(page.locator(":is(form, button):visible")).to_have_count(0)
    expect(page.locator(".learner:visible")).to_have_count(NUMBER)
    expect(page.locator("#s3")).to_be_in_viewport()
