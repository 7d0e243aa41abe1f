"""I believed: a stream carries tool calls as well."""

import uuid

from helpers import MODEL


def dedup_key(tool_use):
    return f"{tool_use.name}:{tool_use.input['payment']}"


def charge_once(db, key, amount):
    with db:
        db.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
    return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()[0]


def run_tools(client, messages, tools, ledger):
    with client.messages.stream(model=MODEL, max_tokens=1000, messages=messages, tools=tools) as stream:
        message = stream.get_final_message()
    turn = {"role": "assistant", "content": message.content}
    match message.stop_reason:
        case "pause_turn":
            return run_tools(client, [*messages, turn], tools, ledger)
        case "tool_use":
            answers = [answer(block, ledger) for block in message.content if block.type == "tool_use"]
            return run_tools(client, [*messages, turn, {"role": "user", "content": answers}], tools, ledger)
    return message


def answer(block, ledger):
    receipt = charge_once(ledger, dedup_key(block), int(block.input["amount"]))
    text = [{"type": "text", "text": f"charged, receipt {receipt}"}]
    return {"type": "tool_result", "tool_use_id": block.id, "content": text}
