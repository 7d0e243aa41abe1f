"""The order in which a check's cases are run when it is graded, and the verdict, which does not show it.

In a notebook the same cases come in the same order. Graded, they are drawn anew, shuffled, and joined by a number of
others that is drawn as well: who has noted down what was right in the first, the second, the third case has noted
nothing. Yet what is said is what the notebook says: the cases are judged in its order, the others after them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from helpers.judging.check import Case, Check, Run
from helpers.judging.conduct import misbehaved
from helpers.judging.drawing import draw_cases, engine_seed, source_for
from helpers.judging.verdict import Verdict, judge
from helpers.replay.chance import Seed


@dataclass(frozen=True, order=True)
class Turn:
    """One case: of the cases that `seed` draws, in which place. In the notebook's order, those of the first seed first.

    Two are the same when these are.
    """

    draw: int
    """How much larger `seed` is than that of the report."""
    place: int
    case: Case = field(compare=False)
    engine_seed: Seed = field(compare=False)


def draw_turns(check: Check, seed: int) -> list[Turn]:
    """All cases of `check` for this seed, and some of those for the next ones, in the order to run them in."""
    first = _turns(check, seed, 0)
    last = max(check.again.values(), default=0)
    again = [turn for draw in range(last) for turn in _turns(check, seed, draw + 1) if turn.draw <= _times(check, turn)]
    source = source_for(check, seed, "order")
    # Of two numbers the smaller: each takes as long as any other case, and one that may be there is enough.
    count = min(source.randint(0, _most_others(len(first))) for _ in range(2))
    others = source.sample(_turns(check, seed, last + 1), count) if count else []
    turns = [*first, *again, *others]
    source.shuffle(turns)
    return turns


def _times(check: Check, turn: Turn) -> int:
    return check.again.get(turn.case.name, 0)


def _most_others(cases: int) -> int:
    """A single case is a long one, and its own proof."""
    return 0 if cases == 1 else ceil(cases / 4)


def _turns(check: Check, seed: int, draw: int) -> list[Turn]:
    cases = draw_cases(check, seed + draw)
    return [Turn(draw, place, case, engine_seed(check, seed + draw, place)) for place, case in enumerate(cases)]


def still_to_run(turns: Sequence[Turn], last: Turn, run: Run) -> list[Turn]:
    """Those of `turns` that matter when somebody misbehaved in `last`: what the notebook has before it, in its order.

    After it another case would tell nothing new. Nor does one before it, where all the time of a case was waited for:
    that is not done twice.
    """
    if run.observation.conduct.overran is not None:
        return []
    return sorted(turn for turn in turns if turn < last)


def verdict_on(check: Check, runs: Mapping[Turn, Run]) -> Verdict:
    """The verdict on the cases of the report's seed; where they all passed, that on the others."""
    verdicts = (_verdict_on_draw(check, runs, draw) for draw in sorted({turn.draw for turn in runs}))
    first = next(verdicts)
    return first if _spoilt(first) else next(filter(_spoilt, verdicts), first)


def _spoilt(verdict: Verdict) -> bool:
    return verdict.outcome != "passed" or any(run.observation.stopped for run in verdict.runs)


def _verdict_on_draw(check: Check, runs: Mapping[Turn, Run], draw: int) -> Verdict:
    judged: list[Run] = []
    for turn in sorted(turn for turn in runs if turn.draw == draw):
        judged.append(runs[turn])
        if misbehaved(check, runs[turn]):
            break
    return replace(judge(check, judged), draw=draw)
