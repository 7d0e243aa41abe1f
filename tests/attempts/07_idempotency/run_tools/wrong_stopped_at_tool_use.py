"""I believed: one round is a loop."""

import uuid

from helpers import MODEL


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['payment']}"


def charge_once(db, key, amount):
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]


def run_tools(client, messages, tools, ledger):
    message = client.messages.create(model=MODEL, max_tokens=400, messages=messages, tools=tools)
    for block in message.content:
        if block.type == "tool_use":
            charge_once(ledger, dedup_key(block), block.input["amount"])
    return message
