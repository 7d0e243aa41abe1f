"""I believed: as_completed gives the results as I asked for them."""

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

    # As tasks they begin in this order: `as_completed` puts what it is given into a set.
    tasks = [asyncio.create_task(one(prompt)) for prompt in prompts]
    return [await done for done in asyncio.as_completed(tasks)]
