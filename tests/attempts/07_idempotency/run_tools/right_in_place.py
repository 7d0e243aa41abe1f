"""I believed: the caller's list may as well hold the whole conversation."""

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
    while message.stop_reason in ("tool_use", "pause_turn"):
        messages.append(
            {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]}
        )
        results = []
        for block in message.content:
            if block.type == "tool_use" and block.name == "charge":
                receipt = charge_once(ledger, dedup_key(block), block.input["amount"])
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": receipt})
        if message.stop_reason == "tool_use":
            messages.append({"role": "user", "content": results})
        message = client.messages.create(model=MODEL, max_tokens=400, messages=messages, tools=tools)
    return message
