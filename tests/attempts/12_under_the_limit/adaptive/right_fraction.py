"""I believed: a fraction for each answer adds up to one a round."""

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


class Window:
    def __init__(self, clock):
        self.clock = clock
        self.size, self.flying, self.quiet_until = 1.0, 0, 0.0
        self.changed = asyncio.Event()

    async def enter(self):
        while self.flying >= int(self.size) or self.clock.now() < self.quiet_until:
            if self.flying < int(self.size):
                await self.clock.sleep(self.quiet_until - self.clock.now())
            else:
                self.changed.clear()
                await self.changed.wait()
        self.flying += 1

    def leave(self, error=None):
        self.flying -= 1
        if error is None:
            self.size += 1 / int(self.size)
        elif self.clock.now() >= self.quiet_until:
            self.size = float(max(1, int(self.size / 2)))
        if error is not None:
            self.quiet_until = max(self.quiet_until, self.clock.now() + asked_wait(error))
        self.changed.set()


async def adaptive(client, prompts, clock):
    once, window = client.with_options(max_retries=0), Window(clock)

    async def one(prompt):
        while True:
            await window.enter()
            try:
                text = await reply_to(once, prompt)
            except anthropic.RateLimitError as error:
                window.leave(error)
                continue
            except BaseException:
                window.flying -= 1
                raise
            window.leave()
            return text

    return await asyncio.gather(*map(one, prompts))
