# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Under the limit
#
# **30 minutes, and twenty more for the last two of its four exercises. Free, in the replay and live**: nobody wants to meet
# a real limit for a lesson, so every cell is replayed in both modes.
#
# After this lesson you can
#
# - read what an answer says is left, and know when it says nothing,
# - send a thousand requests without a single 429, and adapt where nobody tells you the limit,
# - keep retries from adding up when the API is down, and let one probe find out when it is back.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from anthropic.types import Message

# %%
from helpers import predict, table
from helpers.calling.apitime import ApiClock
from helpers.lessons.under_the_limit.bounces import bounces
from helpers.lessons.under_the_limit.headroom import BreakerOpen, Headroom
from helpers.lessons.under_the_limit.rehearsal import rehearse, room_for
from helpers.replay import Answer, Quota, Scenario

# %% [markdown]
# ## See it bounce
#
# A nightly job has 24 questions, and an account that may send 8 requests a minute. This is the call, and the first thing that
# everybody writes around it:


# %%
def text_of(message: Message) -> str:
    """All the text of an answer."""
    return "".join(block.text for block in message.content if block.type == "text")


async def reply_to(client: AsyncAnthropic, prompt: str, model: str = MODEL) -> str:
    """All the text of the answer to `prompt`."""
    message = await client.messages.create(
        model=model, max_tokens=400, messages=[{"role": "user", "content": prompt}]
    )
    return text_of(message)


# %%
async def sdk_alone(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str | BaseException]:
    """All at once: the SDK tries again what is refused, twice."""
    return await asyncio.gather(
        *(reply_to(client, prompt) for prompt in prompts), return_exceptions=True
    )


async def naive(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str | BaseException]:
    """All at once, and what is refused is lost."""
    return await sdk_alone(client.with_options(max_retries=0), prompts, clock)


# %%
QUESTIONS: list[str] = [f"Where is order {number}?" for number in range(4000, 4024)]
SMALL = Scenario(
    "small",
    "8 requests and 20,000 input tokens a minute",
    then=Answer(),
    quota=Quota(requests=8, input_tokens=20_000),
)
guess = predict(
    ["naive", "sdk_alone"], ["8 answers", "10 answers", "16 answers", "24 answers"]
)
guess

# %%
alone, retried = rehearse(naive, QUESTIONS, SMALL), rehearse(sdk_alone, QUESTIONS, SMALL)
bounces({"naive": alone, "sdk_alone": retried})

# %% [markdown]
# Eight go through at once: the bucket was full. Of the other sixteen the SDK saves two, and sends 31 requests more for it. It
# waits as long as the 429 says, like all the others, and then all of them go out in the same moment, for the one
# request that has come back by then. **A retry reacts to the limit. It does not stay below it.**
#
# ## A clock that nobody waits for
#
# `rehearse` runs your function in *API time*: the event loop's clock jumps to the next moment at which a task has something
# to do. So `asyncio.sleep(60)` takes nothing, and so does a library that asks the loop for the time. The `clock` that your
# functions get has `now()` and `await clock.sleep(seconds)`. `time.sleep` stops the loop here as it does anywhere.

# %% [markdown]
# ## What the headers say
#
# A limit is a [token bucket](https://platform.claude.com/docs/en/api/rate-limits): it refills all the time, not at the full minute.
# There are three of them. Here a question with 7,000 tokens goes out twice:


# %%
def told(scenario: Scenario | str, prompt: str) -> Mapping[str, str]:
    """The headers of the answer to `prompt`, of whatever kind it is."""
    once = make_client(scenario).with_options(max_retries=0).messages.with_raw_response
    try:
        for _ in range(2):
            raw = once.create(
                model=MODEL, max_tokens=200, messages=[{"role": "user", "content": prompt}]
            )
    except anthropic.APIStatusError as error:
        return error.response.headers
    return raw.headers


# %%
long_answered = told(SMALL, QUESTIONS[0] * 1400)
tight = Scenario("tight", "", then=Answer(), quota=Quota(8, 10_000))
long_refused = told(tight, QUESTIONS[0] * 1400)
shown = [name for name in long_answered if "ratelimit" in name] + ["retry-after"]
table(
    "The second of two long questions",
    ["header", "20,000 input tokens a minute", "10,000: refused"],
    [
        [name, long_answered.get(name, "–"), long_refused.get(name, "–")]
        for name in sorted(shown)
    ],
)

# %% [markdown]
# Three things to see. The refused one has **requests left**: it is the input tokens that are used up, and a limiter that counts
# requests sends on ([a real one](https://github.com/whoz-oss/coday/issues/110) did). `tokens` is input and output together, so it says that plenty is left. And the tokens are in
# whole thousands: what you compute from them is an estimate.
#
# ## What they don't say
#
# For whom is there nothing to read? Choose, then run.

# %%
KINDS: list[str] = ["plain", "quota", "rate_limited_bare", "no_credit", "overloaded"]
expected = predict(KINDS, ["limits", "limits and retry-after", "nothing"])
expected

# %%
rows: list[list[object]] = []
for kind in KINDS:
    headers = told(kind, QUESTIONS[0] * 1400)
    limits = sum("ratelimit" in name for name in headers)
    rows.append([kind, limits, headers.get("retry-after", "–"), expected.answers[kind]])
table(
    "What an answer says of limits",
    ["scenario", "headers of limits", "retry-after", "you expected"],
    rows,
)

# %% [markdown]
# As recorded, they come with answered messages and with most 429s. A 400 has none, a 529 neither, some 429s say nothing at
# all, and 25 recorded answers lack the three for requests. Nor do they say who else uses the same key, or that a sharp rise in traffic is refused before any bucket is empty:
# [acceleration limits](https://platform.claude.com/docs/en/api/errors#http-errors) are only documented, and no header names
# them.
#
# ### Exercise: `headroom`
#
# `Headroom` has `requests`, `input_tokens`, `output_tokens` and `full_at`. None says that nobody said anything: it is neither 0
# nor a crash.


# %%
def headroom(headers: Mapping[str, str]) -> Headroom:
    """What these headers say is left of requests, input tokens and output tokens, and when
    all of it is there again: the last moment that they name, with its time zone.

    None for each of them that no header tells, or whose header is no whole number.
    """
    ### BEGIN SOLUTION
    kinds = ("requests", "input-tokens", "output-tokens")
    left: list[int | None] = []
    for kind in kinds:
        try:
            left.append(int(headers.get(f"anthropic-ratelimit-{kind}-remaining", "")))
        except ValueError:
            left.append(None)
    resets = [headers.get(f"anthropic-ratelimit-{kind}-reset") for kind in kinds]
    moments = [datetime.fromisoformat(reset) for reset in resets if reset]
    return Headroom(*left, max(moments, default=None))
    ### END SOLUTION


# %%
check(headroom)

# %%
# hint(headroom)
# solution(headroom)

# %% [markdown]
# ## Pacing by tokens
#
# Who knows the limit can stay below it: a request costs `60 / limit` seconds, and so do its tokens. For input you need an
# estimate *before* you send. Of what you send,
# [what was read from a cache does not count](https://platform.claude.com/docs/en/api/rate-limits#cache-aware-itpm) for most
# models. For output you need none to begin with: the documentation says that output tokens count as they are written, and
# that [`max_tokens` plays no part](https://platform.claude.com/docs/en/api/rate-limits#cache-aware-itpm). Other providers
# reserve it.


# %%
def tokens_in(prompt: str) -> int:
    """About how many input tokens a request with `prompt` has: never too few in this replay."""
    return 20 + len(prompt) // 4


# %% [markdown]
# In production take [`count_tokens`](https://platform.claude.com/docs/en/build-with-claude/token-counting), which is free and has
# limits of its own, or the `usage` of what you have sent.
#
# A kept library does the waiting: [aiolimiter](https://aiolimiter.readthedocs.io) is such a bucket. **Predict:** does it keep
# you below the limit?

# %%
from aiolimiter import AsyncLimiter


async def limited(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str | BaseException]:
    """Eight a minute, says a library."""
    once, bucket = client.with_options(max_retries=0), AsyncLimiter(8, time_period=60)

    async def one(prompt: str) -> str:
        async with bucket:
            return await reply_to(once, prompt)

    return await asyncio.gather(*map(one, prompts), return_exceptions=True)


# %%
LONG: list[str] = [question * 800 for question in QUESTIONS]
FEWER = Scenario("fewer", "", then=Answer(), quota=Quota(requests=6, input_tokens=20_000))
table(
    "aiolimiter, told of 8 requests a minute",
    ["what is asked", "sent", "refused", "answered", "last answer"],
    [
        ["short questions", *rehearse(limited, QUESTIONS, SMALL).row],
        ["long questions", *rehearse(limited, LONG, SMALL).row],
        ["short ones, and the limit is 6 now", *rehearse(limited, QUESTIONS, FEWER).row],
    ],
)

# %% [markdown]
# It keeps exactly what it was told, to the request. It does not know that tokens count too (`acquire(tokens_in(prompt))` tells
# it), that the limit has changed, or that the bucket was not full when it began: it reads no headers. And it lets short prompts
# overtake long ones. For `paced`, read the limits from the first answer.
#
# ### Exercise: `paced`
#
# `with_raw_response` has the headers: `raw = await client.messages.with_raw_response.create(…)`, then `raw.headers` and
# `await raw.parse()`. `check` has six limits, one of which somebody else uses too.


# %%
async def paced(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str]:
    """The texts of all answers, in the order of `prompts`; not one request is refused.

    The limits of requests and of input tokens a minute are what the first answer says. The
    last answer is there after at most 1.3 times the time in which the limit refills for all.
    """
    ### BEGIN SOLUTION
    if not prompts:
        return []
    raw = await client.messages.with_raw_response.create(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompts[0]}]
    )
    limits = (
        raw.headers[f"anthropic-ratelimit-{kind}-limit"]
        for kind in ("requests", "input-tokens")
    )
    a_request, a_token = (60 / int(limit) for limit in limits)
    tasks: list[asyncio.Task[str]] = []
    async with asyncio.TaskGroup() as group:
        for prompt in prompts[1:]:
            await clock.sleep(max(a_request, tokens_in(prompt) * a_token))
            tasks.append(group.create_task(reply_to(client, prompt)))
    return [text_of(await raw.parse()), *(task.result() for task in tasks)]
    ### END SOLUTION


# %%
check(paced)

# %%
# hint(paced)
# solution(paced)

# %% [markdown]
# ## Rises by one, halves at a 429
#
# What if nobody says what the limit is? `room_for(6)` answers six at once, and refuses more without a word:

# %%
ROOM = room_for(6)
bounces({one.__name__: rehearse(one, QUESTIONS, ROOM) for one in (naive, sdk_alone)})

# %% [markdown]
# Then a 429 is the only signal, and TCP has the answer since 1988: *additive increase, multiplicative decrease*. Begin with one at
# a time. When as many were answered as are allowed at once, allow one more. At a 429 allow half as many. It finds the limit,
# swings around it, and follows when it moves.
#
# It must be **one** number for all workers. If each has its own, twenty of them halve twenty times too little. And a `retry-after`
# is for all of them:


# %%
def asked_wait(error: anthropic.RateLimitError) -> float:
    """The seconds that `retry-after` asks for; one where it says nothing that can be read."""
    try:
        return max(1.0, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return 1.0


# %% [markdown]
# ### Exercise: `adaptive`


# %%
async def adaptive(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str]:
    """The texts of all answers, in the order of `prompts`. What is refused with 429 is sent
    again until it is answered; every other error goes up.

    One request is under way at first. One more may be when as many were answered as may be
    under way, and half as many, at least one, after a 429. After each nobody sends for as
    long as `asked_wait` says.
    """
    ### BEGIN SOLUTION
    once, turn = client.with_options(max_retries=0), asyncio.Condition()
    allowed, flying, answered, cuts, quiet_until = 1, 0, 0, 0, 0.0

    async def one(prompt: str) -> str:
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
                    allowed, answered, cuts = max(1, allowed // 2), 0, cuts + 1
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
    ### END SOLUTION


# %%
check(adaptive)

# %%
# hint(adaptive)
# solution(adaptive)

# %% [markdown]
# ## Four ways, side by side
#
# The same 24 questions, first under 8 requests a minute, then with room for six. What you have not written yet says so.

# %%
WAYS = (naive, sdk_alone, paced, adaptive)
minute = {way.__name__: rehearse(way, QUESTIONS, SMALL) for way in WAYS}
bounces(minute)

# %%
room = {way.__name__: rehearse(way, QUESTIONS, ROOM) for way in WAYS}
columns = ["sent", "refused", "answered", "last answer"]
table(
    "8 requests a minute, and room for six at once",
    ["way", *columns, *(f"six: {column}" for column in columns)],
    [[name, *one.row, *room[name].row] for name, one in minute.items()],
)

# %% [markdown]
# Where the headers tell a limit, pace: nothing is refused, and the time is what the limit asks for. `adaptive` gets there too,
# bouncing, because a number of requests *at once* can't express a number *a minute*. Where the headers say that there is plenty
# and the API refuses all the same, pacing by them is worth nothing, and adapting is.
#
# ## Interactive before bulk
#
# A customer asks while the job runs, with the same key. The job may use all of the limit, or leave some of it:


# %%
async def quietly(client: AsyncAnthropic, prompt: str) -> bool:
    """Whether `prompt` is refused; nobody tries again."""
    try:
        await reply_to(client.with_options(max_retries=0), prompt)
    except anthropic.RateLimitError:
        return True
    return False


async def job(client: AsyncAnthropic, prompts: Sequence[str], bucket: AsyncLimiter) -> None:
    """Bulk work, as fast as `bucket` lets it go."""
    for prompt in prompts:
        await bucket.acquire()
        await quietly(client, prompt)


# %%
async def beside(
    share: float, client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> int:
    """The refused ones of nine customers, beside a job with this share of 8 requests a minute."""
    refused, bucket = 0, AsyncLimiter(8 * share, time_period=60)
    work = asyncio.create_task(job(client, prompts, bucket))
    for number in range(9):
        await clock.sleep(13)
        refused += await quietly(client, f"A customer's question {number}")
    work.cancel()
    return refused


# %%
table(
    "Nine customers beside a job",
    ["the job's share of the limit", "customers refused"],
    [
        [f"{share:.0%}", rehearse(partial(beside, share), QUESTIONS, SMALL).value]
        for share in (1.0, 0.75, 0.5)
    ],
)

# %% [markdown]
# What somebody waits for needs a reserve that bulk work never touches. Better still, bulk work goes elsewhere: batches have
# [limits of their own](https://platform.claude.com/docs/en/api/rate-limits#message-batches-api) (lesson 03), and a
# [workspace](https://platform.claude.com/docs/en/api/rate-limits#setting-lower-limits-for-workspaces) can be given less than
# all of the organization's.

# %% [markdown]
# ## One call became twelve
#
# The limit is one reason to be refused. Now the API is down, and three careful people have each added retries: the SDK
# has two, a [tenacity](https://tenacity.readthedocs.io) around it tries twice, and then there is a second model.
# **Predict** what goes out for one question.

# %%
from tenacity import AsyncRetrying, stop_after_attempt

MODELS: tuple[str, ...] = (MODEL, "claude-haiku-4-5")


async def layered(
    client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> list[str | BaseException]:
    """One question after another, as carefully as three people can."""
    for prompt in prompts:
        for model in MODELS:
            with contextlib.suppress(anthropic.APIStatusError):
                again = AsyncRetrying(stop=stop_after_attempt(2), reraise=True)
                return [await again(reply_to, client, prompt, model)]
    return []


# %%
for scenario in ("overloaded", "no_credit"):
    print(
        f"{scenario}: {rehearse(layered, QUESTIONS[:1], scenario).sent} requests for one question"
    )

# %% [markdown]
# Layers multiply: 3 · 2 · 2, and [somebody else's 4 became 12 as well](https://github.com/HKUDS/nanobot/pull/2759). The second
# line is what tenacity does not know: that a 400 can't be mended by asking again. Tell it with `retry=`; or take
# [stamina](https://stamina.hynek.me), which makes you say what to retry on.
#
# What none of them knows is *the others*. A hundred callers with two retries each are three hundred requests for an API that is
# down. So spend from a **budget** that all callers share: a retry takes 1 from it, an answer gives 0.1 back, and when
# it is empty nobody retries. In good times nobody notices; in bad times there are a few retries, not twice as many requests.
#
# ## What opens it
#
# A **breaker** goes further: after so many failures in a row it sends nothing at all. It has to know what a failure is.
# Many go by a list of statuses. This is what they get to see:


# %%
def raised_by(ending: str) -> Exception:
    """What the SDK, or the library below it, raises for a stream in this scenario."""
    once = make_client(ending).with_options(max_retries=0)
    question = {"role": "user", "content": QUESTIONS[0]}
    try:
        with once.messages.stream(
            model=MODEL, max_tokens=200, messages=[question]
        ) as stream:
            stream.until_done()
    except (anthropic.APIError, httpx2.HTTPError) as error:
        return error
    return RuntimeError("nothing was raised")


# %%
LIST: tuple[int, ...] = (500, 502, 503, 504)
DOWN: list[str] = ["server_error", "overloaded", "refused", "stall", "error_event", "cut"]
seen: list[list[object]] = []
for ending in (*DOWN, "no_credit"):
    error = raised_by(ending)
    status, kind = getattr(error, "status_code", "–"), getattr(error, "type", "–")
    counts = "yes" if status in LIST else "no"
    seen.append([ending, type(error).__name__, status, kind, counts])
columns = ["scenario", "raised", "status", "type", "in the list"]
table("What a breaker gets to see", columns, seen)

# %% [markdown]
# The list knows one of the six that say *down*. 529 is in no list of HTTP's, which is why
# [fallbacks](https://github.com/openclaw/openclaw/issues/49079) and breakers never saw it. No connection has no status, an error
# event has 200, a cut stream raises what is not the SDK's. And the last row must never count: a 400 says that the API is there.
#
# ## One probe
#
# [purgatory](https://github.com/mardiros/purgatory) is a kept breaker for asynchronous code. Five failures, then nineteen callers come
# together when its rest is over. (Its rest is of the machine's time, not of the API's: −1 is over at once.)

# %%
from purgatory import AsyncCircuitBreakerFactory


async def guarded(client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock) -> str:
    """Five calls, one after another; the state after that; then all the others at once."""
    breaker = await AsyncCircuitBreakerFactory(
        default_threshold=5, default_ttl=-1
    ).get_breaker("api")

    async def one(prompt: str) -> str:
        async with breaker:
            return await reply_to(client.with_options(max_retries=0), prompt)

    for prompt in prompts[:5]:
        with contextlib.suppress(anthropic.APIStatusError):
            await one(prompt)
    state = str(breaker.context.state)
    await asyncio.gather(*map(one, prompts[5:]), return_exceptions=True)
    return state


# %%
for scenario in ("overloaded", "no_credit"):
    ran = rehearse(guarded, QUESTIONS, scenario)
    print(
        f"{scenario}: {ran.value} after five, {ran.sent - 5} requests for 19 callers after its rest"
    )

# %% [markdown]
# Every exception counts for it, so it does open for a 529; and it opens for a customer's bad request, unless you `exclude` that. When its rest
# is over, **everybody** is a probe: an API that is about to recover gets all of them at once.
#
# ### Exercise: `Breaker`
#
# This one was written in an afternoon. Four faults are in it, and you have seen each of them above.


# %% tags=["given"]
class Breaker:
    """Keeps callers away from an API that is down.

    Five failures in a row open it. While it is open, `call` raises `BreakerOpen` at once, and
    nothing is sent. After 30 seconds one call may try whether the API is back.
    """

    def __init__(self, clock: ApiClock) -> None:
        self.clock = clock
        self.failures = 0
        self.open_until = 0.0

    async def call(self, send: Callable[[], Awaitable[str]]) -> str:
        """What `send` returns, which makes one request."""
        for attempt in range(3):
            if self.clock.now() < self.open_until:
                raise BreakerOpen
            try:
                answer = await send()
            except anthropic.APIStatusError as error:
                if error.status_code in (500, 502, 503, 504):
                    self._failed()
                if attempt == 2:
                    raise
                await self.clock.sleep(2**attempt)
            else:
                self.failures = 0
                return answer
        raise BreakerOpen

    def _failed(self) -> None:
        self.failures += 1
        if self.failures >= 5:
            self.open_until = self.clock.now() + 30


# %%
async def turned_away(
    kind: type, client: AsyncAnthropic, prompts: Sequence[str], clock: ApiClock
) -> int:
    """How many callers, one after another, a breaker of this kind turns away."""
    breaker, once, away = kind(clock), client.with_options(max_retries=0), 0
    for prompt in prompts:
        try:
            await breaker.call(partial(reply_to, once, prompt))
        except BreakerOpen:
            away += 1
        except anthropic.APIStatusError:
            continue
    return away


# %%
before = rehearse(partial(turned_away, Breaker), QUESTIONS, "overloaded")
print(f"24 callers, API down: {before.sent} requests, {before.value} turned away")

# %% [markdown]
# Repair it here. Its promises:
#
# - **Down** is any 5xx, no connection, a timeout, a stream that breaks off, an error event of a temporary type (`overloaded_error`,
#   `api_error`, `timeout_error`). Whatever else is raised goes up at once: it neither counts nor is sent again.
# - **Five in a row**, with no answer between them, open it for 30 seconds. Then **one** call is let through. If that fails, the next 30
#   seconds begin; if it is answered, it closes. Its caller may leave in the middle of it.
# - **The budget** is 10 retries for all callers together, and an answer gives 0.1 back. Before a retry wait 1, 2, 4 … seconds;
#   without a budget, raise.


# %% tags=["repair"]
class Breaker:
    """Keeps callers away from an API that is down.

    Five failures in a row open it. While it is open, `call` raises `BreakerOpen` at once, and
    nothing is sent. After 30 seconds one call may try whether the API is back. All callers
    together have a budget of 10 retries, to which each answer gives 0.1 back.
    """

    def __init__(self, clock: ApiClock) -> None:
        self.clock = clock
        self.failures = 0
        self.budget = 10.0
        self.open_until: float | None = None
        self.probing = False

    async def call(self, send: Callable[[], Awaitable[str]]) -> str:
        """What `send` returns, which makes one request. Raises what it raises, or `BreakerOpen`."""
        wait = 1.0
        while True:
            probe = self._admit()
            try:
                answer = await send()
            except Exception as error:
                if not self._is_down(error):
                    raise
                self._failed()
                if self.budget < 1:
                    raise
                self.budget -= 1
            else:
                self.failures, self.open_until = 0, None
                self.budget = min(10.0, self.budget + 0.1)
                return answer
            finally:
                if probe:
                    self.probing = False
            await self.clock.sleep(wait)
            wait *= 2

    def _admit(self) -> bool:
        """Whether this request is the probe. Raises `BreakerOpen` where it may not go out."""
        if self.open_until is None:
            return False
        if self.probing or self.clock.now() < self.open_until:
            raise BreakerOpen
        self.probing = True
        return True

    def _failed(self) -> None:
        self.failures += 1
        if self.failures >= 5:
            self.open_until = self.clock.now() + 30

    @staticmethod
    def _is_down(error: Exception) -> bool:
        if isinstance(error, anthropic.APIStatusError) and error.status_code < 500:
            temporary = ("overloaded_error", "api_error", "timeout_error")
            return error.status_code == 200 and error.type in temporary
        return isinstance(error, anthropic.APIError | httpx2.HTTPError)


# %%
after = rehearse(partial(turned_away, Breaker), QUESTIONS, "overloaded")
print(f"24 callers, API down: {after.sent} requests, {after.value} turned away")

# %%
check(Breaker)

# %%
# hint(Breaker)
# solution(Breaker)

# %% [markdown]
# ## Failure card: bouncing off the limit
#
# | | |
# |---|---|
# | **Recognise by** | Many 429s in the log of attempts, few in that of calls. Retries in step with one another. A bill for requests, and answers that come late. |
# | **Fix** | Pace by what the headers say; adapt where they say nothing; one budget of retries; one probe. |
# | **Why not more retries** | Each is refused by the same bucket. The 24 questions above sent 55 requests with two retries, and 14 were lost all the same. |
#
# Not covered here: several processes that share a key (they need a bucket outside, such as in Redis), asking for a higher
# [limit](https://platform.claude.com/docs/en/api/rate-limits), and the [priority tier](https://platform.claude.com/docs/en/api/service-tiers).
#
# **In TypeScript** `await client.messages.create(…).withResponse()` has the headers, in `response.headers.get(name)`.

# %% [markdown]
# ## On the cheat sheet
#
# "429 → back off" is right, and comes too late: whoever backs off has been refused. "The SDK retries 429 and 5xx" is right for one
# call; it says nothing of a hundred. This lesson is beyond the sheet: none of its rows needs it.

# %% [markdown]
# ## Three questions
#
# <details><summary>1. A 429 says <code>anthropic-ratelimit-requests-remaining: 3999</code>. What is used up?</summary>
#
# One of the other two buckets: input tokens or output tokens. The sum, `tokens`, may still be large.
# </details>
#
# <details><summary>2. Your job keeps exactly to 50 requests a minute, the limit is 50, and now and then there is a 429. Why?</summary>
#
# Somebody else uses the key, or you sent fifty in the first second: a limit of 60 a minute [may be enforced as one a
# second](https://platform.claude.com/docs/en/api/rate-limits).
# </details>
#
# <details><summary>3. Why does a retry budget refill with answers, and not with time?</summary>
#
# While the API is down there are no answers, so nothing comes back, however long that is. With time, a long outage would be fed all along.
# </details>

# %% [markdown]
# ## You can now
#
# - read three buckets, and what is missing,
# - stay below a limit that is told, and find one that is not,
# - keep a bad hour of the API from becoming a worse one by your retries.
#
# **Next:** work that need not be sent now at all: a batch that outlives its process (13).

# %%
from helpers import progress

progress()
