# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Words as they are written
#
# **30 minutes. Free in the replay.** (Live, one short request goes to the API: under one cent. Everything that is timed
# or drawn is replayed in both modes.)
#
# After this lesson you can
#
# - show an answer while it is written, and tell a stream from something that only looks like one,
# - get the words, the whole message and the request id from one request,
# - measure the wait that a user feels,
# - ask many things at once, and not too many.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import asyncio
from collections.abc import Callable

import anthropic
from anthropic import AsyncAnthropic, MessageStream
from anthropic.types import Message

from helpers import Clock, Unfinished, make_async_client, predict, table, wire_log
from helpers.lessons.streaming.screens import Screen, SideBySide
from helpers.lessons.streaming.waiting import waiting
from helpers.replay import Answer, Fail, Scenario, thinking_first

# %% [markdown]
# ## See it work
#
# Two customers ask the same question. Run the cell below for their two screens, then run the two cells after it and
# watch: the replay takes as long as the API would.

# %%
left, right = Screen("streamed"), Screen("unstreamed")
SideBySide(left, right)

# %%
streamed = make_client("plain", speed=1)
with streamed.messages.stream(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
) as stream:
    for text in stream.text_stream:
        left.write(text)

# %%
unstreamed = make_client("plain", speed=1)
message = unstreamed.messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
)
right.write("".join(block.text for block in message.content if block.type == "text"))

# %% [markdown]
# The same words, the same price, and the same time until the last of them. In the picture a dotted line is a blank screen,
# and the wedge grows with what there is to read:

# %%
waiting({"streamed": streamed, "unstreamed": unstreamed})

# %% [markdown]
# Streaming makes nothing faster. It makes the **blank** short, and that is the wait that a person feels ([told by a team
# whose users stared at a spinner](https://github.com/khoj-ai/pipali/pull/29)). So when [somebody is
# watching](https://platform.claude.com/docs/en/build-with-claude/streaming), stream.
#
# ## See it lie
#
# A stream is easily lost again on the way to the screen, and nothing tells you. Here are four ways to read one. All
# four stream, and the whole answer reaches each of them.


# %%
def in_the_loop(stream: MessageStream, write: Callable[[str], None]) -> None:
    for text in stream.text_stream:
        write(text)


def joined(stream: MessageStream, write: Callable[[str], None]) -> None:
    write("".join(stream.text_stream))


def collected(stream: MessageStream, write: Callable[[str], None]) -> None:
    for text in list(stream.text_stream):
        write(text)


# %%
def message_first(stream: MessageStream, write: Callable[[str], None]) -> None:
    message = stream.get_final_message()
    assert message.stop_reason == "end_turn"
    for text in stream.text_stream:
        write(text)


# %% [markdown]
# **Predict:** which of them shows the first word as soon as it is there? Nobody grades this.

# %%
READERS = {one.__name__: one for one in (in_the_loop, joined, collected, message_first)}
guess = predict(list(READERS), ["at the first word", "at the end", "never"])
guess

# %% [markdown]
# Now all four. At each call of `write`, the function below looks at the wire and notes how many events had arrived.


# %%
def arrivals(read: Callable[[MessageStream, Callable[[str], None]], None]) -> list[int]:
    """How many events had arrived at each call of `write`."""
    counts: list[int] = []
    one = make_client("plain")
    with one.messages.stream(
        model=MODEL, max_tokens=200, messages=[{"role": "user", "content": "A refund?"}]
    ) as stream:
        read(stream, lambda text: counts.append(len(wire_log(one)[0].events)))
    return counts


seen = {name: arrivals(read) for name, read in READERS.items()}

# %%
table(
    "When each of them wrote",
    ["reader", "calls of write", "events that had arrived at the first", "you expected"],
    [
        [f"`{name}`", len(counts), counts[0] if counts else "–", guess.answers[name]]
        for name, counts in seen.items()
    ],
)

# %% [markdown]
# **Four streams on the wire, one on the screen.**
#
# - `joined` and `collected` wait for the last event, and write then. `collected` even writes piece by piece: it looks like
#   a stream in every test, and the user has waited all the same.
# - `message_first` writes nothing. A stream is read once: `get_final_message()` reads it to its end, and the loop after it
#   finds it empty. Nothing is raised.
#
# What comes after your function can do the same: a proxy that buffers, a framework that joins. Look at the last step too.

# %% [markdown]
# ## What a stream is made of
#
# Below is a stream read event by event, each with the moment of its arrival. The model thinks first, and then answers.

# %%
THINKING = Scenario(
    "thinking", "thinks", then=Answer(thinking_first("Yes, within 30 days.", "A refund."))
)
thinker = make_client(THINKING)
rows: list[list[object]] = []
with thinker.messages.stream(
    model=MODEL, max_tokens=200, messages=[{"role": "user", "content": "A refund?"}]
) as stream:
    for event in stream:
        kind = event.delta.type if event.type == "content_block_delta" else ""
        text = f"{event.text!r}" if event.type == "text" else ""
        moment = wire_log(thinker)[0].events[-1][1]
        rows.append([f"`{event.type}`", kind, text, f"{moment:.1f} s"])

# %%
table("The first fourteen events", ["event", "delta", "text", "arrived"], rows[:14])

# %% [markdown]
# Read it from top to bottom
# ([event types](https://platform.claude.com/docs/en/build-with-claude/streaming#event-types)). Four things are worth
# knowing:
#
# - **Not every delta is text.** Thinking, signatures and the input of tools come as deltas too. `event.delta.text` raises
#   an `AttributeError` there.
# - **Each piece of text comes twice**: once as the delta that the API sent, and once as the SDK's own event `text`. A loop
#   that handles both writes everything twice.
# - **A piece is not a word.** It brings the white space that it needs, and may end anywhere, as the first one here does:
#   of the pieces that were recorded, one in five breaks a word. Write it as it is. The input of a tool comes in such
#   fragments too, and none of them is JSON: only the finished block is.
# - **The event `text` has a `snapshot`**: all of the block so far. Who writes that shows the beginning again and again. One
#   library [sent the accumulated text instead of the deltas](https://github.com/BrainDAO/adk-ts/pull/564).
#
# And one event is not in the table, because the SDK drops it:

# %%
[name for name, _ in wire_log(thinker)[0].events[:4]]

# %% [markdown]
# A `ping` holds nothing, and may come at any time. It is the API's way to say that the connection lives, so a read timeout
# does not fire while pings come, though no text does (lesson 08).
#
# `stream.text_stream` passes the text deltas on and nothing else. When you need no more than that, use it.

# %% [markdown]
# ### Exercise: `show`
#
# `write` stands for whatever shows the text: a screen, a web socket, a terminal. It is judged by six streams: one block,
# two blocks, thinking first, pings in between, an API that is overloaded at first, and one that is cut off. Half a text is
# no whole: let that exception go up.


# %%
def show(client: anthropic.Anthropic, prompt: str, write: Callable[[str], None]) -> str:
    """Stream the answer to `prompt`, with one request.

    `write(text)` is called once for each piece of text, as it arrives and as it is.
    Returns the whole text.
    """
    ### BEGIN SOLUTION
    with client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        for text in stream.text_stream:
            write(text)
        message = stream.get_final_message()
    return "".join(block.text for block in message.content if block.type == "text")
    ### END SOLUTION


# %%
check(show)

# %%
# hint(show)
# solution(show)

# %% [markdown]
# ## The whole message, from the same stream
#
# The words are for the user. Your program wants more: why the answer ended, what it cost, whether a tool is to be called.
# All that is in the message, and the stream puts it together while you read.

# %%
with client.messages.stream(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
) as stream:
    pieces = list(stream.text_stream)
    message = stream.get_final_message()
{
    "stop reason": message.stop_reason,
    "tokens": message.usage.output_tokens,
    "pieces": pieces,
}

# %% [markdown]
# One request, and both. The cheat sheet says "if you want the full `Message` object *instead of* chunks". You need not
# choose: what the loop has read, the stream has kept. And where nobody watches, `get_final_message()` alone reads it all.
#
# Before the end there is a message too, `stream.current_message_snapshot`. It is what has arrived so far, with the stop
# reason `None`.
#
# **Predict:** a standard call has its request id at `message._request_id`. And this message?

# %%
getattr(message, "_request_id", "no such attribute"), stream.request_id is not None

# %% [markdown]
# The final message of a stream has **no request id**. The stream has it, from the first moment on and also after the
# `with`: `stream.request_id`. Log that one ([request ids](https://platform.claude.com/docs/en/api/errors#request-id)).

# %% [markdown]
# ### Exercise: `stream_message`
#
# Here too one of the streams is cut off. What arrived by then is no message.


# %%
def stream_message(client: anthropic.Anthropic, prompt: str) -> Message:
    """The whole message that answers `prompt`, from one streamed request."""
    ### BEGIN SOLUTION
    with client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        return stream.get_final_message()
    ### END SOLUTION


# %%
check(stream_message)

# %%
# hint(stream_message)
# solution(stream_message)

# %% [markdown]
# ## The wait that a user feels
#
# How long is the blank? It begins when the request leaves, and ends with the first text. Look at the table of events again:
# `message_start` came after 0.4 s, thinking after 0.6 s, and the first text after 1.2 s. Dashboards show all three of them
# under the name *time to first token*. It has been taken [at the first
# byte](https://github.com/tingly-dev/tingly-box/pull/1235), and there is a dispute whether [thinking
# counts](https://github.com/vllm-project/guidellm/issues/737). For the user it does not: they read answers.
#
# With what clock? In production `time.monotonic` would do. `time.time` would not: it
# [jumps](https://github.com/nesquena/hermes-webui/pull/6044) when the computer's clock is set. And a clock that is handed
# in, as here, can be a test's own: the replay's shows **API time**, however fast the replay runs.

# %% [markdown]
# ### Exercise: `time_to_first_text`
#
# The clock has been running when your function is called. The four streams: text, pings first, thinking first, and an API
# that is overloaded at first, because the user waits for the second attempt too.


# %%
def time_to_first_text(client: anthropic.Anthropic, prompt: str, clock: Clock) -> float:
    """Seconds from asking `prompt`, streamed, until there is text to read.

    `clock.now()` is the present in seconds, as a float. Only differences mean something.
    The rest of the answer may be read or left.
    """
    ### BEGIN SOLUTION
    asked = clock.now()
    with client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        for _ in stream.text_stream:
            return clock.now() - asked
    raise Unfinished("the answer has no text")
    ### END SOLUTION


# %%
check(time_to_first_text)

# %%
# hint(time_to_first_text)
# solution(time_to_first_text)

# %% [markdown]
# Who leaves the `with` closes the connection. That is the way to stop a stream that nobody reads any more; the card calls it
# *the caller stopped reading*.

# %% [markdown]
# ## Many at once
#
# A service has many users, and a single process can wait for all of them: with the asynchronous client. It has the same
# methods, with `await` before them.

# %%
PROMPTS: list[str] = [f"Where is order {number}?" for number in (4821, 4822, 4823, 4824)]


async def one_answer(client: AsyncAnthropic, prompt: str) -> str:
    """The text that answers `prompt`."""
    message = await client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
    )
    if not isinstance(message, Message):  # a page with the status 200: lesson 05
        raise Unfinished(f"no message came: {message!r:.80}")
    return "".join(block.text for block in message.content if block.type == "text")


# %% [markdown]
# Twice four prompts. **Predict:** how do the first four look on the wire, and how the second four?

# %%
crowd = make_async_client("plain")
for prompt in PROMPTS:
    await one_answer(crowd, prompt)
answers = await asyncio.gather(*(one_answer(crowd, prompt) for prompt in PROMPTS))
len(answers)

# %%
timeline(crowd)

# %% [markdown]
# The first four are a staircase: `await` in a loop waits for each answer before it asks the next question. `async` alone
# makes nothing concurrent. The second four share their time, because `asyncio.gather` starts them all before it waits, and
# it gives the answers in the order of the prompts, whoever was first.
#
# All of them, whatever their number. With a thousand prompts that would be a thousand connections, and
# [429](https://platform.claude.com/docs/en/api/rate-limits): [a dozen were
# enough](https://github.com/anthropics/anthropic-sdk-python/issues/496) for one user. What you want is a limit. Python has
# a counter for that, the
# [semaphore](https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore): who wants to go in waits until
# somebody leaves. Four ways to get it wrong are common:
#
# - **around `gather`**, where it is taken once and limits nothing
#   ([seen](https://github.com/mjpieters/aiolimiter/issues/69));
# - **`asyncio.as_completed`**, which gives the answers as they come: [LightRAG](https://github.com/HKUDS/LightRAG/pull/464)
#   stored embeddings beside the wrong texts, [lmms-eval](https://github.com/EvolvingLMMs-Lab/lmms-eval/issues/243) scored them
#   against the wrong questions;
# - **`return_exceptions=True`**, after which errors stand in the list as if they were answers;
# - **`gather` alone, where one fails**: you have its error, and all the others are sent and paid for nobody
#   ([haystack](https://github.com/deepset-ai/haystack/pull/11967) mended it). An `asyncio.TaskGroup` cancels them; what it
#   raises is a group, with the error in it.

# %% [markdown]
# ### A loop is already running
#
# Most examples start with `asyncio.run(main())`. **Predict:** and in a notebook?

# %%
coroutine = one_answer(crowd, PROMPTS[0])
try:
    asyncio.run(coroutine)
except RuntimeError as error:
    print(error)
    coroutine.close()

# %% [markdown]
# A notebook runs an event loop of its own, as a web server does, and a thread can have only one. [You would not be
# the first](https://github.com/run-llama/llama_index/issues/9978) to meet this. Write `await` instead, as above. In a script without a loop,
# `asyncio.run` is right, once and at the outermost place. (In a browser alone, without Jupyter, the call above may go through
# after all: there Python can wait for the browser's own loop.)

# %% [markdown]
# ### Exercise: `ask_all`
#
# Is one failure to lose all the answers? Your function promises a list of texts, so it cannot hold an error; let it leave
# the function, and the caller decides. (Bulk work in which single requests may fail is a batch: lesson 03.) The check goes
# on watching the wire when the error is out: whoever has it is done, and nobody reads what is sent or tried again after it.
# In the last case the caller itself is canceled, half-way.


# %%
async def ask_all(client: AsyncAnthropic, prompts: list[str], limit: int) -> list[str]:
    """The texts that answer `prompts`, in their order.

    At most `limit` requests are under way at once, and no fewer without need.
    What the SDK raises for one of them, leaves this function, alone or in a group, and nothing
    is sent after it: the others are canceled. So does a cancellation from outside.
    """
    ### BEGIN SOLUTION
    slots = asyncio.Semaphore(limit)

    async def ask(prompt: str) -> str:
        async with slots:
            return await one_answer(client, prompt)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(prompt)) for prompt in prompts]
    except ExceptionGroup as failed:  # the others were canceled
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
    ### END SOLUTION


# %%
check(ask_all)

# %%
# hint(ask_all)
# solution(ask_all)

# %% [markdown]
# And this is how yours looks with a limit of two, after a first call by itself. As long as the exercise is unsolved, there
# is only that one.

# %%
pair = make_async_client("plain")
await one_answer(pair, "Are you there?")
await ask_all(pair, PROMPTS, 2)
timeline(pair)

# %% [markdown]
# There are never more than two bars at any moment, and each row begins where another one ends. And when the second of twelve
# is refused? [`gather` alone](https://docs.python.org/3/library/asyncio-task.html#asyncio.gather) lets all the others go on.
# With ours the rest is never sent:

# %%
ONE_FAILS = Scenario("one fails", "the second is refused", (Answer(), Fail(400)), Answer())
dozen = make_async_client(ONE_FAILS)
try:
    await ask_all(dozen, PROMPTS * 3, 2)
except (anthropic.BadRequestError, ExceptionGroup) as error:
    print(type(error).__name__)
sent = len(wire_log(dozen))
await asyncio.sleep(0.5)
print(f"fewer than half of them sent: {sent < 6}")
print(f"sent after the error: {len(wire_log(dozen)) - sent}")

# %% [markdown]
# ## What this lesson does not cover
#
# Streams that end too early and raise nothing: then `show` returns half a text, ours too, and the message has the stop reason
# `None` (lesson 08: read it before you ship one). Batches (03), when streaming is the right choice (04), retries and deadlines
# (06), the log line of a stream (09), and the same in TypeScript (A1, optional). Not in this course:
# [streaming the input of tools](https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming)
# and sending events on to a browser.

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | `for text in stream.text_stream: print(…)` | `print` reaches your eyes. What counts is that the text goes on in the loop, all the way to the user. |
# | "if you want the full Message object instead of chunks" | Not instead: one stream gives both. Two calls would be two answers. |
# | streaming when a user is watching, or when it may take more than ten minutes | The SDK also insists on it above 21,333 `max_tokens` (lesson 01), however fast the answer. |
# | `print(message._request_id)` on every response | The final message of a stream has none: `stream.request_id`. |
# | `await client.messages.stream({...}).on("text", …)` | It does not wait for the end of the stream: lesson A1, optional. |
# | `await stream.finalMessage()` | The same in TypeScript, but for a stream that ends too early: it throws there, and here the stop reason is `None` (lesson 08). |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. A test shows that your service writes 40 pieces, each a word long. Does it stream?</summary>
#
# Nobody knows. Pieces can be collected first, or cut from a standard answer. When the first one was written decides.
# </details>
#
# <details><summary>2. Your dashboard shows 0.4 s to the first token, and users complain of five seconds. Who is right?</summary>
#
# Probably both. The dashboard times the first event, and the users wait for the first text: between them lie thinking,
# pings, and everything after your loop. A retry before the stream counts too.
# </details>
#
# <details><summary>3. <code>async with asyncio.Semaphore(5): await asyncio.gather(*calls)</code>. How many requests are under way?</summary>
#
# All of them. The semaphore is taken once, by the one who calls <code>gather</code>. It belongs around the single call.
# </details>

# %% [markdown]
# ## You can now
#
# - show an answer while it is written, and prove it;
# - take words, message and request id from one request;
# - measure the wait for the first text, and say what a dashboard measures instead;
# - ask many prompts at once, in order and within a limit.
#
# **Next:** lesson 03, batches, for the opposite case: much to do, and nobody who waits.

# %%
from helpers import progress

progress()
