"""I believed: gather stops the others when one fails."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    slots = asyncio.Semaphore(limit)

    async def one(prompt):
        async with slots:
            return joined(
                await client.messages.create(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
                )
            )

    return await asyncio.gather(*(one(prompt) for prompt in prompts))
