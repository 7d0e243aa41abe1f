"""The check of `call_once`: a call that retries no 4xx."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import calls_made, shortened, text_in
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.errors import LESSON
from helpers.replay import Answer, Fail, Scenario, says
from helpers.replay.scenario import Step
from helpers.settings import MODEL

RETRYING: Final = "Retrying a 4xx"
GOOD: Final = "answered"
BUSY: Final = "529, 529, answered"
LIMITED: Final = "429, answered"
OVERLOADED: Final = "529, always"
FINAL: Final = ("400", "401", "404")
SDK_ATTEMPTS: Final = 3


def _cases(source: random.Random) -> Sequence[Case]:
    return [
        _case(GOOD, source),
        _case(LIMITED, source, Fail(429, headers={"retry-after": "7"})),
        _case(BUSY, source, Fail(529), Fail(529)),
        _case(OVERLOADED, source, then=Fail(529)),
        # Even where a second attempt would be answered: nobody can know that, and nearly always it is not.
        *(_case(status, source, Fail(int(status))) for status in FINAL),
    ]


def _case(name: str, source: random.Random, *script: Step, then: Step | None = None) -> Case:
    text = draw_answer(source)
    inputs = {
        "model": MODEL,
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": draw_prompt(source)}],
        "metadata": {"user_id": f"user-{source.randrange(1000, 9999)}"},
    }
    fails = name == OVERLOADED or name in FINAL
    return Case(name, Scenario(name, name, script, then or Answer(says(text))), inputs, {"text": text, "fails": fails})


def _wrong_call(run: Run) -> str | None:
    if run.case.expected["fails"]:
        if run.observation.raised is None:
            return f"expected the SDK's error, got {shortened(run.value)}."
        return None if "APIStatusError" in run.observation.raised.families else "expected the SDK's error."
    if _text(run) != run.case.expected["text"]:
        return f"expected the message that was answered, got {_got(run)}."
    if not same([one.body for one in run.wire[:1]], [dict(run.case.inputs)]):
        return "what was sent is not what your function was given."
    return None


def _text(run: Run) -> str | None:
    return text_in(run.value)


def _got(run: Run) -> str:
    return f"`{run.observation.raised.type}`" if run.observation.raised else shortened(run.value)


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return "you returned the message" if _text(run) else "you returned no message"


def _is_other_error(run: Run) -> bool:
    raised = run.observation.raised
    return run.case.expected["fails"] and raised is not None and "APIStatusError" not in raised.families


def _status(run: Run) -> Any:
    return run.wire[-1].status if run.wire else None


CHECK: Final = Check(
    LESSON.exercise("call_once"),
    cases=_cases,
    right=_wrong_call,
    said=_said,
    misconceptions=(
        Misconception(
            id="retried_4xx",
            applies=lambda run: run.case.name in FINAL and len(run.wire) > 1,
            cause=lambda run: (
                f"you sent the same request {len(run.wire)} times although the first answer was a {run.case.name}. "
                "It is at fault itself: only somebody who changes it can help, and you keep that from happening."
            ),
            next_step="Take the loop away. What can be retried, the SDK has retried before you see an error.",
            reread=RETRYING,
        ),
        Misconception(
            id="stacked_retries",
            applies=lambda run: calls_made(run) > 1 and len(run.wire) > SDK_ATTEMPTS,
            cause=lambda run: (
                f"you sent {len(run.wire)} requests to an API that has too much to do. Each round of your loop is "
                "three requests: the SDK tries twice more by itself."
            ),
            next_step="Take the loop away, and let the error through.",
            reread=RETRYING,
        ),
        Misconception(
            id="retries_switched_off",
            applies=lambda run: run.case.name in (LIMITED, BUSY) and run.observation.raised is not None,
            cause=lambda run: (
                f"you gave up after {len(run.wire)} request{'' if len(run.wire) == 1 else 's'} with a {_status(run)}, "
                "and the next one would have been answered. Not retrying a 4xx does not mean retrying nothing."
            ),
            next_step="Leave the client's `max_retries` as it is: the SDK tells the passing errors from the others.",
            reread=RETRYING,
        ),
        Misconception(
            id="error_swallowed",
            applies=lambda run: run.case.expected["fails"] and run.observation.raised is None,
            cause=lambda run: (
                f"the answer was a {_status(run)}, and you returned {shortened(run.value)}. Whoever called you does "
                "not learn what is wrong with the request."
            ),
            next_step="Leave the exception alone: it carries the type, the message and the request id.",
            reread=RETRYING,
        ),
        Misconception(
            id="error_replaced",
            applies=_is_other_error,
            cause=lambda run: (
                f"the SDK's error went in, and `{_got(run).strip('`')}` came out. The status, the type and the request "
                "id are gone, or in a text that nobody can ask."
            ),
            next_step="Let the SDK's error through as it is.",
            reread=RETRYING,
        ),
        Misconception(
            id="params_not_passed_on",
            applies=lambda run: bool(run.wire) and not same(run.wire[0].body, dict(run.case.inputs)),
            cause="the request is not the one that your function was given: a parameter is missing, new or changed.",
            next_step="Pass them on with `**params`.",
            reread=RETRYING,
        ),
    ),
    hints=(
        "This function has less in it than you expect. Who tries again already?",
        "No loop, no `try`, no `max_retries`.",
        "One line: `return client.messages.create(**params)`. (Ours looks besides whether what came is a `Message`: "
        "a page with the status 200 raises nothing.)",
    ),
    besides="Ours looks at what came, too: of a page with the status 200, as a captive portal sends it, it says "
    "that it is no message.",
)
