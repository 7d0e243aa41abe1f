"""I believed: a semaphore around gather limits what is in it."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    async def one(prompt):
        return joined(
            await client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )

    async with asyncio.Semaphore(limit):
        return await asyncio.gather(*(one(prompt) for prompt in prompts))
