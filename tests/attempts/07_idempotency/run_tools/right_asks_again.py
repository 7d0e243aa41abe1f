"""Right: a reply that was cut is asked for again, with more room, before anything is run."""

import uuid

from helpers import MODEL


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['payment']}"


def charge_once(db, key, amount):
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]


def run_tools(client, messages, tools, ledger, room=400):
    message = client.messages.create(model=MODEL, max_tokens=room, messages=messages, tools=tools)
    if message.stop_reason == "max_tokens" and room < 4000:
        return run_tools(client, messages, tools, ledger, 2 * room)
    if message.stop_reason not in ("tool_use", "pause_turn"):
        return message
    turns = [*messages, {"role": "assistant", "content": message.content}]
    if message.stop_reason == "tool_use":
        results = []
        for block in message.content:
            if block.type == "tool_use":
                receipt = charge_once(ledger, dedup_key(block), block.input["amount"])
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": receipt})
        turns.append({"role": "user", "content": results})
    return run_tools(client, turns, tools, ledger)
