"""I believed: the API itself counts best."""

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
    counted = await asyncio.gather(
        *(client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": one}]) for one in prompts[1:])
    )
    tasks = []
    async with asyncio.TaskGroup() as group:
        for prompt, count in zip(prompts[1:], counted, strict=True):
            pause = max(60 / limit(headers, "requests"), 60 * count.input_tokens / limit(headers, "input-tokens"))
            await asyncio.sleep(pause)
            tasks.append(group.create_task(reply_to(client, prompt)))
    return [text, *(task.result() for task in tasks)]
