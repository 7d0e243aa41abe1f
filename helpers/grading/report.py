"""What grading found: a verdict for each exercise."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from helpers.grading.nursery import Isolation
from helpers.grading.plain import marked, one_line, plain
from helpers.grading.submission import Unread
from helpers.judging.offer import Offer, offer
from helpers.judging.verdict import Verdict
from helpers.lessons.found import check_of


@dataclass(frozen=True)
class Report:
    """The verdicts on one submission. `notes` say what of it was left out."""

    name: str
    seed: int
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    isolation: Isolation = "guard"
    """What kept the submission apart while it ran."""
    unread: tuple[Unread, ...] = ()
    """The files among what was left out."""

    @property
    def score(self) -> int:
        """Points earned."""
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def max_score(self) -> int:
        """Points to be had."""
        return sum(verdict.max_points for verdict in self.verdicts)

    @property
    def passed(self) -> bool:
        """Whether every exercise passed that could be judged here, and there is one."""
        judged = [verdict for verdict in self.verdicts if verdict.outcome != "not_available"]
        return bool(judged) and all(verdict.outcome == "passed" for verdict in judged)

    @property
    def lost(self) -> tuple[Unread, ...]:
        """The files in which something may have been begun that nobody could read."""
        return () if self.passed else self.unread

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return {
            "score": self.score,
            "max_score": self.max_score,
            "seed": self.seed,
            "isolation": self.isolation,
            "exercises": [_to_json(verdict) for verdict in self.verdicts],
            "notes": list(self.notes),
        }


SAID: Final = {
    "namespaces": "Isolation: namespaces. The functions saw no files but Python's, and no network but the replay.",
    "guard": "Isolation: guard. The functions ran as your own user: grade only the work of people you trust.",
}


def made_plain(verdict: Verdict) -> Verdict:
    """`verdict`, in whose texts nothing that a learner controls begins a line, or is taken for a command."""
    return replace(
        verdict,
        message=marked(verdict.message),
        next_step=marked(verdict.next_step),
        fault=marked(verdict.fault),
        seen=marked(verdict.seen),
        said={case: one_line(words) for case, words in verdict.said.items()},
    )


def format_report(report: Report) -> str:
    """The report for a terminal: a line or two for what passed or was not started, the whole card for the rest.

    Where a line begins, only this module speaks: the body of each card is indented.
    """
    return plain("\n".join(_lines(report)))


def _to_json(verdict: Verdict) -> dict[str, Any]:
    exercise = verdict.exercise
    return {
        "name": exercise.name,
        "lesson": exercise.lesson,
        "outcome": verdict.outcome,
        "misconception": verdict.misconception,
        "message": verdict.message,
        "points": verdict.points,
        "max_points": verdict.max_points,
    }


def _lines(report: Report) -> Iterator[str]:
    for verdict in map(made_plain, report.verdicts):
        yield from _card(verdict, report.seed + verdict.draw)
    yield from (f"- {one_line(note)}" for note in report.notes)
    yield f"{report.score} of {report.max_score} points. The cases were drawn from --seed {report.seed}."
    yield SAID[report.isolation]


def _card(verdict: Verdict, seed: int) -> Iterator[str]:
    from helpers.display import result_card

    if verdict.outcome in ("passed", "not_started"):
        yield result_card(verdict).text.partition("\n")[0]
        yield from (f"  {line}" for line in plain(verdict.seen).split("\n") if line)
        return
    if verdict.outcome == "not_available":
        yield result_card(verdict).text.partition("\n")[0]
        yield f"  {one_line(verdict.message)}"
        return
    offered = offer(check_of(verdict.exercise), verdict, seed)
    head, _, body = result_card(verdict, offered and _made_plain(offered, verdict)).text.partition("\n")
    yield head
    yield from (f"  {line}".rstrip() for line in plain(body).split("\n"))
    yield ""


def _made_plain(offered: Offer, verdict: Verdict) -> Offer:
    """`offered`, whose lines are ours. A body that is no JSON object has lines of its own: without its curl line."""
    run = next((run for run in verdict.runs if run.case.name == offered.case), None)
    is_ours = run is not None and run.wire and isinstance(run.wire[0].body, dict)
    seen = tuple(map(one_line, offered.seen))
    return replace(offered, expected=marked(offered.expected), seen=seen, curl=offered.curl if is_ours else "")
