"""I believed: a block in the final message is whole."""

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
        with client.messages.stream(model=MODEL, max_tokens=400, messages=turns, tools=tools) as stream:
            reply = stream.get_final_message()
        calls = [block for block in reply.content if block.type == "tool_use"]
        if not calls and reply.stop_reason != "pause_turn":
            return reply
        turns.append({"role": "assistant", "content": reply.content})
        if calls:
            results = [
                {
                    "type": "tool_result",
                    "tool_use_id": call.id,
                    "content": charge_once(ledger, dedup_key(call), int(call.input["amount"])),
                }
                for call in calls
            ]
            turns.append({"role": "user", "content": results})
