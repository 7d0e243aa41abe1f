"""I believed: it stops rising, that is enough."""

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
    once, turn = client.with_options(max_retries=0), asyncio.Condition()
    allowed, flying, answered, cuts, quiet_until = 1, 0, 0, 0, 0.0

    async def one(prompt):
        nonlocal allowed, flying, answered, cuts, quiet_until
        while True:
            async with turn:
                while flying >= allowed:
                    await turn.wait()
                flying, seen = flying + 1, cuts
            try:
                await clock.sleep(max(quiet_until - clock.now(), 0.0))
                text = await reply_to(once, prompt)
            except anthropic.RateLimitError as error:
                quiet_until = max(quiet_until, clock.now() + asked_wait(error))
                if seen == cuts:
                    allowed, answered, cuts = allowed, 0, cuts + 1
            else:
                answered += 1
                if answered >= allowed:
                    allowed, answered = allowed + 1, 0
                return text
            finally:
                async with turn:
                    flying -= 1
                    turn.notify_all()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(prompt)) for prompt in prompts]
    return [task.result() for task in tasks]
