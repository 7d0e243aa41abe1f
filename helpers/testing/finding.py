"""What is found: the requests that show it, what a lesson would say, and which lesson to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from helpers.lessons.found import LESSONS, check_named, exercise_named
from helpers.replay.wire import Exchange

SHOWN: Final = 9
"""Requests of a finding that are written down, each on a line: two calls that three attempts were made at thrice."""


@dataclass(frozen=True)
class Advice:
    """What to do about it, and where it is taught."""

    lesson: str
    section: str
    next_step: str


@dataclass(frozen=True)
class Taught:
    """A misconception of an exercise: its next step and its section are what the lesson's own check says."""

    exercise: str
    misconception: str

    def advice(self) -> Advice:
        """What the check says. Raises `StopIteration` where the exercise has no such misconception."""
        check = check_named(self.exercise)
        found = next(one for one in check.misconceptions if one.id == self.misconception)
        assert isinstance(found.next_step, str)
        return Advice(exercise_named(self.exercise).lesson, found.reread, found.next_step)


@dataclass(frozen=True)
class Read:
    """A section of a lesson, where no exercise is judged by this."""

    lesson: str
    section: str
    next_step: str

    def advice(self) -> Advice:
        """As it stands here. Raises `KeyError` where there is no such lesson."""
        return Advice(LESSONS[self.lesson].name, self.section, self.next_step)


KINDS: Final[Mapping[str, Taught | Read]] = {
    "retried_4xx": Taught("call_once", "retried_4xx"),
    "stacked_retries": Taught("call_once", "stacked_retries"),
    "retry_storm": Taught("ask_within", "hammered"),
    "retry_after_ignored": Taught("ask_within", "hammered"),
    "no_backoff": Taught("ask_within", "hammered"),
    "no_jitter": Read(
        "06_retries",
        "What the SDK does by itself",
        "Take a random part off each wait, or leave the retries to the SDK, which does.",
    ),
    "gave_up": Taught("call_once", "retries_switched_off"),
    "quota_hit": Taught("paced", "all_at_once"),
    "taken_for_whole": Taught("answer", "half_an_answer"),
    "outcome_not_said": Read(
        "08_midstream",
        "Name what you know",
        "Hand `outcome=` what your app made of it: the text, an `Outcome`, or the exception (`outcome_of` calls it).",
    ),
    "no_timeout": Taught("ask_within", "attempt_without_limit"),
    "read_to_its_end": Read(
        "11_watching",
        "The user leaves",
        "Leave the `with` of the stream, or close it: that closes the connection.",
    ),
    "half_tool_call": Taught("run_tools", "cut_call_run"),
    "side_effect_twice": Taught("run_tools", "charged_again"),
    "batch_orphaned": Read(
        "13_nightly",
        "Write down what you are about to do",
        "Commit what you are about to send before you send it, and look for its batch before you send it again.",
    ),
    "no_request_id": Taught("logged_ask", "request_id_lost"),
    "key_in_logs": Taught("log_line", "key_logged"),
    "unexpected_request": Read(
        "00_start_here",
        "Replay and live",
        "Choose a scenario that answers what your app asks, or write one: `Scenario(name, summary, script, then)`.",
    ),
}
"""Everything that can be found, by the name that `allow` takes."""


@dataclass(frozen=True)
class Finding:
    """Something that an app does wrong, and that could be seen."""

    kind: str
    says: str
    """What was seen, in the words of the lesson, with the figures of this run."""
    exchanges: tuple[Exchange, ...]
    """The requests that show it."""

    @property
    def advice(self) -> Advice:
        """What to do, and where to read on."""
        return KINDS[self.kind].advice()

    def __str__(self) -> str:
        advice = self.advice
        lines = [f"{self.kind}: {self.says}", *_shown(self.exchanges)]
        lines.append(f"    Next: {advice.next_step}")
        lines.append(f"    Read: lesson {advice.lesson}, “{advice.section}”")
        return "\n".join(lines)


def _shown(exchanges: Sequence[Exchange]) -> list[str]:
    lines = [f"    {_line(one)}" for one in exchanges[:SHOWN]]
    if len(exchanges) > SHOWN:
        lines.append(f"    … and {len(exchanges) - SHOWN} more")
    return lines


def _line(one: Exchange) -> str:
    status = one.status if one.status is not None else "no answer"
    ending = "" if one.ending == "clean" else one.ending or "still under way"
    said = " · ".join(filter(None, [str(status), one.error_type, ending, one.request_id or "no request id"]))
    return f"#{one.number} {one.method} {one.path} at {one.started:.2f} s: {said}"
