"""I believed: who has the error stops the workers."""

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

    await asyncio.gather(*(worker() for _ in range(limit)))
    return [answers[place] for place in range(len(prompts))]
