"""I believed: a semaphore adapts."""

import asyncio

import anthropic

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def reply_to(client, prompt):
    return text_of(
        await client.messages.create(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
    )


def asked_wait(error):
    try:
        return max(1.0, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return 1.0


async def adaptive(client, prompts, clock):
    once, slots = client.with_options(max_retries=0), asyncio.Semaphore(8)

    async def one(prompt):
        while True:
            try:
                async with slots:
                    return await reply_to(once, prompt)
            except anthropic.RateLimitError as error:
                await clock.sleep(asked_wait(error))

    return await asyncio.gather(*map(one, prompts))
