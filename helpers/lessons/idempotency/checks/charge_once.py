"""The check of `charge_once`: one row, whatever repeats."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Inspection, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import has_raised, shortened
from helpers.lessons.idempotency import LESSON
from helpers.lessons.idempotency.checks.shared import count_of_rows, draw_payment, ledger_rows, read_ledger, said_rows
from helpers.lessons.idempotency.drivers import LEDGER
from helpers.replay import Scenario

DATABASE: Final = "Let the database decide"
DEATH: Final = "The process dies"
UNWRITTEN: Final = ("the ledger can't be written", "the ledger is locked")
"""Where a charge can't be written down, whatever one does."""


def _charge_cases(source: random.Random) -> Sequence[Case]:
    return [
        _charge_case("called twice", source),
        _charge_case("two payments, one amount", source, payments=2),
        _charge_case("charged by another process", source),
        _charge_case("two threads", source),
        _charge_case("died after the commit", source),
        *(_charge_case(name, source, written=False) for name in UNWRITTEN),
    ]


def _charge_case(name: str, source: random.Random, payments: int = 1, *, written: bool = True) -> Case:
    payment = draw_payment(source)
    keys = [f"charge:{payment['payment'][:-1]}{number}" for number in range(1, payments + 1)]
    receipt = f"receipt-{source.getrandbits(32):08x}" if name == "charged by another process" else None
    inputs = {"happening": name, "keys": keys, "amount": payment["amount"], "receipt": receipt}
    rows = [[key, payment["amount"]] for key in keys if written]
    return Case(name, Scenario(name, "no request is expected"), inputs, {"rows": rows, "receipt": receipt})


def _receipts(run: Run) -> list[Any]:
    return run.value if isinstance(run.value, list) else []


def _ended(run: Run, *names: str) -> bool:
    """Whether this is one of these cases, and the function returned in it."""
    return run.case.name in names and run.observation.raised is None and run.observation.stopped is None


def _is_locked(run: Run) -> bool:
    raised = run.observation.raised
    return raised is not None and "locked" in raised.message


def _right_charges(run: Run) -> str | None:
    rows = [row[:2] for row in ledger_rows(run)]
    if not same(rows, run.case.expected["rows"]):
        return f"expected {shortened(run.case.expected['rows'], 120)} in the ledger, found {shortened(rows, 120)}."
    if run.case.name in UNWRITTEN:
        got = shortened(run.value)
        return (
            None if run.observation.raised else f"nothing could be written: expected an exception, you returned {got}."
        )
    written = [row[2] for row in ledger_rows(run)]
    receipts = _receipts(run)
    if not receipts or any(not same(receipt, written[index % len(written)]) for index, receipt in enumerate(receipts)):
        return f"the ledger has the receipt {shortened(written[0])}, you returned {shortened(run.value, 120)}."
    return None


CHECK: Final = Check(
    LESSON.exercise("charge_once"),
    cases=_charge_cases,
    inspect=Inspection((LEDGER,), read_ledger),
    right=_right_charges,
    said=said_rows,
    misconceptions=(
        Misconception(
            id="never_committed",
            applies=lambda run: _ended(run, "called twice", "two payments, one amount") and not ledger_rows(run),
            cause="you returned a receipt, and the ledger is empty: what you wrote was never committed, and was gone "
            "when the connection was closed.",
            next_step="Write inside `with db:`, which commits at its end, or call `db.commit()`.",
            reread=DATABASE,
        ),
        Misconception(
            id="second_row",
            applies=lambda run: len(ledger_rows(run)) > len(run.case.expected["rows"]),
            cause=lambda run: (
                f"{count_of_rows(run)} for {len(run.case.expected['rows'])} payment: you changed the key on its way "
                "to the ledger, and the customer pays again with every repeat."
            ),
            next_step="Write the key as it was given: the column's `PRIMARY KEY` does the rest.",
            reread=DATABASE,
        ),
        Misconception(
            id="repeat_raises",
            applies=lambda run: run.case.name == "called twice" and bool(run.observation.raised and ledger_rows(run)),
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
                f"the first call returned a receipt, its repeat {shortened(_receipts(run)[1])}. The first answer was "
                "lost: the repeat is the only one that the caller ever sees."
            ),
            next_step="Return the receipt that is in the ledger, whoever wrote it.",
            reread=DEATH,
        ),
        Misconception(
            id="replaced",
            applies=lambda run: (
                _ended(run, "charged by another process")
                and len(ledger_rows(run)) == 1
                and ledger_rows(run)[0][2] != run.case.expected["receipt"]
            ),
            cause=lambda run: (
                f"the ledger had the receipt {shortened(run.case.expected['receipt'])}, and now it has "
                f"{shortened(ledger_rows(run)[0][2])}. One row is left, but the customer's receipt is in no book any "
                "more."
            ),
            next_step="Never write over a charge: `DO NOTHING` rather than `REPLACE` or `DO UPDATE`.",
            reread=DATABASE,
        ),
        Misconception(
            id="another_receipt",
            applies=lambda run: (
                _ended(run, "called twice", "charged by another process")
                and len(ledger_rows(run)) == 1
                and any(isinstance(one, str) and one != ledger_rows(run)[0][2] for one in _receipts(run))
            ),
            cause=lambda run: (
                f"you returned {shortened(_receipts(run)[-1])}, which is in no row: a receipt that was made for the "
                "repeat, whose row was not written."
            ),
            next_step="Read the receipt back from the ledger, and return that one.",
            reread=DATABASE,
        ),
        Misconception(
            id="remembered_in_memory",
            applies=lambda run: run.case.name == "charged by another process" and has_raised(run, "IntegrityError"),
            cause="your function knows what it has charged itself, but the row was there before: another process wrote "
            "it, or this one before it was started anew.",
            next_step="Ask the ledger, not a variable: only the ledger outlives the process.",
            reread=DEATH,
        ),
        Misconception(
            id="receipt_without_a_row",
            applies=lambda run: run.case.name in UNWRITTEN and _ended(run, *UNWRITTEN) and not ledger_rows(run),
            cause=lambda run: (
                f"{run.case.name}, and you returned {shortened(_receipts(run)[0] if _receipts(run) else None)}: your "
                "`except` took every error of SQLite for “it is there already”. The caller has a receipt of a charge "
                "that no book knows, and the next attempt charges again."
            ),
            next_step="Catch no more than what says that the key is there (`sqlite3.IntegrityError`), or nothing at "
            "all with `ON CONFLICT (key) DO NOTHING`. Let everything else go up.",
            reread=DATABASE,
        ),
        Misconception(
            id="looked_then_wrote",
            applies=lambda run: (
                run.case.name == "two threads" and (has_raised(run, "IntegrityError") or _is_locked(run))
            ),
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
    besides="Ours does not look before it writes: between a look and a write there is always a moment for "
    "somebody else.",
)
