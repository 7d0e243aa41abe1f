"""I believed: the SDK knows best when to send again."""

import asyncio

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
    patient = client.with_options(max_retries=20)
    slots = asyncio.Semaphore(1)
    answered = 0

    async def one(prompt):
        nonlocal answered
        async with slots:
            text = await reply_to(patient, prompt)
        answered += 1
        if answered % 3 == 0:
            slots.release()
        return text

    return await asyncio.gather(*map(one, prompts))
