"""What several checks of lesson 07 need."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from helpers.judging.check import Run
from helpers.judging.tables import rows_of
from helpers.lessons.idempotency.drivers import LEDGER

CUSTOMERS: Final = ("Ada", "Grace", "Edsger", "Barbara", "Alan", "Radia")
NOTES: Final = ("Second instalment", "Instalment no. 2", "2nd part of the payment", "Instalment, as agreed")
KEYS: Final = "Break it with eight keys"
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


def read_ledger(folder: Path) -> Any:
    """The rows of the ledger that the function was given, in the order of their keys."""
    from helpers.lessons.idempotency.ledger import SCHEMA

    return rows_of(folder / LEDGER, SCHEMA, "key, rowid")


def ledger_rows(run: Run) -> list[list[Any]]:
    """What stands in the ledger after the case."""
    return run.artefacts if isinstance(run.artefacts, list) else []


def count_of_rows(run: Run) -> str:
    """How many rows there are, in words."""
    count = len(ledger_rows(run))
    return "no row" if count == 0 else "1 row" if count == 1 else f"{count} rows"


def said_rows(run: Run) -> str:
    """What the function did, in a few words for the picture."""
    raised = f"you raised {run.observation.raised.type} · " if run.observation.raised else ""
    return f"{raised}{count_of_rows(run)} in the ledger"
