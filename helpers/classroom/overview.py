"""The report on a class that an instructor reads: one HTML file with everything in it, that asks nobody for anything.

Nothing is said by colour alone, every picture has its numbers as text, and what a learner controls is shown as text.
The browser is told to run the one script that is ours, and to fetch nothing, whatever else the file may hold.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias

from helpers.classroom.changes import Change, Changes
from helpers.classroom.learners import LONGEST_NAME, OUTCOMES, finder, misconceptions_of, pages, roll
from helpers.classroom.marker import Record
from helpers.classroom.outcome import SEED_LATER
from helpers.classroom.parcel import Terms
from helpers.classroom.tally import ExerciseTally, Tally
from helpers.classroom.words import visible
from helpers.display.card import code_marks
from helpers.display.style import STYLE
from helpers.grading.writing import replacing
from helpers.lessons.found import LESSONS

MOST_MISCONCEPTIONS: Final = 5
"""Of one exercise; of more, the most frequent ones."""
MOST_PROBLEMS: Final = 200
MOST_SEEDS: Final = 5
WIDTH: Final = 780
HEIGHT: Final = 190
TALLEST: Final = 130
BAR: Final = 120
ISOLATIONS: Final = {
    "namespaces": "in processes that saw no network but the replay, and no process or file but their own and Python’s",
    "guard": "in processes that were guarded from within, because the machine could not give them namespaces",
}
TITLE: Final = "Class report"
_FOLDER: Final = resources.files("helpers.classroom")
_SHEET: Final = re.sub(r"\s+", " ", (_FOLDER / "overview.css").read_text("utf-8")).strip()
_SCRIPT: Final = (_FOLDER / "overview.js").read_text("utf-8")
_HASH: Final = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
_POLICY: Final = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'"
_HEAD: Final = (
    f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{TITLE}</title>'
)
Records: TypeAlias = Callable[[], Iterable[Record]]


def write_overview(path: Path, tally: Tally, terms: Terms, records: Records, again: Sequence[str] = ()) -> None:
    """Write the report, a person at a time. Raises `CourseError` when `path` cannot be written."""
    with replacing(path) as file:
        file.writelines(overview(tally, terms, records, again))


def overview(tally: Tally, terms: Terms, records: Records, again: Sequence[str] = ()) -> Iterator[str]:
    """The report as HTML, in pieces. `tally` has counted the `records`, of which `again` was judged again."""
    yield f'<!doctype html>\n<html lang="en"><head>{_HEAD}{STYLE}<style>{_SHEET}</style></head>\n'
    yield f'<body class="course"><main><h1>{TITLE}</h1>\n<div class="class">'
    yield "\n".join(filter(None, _class(tally, terms, again)))
    yield "</div>\n"
    if tally.graded:
        yield from roll(tally, records())
        yield from pages(tally, records())
        yield f"<script>{_SCRIPT}</script>"
    yield "\n</main></body></html>\n"


def _class(tally: Tally, terms: Terms, again: Sequence[str]) -> Iterator[str]:
    yield _summary(tally)
    if tally.graded:
        yield _worst(tally)
        yield '<p><a href="#submissions">All submissions, and the cards of each</a></p>'
    yield _changes(tally.changes, again)
    if tally.graded:
        yield from (_scores(tally), _exercises(tally), _misconceptions(tally))
    yield from (_problems(tally), _notes(tally), _method(tally, terms))


def _summary(tally: Tally) -> str:
    facts = [("graded", f"{tally.graded:,}"), ("not graded", f"{len(tally.problems):,}")]
    if tally.graded:
        of = f" of {tally.max_points}"
        facts += [("mean points", f"{tally.mean:.1f}{of}"), ("median points", f"{tally.median:g}{of}")]
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{value}</dd></div>' for name, value in facts)}</dl>"


def _worst(tally: Tally) -> str:
    """What to talk about first."""
    judged = [one for one in tally.exercises.values() if one.total]
    if not judged:
        return ""
    hardest = min(judged, key=lambda one: one.outcomes["passed"] / one.total)
    passed = hardest.outcomes["passed"]
    sentence = f"Fewest passed <code>{escape(hardest.name)}</code>: {_share(passed, hardest.total)}."
    found = [(count, one, name) for one in tally.exercises.values() for name, count in one.misconceptions.items()]
    if not found:
        return f"<p>{sentence}</p>"
    count, one, name = max(found, key=lambda item: item[0])
    return (
        f"<p>{sentence} The most frequent misconception is <b>{escape(name)}</b> in <code>{escape(one.name)}</code>: "
        f"{_share(count, one.total)}.</p>"
    )


def _scores(tally: Tally) -> str:
    bars = tally.histogram()
    rows = [[_range(low, high), str(count), _percent(count, tally.graded)] for low, high, count in bars]
    table = _table("Submissions by points", ("Points", "Submissions", "Share"), rows)
    words = "; ".join(f"{_range(low, high)} points: {count}" for low, high, count in bars)
    most = max(count for *_, count in bars)
    step = (WIDTH - 20) / len(bars)
    drawn = "".join(
        _column(10 + index * step, step, _range(low, high), count, count / most)
        for index, (low, high, count) in enumerate(bars)
    )
    return (
        f'<h2>Scores</h2><svg role="img" width="100%" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-label="Submissions by points. {words}.">{drawn}'
        f'<line x1="10" y1="{HEIGHT - 38}" x2="{WIDTH - 10}" y2="{HEIGHT - 38}" stroke="currentColor"/>'
        f'<text x="{WIDTH / 2:g}" y="{HEIGHT - 4}" class="middle note">points</text></svg>'
        f"<details><summary>The same as a table</summary>{table}</details>"
    )


def _column(x: float, width: float, label: str, count: int, share: float) -> str:
    middle, bottom = x + width / 2, HEIGHT - 38
    height = share * TALLEST
    return (
        f'<rect x="{x + width * 0.1:.1f}" y="{bottom - height:.1f}" width="{width * 0.8:.1f}" height="{height:.1f}" '
        f'class="ok"/><text x="{middle:.1f}" y="{bottom - height - 5:.1f}" class="middle">{count or ""}</text>'
        f'<text x="{middle:.1f}" y="{bottom + 16}" class="middle">{label}</text>'
    )


def _exercises(tally: Tally) -> str:
    seen = {kind for one in tally.exercises.values() for kind in one.outcomes}
    kinds = [kind for kind in OUTCOMES if kind in seen and kind != "passed"]
    columns = ["Exercise", "✓ passed", *(OUTCOMES[kind] for kind in kinds)]
    head = "".join(f'<th scope="col"{_number(index > 1)}>{name}</th>' for index, name in enumerate(columns))
    groups = groupby(tally.exercises.values(), key=lambda one: one.lesson)
    body = "".join(_lesson(lesson, list(exercises), kinds) for lesson, exercises in groups)
    return (
        "<h2>Exercises</h2><table><caption>How many submissions passed each exercise, and what became of the others"
        f"</caption><thead><tr>{head}</tr></thead>{body}</table>"
    )


def _lesson(lesson: str, exercises: Sequence[ExerciseTally], kinds: Sequence[str]) -> str:
    heading = f'<tr><th scope="rowgroup" colspan="{2 + len(kinds)}">{escape(lesson)}{_lesson_mark(lesson)}</th></tr>'
    rows = "".join(_exercise(one, kinds) for one in exercises)
    return f'<tbody class="lesson">{heading}{rows}</tbody>'


def _exercise(one: ExerciseTally, kinds: Sequence[str]) -> str:
    passed = one.outcomes["passed"]
    counts = "".join(f'<td class="number">{one.outcomes[kind] or "–"}</td>' for kind in kinds)
    return (
        f'<tr><th scope="row"><code>{escape(one.name)}</code>{_mark(one)}</th>'
        f"<td>{_bar(passed / max(one.total, 1))} {_share(passed, one.total)}</td>{counts}</tr>"
    )


def _lesson_mark(name: str) -> str:
    """How it stands beside the others. A report may know lessons that the course has no more."""
    lesson = LESSONS.get(name)
    return f" ({lesson.beside})" if lesson and lesson.beside else ""


def _mark(one: ExerciseTally) -> str:
    """As `_lesson_mark`, where it stands beside the others of its lesson."""
    lesson = LESSONS.get(one.lesson)
    apart = lesson.besides.values() if lesson else ()
    return next((each.mark for group in apart for each in group if each.name == one.name), "")


def _bar(share: float) -> str:
    # The words beside it say the same.
    return (
        f'<svg class="bar" width="{BAR}" height="11" viewBox="0 0 {BAR} 11" aria-hidden="true">'
        f'<rect class="track" x=".5" y=".5" width="{BAR - 1}" height="10"/>'
        f'<rect class="ok" width="{share * BAR:.1f}" height="11"/></svg>'
    )


def _misconceptions(tally: Tally) -> str:
    parts = [_common(place, one) for place, one in enumerate(tally.exercises.values()) if one.misconceptions]
    if not parts:
        return "<h2>Misconceptions</h2><p>None was found.</p>"
    return f"<h2>Misconceptions</h2><p>The most frequent ones of each exercise.</p>{''.join(parts)}"


def _common(place: int, one: ExerciseTally) -> str:
    found = sorted(one.misconceptions.items(), key=lambda item: (-item[1], item[0]))
    items = "".join(_misconception(place, one, name) for name, _ in found[:MOST_MISCONCEPTIONS])
    rest = len(found) - MOST_MISCONCEPTIONS
    more = f'<p class="dim">And {rest} more that are rarer: the CSV has them all.</p>' if rest > 0 else ""
    return f"<h3><code>{escape(one.name)}</code></h3><ol>{items}</ol>{more}"


def _misconception(place: int, one: ExerciseTally, name: str) -> str:
    known = misconceptions_of(one.name).get(name)
    if known is not None and isinstance(known.cause, str):
        sentence = _capital(known.cause)
    else:
        # It speaks of what one learner's code did.
        sentence = f"For example: {visible(one.examples[name])}"
    reread = f'<p class="dim">The lesson’s section: “{code_marks(known.reread)}”</p>' if known and known.reread else ""
    return (
        f"<li><p><b>✗ {escape(name)}</b> — {_share(one.misconceptions[name], one.total)} "
        f'{finder(place, name, f"{name} in {one.name}")}</p><p class="anywhere">{code_marks(sentence)}</p>{reread}</li>'
    )


def _problems(tally: Tally) -> str:
    if not tally.problems:
        return ""
    shown = list(tally.problems.items())[:MOST_PROBLEMS]
    rows = [[visible(name, LONGEST_NAME), visible(why)] for name, why in shown]
    rest = len(tally.problems) - len(shown)
    more = f"<p>And {rest:,} more: the CSV has them all.</p>" if rest else ""
    table = _table("Submissions without a score, and why", ("Submission", "Why"), rows)
    return f"<h2>! Not graded</h2>{table}{more}<p>The same command tries them again, and nothing else.</p>"


def _notes(tally: Tally) -> str:
    if not tally.notes:
        return ""
    rows = [[visible(name, LONGEST_NAME), visible(note)] for name, note in tally.notes]
    rest = tally.noted - len(rows)
    more = f"<p>And {rest:,} more: the CSV has them all.</p>" if rest else ""
    table = _table("What there is to know of submissions that were graded", ("Submission", "What"), rows)
    return f"<h2>Notes</h2>{table}{more}"


def _changes(changes: Changes, again: Sequence[str]) -> str:
    """Who gained and who lost by what was graded anew: the losses first."""
    if not (changes.compared or again):
        return ""
    names = ", ".join(f"<code>{escape(name)}</code>" for name in again)
    judged = f"Judged again: {names}. All else is kept as it was. " if again else ""
    sums = (
        f"Of {changes.compared:,} who were graded anew, {changes.winners:,} gained points in an exercise and "
        f"{changes.losers:,} lost some."
    )
    found = (*changes.lost, *changes.gained, *changes.others)
    columns = ("Submission", "Exercise", "Points", "Before", "Now", "Why")
    rows = [_changed(change) for change in found]
    rest = changes.losses + changes.gains + changes.rest - len(found)
    more = f"<p>And {rest:,} more: the CSV has them all.</p>" if rest else ""
    table = _table("What is no longer as it was, losses first", columns, rows) if rows else ""
    return f"<h2>Before and now</h2><p>{judged}{sums}</p>{table}{more}"


def _changed(change: Change) -> tuple[str, ...]:
    points = f"{change.points:+}".replace("-", "−") if change.points else "as many"
    name, why = visible(change.submission, LONGEST_NAME), visible(change.why)
    return (name, change.exercise, points, change.before, change.after, why)


def _method(tally: Tally, terms: Terms) -> str:
    isolation = " ".join(
        f"{count:,} ran {escape(ISOLATIONS.get(name, name))}." for name, count in sorted(tally.isolations.items())
    )
    kept = [version for version in tally.versions if version not in ("", terms.version)]
    earlier = f" What was kept was judged by {escape(', '.join(kept))}." if kept else ""
    return (
        f"<h2>How it was graded</h2><p>{_seeds(tally)} Each submission was judged from outside, by what it sent and "
        f"what it made of the answers. {isolation}</p><p>Course {escape(terms.version)}.{earlier}</p>"
    )


def _seeds(tally: Tally) -> str:
    told = {seed: count for seed, count in tally.seeds.items() if seed}
    later = f" {SEED_LATER}" if "" in tally.seeds or not told else ""
    if len(tally.seeds) > 1:
        most = tally.seeds.most_common(MOST_SEEDS)
        shown = "; ".join(f"<code>{escape(seed)}</code> for {count:,}" for seed, count in most if seed)
        return (
            f"A seed that has been told is not used again, so verdicts have cases from {len(tally.seeds):,} seeds, "
            f"{shown}; the CSV says which has which.{later}"
        )
    seeds = "".join(
        f" They were drawn from the seed <code>{escape(seed)}</code>: <code>--seed {escape(seed)}</code> repeats them."
        for seed in told
    )
    return f"Everybody got the same cases.{seeds}{later}"


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Sequence[str]) -> str:
    name, *rest = map(escape, row)
    cells = "".join(f'<td class="anywhere">{value}</td>' for value in rest)
    return f'<th scope="row" class="anywhere">{name}</th>{cells}'


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _share(count: int, total: int) -> str:
    return f"{count} of {total} ({_percent(count, total)})"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.0f}%" if total else "–"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
