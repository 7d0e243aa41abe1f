"""Right: a task group, which cancels the others when one fails."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    slots = asyncio.Semaphore(limit)

    async def one(prompt):
        async with slots:
            async with client.messages.stream(
                model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                return await stream.get_final_text()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(prompt)) for prompt in prompts]
    return [task.result() for task in tasks]
