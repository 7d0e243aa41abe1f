# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Who tries again, how often, and until when
#
# **30 minutes. Free in the replay.** (Live, one request goes to the API, for the list of models: it costs nothing. The bad
# days are replayed in both modes.)
#
# After this lesson you can
#
# - say which failures the SDK tries again, after which waits, and what you must not add to that,
# - configure retries and timeouts without surprising those who share your client,
# - keep a promise of *so many seconds*, which no setting of the SDK keeps for you.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import random
from email.utils import parsedate_to_datetime

import anthropic
from anthropic import Anthropic
from anthropic.types import Message

from helpers import Clock, Unfinished, predict, table, wire_log
from helpers.lessons.retries.schedule import herd, schedule
from helpers.replay import Answer, Fail, Scenario, says

QUESTION: str = "Where is my order?"

# %% [markdown]
# ## What the SDK does by itself
#
# The API is overloaded, twice. Your code makes one call:

# %%
busy = make_client("overloaded_twice")
response = busy.messages.with_raw_response.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": QUESTION}],
)
{"status": response.status_code, "retries": response.retries_taken}

# %%
timeline(busy)

# %% [markdown]
# A 200 as if nothing had been. Only the raw response knows of the two retries, and the dotted lines show where the time
# went. [The SDK tries again](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries) after connection
# errors and timeouts, and after 408, 409, 429 and every 5xx: two retries, so three attempts in all.
#
# **Predict:** a client with `max_retries=6`, and an API that stays overloaded. How long does the SDK wait before the
# first retry, and before the last?

# %%
schedule(make_client().with_options(max_retries=6))

# %% [markdown]
# Each wait is twice the one before, until 8 seconds. The bar is the **jitter**: a random part of up to a quarter is taken off.
# (The picture asks the SDK's own function for 2,000 draws. That function is private, so do not build on it; it is good
# enough for a picture.) With the default of two retries the SDK gives up after 1.5 seconds of waiting at most. An overload of
# minutes is longer than that.
#
# ### Why a random part?
#
# 200 callers of yours fail in the same second, because one overload hits them all. This is when their retries arrive,
# first when everybody waits equally long, then with the SDK's jitter:

# %%
herd(make_client().with_options(max_retries=5), callers=200)

# %% [markdown]
# Without the random part all 200 come back together, five times, and an API that cannot serve 200 at once fails 200 again:
# a *thundering herd*. With it, the first retry is hardly better, but the parts add up, and the fifth arrives as a drizzle. A
# loop of your own with a `sleep(2**attempt)` is the upper picture
# ([exponential backoff and jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)).

# %% [markdown]
# ### When the API names the wait
#
# A 429 says in the header `retry-after` how many seconds to wait
# ([rate limits](https://platform.claude.com/docs/en/api/rate-limits#response-headers)). **Predict:** it says 171, and you
# have set a timeout of 30 seconds. What happens?

# %%
ASKED: dict[str, str] = {"retry-after": "171"}
LIMITED = Scenario("limited", "429, then fine", (Fail(429, headers=ASKED),), Answer())
limited = make_client(LIMITED)
message = limited.with_options(timeout=30).messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": QUESTION}],
)
message.stop_reason

# %%
timeline(limited)

# %% [markdown]
# It waits for 171 seconds. The SDK does as it is told, also above a minute, and sleeps in your thread, where nobody can
# interrupt it. The timeout is for an attempt, and between two attempts there is none. The 171 is from
# [a report](https://github.com/NousResearch/hermes-agent/issues/26293) of how two layers of retries made an outage of one 429.
# (Nothing really waits here: the replay adds a shorter `retry-after-ms`, which the SDK prefers. The API was never recorded
# to send that one.)
#
# ### What is used up
#
# A limit is a **token bucket**: it refills all the time, not at the full minute. There are three, for requests, input tokens
# and output tokens, and each tells in headers what is left ([the
# names](https://platform.claude.com/docs/en/api/rate-limits#response-headers)). Here an account with 5 requests and 10,000
# input tokens a minute asks long questions. **Predict:** which bucket is empty first?

# %%
LONG: list[dict[str, str]] = [{"role": "user", "content": QUESTION * 900}]
small = make_client("quota").with_options(max_retries=0)
rows: list[list[object]] = []
for number in range(1, 4):
    try:
        raw = small.messages.with_raw_response.create(
            model=MODEL, max_tokens=200, messages=LONG
        )
        status, told = raw.status_code, raw.headers
    except anthropic.RateLimitError as error:
        status, told = error.status_code, error.response.headers
    left = [
        told[f"anthropic-ratelimit-{one}-remaining"] for one in ("requests", "input-tokens")
    ]
    rows.append([number, status, *left, told.get("retry-after", "–")])

# %%
table(
    "What the headers say is left",
    ["request", "status", "requests", "input tokens", "retry-after"],
    rows,
)

# %% [markdown]
# The third is refused while requests are left: a limiter that counts requests alone sends it. So
# [was a real one](https://github.com/whoz-oss/coday/issues/110), with 4,000 of 4,000 requests left. As recorded, the headers
# come with answered messages and with 429s, and neither with a 400 nor with a 529. Some 429s have neither limits nor
# `retry-after`: never read these headers as if they had to be there.

# %% [markdown]
# ## Nine instead of three
#
# Lesson 01 had a loop around a call that tries again by itself. Now count what goes out, for three settings of each layer:


# %%
def requests_sent(attempts: int, max_retries: int) -> int:
    """What goes over the wire of an API that stays overloaded, with a loop around the SDK."""
    flooded = make_client("overloaded")
    layered = flooded.with_options(max_retries=max_retries)
    question = [{"role": "user", "content": QUESTION}]
    for _ in range(attempts):
        try:
            layered.messages.create(model=MODEL, max_tokens=200, messages=question)
        except anthropic.OverloadedError:
            continue
    return len(wire_log(flooded))


# %%
loops: dict[str, int] = {"none": 1, "3 rounds": 3, "6 rounds": 6}
settings: list[int] = [0, 2, 5]
table(
    "Requests for one question",
    ["your loop", "max_retries=0", "2, the default", "max_retries=5"],
    [
        [loop, *(requests_sent(attempts, retries) for retries in settings)]
        for loop, attempts in loops.items()
    ],
)

# %% [markdown]
# Layers multiply. The 9 in the middle is the classic, and 18 is a real one: [six rounds of a loop around the SDK's
# three](https://github.com/10-X-eng/vibecad/issues/177), while the progress bar said six. Others found
# [12 for 4](https://github.com/HKUDS/nanobot/pull/2759) and, with a third layer,
# [45](https://github.com/mpfaffenberger/code_puppy/pull/317). So **one layer tries again**: the SDK, or you with
# `max_retries=0`. Not both.

# %% [markdown]
# ## What you configure
#
# Two things: `max_retries`, and `timeout` in seconds, for the client or for a copy of it that `with_options` returns
# ([timeouts](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#timeouts)). An answer takes 50 seconds here.
# **Predict:** with `timeout=30`, when do you get your error?

# %%
guess = predict(["with timeout=30"], ["after 30 seconds", "after 60", "after 90", "never"])
guess

# %%
ANSWER = says("It left Lisbon on Monday. " * 14, delay=2.0)
slow = make_client(Scenario("slow", "fifty seconds", then=Answer(ANSWER)))
try:
    slow.with_options(timeout=30).messages.create(
        model=MODEL,
        max_tokens=200,
        messages=[{"role": "user", "content": QUESTION}],
    )
except anthropic.APITimeoutError as error:
    print(type(error).__name__)
print(f"you expected it {guess.answers['with timeout=30']}")

# %%
timeline(slow)

# %% [markdown]
# After 90 seconds: thirty for each attempt, and the waits. A timeout is retried like a connection error (also by [OpenAI's
# SDK](https://github.com/openai/openai-python/issues/3828), where the same numbers surprised somebody). And look at what is
# missing: no response, three times. Perhaps the API was a second away from answering, three times, and what was
# written may be on your bill. **Whether it is safe to ask again, the SDK cannot know.** With a question it costs money; with a tool that
# books a flight it costs a flight. That is lesson 07.
#
# | what you set | what it limits | what it does not limit |
# |---|---|---|
# | `timeout=30` | the silence in one attempt | the attempts, the waits, a stream that drips |
# | `max_retries=2` | the attempts of one call | a loop around the call |
# | nothing | | how long the whole call takes |

# %% [markdown]
# ### Exercise: `patient`
#
# A nightly job may wait longer than the default, and shares its client with a chat that may not.


# %%
def patient(client: Anthropic) -> Anthropic:
    """A client for work that can wait: 5 retries, and 30 seconds for each attempt.

    `client` itself keeps its settings: others use it.
    """
    ### BEGIN SOLUTION
    return client.with_options(max_retries=5, timeout=30)
    ### END SOLUTION


# %%
check(patient)

# %%
# hint(patient)
# solution(patient)

# %% [markdown]
# ## Until when
#
# A customer waits for 20 seconds, then the page gives up. You need a **deadline** for everything together, and there is no
# setting for that. So the retries must be yours: `max_retries=0` switches the SDK's off, and then the error arrives at once, with
# all that you need to decide:

# %%
limited = make_client(LIMITED)
try:
    limited.with_options(max_retries=0, timeout=20).messages.create(
        model=MODEL,
        max_tokens=200,
        messages=[{"role": "user", "content": QUESTION}],
    )
except anthropic.RateLimitError as error:
    print(error.status_code, error.response.headers["retry-after"])

# %% [markdown]
# 171 seconds, and the customer has 20. There is one thing to know that saves everybody 171 seconds: **give up now**, not at
# the deadline. Four rules make a deadline:
#
# 1. Note when it ends, once. Everything else is compared with that.
# 2. Each attempt gets what is left: `timeout=deadline - now`. When that is used up, the SDK raises its `APITimeoutError`,
#    which is no `TimeoutError` of Python's.
# 3. Before a wait, ask when it ends. After the deadline? Raise at once.
# 4. Wait as long as `retry-after` says; where it says nothing, for a time that doubles, with jitter.
#
# And catch by class: a connection that failed has no headers to read, and Ctrl-C is no failure at all.
#
# The fourth has a catch: `retry-after` may be a [date](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after) too, and
# whoever stands before the API may write anything ([`float()` of it
# raised](https://github.com/IBM/mcp-context-forge/issues/5674) elsewhere). These three read an answer with care:


# %%
def asked_wait(error: anthropic.APIStatusError) -> float | None:
    """The seconds that `retry-after` asks for; None where it names no time that lies ahead."""
    after = error.response.headers.get("retry-after", "")
    try:
        seconds = float(after)
    except ValueError:
        try:
            now = parsedate_to_datetime(error.response.headers["date"])
            seconds = (parsedate_to_datetime(after) - now).total_seconds()
        except (ValueError, TypeError, KeyError):
            return None
    return seconds if 0 < seconds < float("inf") else None  # nan is neither


# %%
def may_pass(error: anthropic.APIStatusError) -> bool:
    """Whether waiting can help: lesson 05 in short. The header counts more than the status."""
    asked = error.response.headers.get("x-should-retry")
    if asked in ("true", "false"):
        return asked == "true"
    spent = error.error_code == "enforced_spend_limit_reached"
    return not spent and (error.status_code in (408, 409, 429) or error.status_code >= 500)


def text_of(message: Message) -> str:
    """All the text of an answer; a page with the status 200 is none."""
    if not isinstance(message, Message):
        raise Unfinished(f"no message came: {message!r:.80}")
    return "".join(block.text for block in message.content if block.type == "text")


# %% [markdown]
# What `asked_wait` makes of what may come:

# %%
waits: list[list[object]] = []
for after in ("20", "Thu, 01 Jan 2026 00:01:00 GMT", "nan", "-5", "soon", ""):
    one = make_client(
        Scenario("one", "429", then=Fail(429, headers={"retry-after": after}))
    )
    try:
        one.with_options(max_retries=0).messages.create(
            model=MODEL, max_tokens=200, messages=[{"role": "user", "content": QUESTION}]
        )
    except anthropic.RateLimitError as error:
        waits.append([f"`{after!r}`", asked_wait(error)])
table("Seconds to wait", ["retry-after", "asked_wait"], waits)

# %% [markdown]
# In production the clock is `time.monotonic` and `time.sleep`. Here you are given one with `now()` and `sleep(seconds)`, so
# that a test of 171 seconds takes none. Pass the clock in, and yours can do the same.

# %% [markdown]
# ### Exercise: `ask_within`


# %%
def ask_within(client: Anthropic, prompt: str, seconds: float, clock: Clock) -> str:
    """All the text of the answer to `prompt`, within `seconds` for everything together.

    After 429 and 5xx it is asked again while there is time: when `retry-after` says, where
    it does, else after waits that grow.
    Raises `TimeoutError` when there is no time left, in the middle of an attempt too, and
    before a wait that would end too late. What a retry cannot mend goes up at once.
    """
    ### BEGIN SOLUTION
    deadline, wait, backoff = clock.now() + seconds, 0.0, 0.5
    once = client.with_options(max_retries=0)
    while clock.now() + wait < deadline:
        clock.sleep(wait)
        try:
            message = once.messages.create(
                model=MODEL,
                max_tokens=1024,
                messages=[{"role": "user", "content": prompt}],
                timeout=deadline - clock.now(),
            )
            return text_of(message)
        except anthropic.APIConnectionError:  # a timeout, too: then nothing is left
            asked = None
        except anthropic.APIStatusError as error:
            if not may_pass(error):
                raise
            asked = asked_wait(error)
        wait = asked or backoff * random.uniform(0.75, 1)
        backoff += backoff
    raise TimeoutError(f"no answer within {seconds} seconds")
    ### END SOLUTION


# %%
check(ask_within)

# %%
# hint(ask_within)
# solution(ask_within)

# %% [markdown]
# In asynchronous code there is a shorter way, because there the SDK's sleep can be canceled:
# `async with asyncio.timeout(20):` around the call ends the attempt and the wait alike. It waits until the last second for an
# answer that cannot come, though.

# %% [markdown]
# ## With what else
#
# A 529 is about capacity, and [another model](https://platform.claude.com/docs/en/about-claude/models/overview) may have some.
# These answer:

# %%
models: list[str] = [model.id for model in client.models.list()]
len(models), MODEL in models

# %% [markdown]
# A fallback has to decide **which** failures lead to the next model. **Predict** for each:

# %%
reasons = predict(
    ["529", "400", "401", "429", "500"],
    ["the next model", "let it go up"],
)
reasons

# %%
WHY: dict[str, tuple[str, str]] = {
    "529": ("this model has no capacity now", "the next model"),
    "400": ("your request is wrong for every model", "let it go up"),
    "401": ("your key is wrong for every model", "let it go up"),
    "429": ("your limit is used up: wait, or ask for more", "let it go up"),
    "500": ("something broke, and not for want of room", "let it go up"),
}
table(
    "Does another model help?",
    ["status", "why", "so", "you expected"],
    [[status, *why, reasons.answers[status]] for status, why in WHY.items()],
)

# %% [markdown]
# Both mistakes are common. Falling back on anything hides a typo in your request behind three errors; falling back on
# `RateLimitError` alone [never sees the 529](https://github.com/openclaw/openclaw/issues/49079), and one project
# classified it [as something to retry](https://github.com/NousResearch/hermes-agent/issues/11314) and stayed on the busy
# model. The 429 is a matter of taste: limits are counted per model class, so some fall back on it
# too. Then say so in the log, because the other model answers with another quality at another price.
#
# And mind the layers: three models with the SDK's three attempts are nine requests, and the customer waits for them all. Here the
# **next model is the retry**.

# %% [markdown]
# ### Exercise: `ask_with_fallback`


# %%
def ask_with_fallback(client: Anthropic, prompt: str, models: list[str]) -> str:
    """All the text of the answer to `prompt`, by the first of `models` that has capacity.

    The next model is asked only when one is overloaded: one request for each, in order.
    When the last is overloaded too, its error goes up; so does any other error, at once.
    Raises `ValueError` where there is no model to ask.
    """
    ### BEGIN SOLUTION
    if not models:
        raise ValueError("no model to ask")
    once = client.with_options(max_retries=0)
    for model in models:
        try:
            message = once.messages.create(
                model=model, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
            )
            return text_of(message)
        except anthropic.OverloadedError as error:
            overloaded = error
    raise overloaded
    ### END SOLUTION


# %%
check(ask_with_fallback)

# %%
# hint(ask_with_fallback)
# solution(ask_with_fallback)

# %% [markdown]
# ## What this lesson does not cover
#
# Whether a request may be repeated at all (lesson 07), streams that break after their 200, which nobody retries (08), and
# how to see the retries of yesterday (09). Not in this course: limiting your own rate before the API does
# ([rate limits](https://platform.claude.com/docs/en/api/rate-limits)), circuit breakers, and falling back after a
# [refusal](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons).

# %% [markdown]
# ## Three questions
#
# <details><summary>1. <code>timeout=30</code>, the default retries, and an API that accepts the connection and says nothing. How long does a call take?</summary>
#
# A little over 90 seconds: three attempts of 30, and two waits of at most half a second and a second.
# </details>
#
# <details><summary>2. Your queue retries a failed job 5 times, the job has a loop of 3, the SDK is as it comes. How many requests can one job cause?</summary>
#
# 45: 5 × 3 × 3. Keep one of the layers. The queue's has the advantage that it survives a restart.
# </details>
#
# <details><summary>3. Ten seconds are left, and <code>retry-after</code> says 12. What do you do?</summary>
#
# Raise now. Waiting for ten seconds and raising then is the same answer, ten seconds later.
# </details>

# %% [markdown]
# ## On the cheat sheet
#
# - *"Official SDKs retry connection errors, 408, 409, 429, and any 5xx … about two retries."* Exactly two by default, and
#   the header `x-should-retry` of a response overrules the status.
# - *"with exponential backoff + jitter"*: unless `retry-after` names the wait, which then is obeyed, however long it is.
# - *"You configure max attempts and per-call timeout."* You configure **retries**, one less than attempts; and the timeout is
#   **per attempt**: a limit for the call you have to write.
# - *"What the SDK CANNOT decide: whether your request is safe to retry."* Lesson 07.
#
# ## You can now
#
# - read a schedule of retries, and say why it is random,
# - keep the layers from multiplying,
# - set retries and timeouts on a copy of a client,
# - keep a deadline, and give up early enough,
# - fall back to another model for the one reason that calls for it.
#
# **Next:** lesson 07, because some of those repeated requests had been carried out already.

# %%
from helpers import progress

progress()
