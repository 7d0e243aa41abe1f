"""I believed: async and await are enough to be concurrent."""

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    return [
        joined(
            await client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )
        for prompt in prompts
    ]
