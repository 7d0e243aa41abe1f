"""The check of `run_tools`: a tool loop whose side effects happen once."""

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Inspection, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import has_raised, shortened
from helpers.lessons.idempotency import LESSON
from helpers.lessons.idempotency.checks.shared import (
    KEYS,
    ToolCall,
    call_of,
    count_of_rows,
    draw_payment,
    in_other_words,
    ledger_rows,
    read_ledger,
    said_rows,
)
from helpers.lessons.idempotency.drivers import LEDGER
from helpers.replay import Answer, Fail, Fixture, Scenario, blocks, says
from helpers.replay.scenario import Step

LOOP: Final = "Exercise: run_tools"
SEE: Final = "See it work"
CUT_SHORT: Final = "cut by max_tokens"
CUT_OFF: Final = "cut in mid-stream"
CUT: Final = (CUT_SHORT, CUT_OFF)

CHARGE_TOOL: Final[dict[str, Any]] = {
    "name": "charge",
    "description": "Charge a payment of the shop to the customer's card.",
    "input_schema": {
        "type": "object",
        "properties": {
            "payment": {"type": "string", "description": "The payment's number, as the shop gave it."},
            "amount": {"type": "integer", "description": "Cents."},
            "customer": {"type": "string"},
            "note": {"type": "string", "description": "What the customer reads on the statement."},
        },
        "required": ["payment", "amount"],
    },
}
SEARCH_TOOL: Final[dict[str, Any]] = {"type": "web_search_20250305", "name": "web_search"}


def calling(*calls: ToolCall) -> Fixture:
    """A reply that calls tools."""
    return blocks([{"type": "text", "text": "I charge that now."}, *calls], stop_reason="tool_use")


def paused(source: random.Random) -> Fixture:
    """A reply that the API paused while one of its own tools was at work."""
    search = {**call_of({"query": "exchange rate"}, source, "web_search"), "type": "server_tool_use"}
    return blocks([{"type": "text", "text": "I look up the rate."}, search], stop_reason="pause_turn")


def cut_short(payment: Mapping[str, Any], source: random.Random) -> Fixture:
    """A reply that ended while it wrote a tool call: of the amount the first digits are there."""
    begun = {"payment": payment["payment"], "amount": int(str(payment["amount"])[:2])}
    return blocks(
        [{"type": "text", "text": "I charge that now."}, call_of(begun, source)],
        stop_reason="max_tokens",
    )


def cut_off(call: ToolCall) -> Answer:
    """A stream that ends before the last piece of a tool call's input. (Unstreamed, its JSON can't be read.)"""
    fixture = calling(call)
    counted = [event for event in fixture.events if event.name != "ping"]
    inputs = [place for place, event in enumerate(counted) if "partial_json" in event.data.get("delta", {})]
    return Answer(fixture, ending="truncate", after=inputs[-1])


def _tool_cases(source: random.Random) -> Sequence[Case]:
    first, other = draw_payment(source), draw_payment(source)
    second = {**first, "payment": first["payment"].replace("-1", "-2")}
    again = in_other_words(first)

    def call(payment: Mapping[str, Any]) -> ToolCall:
        return call_of(payment, source)

    lost: tuple[Step, ...] = (Answer(calling(call(first))), *[Fail(529)] * 3, Answer(calling(call(again))))
    return [
        _tool_case("one charge", [Answer(calling(call(other)))], [other]),
        _tool_case("two charges in one reply", [Answer(calling(call(first), call(second)))], [first, second]),
        _tool_case(
            "a charge, then another", [Answer(calling(call(first))), Answer(calling(call(second)))], [first, second]
        ),
        _tool_case("paused by the API", [Answer(paused(source)), Answer(calling(call(first)))], [first]),
        _tool_case("the model repeats itself", [Answer(calling(call(first))), Answer(calling(call(again)))], [first]),
        _tool_case("answer lost, run again", lost, [first], runs=2),
        _tool_case(CUT_SHORT, [Answer(cut_short(other, source))], []),
        _tool_case(CUT_OFF, [cut_off(call(other))], []),
    ]


def _tool_case(name: str, script: Sequence[Step], payments: Sequence[Mapping[str, Any]], runs: int = 1) -> Case:
    numbers = " and ".join(str(payment["payment"]) for payment in payments) or "4821-1"
    scenario = Scenario(name, name, tuple(script), Answer(says("It is paid. Thank you.")))
    tools = [CHARGE_TOOL, SEARCH_TOOL] if name == "paused by the API" else [CHARGE_TOOL]
    messages = [{"role": "user", "content": f"Please charge payment {numbers}."}]
    amounts = sorted((payment["amount"] for payment in payments), key=str)
    return Case(name, scenario, {"messages": messages, "tools": tools, "runs": runs}, {"amounts": amounts})


def _body(run: Run, number: int) -> Mapping[str, Any]:
    body = run.wire[number].body if run.wire else None
    return body if isinstance(body, dict) else {}


def _sent_blocks(run: Run, kind: str) -> list[Mapping[str, Any]]:
    """The blocks of this type in the turns of the last request."""
    contents = [turn.get("content") for turn in _dicts(_body(run, -1).get("messages"))]
    return [block for content in contents for block in _dicts(content) if block.get("type") == kind]


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    """The dictionaries in a list; none where it is no list: a request may hold anything."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _stop_reason(run: Run) -> Any:
    return run.value.get("stop_reason") if isinstance(run.value, dict) else None


def _refused(run: Run) -> str:
    """Why the API refused the last request; empty when it did not."""
    raised = run.observation.raised
    return raised.message if raised is not None and has_raised(run, "BadRequestError") else ""


def _amounts(run: Run) -> list[Any]:
    # By what they look like: what is no number does not compare with one.
    return sorted((row[1] for row in ledger_rows(run)), key=str)


def _offered_less(run: Run) -> bool:
    return not all(same(_body(run, number).get("tools"), run.case.inputs["tools"]) for number in range(len(run.wire)))


def _cut_call_run(run: Run) -> bool:
    return run.case.name in CUT and bool(ledger_rows(run))


def _untold(run: Run) -> Mapping[str, Any] | None:
    """A tool result that the model was sent, and that does not hold a receipt of the ledger; None where all do."""
    receipts = [str(row[2]) for row in ledger_rows(run)]
    results = _sent_blocks(run, "tool_result")
    return next((one for one in results if one.get("is_error") or not _tells(one, receipts)), None)


def _tells(result: Mapping[str, Any], receipts: Sequence[str]) -> bool:
    said = json.dumps(result.get("content"), ensure_ascii=False)
    return any(json.dumps(receipt, ensure_ascii=False)[1:-1] in said for receipt in receipts)


def _right_tools(run: Run) -> str | None:
    if run.case.name in CUT:
        # How to go on is another question: with more room, from the beginning, or by whoever called.
        return "a call that was cut must not be run." if _cut_call_run(run) else None
    if run.observation.raised:
        return f"expected the last message, you raised `{run.observation.raised.type}`."
    if _stop_reason(run) != "end_turn":
        return f"expected the message that ends the turn, got {shortened(run.value)}."
    if not same(_amounts(run), run.case.expected["amounts"]):
        return f"expected charges of {run.case.expected['amounts']} cents in the ledger, found {_amounts(run)}."
    if _offered_less(run):
        return "every request of the loop must offer the tools again."
    return "what a tool result says must be the receipt." if _untold(run) is not None else None


CHECK: Final = Check(
    LESSON.exercise("run_tools"),
    cases=_tool_cases,
    inspect=Inspection((LEDGER,), read_ledger),
    right=_right_tools,
    said=said_rows,
    misconceptions=(
        Misconception(
            id="stopped_at_tool_use",
            applies=lambda run: _stop_reason(run) == "tool_use",
            cause="you returned the message that asks for a tool. Its `stop_reason` is `tool_use`: the turn is not "
            "over, and the customer never hears whether it worked.",
            next_step="Go on while `stop_reason` is `tool_use`: run the tools, send their results, ask again.",
            reread=SEE,
        ),
        Misconception(
            id="pause_as_the_end",
            applies=lambda run: _stop_reason(run) == "pause_turn",
            cause="you returned a message whose `stop_reason` is `pause_turn`. The API took a break in a long turn of "
            "its own tools, and nothing has been charged yet.",
            next_step="Append the assistant's content as it is, and send the request again.",
            reread=LOOP,
        ),
        Misconception(
            id="tools_not_offered_again",
            applies=lambda run: len(run.wire) > 1 and _offered_less(run),
            cause="one of your requests went out without `tools`. The API remembers nothing: a model that is not "
            "offered a tool again can't call it again.",
            next_step="Send `tools=tools` with every request of the loop.",
            reread=LOOP,
        ),
        Misconception(
            id="empty_turn",
            applies=lambda run: "non-empty content" in _refused(run),
            cause="the API answered 400: you sent a user turn with nothing in it. After a pause there are no results "
            "to send.",
            next_step="Append a user turn only when the reply has called tools of yours.",
            reread=LOOP,
        ),
        Misconception(
            id="results_as_text",
            applies=lambda run: "without `tool_result`" in _refused(run) and not _sent_blocks(run, "tool_result"),
            cause="the API answered 400: it found a tool call and no `tool_result` after it. You told the model in "
            "words.",
            next_step="Send blocks of the type `tool_result`, each with the `tool_use_id` of its call.",
            reread=SEE,
        ),
        Misconception(
            id="call_left_out",
            applies=lambda run: "without `tool_result`" in _refused(run) and bool(_sent_blocks(run, "tool_result")),
            cause="the API answered 400: a reply can call several tools, and you sent a result for only one of them.",
            next_step="Go through all of `message.content`, and send every result in one user turn.",
            reread=LOOP,
        ),
        Misconception(
            id="call_turn_left_out",
            applies=lambda run: "unexpected `tool_use_id`" in _refused(run),
            cause="the API answered 400: your result names a tool call that the request does not hold. The model "
            "remembers nothing, not even what it asked for.",
            next_step="Append the assistant's turn, with its whole `content`, before the results.",
            reread=SEE,
        ),
        Misconception(
            id="nothing_charged",
            applies=lambda run: (
                run.case.name not in CUT and run.observation.raised is None and bool(run.wire) and not ledger_rows(run)
            ),
            cause="the model was told that the tool ran, and the ledger is empty.",
            next_step="Call `charge_once` with the ledger for each tool call, and check that function first.",
            reread=LOOP,
        ),
        Misconception(
            id="charged_again",
            applies=lambda run: run.case.name not in CUT and len(ledger_rows(run)) > len(run.case.expected["amounts"]),
            cause=lambda run: (
                f"{count_of_rows(run)} for one payment. The model asked for it twice, with another `tool_use.id` "
                "each time, and your key took them for two."
            ),
            next_step="Charge under `dedup_key(block)`, which is the same whenever the payment is.",
            reread=KEYS,
        ),
        Misconception(
            id="equal_payments_merged",
            applies=lambda run: 0 < len(ledger_rows(run)) < len(run.case.expected["amounts"]),
            cause=lambda run: (
                f"{count_of_rows(run)} for two payments of {run.case.expected['amounts'][0]} cents. They are equal, "
                "and your key took them for one: the shop never gets the second."
            ),
            next_step="Charge under `dedup_key(block)`, which tells two payments apart by their numbers.",
            reread=KEYS,
        ),
        Misconception(
            id="cut_call_run",
            applies=_cut_call_run,
            cause=lambda run: (
                f"a tool call was cut in its middle, and you charged {ledger_rows(run)[0][1]} cents. The SDK makes of "
                "such a call what it can: a block that looks like any other, with what had arrived of its input."
            ),
            next_step="Run tools only where `stop_reason` is `tool_use`: it alone says that the calls are whole.",
            reread=LOOP,
        ),
        Misconception(
            id="receipt_not_told",
            applies=lambda run: run.observation.raised is None and _untold(run) is not None,
            cause=lambda run: (
                f"the payment was charged, and the model was told {shortened((_untold(run) or {}).get('content'))}"
                + (", as an error." if (_untold(run) or {}).get("is_error") else ".")
                + " It goes by that: it tells the customer something else than what happened, or charges again."
            ),
            next_step="Make the receipt that `charge_once` returns the `content` of the result.",
            reread=LOOP,
        ),
    ),
    hints=(
        "It is a loop around one request. Which two stop reasons mean that the turn goes on, and what does each of "
        "them want to be sent?",
        "Begin with a list of your own, `turns = [*messages]`. After every reply that goes on, append the assistant's "
        "turn with the whole `message.content`; after a tool call append one user turn with all the results.",
        "A result is `{'type': 'tool_result', 'tool_use_id': block.id, 'content': charge_once(ledger, "
        "dedup_key(block), block.input['amount'])}`, made only where `stop_reason` is `tool_use`: else the call may be "
        "cut. Return the message whose `stop_reason` is neither that nor `pause_turn`.",
    ),
    besides="Ours adds its turns to a copy of `messages`, so that the caller's list is as it was when it is run again.",
)
