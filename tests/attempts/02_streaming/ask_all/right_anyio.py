"""Right: the task group of anyio, which the SDK itself is built on."""

import anyio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    slots = anyio.CapacityLimiter(limit)
    answers = {}

    async def one(place, prompt):
        async with slots:
            answers[place] = joined(
                await client.messages.create(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
                )
            )

    async with anyio.create_task_group() as group:
        for place, prompt in enumerate(prompts):
            group.start_soon(one, place, prompt)
    return [answers[place] for place in range(len(prompts))]
