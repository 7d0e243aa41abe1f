"""I believed: as many workers as are allowed, from one list."""

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
    once = client.with_options(max_retries=0)
    waiting, texts = list(enumerate(prompts)), {}
    allowed, answered, quiet_until, cut_at = 1, 0, 0.0, 0.0
    flying = set()

    async def one(place, prompt):
        nonlocal allowed, answered, quiet_until, cut_at
        sent = clock.now()
        try:
            texts[place] = await reply_to(once, prompt)
        except anthropic.RateLimitError as error:
            waiting.insert(0, (place, prompt))
            quiet_until = max(quiet_until, clock.now() + asked_wait(error))
            if sent >= cut_at:
                allowed, answered, cut_at = max(allowed // 2, 1), 0, clock.now()
            return
        answered += 1
        if answered >= allowed:
            allowed, answered = allowed + 1, 0

    while waiting or flying:
        if clock.now() < quiet_until:
            await clock.sleep(quiet_until - clock.now())
        while waiting and len(flying) < allowed and clock.now() >= quiet_until:
            flying.add(asyncio.create_task(one(*waiting.pop(0))))
        if flying:
            done, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    return [texts[place] for place in range(len(prompts))]
