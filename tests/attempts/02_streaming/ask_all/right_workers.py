"""Right: as many workers as may be under way, a queue of what is left, and a group around them."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    left = list(enumerate(prompts))[::-1]
    answers = {}

    async def worker():
        while left:
            place, prompt = left.pop()
            answers[place] = joined(
                await client.messages.create(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
                )
            )

    async with asyncio.TaskGroup() as group:
        for _ in range(limit):
            group.create_task(worker())
    return [answers[place] for place in range(len(prompts))]
