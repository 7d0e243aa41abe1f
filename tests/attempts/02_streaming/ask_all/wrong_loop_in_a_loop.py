"""I believed: async code is started with asyncio.run."""

import asyncio

from helpers import MODEL


def joined(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def ask_all(client, prompts, limit):
    async def everything():
        return [
            joined(
                await client.messages.create(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
                )
            )
            for prompt in prompts
        ]

    coroutine = everything()
    try:
        return asyncio.run(coroutine)
    finally:
        coroutine.close()
