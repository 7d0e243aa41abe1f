"""Why an exercise is not there: what was left out that it may be in, and where its name stands that does not count.

What stands in the notebook of its lesson is meant for it. Elsewhere a name may be no more than a name: `answer` is an
exercise, a method of another one, and what somebody calls what the API answered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from helpers.calling.exercise import Exercise
from helpers.grading.messages import Contents
from helpers.grading.plain import one_line
from helpers.grading.submission import SourceFile, Submission
from helpers.judging.verdict import Verdict, not_started
from helpers.lessons.found import LESSONS

MEND: Final = "Mend that, save the notebook, and grade it again."
MOVE: Final = "Move it to a code cell of its own, where nothing is around it. Then grade it again."


@dataclass(frozen=True)
class Missing:
    """Sentences to be said of an exercise that is not there, or is still as it was given."""

    unread: tuple[str, ...]
    """On what was not read, in which somebody's work on it may be."""
    aside: tuple[str, ...]
    """On where its name stands in the notebook of its lesson."""
    elsewhere: tuple[str, ...]
    """The same of notebooks that are of no lesson."""

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to be said."""
        return bool(self.unread or self.aside or self.elsewhere)

    def verdict(self, exercise: Exercise, verdict: Verdict, *, is_there: bool) -> Verdict:
        """`verdict`, which says that it was not started, with all this: what cannot be read may have been begun."""
        if self.unread:
            message = f"{exercise.name} may have been begun in what could not be read: {' '.join(self.unread)}"
            return Verdict(exercise, "raised", message, MEND)
        if self.aside and not is_there:
            return Verdict(exercise, "raised", " ".join((verdict.message, *self.aside)), MOVE)
        seen = " ".join((*self.aside, *self.elsewhere))
        message = f"{verdict.message} {seen}".strip()
        return replace(verdict, message=message, seen=f"{verdict.seen} {seen}".strip())

    def besides(self, verdict: Verdict) -> Verdict:
        """`verdict`, which is on what could be read of it, with what could not: that may be the better part."""
        if verdict.outcome not in ("misconception", "raised") or not self.unread:
            return verdict
        return replace(verdict, message=f"{verdict.message} Besides, {' '.join(self.unread)}")


def nowhere(exercise: Exercise, submission: Submission) -> Verdict:
    """The verdict on an exercise that no file defines."""
    kind = "function" if exercise.given is None else "class"
    return replace(not_started(exercise), message=f"No {kind} called {exercise.name} is in {submission.name}.")


def find_missing(exercise: Exercise, submission: Submission, contents: Contents) -> Missing:
    """What is to be said of `exercise` where it is not there."""
    name = exercise.name
    unread = [one.said for one in submission.unread if one.may_hold(exercise.lesson, name)]
    unread += [
        one_line(note.said)
        for place, file in enumerate(submission.files)
        for note in contents.left_out
        if note.file == place and name in note.exercises and _may_be_meant(file, exercise)
    ]
    seen = list(_seen(name, submission, contents))
    return Missing(
        tuple(unread),
        tuple(said for file, said in seen if file.is_of(exercise.lesson)),
        tuple(said for file, said in seen if not file.is_of(exercise.lesson) and _may_be_meant(file, exercise)),
    )


def _may_be_meant(file: SourceFile, exercise: Exercise) -> bool:
    """Whether a name in `file` is likely to be that of the exercise: not where another lesson is at home."""
    return file.is_of(exercise.lesson) or not any(map(file.is_of, LESSONS))


def _seen(name: str, submission: Submission, contents: Contents) -> Iterator[tuple[SourceFile, str]]:
    """Where the name stands that does not count, with the file that it stands in."""
    defined = re.compile(rf"^\s*(?:async\s+def|def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    for place, file in enumerate(submission.files):
        for cell in file.aside:
            # Behind a fence it is an example.
            if "```" not in cell.source and defined.search(cell.source):
                yield file, f"{name} is in {cell.label}."
        if any(name in names for names in contents.assigned[place : place + 1]):
            yield file, f"{name} in {file.name} is made without `def`."
        for note in contents.elsewhere:
            if note.file == place and name in note.exercises:
                yield file, one_line(note.said)
