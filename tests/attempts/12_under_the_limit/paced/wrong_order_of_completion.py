"""I believed: answers come in the order of their requests."""

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
    if not prompts:
        return []
    text, headers = await first(client, prompts[0])
    texts = [text]

    async def one(prompt):
        texts.append(await reply_to(client, prompt))

    async with asyncio.TaskGroup() as group:
        for prompt in sorted(prompts[1:], key=len):
            await clock.sleep(
                max(60 / limit(headers, "requests"), 60 * tokens_in(prompt) / limit(headers, "input-tokens"))
            )
            group.create_task(one(prompt))
    return texts
