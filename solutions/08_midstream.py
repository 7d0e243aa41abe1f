# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # 200, and then it breaks
#
# **30 minutes. Free in the replay.** (Live, one call goes to the API, and it is refused on purpose: it costs nothing. The
# streams are replayed in both modes, because nobody can order a broken one from the API.)
#
# After this lesson you can
#
# - tell a whole streamed answer from a broken one, in all the ten ways in which it breaks here,
# - keep, log and continue what had arrived,
# - write a call that returns a whole answer or raises, and never something in between.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %% [markdown]
# The SDK and the HTTP library below it, by name: you are going to need both.

# %%
import asyncio
import json
from collections.abc import Callable

import anthropic
import httpx2
from anthropic import Anthropic, AsyncAnthropic, AsyncMessageStreamManager, MessageStream

from helpers import Outcome, Unfinished, UnusableAnswer, predict, table, wire_log
from helpers.lessons.midstream.scenery import THINKS, in_real_time, side_by_side

PROMPT: str = "Can I get a refund for order 4821?"

# %% [markdown]
# ## See it work
#
# A support bot streams its answer to a customer. This is the call from the cheat sheet, in full.

# %%
client = make_client("plain", speed=0.5)
with client.messages.stream(
    model=MODEL,
    max_tokens=400,
    messages=[{"role": "user", "content": PROMPT}],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)

# %% [markdown]
# Below is what went over the wire. One request, status 200, and a bar from the first byte to the last. Each tick is an
# event of the [stream](https://platform.claude.com/docs/en/build-with-claude/streaming#event-types). The straight line at
# the right is the end of the answer: the event `message_stop`.

# %%
timeline(client)

# %% [markdown]
# ## See it lie
#
# The same call on a bad day. It also writes the line that most services write: the status, and `ok` when nothing was raised.

# %%
client = make_client("truncate")
with client.messages.stream(
    model=MODEL,
    max_tokens=400,
    messages=[{"role": "user", "content": PROMPT}],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
print(f"\n\nLOG status={stream.response.status_code} ok")

# %%
timeline(client)

# %% [markdown]
# The end of the bar is torn: the answer stopped in mid-sentence, and no `message_stop` came. Nothing was raised.
#
# **The log says success, and the customer has half an answer.**

# %% [markdown]
# ## Predict
#
# These are ten ways in which a stream breaks after its 200:
#
# | ending | what happens on the wire |
# |---|---|
# | `error_event` | the API sends an event `error` instead of the next piece of text, or as the very first event |
# | `cut` | the connection is closed in the middle |
# | `reset` | the connection is reset: a proxy or a load balancer gave up |
# | `stall` | nothing more comes, and nothing is closed |
# | `garbled` | compressed bytes come that can't be decompressed |
# | `malformed` | an event comes that was cut on its way: it is not JSON |
# | `truncate` | the response ends properly, too early: you have just seen it |
# | `warm_stall` | no more text comes, but a `ping` every few seconds |
# | `empty` | the 200 has nothing in its body |
# | `captive_portal` | a network's own page comes instead of the API's answer |
#
# The cheat sheet says: put `except anthropic.APIError` around the stream. What is going to happen in each case? Choose
# before you run on. Nobody grades this.

# %%
BROKEN: list[str] = ["error_event", "cut", "reset", "stall", "garbled", "malformed"]
BROKEN += ["truncate", "warm_stall", "empty", "captive_portal"]
guess = predict(
    BROKEN,
    ["the except clause catches it", "something else is raised", "nothing is raised"],
)
guess

# %% [markdown]
# ## Break it ten times
#
# This is the cheat sheet's own advice, with a log line at the end.


# %%
def as_advised(client: Anthropic, prompt: str) -> str:
    """Stream an answer as the cheat sheet says, and return the line that goes to the log."""
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            for _ in stream.text_stream:
                pass
    except anthropic.APIError as error:
        return f"failed: {type(error).__name__}"
    return f"status={stream.response.status_code} ok"


# %% [markdown]
# Now all ten. What the `except` clause does not catch leaves the function; it is noted as what escaped.

# %%
broken_clients = {ending: make_client(ending) for ending in BROKEN}
log_lines: dict[str, str] = {}
escaped: dict[str, str] = {}
for ending, broken_client in broken_clients.items():
    try:
        log_lines[ending] = as_advised(broken_client, PROMPT)
    except (httpx2.HTTPError, ValueError) as error:
        escaped[ending] = f"`{type(error).__module__}.{type(error).__name__}`"

# %%
table(
    "What became of ten broken streams",
    ["ending", "the log says", "what escaped", "you expected"],
    [
        [one, log_lines.get(one, "nothing"), escaped.get(one, "–"), guess.answers[one]]
        for one in BROKEN
    ],
)

# %% [markdown]
# Read the second column: whatever is not logged went past the `except` clause, to whoever called the function. Counted:

# %%
caught = [ending for ending, line in log_lines.items() if line.startswith("failed")]
trusted = [ending for ending, line in log_lines.items() if line.endswith("ok")]
print(f"The usual advice catches {len(caught)} of {len(BROKEN)}: {', '.join(caught)}.")
print(f"It calls {len(trusted)} a success: {', '.join(trusted)}.")

# %% [markdown]
# ## What the `except` clause sees
#
# Why does nobody try again for you? Because the SDK retries a request
# [before its response begins](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries). Here it
# had begun: status 200, headers, and mostly some text. A second request would bring another answer, not the rest of this
# one. So there is one request for each ending. Look at how each bar ends:

# %%
side_by_side(broken_clients)

# %% [markdown]
# **An error of the SDK: `error_event`.** The API could not go on, and said so in the only place left. The SDK raises a
# bare `APIStatusError` whose `status_code` is 200, so neither `except anthropic.OverloadedError` nor
# `status_code >= 500` sees it
# ([anthropic-sdk-python#1918](https://github.com/anthropics/anthropic-sdk-python/issues/1918)). `error.type` does.
#
# **Errors of the HTTP library.** `cut`, `reset` and `stall` are below `httpx2.TransportError`; one team counted 35 of 45
# final failures of the first kind ([anthropic-sdk-python#1550](https://github.com/anthropics/anthropic-sdk-python/pull/1550)).
# `stall` took ten minutes, the SDK's own read timeout. `garbled` is a `DecodingError`, beside that family: only
# `httpx2.HTTPError` is above them all.
#
# **An error of nobody's: `malformed`.** `json.JSONDecodeError` is a `ValueError`, which looks like a bug of yours
# ([code_puppy#770](https://github.com/mpfaffenberger/code_puppy/pull/770)).
#
# **Nothing at all: the last four.** For HTTP everything is in order.
#
# The families, in facts that Python checks for you:

# %%
assert issubclass(httpx2.TransportError, httpx2.HTTPError)
assert issubclass(httpx2.DecodingError, httpx2.HTTPError)
assert not issubclass(httpx2.DecodingError, httpx2.TransportError)
assert not issubclass(httpx2.HTTPError, anthropic.APIError)
assert issubclass(json.JSONDecodeError, ValueError)

# %% [markdown]
# ## Name what you know
#
# An eleventh ending will come, with an exception that your list lacks, or with none. So don't list what is bad. **Name
# what you know to be good, and let nothing else pass for success.** What is good, the model itself says, in the
# [stop reason](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons) of the second to last event,
# `message_delta`. So read the events, and keep that one:


# %%
def read_stream(stream: MessageStream, *writes: Callable[[str], object]) -> str | None:
    """Hand each piece of text to all `writes` as it comes. Returns the stop reason, if one came."""
    stop_reason = None
    for event in stream:
        if event.type == "text":
            for write in writes:
                write(event.text)
        elif event.type == "message_delta":
            stop_reason = event.delta.stop_reason
    return stop_reason


# %%
for ending in ("plain", "truncate", "warm_stall", "empty", "captive_portal"):
    with make_client(ending).messages.stream(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": PROMPT}]
    ) as stream:
        print(f"{ending}: {read_stream(stream)}")
try:
    stream.get_final_message()
except AssertionError:
    print("and no message at all")

# %% [markdown]
# The last two bring no event, and `get_final_message()` insists on one. Nor does every stop reason mean whole:
# `max_tokens` and a full context window cut the answer off, `refusal` and `pause_turn` are none (lesson 01), and
# [more may be added](https://platform.claude.com/docs/en/api/versioning). Two do. In the same way, four types of errors
# pass by themselves. The exercises use both lists:

# %%
WHOLE: tuple[str, ...] = ("end_turn", "stop_sequence")
TEMPORARY: tuple[str, ...] = (
    "overloaded_error",
    "api_error",
    "timeout_error",
    "rate_limit_error",
)

# %% [markdown]
# ## Exercise: `stream_safely`
#
# Write the call that a service can rely on. It does not raise because a stream broke or never began; it says what became
# of it, in an `Outcome`. What is neither, such as somebody's Ctrl-C, goes through it. `check` runs it through every ending
# and stop reason, the good ones too.


# %%
def stream_safely(client: Anthropic, prompt: str, write: Callable[[str], None]) -> Outcome:
    """Stream one answer, and say what became of it. One call; it raises neither for a
    stream that broke nor where none began: for an error of the API, or no connection.

    `write(text)` is called with each piece as it arrives.
    Returns an `Outcome`: `text`, everything that arrived; `complete`, whether that is the
    whole answer; `error`, in a few words why it is not (None when it is); `request_id`,
    where there is one: the stream's, or that of the error.
    """
    ### BEGIN SOLUTION
    pieces: list[str] = []
    request_id = None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            stop_reason = read_stream(stream, pieces.append, write)
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        request_id = request_id or getattr(error, "request_id", None)
        return Outcome("".join(pieces), False, repr(error), request_id)
    whole = stop_reason in WHOLE
    why = None if whole else f"stop reason: {stop_reason}"
    return Outcome("".join(pieces), whole, why, request_id)
    ### END SOLUTION


# %%
check(stream_safely)

# %%
# hint(stream_safely)
# solution(stream_safely)

# %% [markdown]
# ## A ping is no progress
#
# You want to give up sooner than after ten minutes, and set a read timeout of ten seconds.

# %%
for ending in ("stall", "warm_stall"):
    client = make_client(ending)
    became = "nothing was raised"
    try:
        with client.messages.stream(
            model=MODEL,
            max_tokens=400,
            messages=[{"role": "user", "content": PROMPT}],
            timeout=10,
        ) as stream:
            stream.until_done()
    except httpx2.ReadTimeout:
        became = "ReadTimeout"
    print(f"{ending}: {became} after {wire_log(client)[0].ended:.0f} s")

# %% [markdown]
# It ends the silence, not the **warm stall**: a read timeout waits for bytes, and each ping is some
# ([anthropic-sdk-typescript#867](https://github.com/anthropics/anthropic-sdk-typescript/issues/867)). The SDK drops pings,
# so your loop does not run meanwhile and can't look at a clock. What ends it is a deadline beside the loop, put off at
# each sign of **progress**: every event that the SDK hands on. A model that thinks sends some too. Below, time passes a
# hundred times as fast, so the patience of 0.4 s is one of 40 s.


# %%
def asked(client: AsyncAnthropic) -> AsyncMessageStreamManager[None]:
    """The same question, for a stream that can be waited for."""
    return client.messages.stream(
        model=MODEL, max_tokens=2000, messages=[{"role": "user", "content": PROMPT}]
    )


# %%
async def with_patience(client: AsyncAnthropic, patience: float) -> str:
    """Stream an answer, and give up when nothing but pings has come for `patience` seconds."""
    text, now = "", asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(patience) as deadline, asked(client) as stream:
            async for event in stream:
                deadline.reschedule(now() + patience)
                text += event.text if event.type == "text" else ""
    except TimeoutError:
        return f"no progress after {text!r}"
    return f"to its end: {text!r}"


# %%
stalled, thoughtful = in_real_time("warm_stall"), in_real_time(THINKS)
print(await with_patience(stalled, patience=0.4))
print(await with_patience(thoughtful, patience=0.4))
print(f"{wire_log(thoughtful)[0].ended:.0f} seconds of thinking were no stall.")

# %% [markdown]
# ## Half an answer is worth money
#
# You have paid for every token that arrived, and the customer may have read it. After the stream broke, two things are still
# there: the message so far, and the request id. The final message of a stream has no `_request_id` of its own; the stream
# object has it, from the first moment.

# %%
client = make_client("cut")
with client.messages.stream(
    model=MODEL, max_tokens=400, messages=[{"role": "user", "content": PROMPT}]
) as stream:
    try:
        stream.until_done()
    except httpx2.TransportError as error:
        print(type(error).__name__)
partial = "".join(
    block.text for block in stream.current_message_snapshot.content if block.type == "text"
)
print(f"kept: {partial!r}\nfor the log: {stream.request_id}")

# %% [markdown]
# Can the model go on from there? An old trick is to put the partial text into the assistant's mouth: a *prefill*. Try it.

# %%
try:
    make_client().messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[
            {"role": "user", "content": PROMPT},
            {"role": "assistant", "content": partial},
        ],
    )
except anthropic.BadRequestError as error:
    print(f"{error.status_code} {error.type}: {error.api_message}")

# %% [markdown]
# Models since 4.6 refuse it ([prefill not supported](https://platform.claude.com/docs/en/api/errors#prefill-not-supported)).
# The documentation's way is a **user** turn that holds what had arrived, and asks to go on
# ([error recovery](https://platform.claude.com/docs/en/build-with-claude/streaming#error-recovery)). This works for text.
# A half-finished tool call can't be continued: drop it and ask again.

# %% [markdown]
# ## Exercise: `continue_from`
#
# The model remembers nothing of the stream that broke. What does it need to be told?


# %%
def continue_from(client: Anthropic, prompt: str, partial: str) -> str:
    """The whole answer to `prompt`: `partial`, which had arrived when the stream broke,
    and what the model adds to it. Raises `Unfinished` when that is cut short as well.
    """
    ### BEGIN SOLUTION
    question = (
        f"{prompt}\n\nYour previous answer to this was interrupted. It ended with:\n\n{partial}\n\n"
        "Go on from exactly there, and repeat nothing."
    )
    message = client.messages.create(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
    )
    if message.stop_reason not in WHOLE:
        raise Unfinished(f"cut short again: {message.stop_reason}")
    return partial + "".join(
        block.text for block in message.content if block.type == "text"
    )
    ### END SOLUTION


# %%
check(continue_from)

# %%
# hint(continue_from)
# solution(continue_from)

# %% [markdown]
# ## Exercise: `answer`
#
# Some callers can't use half an answer: a job that files a summary, a service that hands the text on. Nobody watches, so a
# broken stream can be thrown away and asked for again, a few times. Three things are easy to get wrong: trying again what
# the SDK has already tried again; trying again what stays as it is, such as an error of another type inside the stream, or an
# answer that reached `max_tokens`; and giving half an answer back.


# %%
def answer(client: Anthropic, prompt: str, attempts: int) -> str:
    """The whole answer to `prompt`, streamed; never half of one, and nothing in it twice.

    A stream that breaks after its 200 is asked for again, `attempts` streams at most;
    after an error event only where its type is temporary. Raises `Unfinished` when the
    last of them broke too. Everything else is raised at once: any other error, and an
    `UnusableAnswer` for a stop reason that does not mean whole.
    """
    ### BEGIN SOLUTION
    for _ in range(attempts):
        pieces: list[str] = []
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                stop_reason = read_stream(stream, pieces.append)
        except (httpx2.HTTPError, ValueError):
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200 or error.type not in TEMPORARY:
                raise
            continue
        if stop_reason in WHOLE:
            return "".join(pieces)
        if stop_reason is not None:
            raise UnusableAnswer(f"the model stopped: {stop_reason}")
    raise Unfinished(f"{attempts} streams broke")
    ### END SOLUTION


# %%
check(answer)

# %%
# hint(answer)
# solution(answer)

# %% [markdown]
# ## And through your library
#
# A library between your code and the SDK may hand on half an answer, or none, for an answer (⚠). Seen by running each:

# %%
from helpers.lessons.midstream.scenery import through_libraries

through_libraries()

# %% [markdown]
# The AI SDK tells its `onError` instead. Is yours not here? Point it at `course serve --scenario truncate`.

# %% [markdown]
# ## Failure card: mid-stream error logged as success
#
# | | |
# |---|---|
# | **Recognise by** | Truncated answers in the app, no error in the log. Status 200 on every line. |
# | **Fix** | Wrap the loop over the stream, catch `anthropic.APIError`, `httpx2.HTTPError` and `ValueError`, and say complete only for a stop reason that means it. |
# | **The cheat sheet's row** | "Wrap stream iterator with error handler" |
# | **What it leaves out** | `except anthropic.APIError` sees one of the ten endings. Four are seen by no handler at all. |
#
# Not covered here: the log line itself (lesson 09), deadlines over several attempts (06), streams with tool calls (07), and
# the same endings in TypeScript, which differ.

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | "Streaming can fail AFTER returning 200. Wrap the stream iterator" | In ten ways; what is wrapped must also be looked at when nothing was raised. |
# | `except anthropic.APIError as e: log_error(e)` | Of the ten endings it sees one. Four raise an `httpx2.HTTPError`, one a `ValueError`, and four raise nothing. |
# | "mid-stream failures get logged as “succeeded” because the HTTP status was 200" | It does not: you have seen it. |
# | `.on("error", handleError)`, in TypeScript | Not called where a stream ends too early; `finalMessage()` throws there. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Your handler is <code>except (anthropic.APIError, httpx2.TransportError)</code>. Which of the ten endings does it still miss?</summary>
#
# `garbled` and `malformed`, which raise something else, and the four that raise nothing. For those no handler helps: only
# the missing stop reason tells.
# </details>
#
# <details><summary>2. A client has <code>max_retries=5</code>, and its stream is cut after 200 events. How many requests go out?</summary>
#
# One. Retries end where the response begins, whatever their number: every row above has one request, and those clients had
# the default of two retries.
# </details>
#
# <details><summary>3. Which request id do you log for a stream that broke, and where is it?</summary>
#
# `stream.request_id`. Neither the final message nor an `httpx2` error has one. A page that is not the API's brings none.
# </details>

# %% [markdown]
# ## You can now
#
# - name the endings after a 200, and let none of them pass for success, a new one neither,
# - keep what arrived, with the id that finds it again,
# - continue a broken answer, or get a whole one, without asking twice for what the SDK asks for already.
#
# **Next:** the log line (09). For most of the endings above, only the request id tells which call it was.

# %%
from helpers import progress

progress()
