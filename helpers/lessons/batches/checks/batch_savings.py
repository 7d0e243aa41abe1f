"""The check of `batch_savings`: what a batch saved."""

import math
import random
from collections.abc import Sequence
from typing import Final

from helpers.facts.prices import BATCH_SHARE
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import number
from helpers.judging.reading import shortened
from helpers.lessons.batches import LESSON
from helpers.replay import Answer, Scenario

MONEY: Final = "Half the price"
SMALL: Final = "one small request"


def _savings_cases(source: random.Random) -> Sequence[Case]:
    return [
        _savings_case(SMALL, source.randrange(150, 190), source.randrange(30, 60), source),
        _savings_case("a night's work", source.randrange(10**7, 10**8), source.randrange(10**6, 10**7), source),
        _savings_case("much in, little out", source.randrange(10**8, 10**9), source.randrange(1_000, 9_000), source),
    ]


def _savings_case(name: str, input_tokens: int, output_tokens: int, source: random.Random) -> Case:
    price = {"input": source.choice([1, 2, 3, 4]), "output": source.choice([10, 15, 20, 25])}
    inputs = {"input_tokens": input_tokens, "output_tokens": output_tokens, "price": price}
    halves = {
        "input": input_tokens * price["input"] / 1_000_000 * (1 - BATCH_SHARE),
        "output": output_tokens * price["output"] / 1_000_000 * (1 - BATCH_SHARE),
        "swapped": (input_tokens * price["output"] + output_tokens * price["input"]) / 1_000_000 * (1 - BATCH_SHARE),
    }
    return Case(name, Scenario("plain", "nothing is asked", then=Answer()), inputs, halves)


def _saved(run: Run) -> float:
    return float(run.case.expected["input"] + run.case.expected["output"])


def _is(run: Run, amount: float) -> bool:
    returned = number(run.value)
    return returned is not None and math.isclose(returned, amount, rel_tol=1e-9)


def _wrong_savings(run: Run) -> str | None:
    return None if _is(run, _saved(run)) else f"expected {_saved(run)!r} dollars, got {shortened(run.value)}."


def _factor(run: Run) -> float:
    """How many times too much was returned."""
    return (number(run.value) or 0.0) / _saved(run)


CHECK: Final = Check(
    LESSON.exercise("batch_savings"),
    cases=_savings_cases,
    right=_wrong_savings,
    said=lambda run: f"you said {shortened(run.value).strip('`')}",
    misconceptions=(
        Misconception(
            id="price_of_one_token",
            applies=lambda run: _is(run, _saved(run) * 1_000_000) or _is(run, _saved(run) * 1_000),
            cause=lambda run: (
                f"your amount is {_factor(run):,.0f} times too high. Prices are in dollars per million tokens."
            ),
            next_step="Divide by 1,000,000.",
            reread=MONEY,
        ),
        Misconception(
            id="whole_price",
            applies=lambda run: _is(run, _saved(run) * 2),
            cause="that is what the tokens cost in standard calls. A batch is not free: it costs half of that, and the "
            "other half is what you save.",
            next_step="Multiply by the share that is saved: 1 minus `BATCH_SHARE`.",
            reread=MONEY,
        ),
        Misconception(
            id="prices_swapped",
            applies=lambda run: _is(run, run.case.expected["swapped"]),
            cause="the prices of input and output are swapped. What the model writes costs more than what it reads.",
            next_step="Multiply `input_tokens` by `price.input` and `output_tokens` by `price.output`.",
            reread=MONEY,
        ),
        Misconception(
            id="only_one_side",
            applies=lambda run: _is(run, run.case.expected["input"]) or _is(run, run.case.expected["output"]),
            cause="you counted the tokens of one direction. The discount is on every token, read or written.",
            next_step="Add both.",
            reread=MONEY,
        ),
        Misconception(
            id="rounded_too_early",
            applies=lambda run: run.case.name == SMALL and _is_rounded(run),
            cause=lambda run: (
                f"you rounded to whole cents, {shortened(run.value)}. One request saves less than a cent; 100,000 of "
                "them, each rounded, make an amount that is far off."
            ),
            next_step="Return the amount as it is, and round where it is shown.",
            reread=MONEY,
        ),
    ),
    hints=(
        "What would the tokens have cost in standard calls? What do they cost in a batch? The difference is saved.",
        "`price.input` and `price.output` are dollars per million tokens.",
        "Half of `(input_tokens * price.input + output_tokens * price.output) / 1_000_000`.",
    ),
    besides="Ours adds before it divides: one division, and nothing rounded in between.",
)


def _is_rounded(run: Run) -> bool:
    return number(run.value) in (0.0, round(_saved(run), 2), round(_saved(run), 3))
