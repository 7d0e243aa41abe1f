"""I believed: a loop has to be told to run."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    async def one(prompt):
        return joined(
            await client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )

    loop = asyncio.get_event_loop()
    return loop.run_until_complete(asyncio.gather(*(one(prompt) for prompt in prompts)))
