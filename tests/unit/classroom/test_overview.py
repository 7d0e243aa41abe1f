"""The report for instructors: everything as words, nothing of a learner's as HTML, and nothing from elsewhere."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from helpers.calling.exercise import Exercise
from helpers.classroom.overview import MOST_MISCONCEPTIONS, MOST_PROBLEMS, overview
from helpers.classroom.parcel import Terms
from helpers.classroom.tally import Tally
from helpers.lessons.found import EXERCISES, check_named
from tests.unit.classroom.test_tables import HOSTILE, problem

TERMS = Terms(5, ("00_start_here",), "0.1.0")
VOID = {"meta", "line", "rect"}


class Page(HTMLParser):
    """What is on a page: its text, its elements, and whether they are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "script"):
            self.text += data


def record(outcome: str, misconception: str | None = None, message: str = "", **more: Any) -> dict[str, Any]:
    exercise = {
        "name": "request_id_of",
        "lesson": "00_start_here",
        "outcome": outcome,
        "misconception": misconception,
        "message": message,
        "points": int(outcome == "passed"),
        "max_points": 1,
    }
    return {"submission": "anna", "seed": 5, "isolation": "namespaces", "exercises": [exercise], **more}


def page_of(records: Iterable[dict[str, Any]]) -> Page:
    return Page(html_of(list(records)))


def html_of(records: list[dict[str, Any]], again: Sequence[str] = ()) -> str:
    tally = Tally()
    for one in records:
        tally.add(one)
    return "".join(overview(tally, TERMS, lambda: records, again))


def test_numbers() -> None:
    """Scores, pass rates, misconceptions with our sentence, and who was not graded."""
    records = [record("passed")] * 5 + [record("misconception", "no_public_name", "In `a`: b")] * 3
    page = page_of([*records, record("raised"), record("not_started"), problem("ben", "It is empty.")])
    cause = next(one.cause for one in check_named("request_id_of").misconceptions if one.id == "no_public_name")
    assert isinstance(cause, str)
    for said in (
        "graded10",
        "not graded1",
        "mean points0.5 of 1",
        "median points0.5 of 1",
        "5 of 10 (50%)",
        "✗ no_public_name — 3 of 10 (30%)",
        re.sub("`", "", cause[1:]),
        "benIt is empty.",
        "the seed 5",
        "10 ran in processes that saw no network but the replay",
    ):
        assert said in page.text


def test_beside_the_others() -> None:
    """What stands beside the sheet says so: a lesson at its heading, an exercise of another lesson at its name."""

    def shown(lesson: str, name: str) -> str:
        one = record("passed")
        one["exercises"][0] |= {"lesson": lesson, "name": name}
        return page_of([one]).text

    assert "A2_your_app (optional)" in shown("A2_your_app", "survives")
    assert "09_loggingcost_of (beyond the sheet)" in shown("09_logging", "cost_of")
    assert "(" not in shown("09_logging", "find_incident").partition("find_incident")[2][:3]
    assert "of_old" in shown("99_of_old", "of_old")


def test_example() -> None:
    """A sentence that speaks of one learner's code is called an example."""
    page = page_of([record("misconception", "unexpected_result", "In `a case`: you returned 5.")])
    assert "For example: In a case: you returned 5." in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """What a learner controls adds no element and hides nothing."""
    before = {"outcome": "passed", "misconception": None, "points": 1, "why": "judged again"}

    def page_with(text: str) -> Page:
        one = record("misconception", "unexpected_result", text, submission=text, intake=[text], notes=[text])
        one["exercises"][0]["before"] = before
        return page_of([one, {**problem(text, text), "before": {"points": 2}}])

    plain, page = page_with("x"), page_with(text)
    # An empty pair of backticks is code to us, and nothing else is.
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert page.text.replace("\n", "").isprintable()


def test_accessible() -> None:
    """Each picture has its numbers as words or stands beside them, and each table a caption and header cells."""
    page = page_of([record("passed"), record("misconception", "own_id", "x"), problem("ben")])
    pictures = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert pictures
    assert all(one.get("aria-label") or one.get("aria-hidden") == "true" for one in pictures)
    assert "0 points: 1; 1 points: 1" in next(label for one in pictures if (label := one.get("aria-label")))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 4
    assert all(attributes.get("scope") for tag, attributes in page.elements if tag == "th")
    assert [tag for tag in tags if re.fullmatch("h[1-6]", tag)] == [
        *("h1", "h2", "h2", "h2", "h3", "h2", "h2"),
        *("h2", "h2", "h3", "h2", "h3"),
    ]
    assert ("html", {"lang": "en"}) in page.elements


def test_self_contained() -> None:
    """Nothing that is fetched; and of scripts one, which is the only one that the browser is allowed to run."""
    html = html_of([record("passed")])
    assert not re.search(r"<script |<link|<img|@import|url\(|https?:|\bsrc=|\bon\w+=", html)
    (script,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    (policy,) = [value for tag, value in Page(html).elements if value.get("http-equiv")]
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    assert policy["content"] == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    assert "prefers-color-scheme: dark" in html


def test_much() -> None:
    """Of many misconceptions and of many who were not graded, the first."""
    many = [record("misconception", f"mistake_{number}", "x") for number in range(MOST_MISCONCEPTIONS + 2)]
    page = page_of(many + [problem(f"learner {number}") for number in range(MOST_PROBLEMS + 1)])
    assert "And 2 more that are rarer" in page.text
    assert "And 1 more: the CSV" in page.text


def test_nobody() -> None:
    """A class of which nobody could be graded has a report all the same."""
    page = page_of([problem("ben")])
    assert "graded0" in page.text
    assert "Scores" not in page.text


@pytest.mark.parametrize(
    ("points", "of", "median", "bars"),
    [
        ([0, 1, 1], 1, 1, [(0, 0, 1), (1, 1, 2)]),
        ([0, 1], 1, 0.5, [(0, 0, 1), (1, 1, 1)]),
        (
            [3, 30, 34, 34],
            34,
            32,
            [(0, 3, 1), *[(low, low + 3, 0) for low in range(4, 28, 4)], (28, 31, 1), (32, 34, 2)],
        ),
    ],
)
def test_tally(points: list[int], of: int, median: float, bars: list[tuple[int, int, int]]) -> None:
    """The median, and at most ten bars that together have everybody."""
    tally = Tally()
    for each in points:
        one = record("passed")
        one["exercises"][0] |= {"points": each, "max_points": of}
        tally.add(one)
    assert tally.median == median
    assert tally.histogram() == bars
    assert sum(count for *_, count in bars) == len(points)


MEGABYTES = 5
LONG = 230
"""Characters of a message. Of 129 that a class of 40 got for our attempts the mean was 135, the longest 304."""


def learner(number: int) -> dict[str, Any]:
    """Somebody who was graded on the whole course: a third of it is wrong, each in a way that is known."""
    exercises = [one_of(exercise, number + place) for place, exercise in enumerate(EXERCISES.values())]
    return {"submission": f"somebody with a name, {number}", "isolation": "namespaces", "exercises": exercises}


def one_of(exercise: Exercise, turn: int) -> dict[str, Any]:
    known = check_named(exercise.name).misconceptions
    misconception = known[turn % len(known)].id if turn % 3 == 0 else None
    return {
        "name": exercise.name,
        "lesson": exercise.lesson,
        "outcome": "misconception" if misconception else "passed",
        "misconception": misconception,
        "message": f"In `{turn}`: " + "you returned it. " * (LONG // 17) if misconception else "Right in all 5 cases.",
        "points": 0 if misconception else exercise.points,
        "max_points": exercise.points,
    }


def test_size() -> None:
    """300 submissions of the whole course are under 5 MB."""
    records = [learner(number) for number in range(300)]
    html = html_of(records)
    wrong = [one for each in records for one in each["exercises"] if one["misconception"]]
    assert html.count('class="misconception"') == len(wrong) > 3_000
    assert len(html.encode()) < MEGABYTES * 1_000_000


def test_learner() -> None:
    """A page for each who was graded, with the points, the lessons and the cards, and a way on and back."""
    one = record("misconception", "own_id", "In `a`: it is wrong.", intake=["It was late."])
    page = page_of([{**record("passed"), "submission": "zoe"}, one, problem("ben")])
    assert "anna0 of 1 pointsIt was late.00_start_here 0 of 1 points✗ request_id_of misconception own_id" in page.text
    assert "In a: it is wrong." in page.text
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    places = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert {"#s1", "#s2"} <= set(links)
    assert {str(link)[1:] for link in links} <= places


def test_filters() -> None:
    """Whatever became of anybody can be chosen, and each choice says in which exercises it is found."""
    records = [record("misconception", "own_id", "x"), record("raised", message="x"), record("passed")]
    records[2]["exercises"].append({**records[2]["exercises"][0], "name": "first_answer", "outcome": "not_started"})
    page = page_of(records)
    options = [attributes for tag, attributes in page.elements if tag == "option"]
    found = {one["value"]: one.get("data-e") for one in options if "data-e" in one}
    assert found == {"passed": "0", "raised": "0", "not_started": "1", "own_id": "0"}
    chosen = [(one["data-e"], one["data-o"]) for tag, one in page.elements if tag == "li" and "data-e" in one]
    assert chosen == [("0", "own_id"), ("0", "raised"), ("0", "passed"), ("1", "not_started")]
    (button,) = [attributes for tag, attributes in page.elements if tag == "button" and "data-e" in attributes]
    assert button["aria-label"] == "Show the submissions with own_id in request_id_of"
