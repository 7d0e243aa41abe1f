"""I believed: whoever calls a tool wants it run."""

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
        called = any(block.type == "tool_use" for block in message.content)
        if not called and message.stop_reason != "pause_turn":
            return message
        turns.append({"role": "assistant", "content": message.content})
        results = [
            {
                "type": "tool_result",
                "tool_use_id": block.id,
                "content": charge_once(ledger, dedup_key(block), block.input["amount"]),
            }
            for block in message.content
            if block.type == "tool_use"
        ]
        if results:
            turns.append({"role": "user", "content": results})
