"""Right, if not the fastest: `limit` of them at a time, and the next group when all are there."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    async def one(prompt):
        return joined(
            await client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )

    answers = []
    for start in range(0, len(prompts), limit):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(prompt)) for prompt in prompts[start : start + limit]]
        answers += [task.result() for task in tasks]
    return answers
