"""How the functions of lesson 07 are called."""

import copy
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from anthropic import APIError
from anthropic.types import ToolUseBlock

from helpers.calling.stage import Stage
from helpers.lessons.idempotency.elsewhere import elsewhere, holds_run_id

LEDGER: Final = "ledger.db"
SHORT_PATIENCE: Final = 20
"""Real milliseconds that a connection waits for a lock that nobody is going to give up."""


def call_with_blocks(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(block)` for each tool call, here and as another process would a day later.

    Notes the keys made there, and whether one of those made here holds what this process made up for itself.
    """

    def keys() -> list[Any]:
        return [function(ToolUseBlock.model_validate(call)) for call in stage.inputs["calls"]]

    here = keys()
    stage.notes["of_this_process"] = any(holds_run_id(function, key) for key in here)
    with elsewhere(function):
        stage.notes["elsewhere"] = keys()
    return here


def call_with_ledger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(db, key, amount)` as often as the case names, and in its circumstances. Returns the receipts."""
    # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
    from helpers.lessons.idempotency.ledger import die_after_commit, open_ledger, race

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
        case "the ledger can't be written":
            with closing(open_ledger(path)) as db:
                db.execute("PRAGMA query_only = ON")
                return [function(db, keys[0], amount)]
        case "the ledger is locked":
            with closing(open_ledger(path)) as other, closing(open_ledger(path)) as db:
                other.execute("BEGIN IMMEDIATE")
                db.execute(f"PRAGMA busy_timeout = {SHORT_PATIENCE}")
                return [function(db, keys[0], amount)]
    return [once(key) for key in (*keys, *keys)]


def run_with_ledger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, messages, tools, ledger)`; again, from the same messages, when an error ended it."""
    from helpers.lessons.idempotency.ledger import open_ledger

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
