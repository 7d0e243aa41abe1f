"""I believed: the model needs no receipt."""

import uuid

from helpers import MODEL


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['payment']}"


def charge_once(db, key, amount):
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]


def run_tools(client, messages, tools, ledger):
    turns = list(messages)
    while True:
        message = client.messages.create(model=MODEL, max_tokens=400, messages=turns, tools=tools)
        if message.stop_reason not in ("tool_use", "pause_turn"):
            return message
        turns.append({"role": "assistant", "content": message.content})
        results = []
        for block in message.content:
            if block.type == "tool_use":
                charge_once(ledger, dedup_key(block), block.input["amount"])
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": "FAILED", "is_error": True})
        if results:
            turns.append({"role": "user", "content": results})
