"""I believed: one at a time is never refused."""

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
    once, texts = client.with_options(max_retries=0), []
    for prompt in prompts:
        while True:
            try:
                texts.append(await reply_to(once, prompt))
                break
            except anthropic.RateLimitError as error:
                await clock.sleep(asked_wait(error))
    return texts
