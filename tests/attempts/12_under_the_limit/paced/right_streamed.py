"""I believed: a stream can be paced as well."""

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


async def streamed(client, prompt):
    async with client.messages.stream(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        message = await stream.get_final_message()
        return text_of(message), stream.response.headers


async def paced(client, prompts, clock):
    if not prompts:
        return []
    text, headers = await streamed(client, prompts[0])
    tasks = []
    for prompt in prompts[1:]:
        pause = max(60 / limit(headers, "requests"), 60 * tokens_in(prompt) / limit(headers, "input-tokens"))
        await clock.sleep(pause)
        tasks.append(asyncio.create_task(streamed(client, prompt)))
    return [text, *(one for one, _ in await asyncio.gather(*tasks))]
