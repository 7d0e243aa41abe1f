"""I believed: the caller knows what to do with a message."""

import asyncio

from helpers import MODEL


async def ask_all(client, prompts, limit):
    slots = asyncio.Semaphore(limit)

    async def one(prompt):
        async with slots:
            return await client.messages.create(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )

    return await asyncio.gather(*(one(prompt) for prompt in prompts))
