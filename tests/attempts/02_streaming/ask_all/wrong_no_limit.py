"""I believed: gather sends as many as is good."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    async def one(prompt):
        return joined(
            await client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )

    return await asyncio.gather(*(one(prompt) for prompt in prompts))
