"""The rules against the lessons: our solutions, in which nothing may be found, and attempts in which something must."""

import contextlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.judging.check import Check, Run
from helpers.judging.checking import run_cases
from helpers.lessons.found import EXERCISES, check_of
from helpers.proofs.attempts import attempted, attempts_at, our_solution, promised
from helpers.testing.evidence import UNSAID, Evidence
from helpers.testing.finding import KINDS, Taught
from helpers.testing.survival import RULES

ROOT: Final = Path(__file__).parents[3]
BATCH: Final = frozenset({"batch_orphaned"})
ONE_ATTEMPT: Final = frozenset({"gave_up"})
NO_PATIENCE: Final = frozenset({"no_timeout"})
PARTS: Final[Mapping[str, frozenset[str]]] = {
    # Others of the lesson ask for the results; the digest of the capstone's day is asked for the day after.
    **dict.fromkeys(("split_batches", "wait_for", "collect", "SupportBot"), BATCH),
    # They are handed the error of one attempt, or are to leave all but one kind of it to the caller.
    **dict.fromkeys(("error_fields", "should_retry", "log_line", "ask_within", "ask_with_fallback"), ONE_ATTEMPT),
    # It reads the headers of one attempt; and a breaker is there to give up.
    **dict.fromkeys(("headroom", "Breaker"), ONE_ATTEMPT),
    # After a 429 without `retry-after` it waits for its turn among fewer, not for a time.
    "adaptive": frozenset({"no_backoff"}),
    # Others make batches in the same workspace; and a lost answer to `create` is not to be asked for again.
    **dict.fromkeys(("ingest", "run_night"), BATCH),
    "submit_night": BATCH | ONE_ATTEMPT,
    # The client that they are given has the SDK's timeout.
    **dict.fromkeys(("stream_safely", "answer", "relay", "relay_until_gone"), NO_PATIENCE),
}
"""Exercises that are a part of an app: what the rest of it would have to do."""
SEEN: Final = ("retried_4xx", "stacked_retries", "retry_after_ignored", "gave_up", "taken_for_whole", "no_request_id")
"""Kinds that an attempt of their lesson shows on the wire, or in what it returned and logged."""
IN_PYTHON: Final = [name for name, exercise in EXERCISES.items() if exercise.language != "typescript"]


def runs_of(check: Check, function: Callable[..., Any]) -> list[Run]:
    """What happens in each case; nobody reads what is printed."""
    with contextlib.redirect_stdout(io.StringIO()):
        return run_cases(check, function)


def kinds(run: Run, *, said: bool) -> set[str]:
    """What is found in a run: by the wire alone, or also by what the function returned and logged."""
    outcome: Any = UNSAID
    logs = None
    if said:
        raised = run.observation.raised
        outcome = RuntimeError(raised.message) if raised else run.value
        logs = run.observation.notes.get("lines")
    evidence = Evidence(run.wire, outcome=outcome, logs=logs, scenario=run.case.scenario)
    return {finding.kind for rule in RULES for finding in rule(evidence)} - {"outcome_not_said"}


@pytest.mark.parametrize("name", IN_PYTHON)
def test_solution(name: str) -> None:
    """Nothing is found in ours, in any case of its check, but what the rest of an app would do."""
    check = check_of(EXERCISES[name])
    found = set[str]().union(*(kinds(run, said=False) for run in runs_of(check, our_solution(check, ROOT))))
    assert found <= PARTS.get(name, frozenset())


@pytest.mark.parametrize("kind", SEEN)
def test_attempt(kind: str) -> None:
    """What a lesson's check tells an attempt, the rule that leads to that lesson finds."""
    taught = KINDS[kind]
    assert isinstance(taught, Taught)
    check = check_of(EXERCISES[taught.exercise])
    attempts = [one for one in attempts_at(check, ROOT, "wrong") if promised(one)[1] == taught.misconception]
    found = [
        kind in set[str]().union(*(kinds(run, said=True) for run in runs_of(check, attempted(one)))) for one in attempts
    ]
    assert attempts
    assert any(found)
