"""I believed: words that appear one by one are a stream."""

import re

from helpers import MODEL


def show(client, prompt, write):
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    text = "".join(block.text for block in message.content if block.type == "text")
    for word in re.findall(r"\s*\S+", text):
        write(word)
    return text
