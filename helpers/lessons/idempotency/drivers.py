"""How the functions of lesson 07 are called."""

import copy
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from anthropic import APIError
from anthropic.types import ToolUseBlock

from helpers.calling.stage import Stage

LEDGER: Final = "ledger.db"


def call_with_blocks(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(block)` for each tool call, and note what a clock said meanwhile."""
    stage.notes["seconds"] = int(time.time())
    stage.notes["today"] = time.strftime("%Y-%m-%d")
    return [function(ToolUseBlock.model_validate(call)) for call in stage.inputs["calls"]]


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
