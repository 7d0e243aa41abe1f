"""The check of `cost_of`: what each request costs, by its id."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from helpers.facts.prices import Rates
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import has_raised, raised_name, returned_nothing, shortened
from helpers.lessons.logging import LESSON
from helpers.lessons.logging.bills import MODELS, Bookkeeper, morning_of_bills, usage
from helpers.lessons.logging.checks.bill import Costs, Mistake, bill
from helpers.lessons.logging.logs import Line
from helpers.replay import Scenario

BILL: Final = "What each token is billed as"
TOLD: Final = "A stream tells it again and again"
UNKNOWN: Final = "What nobody was told"

ANSWERS: Final = "answers"
STREAMS: Final = "streams"
CACHED: Final = "with a cache"
THOUGHT: Final = "with thinking"
BATCHED: Final = "a batch"
LEFT: Final = "streams that were left"
RETRIED: Final = "retried, refused, lost"
NAMELESS: Final = "without a request id"
SHIPPED: Final = "lines that come again"
UNPRICED: Final = "a model without a price"
MORNING: Final = "a morning"
KEY: Final = 32
"""Bytes."""
NEW: Final = "claude-next"

Build = Callable[[Bookkeeper, random.Random], list[Line]]


def _answers(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return [line for _ in range(3) for line in keeper.answer()]


def _streams(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return [line for _ in range(3) for line in keeper.stream()]


def _cached(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    read, minutes, hour = (source.randrange(2_000, 30_000) for _ in range(3))
    return [
        *keeper.answer(usage(source, read=read)),
        *keeper.answer(usage(source, for_minutes=minutes)),
        *keeper.answer(usage(source, read=read // 3, for_an_hour=hour)),
    ]


def _thought(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return keeper.answer(usage(source, thinking=source.randrange(300, 2_000)))


def _batched(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return keeper.batch(*(usage(source, tier="batch") for _ in range(3)))


def _left(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return [line for _ in range(2) for line in keeper.stream(usage(source, read=20_000), left=True)]


def _retried(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return [*keeper.retried(), *keeper.lost()]


def _nameless(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    return [*keeper.answer(), *(line for _ in range(3) for line in keeper.answer(named=False))]


def _shipped(keeper: Bookkeeper, source: random.Random) -> list[Line]:
    lines = _streams(keeper, source)
    return [*lines, lines[0], lines[-1], lines[3]]


KINDS: Final[Mapping[str, Build]] = {
    ANSWERS: _answers,
    STREAMS: _streams,
    SHIPPED: _shipped,
    CACHED: _cached,
    THOUGHT: _thought,
    BATCHED: _batched,
    LEFT: _left,
    RETRIED: _retried,
    NAMELESS: _nameless,
}


def _cost_cases(source: random.Random) -> Sequence[Case]:
    prices = _prices(source)
    # A key, not a number: whoever solves this can write such lines as well, and try all seeds.
    keepers = {kind: Bookkeeper(source.randbytes(KEY)) for kind in KINDS}
    cases = {kind: build(keepers[kind], keepers[kind].source) for kind, build in KINDS.items()}
    cases[MORNING] = morning_of_bills(source.randbytes(KEY))
    new = Bookkeeper(source.randbytes(KEY), (NEW,))
    cases[UNPRICED] = [*Bookkeeper(source.randbytes(KEY)).answer(), *new.answer()]
    nothing = Scenario("nothing", "nothing is asked")
    return [Case(name, nothing, {"lines": lines, "prices": prices}) for name, lines in cases.items()]


def _prices(source: random.Random) -> dict[str, dict[str, str]]:
    """Prices of today's order, and none of today's."""

    def rates() -> Rates:
        base = Decimal(source.randrange(11, 99)) / 10
        return Rates(
            input=base,
            output=base * source.choice([4, 5, 6]),
            cache_read=base * source.choice([2, 3, 4, 6]) / 100,
            cache_write_5m=base * source.choice([120, 130, 140]) / 100,
            cache_write_1h=base * source.choice([180, 190, 210]) / 100,
            batch_share=Decimal(source.choice(["0.4", "0.5", "0.6"])),
        )

    return {model: {name: str(rate) for name, rate in asdict(rates()).items()} for model in MODELS}


def _bill(run: Run, mistake: Mistake | None = None) -> Costs:
    prices = {
        model: Rates(**{name: Decimal(rate) for name, rate in rates.items()})
        for model, rates in run.case.inputs["prices"].items()
    }
    return bill(run.case.inputs["lines"], prices, mistake)


def _amount(value: Any) -> Decimal | None:
    """An amount that was returned as a `Decimal`. None for anything else."""
    if not isinstance(value, dict) or not isinstance(value.get("decimal"), str):
        return None
    try:
        amount = Decimal(value["decimal"])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _costs(run: Run) -> Costs:
    """What was returned, as far as it is amounts."""
    found = run.value.items() if isinstance(run.value, dict) else ()
    return {key: amount for key, value in found if (amount := _amount(value)) is not None}


def _made(*mistakes: Mistake) -> Callable[[Run], bool]:
    """Whether what was returned is what comes of one of these mistakes, and of no other."""

    def applies(run: Run) -> bool:
        if run.case.name == UNPRICED or not _costs(run) or _costs(run) == _bill(run):
            return False
        return any(_costs(run) == _bill(run, mistake) for mistake in mistakes)

    return applies


def _wrong_costs(run: Run) -> str | None:
    if run.case.name == UNPRICED:
        if run.observation.raised:
            return None
        return f"expected a `KeyError`: {NEW} has no price. You returned {shortened(run.value)}."
    expected, found = _bill(run), _costs(run)
    if found == expected and len(found) == len(run.value):
        return None
    if not isinstance(run.value, dict):
        return f"expected a dictionary of amounts, got {shortened(run.value)}."
    missing, more = expected.keys() - run.value.keys(), run.value.keys() - expected.keys()
    if missing or more:
        which = f"without {shortened(min(missing))}" if missing else f"and one of them is {shortened(min(more))}"
        return f"expected {len(expected)} requests that cost something, got {len(run.value)}, {which}."
    key = next(key for key in expected if expected[key] != found.get(key))
    return f"expected {expected[key]} dollars for {shortened(key)}, got {shortened(found.get(key, run.value[key]))}."


def _has_floats(run: Run) -> bool:
    """Whether an amount is a float, or was one: off by less than any price. A `Decimal` refuses to meet one."""
    if run.observation.raised:
        return has_raised(run, "TypeError") and "Decimal" in run.observation.raised.message
    values = run.value.values() if isinstance(run.value, dict) else ()
    if any(type(value) is float for value in values):
        return True
    if run.case.name == UNPRICED:
        return False
    found, expected = _costs(run), _bill(run)
    return (
        found != expected
        and found.keys() == expected.keys()
        and all(abs(found[key] - cost) < Decimal("1e-12") for key, cost in expected.items())
    )


def _said_cost(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return f"you priced {len(run.value)}" if isinstance(run.value, dict) else "you priced nothing"


def _times(run: Run) -> str:
    """How many times the right total was returned."""
    return f"{sum(_costs(run).values(), Decimal(0)) / sum(_bill(run).values()):.2f}"


CHECK: Final = Check(
    LESSON.exercise("cost_of"),
    cases=_cost_cases,
    right=_wrong_costs,
    said=_said_cost,
    misconceptions=(
        Misconception(
            id="printed_not_returned",
            applies=returned_nothing,
            cause="your function returned `None`. What `print` shows does not reach the code that called you.",
            next_step="End the function with `return` and the dictionary.",
            reread=BILL,
        ),
        Misconception(
            id="floats_for_money",
            applies=_has_floats,
            cause="an amount of yours is a `float`, or was one on its way. Most tenths have no exact float: over a "
            "month the sum is not the one on the invoice, and nobody can say which cent is wrong.",
            next_step="Multiply the counts, which are `int`, with the rates, which are `Decimal`, and divide by the "
            "`int` 1_000_000: nothing else is needed.",
            reread=BILL,
        ),
        Misconception(
            id="every_line_has_usage",
            applies=lambda run: (
                run.case.name in (LEFT, RETRIED, BATCHED, MORNING)
                and has_raised(run, "KeyError", "TypeError", "AttributeError")
            ),
            cause=lambda run: (
                f"you raised `{raised_name(run)}`: a line of an attempt has no `usage` at all, and that of a call "
                "that failed has `None`."
            ),
            next_step='Pass over a line for which `line.get("usage")` is `None`.',
            reread=UNKNOWN,
        ),
        Misconception(
            id="usage_summed",
            applies=_made("summed"),
            cause=lambda run: (
                "a stream tells its usage several times, each time what it has come to **so far**. You added them up, "
                f"and the bill is {_times(run)} times what it should be."
            ),
            next_step="Keep one amount for each request, the highest that it told: the counts never shrink.",
            reread=TOLD,
        ),
        Misconception(
            id="last_line_wins",
            applies=_made("last_line"),
            cause="a line of a stream's beginning came again after its end: a shipper that must not lose a line sends "
            "some twice. You took it for the newest, and the answer cost one token.",
            next_step="Keep the highest amount of a request, not the last: what is counted so far never shrinks.",
            reread=TOLD,
        ),
        Misconception(
            id="cache_left_out",
            applies=_made("no_cache"),
            cause="you priced `input_tokens` and `output_tokens`. What was read from a cache or written to one is in "
            "neither of them, and is billed.",
            next_step="Add `cache_read_input_tokens`, and the two counts in `cache_creation`, each at its own rate.",
            reread=BILL,
        ),
        Misconception(
            id="cache_at_another_price",
            applies=_made("read_at_full_price", "a_tenth_read", "one_price_to_write"),
            cause="a token of the cache has a price of its own: one to read it, one to keep it for five minutes, one "
            "to keep it for an hour. None of them is that of another, and no share holds for every model.",
            next_step="Use `cache_read`, `cache_write_5m` and `cache_write_1h` of the model's rates.",
            reread=BILL,
        ),
        Misconception(
            id="counted_twice",
            applies=_made("writes_twice", "thinking_twice"),
            cause="`usage` says some things twice: `cache_creation_input_tokens` is the sum of the two counts in "
            "`cache_creation`, and the thinking tokens are part of `output_tokens`. You added both.",
            next_step="Price five counts: the input, the output, what was read, and the two that were written.",
            reread=BILL,
        ),
        Misconception(
            id="batch_at_full_price",
            applies=_made("full_price_in_a_batch"),
            cause="the results of a batch cost a share of the standard price, every token of them, and you billed them "
            "in full.",
            next_step='Multiply by `batch_share` where `usage["service_tier"]` is `"batch"`.',
            reread=BILL,
        ),
        Misconception(
            id="leavers_are_free",
            applies=_made("whole_answers_only"),
            cause="you left out what has no stop reason. Somebody left these streams, and all of their input was "
            "read, and is billed, whoever reads the answer.",
            next_step="Price every line that has a `usage`, whether the answer is whole or not.",
            reread=UNKNOWN,
        ),
        Misconception(
            id="zero_for_unknown",
            applies=_made("zero_for_unknown"),
            cause="you say 0 for calls that told nothing. A connection that was lost may well have been answered, and "
            "billed: 0 is a claim, and nobody was told.",
            next_step="Leave out what has no `usage`.",
            reread=UNKNOWN,
        ),
        Misconception(
            id="nameless_dropped",
            applies=_made("nameless_dropped"),
            cause="three answers have no request id, and are not in your bill. They were paid for: the sum is too low, "
            "and that nobody can say by whom is what has to be seen.",
            next_step='Add up what has a usage and no id of any kind under `""`.',
            reread=UNKNOWN,
        ),
        Misconception(
            id="batches_have_no_name",
            applies=lambda run: (
                run.case.name == BATCHED
                and bool(_costs(run))
                and _costs(run) != _bill(run)
                and not any("/" in key for key in _costs(run))
            ),
            cause="the results of a batch are in your bill under no name of their own. No request was sent for each "
            "of them, and the batch's id together with the `custom_id` finds them.",
            next_step="Where there is a `batch_id`, the key is `batch_id`, a slash and `custom_id`.",
            reread=UNKNOWN,
        ),
        Misconception(
            id="unpriced_is_free",
            applies=lambda run: run.case.name == UNPRICED and run.observation.raised is None,
            cause="a model without a price is in the lines, and your function went on. A new model costs nothing in "
            "such a bill, until the invoice comes.",
            next_step='Look the rates up with `prices[line["model"]]`, which raises.',
            reread=BILL,
        ),
        Misconception(
            id="rounded_too_early",
            applies=_made("in_cents"),
            cause="you rounded each amount to cents. Most requests cost less than one: a thousand of them come to "
            "nothing.",
            next_step="Return the exact amounts. Who shows a sum rounds it.",
            reread=BILL,
        ),
    ),
    hints=(
        "Two questions to a line: what does its usage cost, and of which request is it? What a request told twice "
        "counts once.",
        "Five counts have five rates, and a batch a share of them. A line without a `usage` is passed over. Since the "
        "counts of a request never shrink, the highest amount of its lines is its cost.",
        'The shape: for each line with a `usage`: `rates = prices[line["model"]]`; `cost` is the sum of five products '
        'divided by 1_000_000, times `rates.batch_share` where the tier is `"batch"`; the key is the request id, or '
        '`f"{batch_id}/{custom_id}"`, or `""`; for `""` add, for the others keep the `max`.',
    ),
    besides="Ours keeps, of each request, the highest of its lines: a line that comes twice, or late, changes nothing.",
)
