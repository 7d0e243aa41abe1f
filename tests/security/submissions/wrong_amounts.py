"""Books amounts that Python takes for the right ones, or SQLite turns into them: with a fraction, and as a text.

Exercise: run_tools
Outcome: misconception
"""

from helpers import MODEL


def run_tools(client, messages, tools, ledger):
    while True:
        message = client.messages.create(model=MODEL, max_tokens=1024, messages=messages, tools=tools)
        if message.stop_reason != "tool_use":
            return message
        results = []
        for block in message.content:
            if block.type == "tool_use":
                with ledger:
                    row = (block.input["payment"], f"{block.input['amount']} cents", "receipt")
                    ledger.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", row)
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": "receipt"})
        messages = [
            *messages,
            {"role": "assistant", "content": message.content},
            {"role": "user", "content": results},
        ]
