"""I believed: the SDK sees to the limit."""

import asyncio

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


async def reply_to(client, prompt):
    return text_of(
        await client.messages.create(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
    )


async def first(client, prompt):
    raw = await client.messages.with_raw_response.create(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
    )
    return text_of(await raw.parse()), raw.headers


def limit(headers, kind):
    return int(headers[f"anthropic-ratelimit-{kind}-limit"])


def tokens_in(prompt):
    return 20 + len(prompt) // 4


async def paced(client, prompts, clock):
    return await asyncio.gather(*(reply_to(client, prompt) for prompt in prompts))
