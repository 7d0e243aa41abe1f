"""What a learner calls for their work as a whole: taken along, brought back, and compared with a newer edition.

from helpers.workbook.desk import begin_again, compare, export_work, import_work, keep, news, reset
"""

import sys
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Final, TypeVar

from helpers.display.card import Card, card, code_marks
from helpers.errors import CourseError
from helpers.workbook import editions, luggage, resetting
from helpers.workbook.choosing import Choice, Choosing, Question

RELOAD: Final = "Where the lesson is open, choose File › Reload Notebook from Disk."
WAYS: Final = (
    "Compare shows what is different. Begin again takes the new lesson with your answers in it, and keeps a copy "
    "of yours: save it first where it is open. Keep leaves yours, and says no more of this edition.",
    "The buttons below do it, and so do these calls:",
)
Shown = TypeVar("Shown")


def export_work() -> Card:
    """Your work, as one file: a link that downloads it."""

    def done(folder: Path) -> Card:
        packed = luggage.pack(folder)
        head = f"Your work, as {luggage.NAME}"
        size = f"{len(packed) / 1000:.0f} kB. `import_work()` takes it out again, here or elsewhere."
        link = f'{luggage.LINK}{b64encode(packed).decode()}">Download'
        body = f"<p><b>{head}</b></p><p>{link} {luggage.NAME}</a>, {code_marks(size)}</p>"
        return card(body, f"{head}\n{size}", label=head)

    return _said("Your work was not exported", done)


def import_work(name: str = "") -> Card:
    """Take your work out of a file in this folder: the one called `name`, else the newest that is named like it.

    Drop the file on the list of files first.
    """

    def done(folder: Path) -> Card:
        found = [folder / name] if name else list(folder.glob(f"{Path(luggage.NAME).stem}*.zip"))
        if not found or not all(path.exists() for path in found):
            raise CourseError(f"There is no {name or luggage.NAME} here: drop it on the list of files at the left.")
        newest = max(found, key=lambda path: (path.stat().st_mtime, path.name))
        done = luggage.unpack(folder, luggage.read_packed(newest))
        return _card(f"Your work is out of {newest.name}", [*done, RELOAD])

    return _said("Nothing was imported", done)


def news() -> Card | Choosing:
    """Which lessons have changed since you began them, with buttons for what can be done."""
    return _said("Editions", lambda folder: _news(editions.changed_lessons(folder)))


def compare(lesson: str) -> Card:
    """What is different in the new edition of `lesson`."""

    def done(folder: Path) -> Card:
        head = f"{lesson}, yours and the new one"
        legend = "`-` is what you have, your answers among it; `+` is what is new."
        lines = editions.difference(folder, lesson)
        body = f'<p><b>{head}</b></p><p>{code_marks(legend)}</p><pre tabindex="0"><code>{escape(lines)}</code></pre>'
        return card(body, f"{head}\n{legend}\n\n{lines}", label=head)

    return _said(f"{lesson} was not compared", done)


def keep(lesson: str) -> Card:
    """Go on with `lesson` as you have it, and hear no more of this edition."""

    def done(folder: Path) -> Card:
        editions.keep(folder, lesson)
        return _card(f"{lesson} stays as you have it", [])

    return _said(f"{lesson} stays as you have it", done)


def begin_again(lesson: str) -> Card:
    """Put the new edition of `lesson` in the place of yours, your answers in it. What you had is kept as a copy."""

    def done(folder: Path) -> Card:
        copy = editions.begin_again(folder, lesson)
        return _card(f"{lesson} is the new one", [f"What you had is kept in `backups/{copy.name}`.", RELOAD])

    return _said(f"{lesson} stays as you have it", done)


def reset(name: str) -> Card:
    """Put the lesson or the exercise `name` back as it was handed out. What you had is kept as a copy."""

    def done(folder: Path) -> Card:
        return _card(f"{name} begins again", resetting.reset(name, editions.ROOT, folder).sentences)

    return _said(f"{name} stays as you have it", done)


def announce() -> None:
    """In a browser, say at once what is new. Elsewhere nobody but the learner puts a lesson there."""
    if sys.platform == "emscripten":
        from IPython.display import display

        if changed := editions.changed_lessons(Path.cwd()):
            display(_news(changed))


def _news(changed: Sequence[editions.Changed]) -> Card | Choosing:
    if not changed:
        return _card("Every lesson here is the newest", [])
    names = [f"`{one.lesson}`{'' if one.edited else ' (you have not written into it)'}" for one in changed]
    what = [f"{', '.join(names)}: yours is as you left it, and your answers are safe.", *WAYS]
    first = changed[0].lesson
    calls = [
        "from helpers.workbook.desk import begin_again, compare, keep",
        f'compare("{first}")',
        f'begin_again("{first}")',
        f'keep("{first}")',
    ]
    head = f"{'A lesson has' if len(changed) == 1 else f'{len(changed)} lessons have'} changed since you began"
    code = "\n".join(calls)
    paragraphs = "".join(f"<p>{code_marks(sentence)}</p>" for sentence in what)
    body = f"<p><b>{head}</b></p>{paragraphs}<pre><code>{escape(code)}</code></pre>"
    shown = card(body, "\n".join([head, *what, "", code]), label=head)
    return Choosing(shown, [_question(one.lesson) for one in changed])


def _question(lesson: str) -> Question:
    choices = [
        Choice(f"Compare {lesson}", partial(compare, lesson)),
        Choice(f"Begin {lesson} again", partial(begin_again, lesson)),
        Choice(f"Keep {lesson}", partial(keep, lesson)),
    ]
    return Question(choices, lambda: any(one.lesson == lesson for one in editions.changed_lessons(Path.cwd())))


def _said(failed: str, do: Callable[[Path], Shown]) -> Shown | Card:
    """What `do` says of the present folder, or why it could not."""
    try:
        return do(Path.cwd())
    except CourseError as error:
        return _card(failed, [str(error)])
    except OSError as error:
        return _card(failed, [f"{error.filename or 'A file'} cannot be read or written ({error.strerror})."])


def _card(head: str, sentences: Sequence[str]) -> Card:
    body = "".join(f"<p>{code_marks(sentence)}</p>" for sentence in sentences)
    return card(f"<p><b>{escape(head)}</b></p>{body}", "\n".join([head, *sentences]), label=head)
