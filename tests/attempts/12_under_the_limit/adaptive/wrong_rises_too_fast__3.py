"""I believed: each worker has its own limit."""

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
    once, texts = client.with_options(max_retries=0), [""] * len(prompts)
    waiting = list(enumerate(prompts))
    workers = set()

    async def work():
        while waiting:
            place, prompt = waiting.pop(0)
            while True:
                try:
                    texts[place] = await reply_to(once, prompt)
                    break
                except anthropic.RateLimitError as error:
                    await clock.sleep(asked_wait(error))
            if len(workers) < 30:
                workers.add(asyncio.create_task(work()))

    await work()
    while any(not worker.done() for worker in workers):
        await asyncio.wait(workers)
    for worker in workers:
        worker.result()
    return texts
