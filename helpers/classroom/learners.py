"""The part of the report that is about people: who handed in, a page for each with their cards, and filters.

A card has the numbers and words that it is found by in `data-e`, its exercise, and `data-o`, what became of it. Without
the script, `overview.js`, there are no filters, and all pages stand below one another.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from itertools import groupby
from typing import Final

from helpers.classroom.changes import verdict_words
from helpers.classroom.marker import Record
from helpers.classroom.tally import Tally
from helpers.classroom.words import visible
from helpers.display.card import code_marks
from helpers.judging.check import Misconception
from helpers.judging.conduct import conduct_of
from helpers.lessons.found import EXERCISES, check_named

LONGEST_NAME: Final = 60
MISSED: Final = "missed"
"""What the filter calls all outcomes but one, `passed`."""
OUTCOMES: Final = {
    "passed": "✓ passed",
    "misconception": "✗ misconception",
    "raised": "✗ raised",
    "not_started": "○ not started",
    "checker_broken": "! checker broken",
    "not_available": "– not available here",
    "gone": "– no longer in the course",
}


def roll(tally: Tally, records: Iterable[Record]) -> Iterator[str]:
    """The filters, and a row for each of `records` that was graded, which leads to their page."""
    yield '<section id="submissions" class="class" tabindex="-1"><h2>Submissions</h2>'
    yield _filters(tally)
    yield (
        '<table class="roll"><caption>Everybody who was graded: the name leads to their cards</caption><thead><tr>'
        '<th scope="col">Submission</th><th scope="col" class="number">Points</th>'
        '<th scope="col">Not passed</th></tr></thead><tbody>'
    )
    for number, record in enumerate(graded(records), start=1):
        yield _row(number, record)
    yield "</tbody></table></section>"


def pages(tally: Tally, records: Iterable[Record]) -> Iterator[str]:
    """The page of each of `records` that was graded."""
    places = {name: place for place, name in enumerate(tally.exercises)}
    for number, record in enumerate(graded(records), start=1):
        yield _page(number, record, tally.graded, places)


def graded(records: Iterable[Record]) -> Iterator[Record]:
    """Those that are no problem."""
    return (record for record in records if "problem" not in record)


def finder(place: int, outcome: str, what: str) -> str:
    """A button that shows the cards on one exercise with one outcome."""
    label = escape(f"Show the submissions with {what}")
    return (
        f'<button type="button" hidden data-e="{place}" data-o="{escape(outcome)}" aria-label="{label}">Show them'
        "</button>"
    )


@cache
def misconceptions_of(name: str) -> dict[str, Misconception]:
    """Those of an exercise, by their ids."""
    if name not in EXERCISES:
        return {}
    check = check_named(name)
    return {one.id: one for one in (*conduct_of(check), *check.misconceptions)}


def _filters(tally: Tally) -> str:
    places = {name: place for place, name in enumerate(tally.exercises)}
    lessons = groupby(tally.exercises.values(), key=lambda one: one.lesson)
    exercises = "".join(
        _group(lesson, (f'<option value="{places[one.name]}">{escape(one.name)}</option>' for one in group))
        for lesson, group in lessons
    )
    where: dict[str, list[int]] = {}
    for one in tally.exercises.values():
        for outcome in (*(each for each in one.outcomes if each != "misconception"), *one.misconceptions):
            where.setdefault(outcome, []).append(places[one.name])
    outcomes = f'<option value="{MISSED}">not passed</option>'
    outcomes += "".join(_option(each, OUTCOMES[each], where[each]) for each in OUTCOMES if each in where)
    named = (_option(each, each, where[each]) for each in sorted(where) if each not in OUTCOMES)
    return (
        '<form hidden autocomplete="off"><label>Exercise '
        f'<select id="exercise"><option value="">all</option>{exercises}</select></label> '
        f'<label>What became of it <select id="became"><option value="">anything</option>{outcomes}'
        f'{_group("✗ misconception", named)}</select></label> <button type="button" id="all">Show all</button> '
        '<output id="found" for="exercise became"></output></form>'
    )


def _group(label: str, options: Iterable[str]) -> str:
    return f'<optgroup label="{escape(label)}">{"".join(options)}</optgroup>'


def _option(value: str, label: str, places: Iterable[int]) -> str:
    where = " ".join(map(str, places))
    return f'<option value="{escape(value)}" data-e="{where}">{escape(label)}</option>'


def _row(number: int, record: Record) -> str:
    missed = [one["name"] for one in record["exercises"] if one["outcome"] != "passed"]
    return (
        f'<tr><th scope="row" class="anywhere">{_link(number, visible(record["submission"], LONGEST_NAME))}</th>'
        f'<td class="number">{_points(record["exercises"])}</td>'
        f"<td>{', '.join(f'<code>{escape(name)}</code>' for name in missed) or '–'}</td></tr>"
    )


def _page(number: int, record: Record, last: int, places: dict[str, int]) -> str:
    exercises = record["exercises"]
    notes = "".join(
        f'<li class="note anywhere">{escape(visible(note))}</li>'
        for note in (*record.get("intake", ()), *record.get("notes", ()))
    )
    lessons = "".join(_lesson(lesson, list(group), places) for lesson, group in groupby(exercises, _lesson_of))
    return (
        f'<section class="learner" id="s{number}" tabindex="-1" aria-labelledby="n{number}">'
        f'<p class="back"><a href="#submissions">All submissions</a>{_beside(number - 1, last, "Previous")}'
        f"{_beside(number + 1, last, 'Next')}</p>"
        f'<h2 id="n{number}" class="anywhere">{_link(number, visible(record["submission"]))}</h2>'
        f'<p class="total">{_points(exercises)} points</p>{f"<ul>{notes}</ul>" if notes else ""}{lessons}</section>'
    )


def _lesson_of(one: Record) -> str:
    return str(one["lesson"])


def _lesson(lesson: str, exercises: list[Record], places: dict[str, int]) -> str:
    cards = "".join(_card(one, places[one["name"]]) for one in exercises)
    return f"<h3>{escape(lesson)} <small>{_points(exercises)} points</small></h3><ul>{cards}</ul>"


def _card(one: Record, place: int) -> str:
    outcome, name = one["outcome"], f"<code>{escape(one['name'])}</code>"
    sign, _, words = OUTCOMES.get(outcome, str(outcome)).partition(" ")
    before = _before(one)
    if outcome == "passed":
        return f'<li data-e="{place}" data-o="passed">{sign} {name} {words}{before}</li>'
    found = one["misconception"]
    known = misconceptions_of(one["name"]).get(found) if found else None
    reread = f'<p class="dim">The lesson’s section: “{code_marks(known.reread)}”</p>' if known and known.reread else ""
    return (
        f'<li data-e="{place}" data-o="{escape(found or outcome)}" class="{outcome}"><p>{sign} {name} {words}'
        f"{f' <b>{escape(found)}</b>' if found else ''}</p>"
        f'<p class="anywhere">{code_marks(visible(one["message"]))}</p>{reread}{before}</li>'
    )


def _before(one: Record) -> str:
    if "before" not in one:
        return ""
    return f'<p class="dim">Before: {escape(verdict_words(one["before"]))} ({escape(one["before"]["why"])}).</p>'


def _points(exercises: Iterable[Record]) -> str:
    found = list(exercises)
    return f"{sum(one['points'] for one in found)} of {sum(one['max_points'] for one in found)}"


def _link(number: int, words: str) -> str:
    return f'<a href="#s{number}">{escape(words)}</a>'


def _beside(number: int, last: int, words: str) -> str:
    return f' <a href="#s{number}">{words}</a>' if 1 <= number <= last else ""
