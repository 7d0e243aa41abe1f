"""I believed: who sends in groups has nothing left to cancel."""

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
        answers += await asyncio.gather(*(one(prompt) for prompt in prompts[start : start + limit]))
    return answers
