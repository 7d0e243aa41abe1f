"""Exercises of lesson 03, after the batch has ended: its results, and what it saved."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpers.exercises.batch_requests import LESSON, raised, raised_name
from helpers.exercises.exact import number
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import shortened
from helpers.exercises.words import draw_answer
from helpers.prices import BATCH_SHARE, Price
from helpers.replay import Answer, Scenario
from helpers.replay.batches import EXCERPT
from helpers.settings import MODEL

RESULTS: Final = "Results come in any order"
MONEY: Final = "Half the price"

# collect

ALL: Final = "all succeeded"
MIXED: Final = "one of each"
LATE: Final = "mostly expired"
KINDS: Final = ("expired", "canceled", "api_error", "overloaded_error")
AT_FAULT: Final = "at fault"


def _collect_cases(source: random.Random) -> Sequence[Case]:
    return [
        _collect_case(ALL, source, 5),
        _collect_case(MIXED, source, 12, *KINDS, AT_FAULT),
        _collect_case(LATE, source, 9, *["expired"] * 6, "canceled"),
    ]


def _collect_case(name: str, source: random.Random, count: int, *troubles: str) -> Case:
    keys = [f"doc-{number}" for number in source.sample(range(1000, 9999), count)]
    kinds = dict(zip(source.sample(keys, len(troubles)), troubles, strict=True))
    texts = {key: draw_answer(source) for key in keys}
    requests = [_request(key, text, at_fault=kinds.get(key) == AT_FAULT) for key, text in texts.items()]
    outcomes = {key: kind for key, kind in kinds.items() if kind != AT_FAULT}
    scenario = Scenario(name, name, then=Answer(), batch_outcomes=outcomes)
    summaries = {key: f"In short: {text[:EXCERPT]}" for key, text in texts.items() if key not in kinds}
    again = [key for key, kind in kinds.items() if kind not in ("canceled", AT_FAULT)]
    return Case(name, scenario, {"requests": requests}, {"texts": summaries, "again": again, "kinds": kinds})


def _request(key: str, text: str, *, at_fault: bool) -> dict[str, Any]:
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
    if at_fault:
        del params["max_tokens"]
    return {"custom_id": key, "params": params}


def end_and_collect(function: Callable[..., Any], stage: Stage) -> Any:
    """Create a batch, see it end, then call `function(client, batch_id)`."""
    batch = stage.client.messages.batches.create(requests=stage.inputs["requests"])
    stage.client.messages.batches.retrieve(batch.id)
    return function(stage.client, batch_id=batch.id)


def _texts(run: Run) -> Mapping[str, Any]:
    value = run.value
    return value[0] if isinstance(value, list) and len(value) == 2 and isinstance(value[0], dict) else {}


def _again(run: Run) -> list[Any]:
    value = run.value
    return value[1] if isinstance(value, list) and len(value) == 2 and isinstance(value[1], list) else []


def _wrong_results(run: Run) -> str | None:
    expected = run.case.expected
    if run.value is None or not isinstance(run.value, list) or len(run.value) != 2:
        return f"expected the texts and the ids, as a tuple of two, got {shortened(run.value)}."
    if _texts(run) != expected["texts"]:
        return f"expected the texts of {len(expected['texts'])} results by custom id, got {shortened(run.value[0])}."
    if sorted(map(str, _again(run))) != sorted(expected["again"]):
        return f"expected {shortened(sorted(expected['again']))} to be sent again, got {shortened(run.value[1])}."
    return None


def _ids_of(run: Run, *kinds: str) -> set[str]:
    """The custom ids of the requests that ended like this."""
    return {key for key, kind in run.case.expected["kinds"].items() if kind in kinds}


def _has_lists(run: Run) -> bool:
    return isinstance(run.value, list) and len(run.value) == 2 and isinstance(run.value[1], list)


def _sent_again(run: Run, *kinds: str) -> bool:
    return bool(_ids_of(run, *kinds).intersection(map(str, _again(run))))


def _forgotten(run: Run, *kinds: str) -> bool:
    return _has_lists(run) and bool(_ids_of(run, *kinds).difference(map(str, _again(run))))


def _said_results(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    return f"{len(_texts(run))} texts, {len(_again(run))} to send again"


COLLECT: Final = Exercise(
    name="collect",
    lesson=LESSON,
    parameters=("client", "batch_id"),
    cases=_collect_cases,
    driver=end_and_collect,
    right=_wrong_results,
    said=_said_results,
    misconceptions=(
        Misconception(
            id="every_result_has_a_message",
            applies=lambda run: raised(run, "AttributeError") and run.case.name in (MIXED, LATE),
            cause="your code read `message` of a result that has none. Only a result of the type `succeeded` has one; "
            "here a single expired request made you lose all the others, which are paid for.",
            next_step="Look at `entry.result.type` first.",
            reread=RESULTS,
        ),
        Misconception(
            id="keyed_by_position",
            applies=lambda run: bool(_texts(run)) and not set(_texts(run)).intersection(run.case.expected["texts"]),
            cause=lambda run: (
                f"your texts have keys such as {shortened(next(iter(_texts(run))))}, which are none of the custom ids. "
                "Results come in any order, so a place in them says nothing, and a message's id is new to you."
            ),
            next_step="Use `entry.custom_id` as the key.",
            reread=RESULTS,
        ),
        Misconception(
            id="failure_as_text",
            applies=lambda run: bool(set(_texts(run)).intersection(run.case.expected["kinds"])),
            cause="your texts hold entries for requests that brought none. Whoever reads them takes an empty text or "
            "an error's words for a summary.",
            next_step="Put only results of the type `succeeded` among the texts.",
            reread=RESULTS,
        ),
        Misconception(
            id="failures_forgotten",
            applies=lambda run: run.case.name == MIXED and _has_lists(run) and not _again(run),
            cause=lambda run: (
                f"{len(run.case.expected['kinds'])} requests did not succeed, and you named none of them. "
                f"{len(run.case.expected['again'])} of them only need to be sent again."
            ),
            next_step="Note the custom ids of those that expired, and of those that the platform failed.",
            reread=RESULTS,
        ),
        Misconception(
            id="request_at_fault_sent_again",
            applies=lambda run: _sent_again(run, AT_FAULT),
            cause="you want to send a request again that is itself at fault (`invalid_request_error`). It is going to "
            "come back the same way, a batch later.",
            next_step="Look at `entry.result.error.error.type` of an errored result.",
            reread=RESULTS,
        ),
        Misconception(
            id="canceled_sent_again",
            applies=lambda run: _sent_again(run, "canceled"),
            cause="you want to send a request again that was canceled. Somebody wanted it not to run.",
            next_step="Leave the canceled ones out.",
            reread=RESULTS,
        ),
        Misconception(
            id="expired_forgotten",
            applies=lambda run: run.case.name in (MIXED, LATE) and _forgotten(run, "expired"),
            cause="expired requests are missing from your list. Nothing is wrong with them: the 24 hours were over "
            "before their turn came.",
            next_step="Put results of the type `expired` on the list.",
            reread=RESULTS,
        ),
        Misconception(
            id="platform_errors_forgotten",
            applies=lambda run: run.case.name == MIXED and _forgotten(run, "api_error", "overloaded_error"),
            cause="an errored request is missing from your list whose error is the platform's, not yours: `api_error` "
            "or `overloaded_error`. The same request can succeed next time.",
            next_step="Of the errored results, leave out only those that are themselves at fault.",
            reread=RESULTS,
        ),
    ),
    hints=(
        "Go through `client.messages.batches.results(batch_id)` once. Each entry has a `custom_id` and a `result`, and "
        "`result.type` is one of four.",
        "`succeeded` has `result.message`. `expired` goes on the list. `errored` has `result.error.error.type`: what "
        "does it say about whose fault it was? `canceled` is left out.",
        "`match entry.result.type:` with three cases: join the text blocks of `entry.result.message`; append for "
        '`"expired"`; append for `"errored"` if `entry.result.error.error.type != "invalid_request_error"`.',
    ),
)


# batch_savings

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


def call_with_price(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(input_tokens, output_tokens, price)`."""
    inputs = stage.inputs
    return function(inputs["input_tokens"], inputs["output_tokens"], Price(**inputs["price"]))


def _saved(run: Run) -> float:
    return float(run.case.expected["input"] + run.case.expected["output"])


def _is(run: Run, amount: float) -> bool:
    returned = number(run.value)
    return returned is not None and math.isclose(returned, amount, rel_tol=1e-6)


def _wrong_savings(run: Run) -> str | None:
    return None if _is(run, _saved(run)) else f"expected {_saved(run)!r} dollars, got {shortened(run.value)}."


def _factor(run: Run) -> float:
    """How many times too much was returned."""
    return (number(run.value) or 0.0) / _saved(run)


BATCH_SAVINGS: Final = Exercise(
    name="batch_savings",
    lesson=LESSON,
    parameters=("input_tokens", "output_tokens", "price"),
    cases=_savings_cases,
    driver=call_with_price,
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
)


def _is_rounded(run: Run) -> bool:
    return number(run.value) in (0.0, round(_saved(run), 2), round(_saved(run), 3))
