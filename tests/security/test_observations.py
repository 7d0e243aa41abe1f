"""No verdict is brought down by what a function returned, noted, sent or did: whatever that is, it has an outcome.

What each exercise's solution does is changed in one place at a time, to what nobody would return, and judged.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from helpers.calling.observation import DEEPEST, MOST_DIGITS, Conduct, Observation, Raised
from helpers.grading.grader import grade
from helpers.grading.process import ROOT
from helpers.judging.check import Run
from helpers.judging.verdict import Verdict, judge
from helpers.lessons.found import EXERCISES, check_of

SEED: Final = 20_261
CHANGES: Final = 40
"""Of each kind, in each of the first cases of each exercise."""
CASES: Final = 2


def _nested(make: Callable[[Any], Any], levels: int = DEEPEST) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = make(value)
    return value


HOSTILE: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 3, 2**62, 1.5, 1e308, -1e308, 5e-324, 10 ** (MOST_DIGITS - 1)),
    *("", "x", "x" * 10_000, "\u2028\U0001f642", "\x00\x1b[31m", "NaN"),
    *([], [None], [[]], [1, "a", None], [True], [{}], [["x", 1]], list(range(1_000))),
    *({}, {"a": 1}, {"": None}, {"not_json": "float"}, {"not_json": None}, {"type": 1}, {"type": "text"}),
    _nested(lambda value: [value]),
    _nested(lambda value: {"a": value}),
    [_nested(lambda value: [value], DEEPEST - 1)] * 3,
)
SHORT: Final[tuple[Any, ...]] = (None, 1, "x", [], {}, [[1]])
RAISED: Final = (
    Raised("", (), ""),
    Raised("X" * 1_000, ("SystemExit",), "\x00", -5, ""),
    Raised("APIStatusError", ("APIStatusError", "AnthropicError", "Exception"), "", None, None),
)
CONDUCT: Final = (
    Conduct(),
    Conduct(returned=("",)),
    Conduct(returned=("list", "object"), overran=1e308),
    Conduct(returned=("str",), own_way_out="", made_client=True, closed_client=True, printed_lines=10**18),
)
BODIES: Final = (
    *(b"", b"x", b"[]", b"null", b'{"messages":[]}', b'{"messages":[{}],"model":[]}'),
    b'{"messages":{"a":1},"max_tokens":"x","requests":[1,{}],"model":{"a":[]},"stream":[],"tools":1,"system":{}}',
    b'{"messages":' + b"[" * 190 + b"]" * 190 + b"}",
)


def changes(value: Any) -> Iterator[Any]:
    """`value` with one thing in it changed, left out, or said twice."""
    yield from HOSTILE
    if isinstance(value, dict):
        yield {**value, "more": 1}
        for name in value:
            yield {other: inner for other, inner in value.items() if other != name}
            yield from ({**value, name: changed} for changed in changes(value[name]))
    elif isinstance(value, list):
        yield value + value
        for index in range(min(len(value), 6)):
            before, after = value[:index], value[index + 1 :]
            yield before + after
            yield from ([*before, changed, *after] for changed in changes(value[index]))


def some(value: Any, source: random.Random) -> list[Any]:
    """A sample of the changes of `value`."""
    found = list(changes(json.loads(json.dumps(value))))
    return source.sample(found, min(CHANGES, len(found)))


def changed_runs(run: Run, source: random.Random) -> Iterator[Run]:
    """`run`, with something in it that no right function would do."""
    seen = run.observation
    observations = [
        Observation(),
        replace(seen, stopped="x"),
        *(replace(seen, value=value) for value in some(seen.value, source)),
        *(replace(seen, notes=notes) for notes in some(dict(seen.notes), source) if isinstance(notes, dict)),
        *(
            replace(seen, wrote=tuple(map(str, wrote)))
            for wrote in some(list(seen.wrote), source)
            if isinstance(wrote, list)
        ),
        *(replace(seen, value=None, raised=raised) for raised in RAISED),
        *(replace(seen, conduct=conduct, value=value) for conduct in CONDUCT for value in SHORT),
    ]
    yield from (replace(run, observation=observation) for observation in observations)
    yield from (replace(run, wire=wire) for wire in ((), run.wire[:1], tuple(run.wire) * 2, tuple(reversed(run.wire))))
    for body in BODIES:
        yield replace(run, wire=tuple(replace(one, sent=body) for one in run.wire))
    nothing: dict[str, Any] = {
        "path": "/x",
        "method": "GET",
        "status": None,
        "ending": None,
        "ended": None,
        "first_byte": None,
    }
    yield replace(run, wire=tuple(replace(one, **nothing, request_id=None) for one in run.wire))
    for index, one in enumerate(run.wire[:2]):
        for body in some(one.body, source):
            wire = (*run.wire[:index], replace(one, sent=json.dumps(body).encode()), *run.wire[index + 1 :])
            yield replace(run, wire=wire)


@pytest.fixture(scope="module")
def solved() -> Mapping[str, Verdict]:
    """The verdicts on our solutions, with the runs that they rest on."""
    report = grade(ROOT / "solutions", seed=SEED)
    return {verdict.exercise.name: verdict for verdict in report.verdicts}


@pytest.mark.parametrize("name", EXERCISES)
def test_no_judge_is_brought_down(name: str, solved: Mapping[str, Verdict]) -> None:
    """Whatever was observed, there is a verdict that is not the checker's fault."""
    check, runs, source = check_of(EXERCISES[name]), solved[name].runs, random.Random(SEED)
    assert runs
    for index, run in enumerate(runs[:CASES]):
        for changed in changed_runs(run, source):
            verdict = judge(check, [*runs[:index], changed, *runs[index + 1 :]])
            assert verdict.outcome != "checker_broken"
