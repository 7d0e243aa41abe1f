"""The verdict on an exercise: a pure function of its runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from helpers.calling.exercise import Exercise
from helpers.judging.check import Check, Misconception, Run, Sentence
from helpers.judging.conduct import conduct_of
from helpers.judging.returning import wrong_type

OutcomeName = Literal["passed", "misconception", "not_started", "raised", "checker_broken", "not_available"]

REPORT: Final = "The checker is at fault here, not your code: please report it with the lines above."


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an exercise: the message first, one cause, one next step."""

    exercise: Exercise
    outcome: OutcomeName
    message: str
    next_step: str = ""
    misconception: str | None = None
    reread: str | None = None
    runs: tuple[Run, ...] = ()
    wrong: frozenset[str] = frozenset()
    """Names of the cases that went wrong."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What the function said about each case, in a few words for the picture, by the case's name."""
    case: str | None = None
    """The name of the case that the message is about; None where it is about none of them."""
    fault: str = ""
    """What was expected in that case and what came instead; empty where its result was right."""
    seen: str = ""
    """Where something of an exercise stands that was not started; empty where nothing does."""
    draw: int = 0
    """How much larger than the seed of the report is the one that draws these cases."""

    @property
    def points(self) -> int:
        """Points earned: all or nothing, because half a safe call is not safe."""
        return self.exercise.points if self.outcome == "passed" else 0

    @property
    def max_points(self) -> int:
        """Points to be had: none where nobody could have earned any."""
        return 0 if self.outcome == "not_available" else self.exercise.points


def not_started(exercise: Exercise) -> Verdict:
    """The function is still the stub, or the class is as it was given."""
    if exercise.given is not None:
        next_step = f"Repair the class {exercise.name}, run its cell, then run this one again."
        return Verdict(exercise, "not_started", "It is still as it was given.", next_step)
    next_step = f"Write the body of `{exercise.name}({exercise.signature})`, run its cell, then run this one again."
    return Verdict(exercise, "not_started", "Its body is still empty.", next_step)


def not_available(exercise: Exercise, why_not: str) -> Verdict:
    """Nobody can be judged here, for the reason that the sentence `why_not` says, with what mends it."""
    return Verdict(exercise, "not_available", why_not)


def signature_changed(exercise: Exercise, problem: str) -> Verdict:
    """It can't be called as the exercise says."""
    return Verdict(exercise, "misconception", problem, "Mend the `def` line.", "signature_changed")


def checker_broken(exercise: Exercise, error: BaseException) -> Verdict:
    """We failed, not the learner."""
    return Verdict(exercise, "checker_broken", f"{type(error).__name__}: {error}", REPORT)


def judge(check: Check, runs: Sequence[Run]) -> Verdict:
    """What its conduct says, whichever exercise it is; else the first misconception that applies to `runs`; else what
    was raised, or what differs; else passed.
    """
    verdict = _judge(check, runs)
    fault = next((_fault(check, run) for run in runs if run.case.name == verdict.case), "")
    return replace(verdict, said={run.case.name: _said(check, run) for run in runs}, fault=fault)


def _fault(check: Check, run: Run) -> str:
    """What is wrong with its result. A value of another type may have nothing to compare: the message names it."""
    try:
        return check.right(run) or ""
    except Exception:  # noqa: BLE001 - whatever was returned, there is a verdict
        return ""


def _said(check: Check, run: Run) -> str:
    """Its few words for the picture. A value of another type may have none: the message names it."""
    try:
        return check.said(run)
    except Exception:  # noqa: BLE001 - whatever was returned, there is a verdict
        return ""


def _judge(check: Check, runs: Sequence[Run]) -> Verdict:
    for misconception in conduct_of(check):
        for run in runs:
            if misconception.applies(run):
                wrong = frozenset(run.case.name for run in runs if misconception.applies(run))
                return _misunderstood(check.exercise, runs, misconception, run, wrong)
    try:
        return _judge_result(check, runs)
    except Exception:
        # What an exercise looks into may not be there, because the value is of another type.
        mistyped = next(filter(None, (_mistyped(check.exercise, runs, run, frozenset()) for run in runs)), None)
        if mistyped is None:
            raise
        return mistyped


def _judge_result(check: Check, runs: Sequence[Run]) -> Verdict:
    refused = next((run for run in runs if _is_refused(check.exercise, run)), None)
    if refused is not None:
        return _refused(check.exercise, runs, refused)
    faults = {run.case.name: fault for run in runs if (fault := check.right(run)) is not None}
    first = next((run for run in runs if run.case.name in faults), None)
    if first is not None and not any(misconception.applies(first) for misconception in check.misconceptions):
        # What else such a value looks like in later cases would lead away from the cause.
        mistyped = _mistyped(check.exercise, runs, first, frozenset(faults))
        if mistyped is not None:
            return mistyped
    for misconception in check.misconceptions:
        for run in runs:
            if misconception.applies(run):
                return _misunderstood(check.exercise, runs, misconception, run, frozenset(faults))
    for run in runs:
        if run.case.name in faults and run.observation.raised is not None:
            return _raised(check.exercise, runs, run, frozenset(faults))
    for run in runs:
        if run.case.name in faults:
            return _wrong(check.exercise, runs, run, faults)
    return Verdict(check.exercise, "passed", _praise(len(runs)), _compare(check), runs=tuple(runs))


def _is_refused(exercise: Exercise, run: Run) -> bool:
    """Whether the call itself failed: no line of the function has run, and what else is seen comes of that."""
    raised = run.observation.raised
    if raised is None or raised.type != "TypeError" or raised.line is not None:
        return False
    return re.match(rf"(\S+\.)?{exercise.name}(\.\w+)?\(\) (takes|missing|got) ", raised.message) is not None


def _refused(exercise: Exercise, runs: Sequence[Run], run: Run) -> Verdict:
    assert run.observation.raised is not None
    message = f"In `{run.case.name}`: the call itself failed. Python says: {run.observation.raised.message}."
    wrong = frozenset(run.case.name for run in runs if _is_refused(exercise, run))
    next_step = f"Mend the `def` line: it is called as `{exercise.name}({exercise.signature})`."
    return Verdict(
        exercise,
        "misconception",
        message,
        next_step,
        "signature_changed",
        runs=tuple(runs),
        wrong=wrong,
        case=run.case.name,
    )


def _mistyped(exercise: Exercise, runs: Sequence[Run], run: Run, wrong: frozenset[str]) -> Verdict | None:
    sentence = wrong_type(exercise, run)
    if sentence is None:
        return None
    message = f"In `{run.case.name}`: {sentence}"
    wrong |= {run.case.name}
    return Verdict(
        exercise,
        "misconception",
        message,
        _hint(exercise),
        "wrong_type",
        runs=tuple(runs),
        wrong=wrong,
        case=run.case.name,
    )


def _praise(count: int) -> str:
    return "Right in the one case." if count == 1 else f"Right in all {count} cases."


def _compare(check: Check) -> str:
    return f"`solution({check.exercise.name})` puts ours beside yours. {check.besides}".rstrip()


def _misunderstood(
    exercise: Exercise, runs: Sequence[Run], misconception: Misconception, run: Run, wrong: frozenset[str]
) -> Verdict:
    return Verdict(
        exercise,
        "misconception",
        f"In `{run.case.name}`: {_sentence(misconception.cause, run)}",
        _sentence(misconception.next_step, run),
        misconception.id,
        misconception.reread or None,
        tuple(runs),
        wrong | {run.case.name},
        case=run.case.name,
    )


def _raised(exercise: Exercise, runs: Sequence[Run], run: Run, wrong: frozenset[str]) -> Verdict:
    raised = run.observation.raised
    assert raised is not None
    place = f" in your line {raised.line}: `{raised.source}`" if raised.source else ""
    message = f"In `{run.case.name}`: {raised.type}{place}. It says: {raised.message or 'nothing'}"
    return Verdict(exercise, "raised", message, _hint(exercise), runs=tuple(runs), wrong=wrong, case=run.case.name)


def _wrong(exercise: Exercise, runs: Sequence[Run], run: Run, faults: dict[str, str]) -> Verdict:
    stopped = f" Your function was stopped: {run.observation.stopped}." if run.observation.stopped else ""
    message = f"In `{run.case.name}`: {faults[run.case.name]}{stopped}"
    return Verdict(
        exercise,
        "misconception",
        message,
        _hint(exercise),
        "unexpected_result",
        runs=tuple(runs),
        wrong=frozenset(faults),
        case=run.case.name,
    )


def _hint(exercise: Exercise) -> str:
    return f"Stuck? `hint({exercise.name})` shows the first of three hints."


def _sentence(sentence: Sentence, run: Run) -> str:
    return sentence if isinstance(sentence, str) else sentence(run)
