"""The check of `dedup_key`: a key that is the same for the same charge."""

import copy
import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import noted, shortened
from helpers.lessons.idempotency import LESSON
from helpers.lessons.idempotency.checks.shared import KEYS, ToolCall, call_of, draw_payment, in_other_words
from helpers.replay import Scenario

WHICH_KEY: Final = "Understand what a key may hold"
SAME: Final = "the same reply again"
REWORDED: Final = "the model is asked again"
SECOND: Final = "a second, equal payment"
REFUND: Final = "a charge and its refund"


def _key_cases(source: random.Random) -> Sequence[Case]:
    first = draw_payment(source, 1)
    again, refund = in_other_words(first), dict(first)
    second = {**first, "payment": first["payment"].replace("-1", "-2")}
    call = call_of(first, source)
    return [
        _key_case(SAME, [call, copy.deepcopy(call)], same=True),
        _key_case(REWORDED, [call, call_of(again, source)], same=True),
        _key_case(SECOND, [call, call_of(second, source)], same=False),
        _key_case(REFUND, [call, call_of(refund, source, "refund")], same=False),
    ]


def _key_case(name: str, calls: Sequence[ToolCall], *, same: bool) -> Case:
    return Case(name, Scenario(name, "no request is expected"), {"calls": list(calls)}, {"same": same})


def _keys(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else []


def _same(run: Run) -> bool:
    keys = _keys(run)
    return len(keys) == 2 and keys[0] == keys[1]


def _is_text(run: Run) -> bool:
    keys = _keys(run)
    return len(keys) == 2 and all(isinstance(key, str) and key for key in keys)


def _differs(run: Run, case: str) -> bool:
    return run.case.name == case and _is_text(run) and not _same(run)


def _holds_ids(run: Run) -> bool:
    return all(call["id"] in key for call, key in zip(run.case.inputs["calls"], _keys(run), strict=True))


def _differs_elsewhere(run: Run) -> bool:
    """Whether another process, a day later, makes other keys of the same calls, or would."""
    keys = noted(run, "elsewhere")
    return _is_text(run) and (keys != _keys(run) or noted(run, "of_this_process") is True)


def _elsewhere(run: Run) -> str:
    keys = noted(run, "elsewhere")
    if isinstance(keys, list) and keys and keys != _keys(run):
        return f"{shortened(_keys(run)[0])} here, and {shortened(keys[0])} in another process, a day later"
    return f"{shortened(_keys(run)[0])}, which holds what this process made up when it began"


def _right_keys(run: Run) -> str | None:
    expected = "the same key twice" if run.case.expected["same"] else "two different keys"
    if not (_is_text(run) and _same(run) is run.case.expected["same"]):
        return f"expected {expected}, as text, got {shortened(run.value, 120)}."
    if _differs_elsewhere(run):
        return f"expected the same keys wherever and whenever they are made: got {_elsewhere(run)}."
    return None


def _said_key(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return "no text" if not _is_text(run) else "one key" if _same(run) else "two keys"


CHECK: Final = Check(
    LESSON.exercise("dedup_key"),
    cases=_key_cases,
    right=_right_keys,
    said=_said_key,
    again=dict.fromkeys((SAME, REWORDED, SECOND, REFUND), 4),
    misconceptions=(
        Misconception(
            id="not_text",
            applies=lambda run: len(_keys(run)) == 2 and not _is_text(run),
            cause=lambda run: (
                f"your key is {shortened(_keys(run)[0])}, which is no text. It goes into a column of the ledger. And "
                "what Python's `hash()` gives is another number in every process."
            ),
            next_step="Return a `str` made of what the call says.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="new_every_time",
            applies=lambda run: _differs(run, SAME),
            cause=lambda run: (
                f"the very same tool call got {shortened(_keys(run)[0])} and {shortened(_keys(run)[1])}: your key "
                "holds the time or something random. A retry comes later, in another process, and is a new charge to "
                "it."
            ),
            next_step="Make the key of nothing but what the call itself holds.",
            reread=KEYS,
        ),
        Misconception(
            id="of_this_process",
            applies=_differs_elsewhere,
            cause=lambda run: (
                f"the very same tool call got {_elsewhere(run)}. `hash()` of a text is salted anew in every process, a "
                "process id is given anew, an hour passes: a retry comes from another worker, after a restart or after "
                "midnight, and is a new charge to it."
            ),
            next_step="Make the key of nothing but what the call itself holds; `hashlib.sha256`, if it must be short.",
            reread=KEYS,
        ),
        Misconception(
            id="tool_use_id",
            applies=lambda run: _differs(run, REWORDED) and _holds_ids(run),
            cause="your key is made of `tool_use.id`. The answer was lost, the model was asked again, and its new "
            "reply has a new id for the same payment.",
            next_step="Take what the shop knew before the model was asked: the payment's own number.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="wording_included",
            applies=lambda run: _differs(run, REWORDED) and not _holds_ids(run),
            cause=lambda run: (
                "your key is made of all the arguments. Asked again, the model worded the note anew, from "
                f"{shortened(run.case.inputs['calls'][0]['input']['note'])} to "
                f"{shortened(run.case.inputs['calls'][1]['input']['note'])}, and the customer pays twice."
            ),
            next_step="Leave out what the model words: keep the payment's number.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="equal_payments_merged",
            applies=lambda run: run.case.name == SECOND and _is_text(run) and _same(run),
            cause="two payments that happen to be equal, the first and the second instalment, got the same key. "
            "The second one is never charged, and nobody is told.",
            next_step="Put what tells the two apart into the key: the payment's own number.",
            reread=KEYS,
        ),
        Misconception(
            id="tool_forgotten",
            applies=lambda run: run.case.name == REFUND and _is_text(run) and _same(run),
            cause="the refund of a payment got the key of its charge. The ledger says that it is done already, "
            "and the customer never sees the money.",
            next_step="Put `tool_use.name` into the key as well.",
            reread=WHICH_KEY,
        ),
    ),
    hints=(
        "Ask of each thing in the block: who made it, and when? What the model made, or the API, is new when the model "
        "is asked again.",
        "One field of `tool_use.input` was in the shop's books before the model was asked. And two tools may be called "
        "for the same payment.",
        "The whole function can be `return f\"{tool_use.name}:{tool_use.input['payment']}\"`.",
    ),
    besides="Ours puts the tool's name first, so that whoever reads the ledger sees what was done under a key.",
)
