"""I believed: whoever cancels my function cancels the tasks that it has started. An error I thought of."""

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

    tasks = [asyncio.create_task(one(prompt)) for prompt in prompts]
    try:
        return [await task for task in tasks]
    except Exception:
        for task in tasks:
            task.cancel()
        raise
