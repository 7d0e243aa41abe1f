"""Exercises of lesson 07: safe to run twice."""

import copy
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from anthropic import APIError
from anthropic.types import ToolUseBlock

from helpers.exercises.exact import same
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.tables import rows_of
from helpers.replay import Answer, Fail, Fixture, Scenario, blocks, says
from helpers.replay.scenario import Step

LESSON: Final = "07_idempotency"
CUSTOMERS: Final = ("Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia")
NOTES: Final = ("Second instalment", "Instalment no. 2", "2nd part of the payment", "Instalment, as agreed")
LEDGER: Final = "ledger.db"

KEYS: Final = "Break it with eight keys"
WHICH_KEY: Final = "Understand what a key may hold"
DATABASE: Final = "Let the database decide"
DEATH: Final = "The process dies"
LOOP: Final = "Exercise: run_tools"
SEE: Final = "See it work"

ToolCall = dict[str, Any]


def draw_payment(source: random.Random, number: int = 1) -> dict[str, Any]:
    """What a charge is made with: the payment's own number, the amount in cents, the customer and a note."""
    return {
        "payment": f"{source.randrange(1000, 9999)}-{number}",
        "amount": source.randrange(500, 50_000),
        "customer": source.choice(CUSTOMERS),
        "note": source.choice(NOTES),
    }


def call_of(payment: Mapping[str, Any], source: random.Random, tool: str = "charge") -> ToolCall:
    """A tool call as a reply holds it: its id is new every time."""
    return {"type": "tool_use", "id": f"toolu_{source.getrandbits(64):016x}", "name": tool, "input": dict(payment)}


def in_other_words(payment: Mapping[str, Any]) -> dict[str, Any]:
    """The same payment, as the model words it when it is asked again: another note, another order."""
    note = NOTES[(NOTES.index(payment["note"]) + 1) % len(NOTES)]
    return dict(reversed({**payment, "note": note}.items()))


def _quoted(value: Any, length: int = 60) -> str:
    shown = repr(value)
    return f"`{shown if len(shown) <= length else shown[: length - 1] + '…'}`"


def _raised(run: Run, *families: str) -> bool:
    raised = run.observation.raised
    return raised is not None and any(family in raised.families for family in families)


# dedup_key


def _key_cases(source: random.Random) -> Sequence[Case]:
    first = draw_payment(source, 1)
    again, refund = in_other_words(first), dict(first)
    second = {**first, "payment": first["payment"].replace("-1", "-2")}
    call = call_of(first, source)
    return [
        _key_case("the same reply again", [call, copy.deepcopy(call)], same=True),
        _key_case("the model is asked again", [call, call_of(again, source)], same=True),
        _key_case("a second, equal payment", [call, call_of(second, source)], same=False),
        _key_case("a charge and its refund", [call, call_of(refund, source, "refund")], same=False),
    ]


def _key_case(name: str, calls: Sequence[ToolCall], *, same: bool) -> Case:
    return Case(name, Scenario(name, "no request is expected"), {"calls": list(calls)}, {"same": same})


def _call_with_blocks(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(block)` for each tool call, and note what a clock said meanwhile."""
    stage.notes["seconds"] = int(time.time())
    stage.notes["today"] = time.strftime("%Y-%m-%d")
    return [function(ToolUseBlock.model_validate(call)) for call in stage.inputs["calls"]]


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


def _holds_time(run: Run) -> bool:
    """Whether a key says when it was made, so that a retry tomorrow, or in a second, makes another one."""
    notes = run.observation.notes
    seconds = notes.get("seconds", 0)
    moments = (str(notes.get("today")), str(notes.get("today")).replace("-", ""), *map(str, (seconds, seconds + 1)))
    return _is_text(run) and any(moment in key for moment in moments for key in _keys(run))


def _right_keys(run: Run) -> str | None:
    expected = "the same key twice" if run.case.expected["same"] else "two different keys"
    if _is_text(run) and _same(run) is run.case.expected["same"]:
        return None
    return f"expected {expected}, as text, got {_quoted(run.value, 120)}."


def _said_key(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    return "no text" if not _is_text(run) else "one key" if _same(run) else "two keys"


DEDUP_KEY: Final = Exercise(
    name="dedup_key",
    lesson=LESSON,
    parameters=("tool_use",),
    cases=_key_cases,
    driver=_call_with_blocks,
    right=_right_keys,
    said=_said_key,
    misconceptions=(
        Misconception(
            id="not_text",
            applies=lambda run: len(_keys(run)) == 2 and not _is_text(run),
            cause=lambda run: (
                f"your key is {_quoted(_keys(run)[0])}, which is no text. It goes into a column of the ledger. And "
                "what Python's `hash()` gives is another number in every process."
            ),
            next_step="Return a `str` made of what the call says.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="new_every_time",
            applies=lambda run: _differs(run, "the same reply again") or _holds_time(run),
            cause=lambda run: (
                f"the very same tool call got {_quoted(_keys(run)[0])} and {_quoted(_keys(run)[1])}: your key holds "
                "the time or something random. A retry comes later, in another process, and is a new charge to it."
            ),
            next_step="Make the key of nothing but what the call itself holds.",
            reread=KEYS,
        ),
        Misconception(
            id="tool_use_id",
            applies=lambda run: _differs(run, "the model is asked again") and _holds_ids(run),
            cause="your key is made of `tool_use.id`. The answer was lost, the model was asked again, and its new "
            "reply has a new id for the same payment.",
            next_step="Take what the shop knew before the model was asked: the payment's own number.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="wording_included",
            applies=lambda run: _differs(run, "the model is asked again") and not _holds_ids(run),
            cause=lambda run: (
                "your key is made of all the arguments. Asked again, the model worded the note anew, from "
                f"{_quoted(run.case.inputs['calls'][0]['input']['note'])} to "
                f"{_quoted(run.case.inputs['calls'][1]['input']['note'])}, and the customer pays twice."
            ),
            next_step="Leave out what the model words: keep the payment's number.",
            reread=WHICH_KEY,
        ),
        Misconception(
            id="equal_payments_merged",
            applies=lambda run: run.case.name == "a second, equal payment" and _is_text(run) and _same(run),
            cause="two payments that happen to be equal, the first and the second instalment, got the same key. "
            "The second one is never charged, and nobody is told.",
            next_step="Put what tells the two apart into the key: the payment's own number.",
            reread=KEYS,
        ),
        Misconception(
            id="tool_forgotten",
            applies=lambda run: run.case.name == "a charge and its refund" and _is_text(run) and _same(run),
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
)


# charge_once


def _charge_cases(source: random.Random) -> Sequence[Case]:
    return [
        _charge_case("called twice", source),
        _charge_case("two payments, one amount", source, payments=2),
        _charge_case("charged by another process", source),
        _charge_case("two threads", source),
        _charge_case("died after the commit", source),
    ]


def _charge_case(name: str, source: random.Random, payments: int = 1) -> Case:
    payment = draw_payment(source)
    keys = [f"charge:{payment['payment'][:-1]}{number}" for number in range(1, payments + 1)]
    receipt = f"receipt-{source.getrandbits(32):08x}" if name == "charged by another process" else None
    inputs = {"happening": name, "keys": keys, "amount": payment["amount"], "receipt": receipt}
    rows = [[key, payment["amount"]] for key in keys]
    return Case(name, Scenario(name, "no request is expected"), inputs, {"rows": rows, "receipt": receipt})


def _call_with_ledger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(db, key, amount)` as often as the case names, and in its circumstances. Returns the receipts."""
    # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
    from helpers.ledger import die_after_commit, open_ledger, race

    keys, amount = stage.inputs["keys"], stage.inputs["amount"]
    path = stage.folder / LEDGER
    open_ledger(path).close()

    def once(key: str) -> Any:
        with closing(open_ledger(path)) as db:
            return function(db, key, amount)

    match stage.inputs["happening"]:
        case "two threads":
            parts = race(path, lambda db: function(db, keys[0], amount))
            for part in parts:
                if part.error is not None:
                    raise part.error
            return [part.value for part in parts]
        case "died after the commit":
            die_after_commit(path, lambda db: function(db, keys[0], amount))
            return [once(keys[0])]
        case "charged by another process":
            with closing(open_ledger(path)) as db, db:
                db.execute("INSERT INTO charges VALUES (?, ?, ?)", (keys[0], amount, stage.inputs["receipt"]))
            return [once(keys[0])]
    return [once(key) for key in (*keys, *keys)]


def _read_ledger(folder: Path) -> Any:
    from helpers.ledger import SCHEMA

    return rows_of(folder / LEDGER, SCHEMA, "key, rowid")


def _rows(run: Run) -> list[list[Any]]:
    return run.artefacts if isinstance(run.artefacts, list) else []


def _receipts(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else []


def _count(run: Run) -> str:
    count = len(_rows(run))
    return "no row" if count == 0 else "1 row" if count == 1 else f"{count} rows"


def _ended(run: Run, *names: str) -> bool:
    """Whether this is one of these cases, and the function returned in it."""
    return run.case.name in names and run.observation.raised is None and run.observation.stopped is None


def _is_locked(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and "locked" in raised.message


def _right_charges(run: Run) -> str | None:
    rows = [row[:2] for row in _rows(run)]
    if not same(rows, run.case.expected["rows"]):
        return f"expected {_quoted(run.case.expected['rows'], 120)} in the ledger, found {_quoted(rows, 120)}."
    written = [row[2] for row in _rows(run)]
    receipts = _receipts(run)
    if not receipts or any(not same(receipt, written[index % len(written)]) for index, receipt in enumerate(receipts)):
        return f"the ledger has the receipt {_quoted(written[0])}, you returned {_quoted(run.value, 120)}."
    return None


def _said_rows(run: Run) -> str:
    raised = f"you raised {run.observation.raised.type} · " if run.observation.raised else ""
    return f"{raised}{_count(run)} in the ledger"


CHARGE_ONCE: Final = Exercise(
    name="charge_once",
    lesson=LESSON,
    parameters=("db", "key", "amount"),
    cases=_charge_cases,
    driver=_call_with_ledger,
    inspect=_read_ledger,
    right=_right_charges,
    said=_said_rows,
    misconceptions=(
        Misconception(
            id="never_committed",
            applies=lambda run: _ended(run, "called twice", "two payments, one amount") and not _rows(run),
            cause="you returned a receipt, and the ledger is empty: what you wrote was never committed, and was gone "
            "when the connection was closed.",
            next_step="Write inside `with db:`, which commits at its end, or call `db.commit()`.",
            reread=DATABASE,
        ),
        Misconception(
            id="second_row",
            applies=lambda run: len(_rows(run)) > len(run.case.expected["rows"]),
            cause=lambda run: (
                f"{_count(run)} for {len(run.case.expected['rows'])} payment: you changed the key on its way to the "
                "ledger, and the customer pays again with every repeat."
            ),
            next_step="Write the key as it was given: the column's `PRIMARY KEY` does the rest.",
            reread=DATABASE,
        ),
        Misconception(
            id="repeat_raises",
            applies=lambda run: run.case.name == "called twice" and bool(run.observation.raised and _rows(run)),
            cause=lambda run: (
                f"the repeat raised `{run.observation.raised.type if run.observation.raised else ''}`. There is one "
                "row, which is half of it: whoever repeats the call wants the receipt, not an error."
            ),
            next_step="Let the repeat write nothing (`ON CONFLICT (key) DO NOTHING`), then read the receipt back.",
            reread=DATABASE,
        ),
        Misconception(
            id="no_receipt",
            applies=lambda run: (
                _ended(run, "called twice") and len(_receipts(run)) == 2 and not isinstance(_receipts(run)[1], str)
            ),
            cause=lambda run: (
                f"the first call returned a receipt, its repeat {_quoted(_receipts(run)[1])}. The first answer was "
                "lost: the repeat is the only one that the caller ever sees."
            ),
            next_step="Return the receipt that is in the ledger, whoever wrote it.",
            reread=DEATH,
        ),
        Misconception(
            id="replaced",
            applies=lambda run: (
                _ended(run, "charged by another process")
                and len(_rows(run)) == 1
                and _rows(run)[0][2] != run.case.expected["receipt"]
            ),
            cause=lambda run: (
                f"the ledger had the receipt {_quoted(run.case.expected['receipt'])}, and now it has "
                f"{_quoted(_rows(run)[0][2])}. One row is left, but the customer's receipt is in no book any more."
            ),
            next_step="Never write over a charge: `DO NOTHING` rather than `REPLACE` or `DO UPDATE`.",
            reread=DATABASE,
        ),
        Misconception(
            id="another_receipt",
            applies=lambda run: (
                _ended(run, "called twice", "charged by another process")
                and len(_rows(run)) == 1
                and any(isinstance(one, str) and one != _rows(run)[0][2] for one in _receipts(run))
            ),
            cause=lambda run: (
                f"you returned {_quoted(_receipts(run)[-1])}, which is in no row: a receipt that was made for the "
                "repeat, whose row was not written."
            ),
            next_step="Read the receipt back from the ledger, and return that one.",
            reread=DATABASE,
        ),
        Misconception(
            id="remembered_in_memory",
            applies=lambda run: run.case.name == "charged by another process" and _raised(run, "IntegrityError"),
            cause="your function knows what it has charged itself, but the row was there before: another process wrote "
            "it, or this one before it was started anew.",
            next_step="Ask the ledger, not a variable: only the ledger outlives the process.",
            reread=DEATH,
        ),
        Misconception(
            id="looked_then_wrote",
            applies=lambda run: run.case.name == "two threads" and (_raised(run, "IntegrityError") or _is_locked(run)),
            cause=lambda run: (
                "you look whether the key is there, and write if it is not. Both threads looked before either wrote, "
                f"and the second got `{run.observation.raised.type if run.observation.raised else ''}`."
            ),
            next_step="Write first, with `ON CONFLICT (key) DO NOTHING`, and look afterwards.",
            reread=DATABASE,
        ),
    ),
    hints=(
        "Who can decide which of two calls comes first? Not your code: between its look and its write there is always "
        "room for another one. The column `key` is the table's PRIMARY KEY.",
        "`INSERT … ON CONFLICT (key) DO NOTHING` either writes the row or leaves the one that is there. After it, the "
        "row exists in both cases.",
        "The shape: `with db:` around the `INSERT`, with a new receipt (`uuid.uuid4().hex` will do), so that it is "
        "committed; then `SELECT receipt FROM charges WHERE key = ?` and return what it finds.",
    ),
)


# run_tools

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
    ]


def _tool_case(name: str, script: Sequence[Step], payments: Sequence[Mapping[str, Any]], runs: int = 1) -> Case:
    numbers = " and ".join(str(payment["payment"]) for payment in payments)
    scenario = Scenario(name, name, tuple(script), Answer(says("It is paid. Thank you.")))
    tools = [CHARGE_TOOL, SEARCH_TOOL] if name == "paused by the API" else [CHARGE_TOOL]
    messages = [{"role": "user", "content": f"Please charge payment {numbers}."}]
    amounts = sorted((payment["amount"] for payment in payments), key=str)
    return Case(name, scenario, {"messages": messages, "tools": tools, "runs": runs}, {"amounts": amounts})


def _run_with_ledger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, messages, tools, ledger)`; again, from the same messages, when an error ended it."""
    from helpers.ledger import open_ledger

    value = None
    for number in range(stage.inputs["runs"], 0, -1):
        messages, tools = copy.deepcopy(stage.inputs["messages"]), copy.deepcopy(stage.inputs["tools"])
        with closing(open_ledger(stage.folder / LEDGER)) as ledger:
            try:
                value = function(stage.client, messages, tools, ledger)
            except APIError:
                if number == 1:
                    raise
    return value


def _body(run: Run, number: int) -> Mapping[str, Any]:
    body = run.wire[number].body if run.wire else None
    return body if isinstance(body, dict) else {}


def _sent_blocks(run: Run, kind: str) -> list[Mapping[str, Any]]:
    """The blocks of this type in the turns of the last request."""
    turns = _body(run, -1).get("messages", [])
    contents = [turn["content"] for turn in turns if not isinstance(turn.get("content"), str)]
    return [block for content in contents for block in content if block.get("type") == kind]


def _stop_reason(run: Run) -> Any:
    return run.value.get("stop_reason") if isinstance(run.value, dict) else None


def _refused(run: Run) -> str:
    """Why the API refused the last request; empty when it did not."""
    raised = run.observation.raised
    return raised.message if raised is not None and _raised(run, "BadRequestError") else ""


def _amounts(run: Run) -> list[Any]:
    # By what they look like: what is no number does not compare with one.
    return sorted((row[1] for row in _rows(run)), key=str)


def _offered_less(run: Run) -> bool:
    return not all(same(_body(run, number).get("tools"), run.case.inputs["tools"]) for number in range(len(run.wire)))


def _right_tools(run: Run) -> str | None:
    if run.observation.raised:
        return f"expected the last message, you raised `{run.observation.raised.type}`."
    if _stop_reason(run) != "end_turn":
        return f"expected the message that ends the turn, got {_quoted(run.value)}."
    if not same(_amounts(run), run.case.expected["amounts"]):
        return f"expected charges of {run.case.expected['amounts']} cents in the ledger, found {_amounts(run)}."
    if _offered_less(run):
        return "every request of the loop must offer the tools again."
    return None


RUN_TOOLS: Final = Exercise(
    name="run_tools",
    lesson=LESSON,
    parameters=("client", "messages", "tools", "ledger"),
    cases=_tool_cases,
    driver=_run_with_ledger,
    inspect=_read_ledger,
    right=_right_tools,
    said=_said_rows,
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
            applies=lambda run: run.observation.raised is None and bool(run.wire) and not _rows(run),
            cause="the model was told that the tool ran, and the ledger is empty.",
            next_step="Call `charge_once` with the ledger for each tool call, and check that function first.",
            reread=LOOP,
        ),
        Misconception(
            id="charged_again",
            applies=lambda run: len(_rows(run)) > len(run.case.expected["amounts"]),
            cause=lambda run: (
                f"{_count(run)} for one payment. The model asked for it twice, with another `tool_use.id` each time, "
                "and your key took them for two."
            ),
            next_step="Charge under `dedup_key(block)`, which is the same whenever the payment is.",
            reread=KEYS,
        ),
        Misconception(
            id="equal_payments_merged",
            applies=lambda run: 0 < len(_rows(run)) < len(run.case.expected["amounts"]),
            cause=lambda run: (
                f"{_count(run)} for two payments of {run.case.expected['amounts'][0]} cents. They are equal, and your "
                "key took them for one: the shop never gets the second."
            ),
            next_step="Charge under `dedup_key(block)`, which tells two payments apart by their numbers.",
            reread=KEYS,
        ),
    ),
    hints=(
        "It is a loop around one request. Which two stop reasons mean that the turn goes on, and what does each of "
        "them want to be sent?",
        "Begin with a list of your own, `turns = [*messages]`. After every reply that goes on, append the assistant's "
        "turn with the whole `message.content`; after a tool call append one user turn with all the results.",
        "A result is `{'type': 'tool_result', 'tool_use_id': block.id, 'content': charge_once(ledger, "
        "dedup_key(block), block.input['amount'])}`. Return the message whose `stop_reason` is neither `tool_use` nor "
        "`pause_turn`.",
    ),
)

EXERCISES: Final = (DEDUP_KEY, CHARGE_ONCE, RUN_TOOLS)
