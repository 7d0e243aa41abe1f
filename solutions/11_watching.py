# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The user is watching, and leaves
#
# **30 minutes, and five more for the last of its three exercises. Free in the replay and live.** (What breaks here can't be
# ordered from the API: it is replayed in both modes.)
#
# A user is waiting, so you stream. Between the stream and the user are your app, a proxy or two, and a web page.
#
# After this lesson you can
#
# - pass an answer on to a page, piece by piece, through proxies, long thoughts and errors,
# - end it upstream when the user has left, and see on the wire that it has ended,
# - give up on a stream that makes no progress, and on no other.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %% [markdown]
# The app is asynchronous, as its server is: one process serves many pages, and each waits most of the time.
# [Starlette](https://www.starlette.io/responses/#streamingresponse) makes a response of a generator; FastAPI has the same
# class from there.

# %%
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import anthropic
import httpx2
from anthropic import AsyncAnthropic, AsyncMessageStreamManager
from starlette.responses import StreamingResponse

from helpers import Outcome, predict
from helpers.calling.apitime import ApiClock

# %%
from helpers.lessons.watching.both_sides import both_sides, measured, watch
from helpers.lessons.watching.scenery import BREAKS, LONG, PARCEL, SILENT
from helpers.lessons.watching.scenery import STEPS, sent_in_all

# %% [markdown]
# ## See it work
#
# A stream of the SDK, and a response that passes its text on as
# [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html): a line `data: …` and an empty line.


# %%
def asked(client: AsyncAnthropic, prompt: str) -> AsyncMessageStreamManager[None]:
    """The question, as a stream."""
    return client.messages.stream(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
    )


# %%
def simple(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    """Pass an answer on, as most examples do."""

    async def texts() -> AsyncIterator[str]:
        async with asked(client, prompt) as stream:
            async for text in stream.text_stream:
                yield f"data: {text}\n\n"

    return StreamingResponse(texts(), media_type="text/event-stream")


# %% [markdown]
# `watch` opens a page of this app in a browser of ours, in the time of the API: nobody waits. It shows both sides on one
# axis, each tick an event. Above is what the API sent to your app, below what the page had of it, and when.

# %%
watch(simple, PARCEL)

# %% [markdown]
# ## Predict
#
# It works, on this machine, with this answer. Now five ordinary days. What will the page have?

# %%
DAYS: list[str] = ["line breaks", "long thought", "a proxy", "an error", "user leaves"]
guess = predict(
    DAYS, ["all, as it comes", "all, but late", "not all", "all, and nobody reads it"]
)
guess

# %% [markdown]
# ## Break it five times

# %%
visits = {
    "line breaks": watch(simple, STEPS),
    "long thought": watch(simple, SILENT),
    "a proxy": watch(simple, PARCEL, proxied=True),
    "an error": watch(simple, BREAKS),
    "user leaves": watch(simple, LONG, leaves=4.1),
}
both_sides(visits)

# %% [markdown]
# Look at the lower row of each pair, and at the bar of another colour: what the API sent after the user had left. In the
# first pair something is missing that no tick shows. Measured:

# %%
measured(visits, guess.answers)

# %% [markdown]
# **Nothing of this is an error of your code, and none of it is in your log.** One after the other:

# %% [markdown]
# ## One line too many
#
# The answer had several lines. This is what was sent, and what a browser reads in it:

# %%
print(visits["line breaks"].body)
print(f"The page: {visits['line breaks'].text!r}")

# %% [markdown]
# In an event stream a line break ends a field, and an empty line ends the event. What follows has no `data:` before it, and
# is dropped without a word. JSON has no line breaks: one object on one line, whatever the text holds. A name besides says
# what kind of event it is.


# %%
def event(name: str, **data: object) -> str:
    """A server-sent event, whose data is a JSON object on one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


# %%
print(event("text", text="1. Ask your neighbours.\n2. Call the carrier."))

# %% [markdown]
# ## Nothing for a minute
#
# While the model thought, the API sent a `ping` every ten seconds; the wire shows them. The SDK drops pings, so your loop
# did not run, and the page had not one byte. Whoever stands between closes what is silent: nginx
# [after 60 seconds](https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout), others sooner. So your
# app needs a heartbeat of its own: a line that begins with a colon is a
# [comment](https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes), which browsers pass over.
# It has to come while nothing else does: a task reads, and the response waits beside it.

# %%
HEARTBEAT: float = 15.0


async def fill(arrived: asyncio.Queue[str | None], events: AsyncIterator[str]) -> None:
    """Put each of `events` into the queue as it comes, and None after the last."""
    try:
        async for one in events:
            arrived.put_nowait(one)
    finally:
        arrived.put_nowait(None)


# %%
async def soon(arrived: asyncio.Queue[str | None]) -> str | None:
    """The next one, or a comment where none has come for `HEARTBEAT` seconds."""
    try:
        return await asyncio.wait_for(arrived.get(), HEARTBEAT)
    except TimeoutError:
        return ": still here\n\n"


# %%
async def with_heartbeats(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """`events` as they come, and a comment wherever `HEARTBEAT` seconds pass without one."""
    arrived: asyncio.Queue[str | None] = asyncio.Queue()
    filling = asyncio.create_task(fill(arrived, events))
    try:
        while (one := await soon(arrived)) is not None:
            yield one
        filling.result()  # raises what broke `events`, where something did
    finally:
        filling.cancel()
        await asyncio.wait({filling})


# %% [markdown]
# The `finally` is as important as the loop: however the response ends, the task that reads ends with it.


# %%
def unhurried(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    """As `simple`, with a heartbeat."""
    texts = simple(client, prompt).body_iterator
    return StreamingResponse(with_heartbeats(texts), media_type="text/event-stream")


# %%
watch(unhurried, SILENT)

# %% [markdown]
# ## Somebody stands between
#
# The proxy had each piece at once, and kept it: many gather an answer until they have
# [some kilobytes](https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering) of it, because that is cheaper.
# Two headers tell them not to. `x-accel-buffering: no` is nginx's, and others know it; `no-transform` keeps whoever would
# compress from gathering. The same app, with and without them:

# %%
HEADERS: dict[str, str] = {
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}


def labelled(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    """As `simple`, with headers for whoever stands between."""
    response = simple(client, prompt)
    response.headers.update(HEADERS)
    return response


# %%
both_sides(
    {
        "without": watch(simple, PARCEL, proxied=True),
        "with": watch(labelled, PARCEL, proxied=True),
    }
)

# %% [markdown]
# ## An error after your 200
#
# The stream broke in the middle, and the exception left your app. But your status, 200, had gone out long before: all that
# is left to a server is to hang up. The page has half an answer, and can't tell it from one that a bad network cut. So an
# error is an **event** too, and so is the end: what ends without a last event was cut off, wherever that happened.
#
# | event | its data | when |
# |---|---|---|
# | `text` | `{"text": …}` | for each piece, as it comes |
# | `error` | `{"message": …}` | where something was raised: the stream broke, or none began |
# | `done` | `{"complete": …, "request_id": …}` | last of all, whatever became of it |
#
# Complete is what ended with a stop reason that means it, and with nothing raised (lesson 08 has the ten ways in which a
# stream breaks, and the three families of exceptions):

# %%
WHOLE: tuple[str, ...] = ("end_turn", "stop_sequence")
FAMILIES: tuple[type[Exception], ...] = (
    anthropic.APIError,
    httpx2.HTTPError,
    ValueError,
)

# %% [markdown]
# ## Exercise: `relay`
#
# All four in one response. `check` opens pages in API time: one that stays through every ending, two at once, one that is
# closed, and one whose server stops.


# %%
def relay(client: AsyncAnthropic, prompt: str) -> StreamingResponse:
    """Pass one answer on to a web page while it is written: each piece at once, as an
    event `text`; `error` where something is raised; `done` at the end (see the table).

    Not a byte may fail to come for more than `HEARTBEAT` seconds, from the first one on,
    and no proxy may gather what is sent. One call. What cancels it goes through, and
    closes the stream.
    """
    ### BEGIN SOLUTION

    async def events() -> AsyncIterator[str]:
        complete, request_id = False, None
        try:
            async with asked(client, prompt) as stream:
                request_id = stream.request_id
                async for one in stream:
                    if one.type == "text":
                        yield event("text", text=one.text)
                    elif one.type == "message_delta":
                        complete = one.delta.stop_reason in WHOLE
        except FAMILIES as error:
            complete, request_id = False, request_id or getattr(error, "request_id", None)
            yield event("error", message="The answer broke off. Please ask again.")
        yield event("done", complete=complete, request_id=request_id)

    return StreamingResponse(
        with_heartbeats(events()), media_type="text/event-stream", headers=HEADERS
    )
    ### END SOLUTION


# %%
check(relay)

# %%
# hint(relay)
# solution(relay)

# %% [markdown]
# ## The user leaves
#
# An answer that has begun goes on until it is whole, or until the connection is closed, and what the model writes is billed
# whether anybody reads it or not. Closing is all that you can do to say stop; not every gateway passes it on
# ([vercel/ai#8325](https://github.com/vercel/ai/issues/8325): some 300 tokens read, 13,000 billed). Leaving the loop closes
# nothing. Here two callers want three pieces of an answer that has 197, and stop:


# %%
async def break_and_keep(client: AsyncAnthropic) -> object:
    """Read three pieces of the stream, and keep it."""
    stream = await client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": "Tell me everything."}],
        stream=True,
    )
    pieces = 0
    async for one in stream:
        pieces += one.type == "content_block_delta"
        if pieces == 3:
            break
    return stream


# %%
async def leave_the_with(client: AsyncAnthropic) -> None:
    """Read three pieces of the stream, inside a `with` that closes it."""
    pieces = 0
    async with asked(client, "Tell me everything.") as stream:
        async for _ in stream.text_stream:
            pieces += 1
            if pieces == 3:
                break


# %%
print(f"The stream is kept: the API sent {sent_in_all(break_and_keep)} pieces.")
print(f"The `with` is left: the API sent {sent_in_all(leave_the_with)} pieces.")

# %% [markdown]
# So `with` it is, and something has to leave it when the browser has gone. Who tells you? Starlette cancels a response when
# its server says that the browser has left, as uvicorn does, and `with` closes the stream then. But that reaches no task of
# your own, and other servers say it otherwise, or late. What you can always do is ask: `await request.is_disconnected()`.

# %% [markdown]
# ## Exercise: `relay_until_gone`
#
# `gone` is that question. Nobody else tells you here, as it was above in `user leaves`. A model may think for a minute in
# which no text comes, and the user leave in it.


# %%
def relay_until_gone(
    client: AsyncAnthropic, prompt: str, gone: Callable[[], Awaitable[bool]]
) -> StreamingResponse:
    """As `relay`, and it ends when the browser has left: `await gone()` says whether it
    has, as `request.is_disconnected` does. Upstream may send three events after that,
    and nothing of yours goes on.
    """
    ### BEGIN SOLUTION
    response = relay(client, prompt)

    async def until_gone() -> AsyncIterator[str]:
        async with aclosing(response.body_iterator) as pieces:
            async for piece in pieces:
                if await gone():
                    return
                yield piece

    return StreamingResponse(until_gone(), media_type=response.media_type, headers=HEADERS)
    ### END SOLUTION


# %%
check(relay_until_gone)

# %%
# hint(relay_until_gone)
# solution(relay_until_gone)

# %% [markdown]
# Both sides, as they are now. The long answer is left as before:

# %%
watch(relay_until_gone, LONG, leaves=4.1)

# %% [markdown]
# ## A real page
#
# The same app, served on this machine by [uvicorn](https://uvicorn.dev/), with a page that reads the three events. Open
# it, ask, and close the tab while the answer is written. It reads with `fetch`, not with an `EventSource`: that asks again
# after every end, and each time a whole answer is paid for.

# %%
from helpers.lessons.watching.site import serve_page

page = serve_page(relay_until_gone)
page

# %% [markdown]
# When you have left, this shows what upstream sent after that. `serve_page(relay_until_gone, deaf=True)` is a server that
# does not tell the response when a tab is closed: there `gone` alone ends it.

# %%
page.timeline()

# %%
# page.close()

# %% [markdown]
# ## A ping is no progress
#
# One stream is left that nobody ends: the warm stall of lesson 08. No more text comes, only pings, and the page gets its
# heartbeats. A read timeout waits for bytes, and a ping is some. What ends it is a deadline beside the loop, put off at
# every event that the SDK hands on. A model that thinks aloud makes progress, and trips nothing.
#
# Three things to know of [`asyncio.timeout`](https://docs.python.org/3/library/asyncio-task.html#asyncio.timeout):
#
# - It cancels what is inside its block, and makes a `TimeoutError` of that, outside of it.
# - It does so with its own cancellation alone: a `CancelledError` that you see is somebody else's.
# - `reschedule` takes a moment of the loop's clock, not a number of seconds.

# %% [markdown]
# ## What became of it
#
# A deadline ends silence. The other endings are still there: the same call reports all of them, as in lesson 08: what had
# come, whether that is all, why not, and the request id.

# %% [markdown]
# ## Exercise: `stream_within`
#
# `clock.now()` is the time of the event loop, which is API time in the check.


# %%
async def stream_within(
    client: AsyncAnthropic,
    prompt: str,
    write: Callable[[str], None],
    patience: float,
    clock: ApiClock,
) -> Outcome:
    """Stream one answer, and say what became of it; give up when for `patience` seconds
    no progress was made. Progress is every event that the SDK hands on.

    `write(text)` is called with each piece as it comes. Returns an `Outcome`, however the
    stream ended, or was given up, or never began: `text`, `complete`, `error` (in a few
    words, None where it is complete), `request_id`. The connection is closed by then.
    What `write` raises goes through, and so does what cancels it.
    """
    ### BEGIN SOLUTION
    pieces: list[str] = []
    request_id = stop_reason = None
    try:
        async with (
            asyncio.timeout(patience) as deadline,
            asked(client, prompt) as stream,
        ):
            request_id = stream.request_id
            async for one in stream:
                deadline.reschedule(clock.now() + patience)
                if one.type == "text":
                    pieces.append(one.text)
                    write(one.text)
                elif one.type == "message_delta":
                    stop_reason = one.delta.stop_reason
    except TimeoutError:
        why: str | None = f"no progress for {patience:g} seconds"
    except FAMILIES as error:
        request_id, why = request_id or getattr(error, "request_id", None), repr(error)
    else:
        why = None if stop_reason in WHOLE else f"stop reason: {stop_reason}"
    return Outcome("".join(pieces), why is None, why, request_id)
    ### END SOLUTION


# %%
check(stream_within)

# %%
# hint(stream_within)
# solution(stream_within)

# %% [markdown]
# ## Failure card: nobody reads it any more
#
# | | |
# |---|---|
# | **Recognise by** | Output tokens grow faster than visits. Streams in your log that end long after the page was closed. Pages that stay empty until the answer is whole. |
# | **Fix** | One generator that yields events, heartbeats, an error and an end; `with` around the stream; a question to `gone` before each of them; headers for whoever stands between. |
# | **The cheat sheet's row** | None: it ends where the stream reaches your app. |
#
# Not covered here: WebSockets, which have the same five days; a user who comes back and wants the rest (lesson 08 continues
# an answer); many users at once and their limits (lesson 12).
#
# **In TypeScript** the request's
# [`AbortSignal`](https://developer.mozilla.org/en-US/docs/Web/API/Request/signal) goes into the call,
# `client.messages.stream(params, {signal: request.signal})`: when it aborts, the SDK closes the connection to the API.

# %% [markdown]
# ## On the cheat sheet
#
# This lesson goes beyond it.
#
# | the cheat sheet says | what comes after it |
# |---|---|
# | "Who is waiting? User → streaming." | It streams to your app. From there to the page everything can be lost again: pieces, silence, errors, the end. |
# | `for text in stream.text_stream` | Text alone tells neither how it ended nor that the model still thinks: go over the events. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. A page shows each piece at once on your machine, and all of it after ten seconds in production. Where do you look?</summary>
#
# At who stands between: at the headers of the response as they reach the browser, and at the proxy's settings.
# </details>
#
# <details><summary>2. Your relay catches <code>asyncio.CancelledError</code>, tells the page, and returns. What breaks?</summary>
#
# Whoever cancelled takes the task for one that has ended by itself: a server that wants to stop waits, and a deadline
# around it never raises. Clean up in `finally`, and let it go on.
# </details>
#
# <details><summary>3. Why may a user's leaving be noticed up to fifteen seconds late, and what does that cost?</summary>
#
# While nothing comes, your relay asks only at each heartbeat. In that time the model thinks on, and that is billed.
# </details>

# %% [markdown]
# ## You can now
#
# - pass a stream on so that the page has every piece, in time, and knows how it ended,
# - close what nobody reads, and prove it from the wire,
# - tell a slow stream from a dead one.
#
# **Next:** many such pages at once, and a limit that they share (12).

# %%
from helpers import progress

progress()
