"""An empty answer is better than a crash."""

from helpers import MODEL


def ask(client, prompt):
    try:
        message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        return "".join(block.text for block in message.content if block.type == "text")
    except Exception as error:
        print("request failed:", error)
        return ""
