"""The check of `ask_with_fallback`: another model, when one is overloaded."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.facts.models import MODELS
from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.mistakes import first_block, own_prompt
from helpers.judging.reading import has_raised, raised_name, returned_nothing, said_returned, shortened, whole_text
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.retries import LESSON
from helpers.lessons.retries.checks.shared import draw_texts, in_blocks
from helpers.replay import Answer, Fail, Scenario, says
from helpers.replay.scenario import Step
from helpers.settings import DEFAULT_MODEL, MODEL

FALLBACK: Final = "With what else"
FIRST: Final = "the first answers"
SECOND: Final = "the first is overloaded"
NONE: Final = "all are overloaded"
NO_MODELS: Final = "no models"
BLOCKS: Final = "an answer in blocks"
NOT_OVERLOADED: Final = ("400", "rate limited", "server error", "another error")
OTHERS: Final = (401, 403, 404, 409, 413, 504)


def _known_models() -> Sequence[str]:
    """Those released since the course's own, which the SDK will not call deprecated for a while."""
    own = MODELS[DEFAULT_MODEL].created or ""
    return sorted(name for name, facts in MODELS.items() if (facts.created or "") > own and name != MODEL)


def _fallback_cases(source: random.Random) -> Sequence[Case]:
    statuses = (400, 429, 500, source.choice(OTHERS))
    return [
        _fallback_case(FIRST, source, asked=1),
        _fallback_case(BLOCKS, source, asked=1, texts=draw_texts(source)),
        _fallback_case(SECOND, source, Fail(529), asked=2),
        _fallback_case(NONE, source, then=Fail(529), asked=3, answered=False),
        *(
            _fallback_case(name, source, then=Fail(status), asked=1, answered=False)
            for name, status in zip(NOT_OVERLOADED, statuses, strict=True)
        ),
        _fallback_case(NO_MODELS, source, asked=0, answered=False),
    ]


def _fallback_case(
    name: str,
    source: random.Random,
    *script: Step,
    asked: int,
    then: Step | None = None,
    answered: bool = True,
    texts: Sequence[str] = (),
) -> Case:
    told = texts or [draw_answer(source)]
    models = source.sample(_known_models(), 3 if asked else 0)
    scenario = Scenario(name, name, script, then or Answer(in_blocks(texts) if texts else says(told[0])))
    expected = {"texts": told, "answered": answered, "asked": models[:asked]}
    return Case(name, scenario, {"prompt": draw_prompt(source), "models": models}, expected)


def _asked_models(run: Run) -> list[str]:
    """Their names. What was sent besides is no model, whatever it is."""
    return [str(one.body.get("model", "")) if isinstance(one.body, dict) else "" for one in run.wire]


def _right_fallback(run: Run) -> str | None:
    asked = _asked_models(run)
    if asked != run.case.expected["asked"]:
        return f"expected requests to {run.case.expected['asked']}, got {asked}."
    if run.case.expected["answered"]:
        if run.value != whole_text(run):
            got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"got {shortened(run.value)}"
            return f"expected the answer {shortened(whole_text(run))}, {got}."
    elif run.case.name == NO_MODELS:
        if not has_raised(run, "ValueError"):
            got = f"you raised `{raised_name(run)}`" if run.observation.raised else f"got {shortened(run.value)}"
            return f"expected a `ValueError`, because there is no model to ask; {got}."
    elif not has_raised(run, "APIError"):
        return f"expected the SDK's error, because no answer came; got {shortened(run.value)}."
    return None


def _others_asked(run: Run) -> bool:
    return run.case.name in NOT_OVERLOADED and len(set(_asked_models(run))) > 1


CHECK: Final = Check(
    LESSON.exercise("ask_with_fallback"),
    cases=_fallback_cases,
    right=_right_fallback,
    said=said_returned,
    misconceptions=(
        Misconception(
            id="stacked_retries",
            applies=lambda run: any(one.retry_count for one in run.wire),
            cause=lambda run: (
                f"{len(run.wire)} requests went out to {len(set(_asked_models(run)))} of the models: the SDK tries "
                "each of them three times before you hear of it. The customer waits for all of that."
            ),
            next_step="Ask with `client.with_options(max_retries=0)`: the next model is your retry.",
            reread=FALLBACK,
        ),
        Misconception(
            id="one_model_for_all",
            applies=lambda run: bool(run.wire) and not set(_asked_models(run)) <= set(run.case.inputs["models"]),
            cause=lambda run: (
                f"you asked `{_asked_models(run)[0]}`, which is not among the models that you were given."
            ),
            next_step="Give each request the model of this round of the loop.",
            reread=FALLBACK,
        ),
        Misconception(
            id="no_fallback",
            applies=lambda run: run.case.name == SECOND and len(run.wire) == 1 and has_raised(run, "OverloadedError"),
            cause="the first model was overloaded, and its error left your function. The second was never asked.",
            next_step="Catch the 529 where it is raised: it is an `anthropic.OverloadedError`, not a `RateLimitError`.",
            reread=FALLBACK,
        ),
        Misconception(
            id="fell_back_on_anything",
            applies=_others_asked,
            cause=lambda run: (
                f"the answer was {run.wire[0].status}, and you asked {len(set(_asked_models(run)))} models. "
                "Another model does not mend your request, and hides from you what went wrong."
            ),
            next_step="Catch `anthropic.OverloadedError`, and nothing above it.",
            reread=FALLBACK,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.name == NONE and run.observation.raised is None,
            cause=lambda run: (
                f"all models were overloaded, and you returned {shortened(run.value)}. "
                "Whoever called you takes that for an answer."
            ),
            next_step="When the last model is overloaded too, raise its error.",
            reread=FALLBACK,
        ),
        Misconception(
            id="printed_not_returned",
            applies=lambda run: run.case.name == FIRST and returned_nothing(run),
            cause="your function returned `None`. What `print` shows does not reach the code that called you.",
            next_step="End the function with `return` and the text.",
            reread=FALLBACK,
        ),
        own_prompt(FALLBACK),
        first_block(FALLBACK),
        Misconception(
            id="no_model_to_ask",
            applies=lambda run: run.case.name == NO_MODELS and not has_raised(run, "ValueError"),
            cause=lambda run: (
                "the list of models was empty, and "
                + (
                    f"what left your function was `{raised_name(run)}`, which names a slip in it and not its cause."
                    if run.observation.raised
                    else f"you returned {shortened(run.value)}: whoever called you takes that for an answer."
                )
            ),
            next_step='Say so first: `if not models: raise ValueError("no model to ask")`.',
            reread=FALLBACK,
        ),
    ),
    hints=(
        "A loop over `models`, one request in each round. Which of the SDK's exceptions means overloaded, and which "
        "are above it and mean more?",
        "`client.with_options(max_retries=0)` sends one request. `except anthropic.OverloadedError` goes on to the "
        "next model; every other error goes up. And after the last one?",
        "The shape: `for model in models:` with a `try` that returns the joined text blocks, and "
        "`except anthropic.OverloadedError as error: overloaded = error`; after the loop `raise overloaded`. "
        "Without any model there is none to raise: say so first.",
    ),
    besides="Ours says so where there is no model to ask, with a `ValueError` rather than with a variable that "
    "was never set.",
)
