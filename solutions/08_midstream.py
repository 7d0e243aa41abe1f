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
# - tell a whole streamed answer from a broken one, in all the five ways in which it breaks,
# - keep, log and continue what had arrived,
# - write a call that returns a whole answer or raises, and never something in between.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %% [markdown]
# The SDK and the HTTP library below it, by name: you are going to need both.

# %%
from collections.abc import Callable

import anthropic
import httpx2
from anthropic import Anthropic

from helpers import Outcome, Unfinished, predict, table

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
# A stream can break in five ways after its 200:
#
# | ending | what happens on the wire |
# |---|---|
# | `error_event` | the API sends an event `error` instead of the next piece of text |
# | `cut` | the connection is closed in the middle |
# | `reset` | the connection is reset: a proxy or a load balancer gave up |
# | `stall` | nothing more comes, and nothing is closed |
# | `truncate` | the response ends properly, too early: you have just seen it |
#
# The cheat sheet says: put `except anthropic.APIError` around the stream. What is going to happen in each case? Choose
# before you run on. Nobody grades this.

# %%
BROKEN: list[str] = ["error_event", "cut", "reset", "stall", "truncate"]
guess = predict(
    BROKEN,
    ["the except clause catches it", "something else is raised", "nothing is raised"],
)
guess

# %% [markdown]
# ## Break it five times
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
# Now all five. What the `except` clause does not catch leaves the function; it is noted as what escaped.

# %%
broken_clients = {ending: make_client(ending) for ending in BROKEN}
log_lines: dict[str, str] = {}
escaped: dict[str, str] = {}
for ending, broken_client in broken_clients.items():
    try:
        log_lines[ending] = as_advised(broken_client, PROMPT)
    except httpx2.HTTPError as error:
        escaped[ending] = f"`httpx2.{type(error).__name__}`"

# %%
table(
    "What became of five broken streams",
    ["ending", "the log says", "what escaped", "you expected"],
    [
        [
            f"`{one}`",
            log_lines.get(one, "nothing"),
            escaped.get(one, "–"),
            guess.answers[one],
        ]
        for one in BROKEN
    ],
)

# %% [markdown]
# One is logged as a failure. Three are not logged at all: the exception goes past the `except` clause, and whoever called
# the function has to deal with it. The fifth is logged as a success.

# %%
caught = [ending for ending, line in log_lines.items() if line.startswith("failed")]
print(f"The usual advice catches {len(caught)} of {len(BROKEN)}: {', '.join(caught)}.")

# %% [markdown]
# ## Understand the five endings
#
# Why does nobody try again for you? Because the SDK retries a request
# [before its response begins](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries). Here the response
# had begun: status 200, headers, and some text that you have perhaps shown to somebody. A second request would bring another
# answer, not the rest of this one. So each of these timelines has exactly one request.

# %% [markdown]
# **`error_event`.** The API noticed that it could not go on, and said so in the only place left: in the stream. The SDK
# raises a bare `APIStatusError` whose `status_code` is 200, so neither `except anthropic.OverloadedError` nor
# `status_code >= 500` sees it
# ([anthropic-sdk-python#1918](https://github.com/anthropics/anthropic-sdk-python/issues/1918)).

# %%
timeline(broken_clients["error_event"])

# %% [markdown]
# **`cut`.** The connection was closed before the response was complete. The error is
# `httpx2.RemoteProtocolError`: it belongs to the HTTP library, not to the SDK. One team counted 35 of 45 final failures of
# this kind ([anthropic-sdk-python#1550](https://github.com/anthropics/anthropic-sdk-python/pull/1550)).

# %%
timeline(broken_clients["cut"])

# %% [markdown]
# **`reset`.** Somebody between you and the API dropped the connection. `httpx2.ReadError`, from the same family:
# both are below `httpx2.TransportError`.

# %%
timeline(broken_clients["reset"])

# %% [markdown]
# **`stall`.** Nothing more came, and after ten minutes, the SDK's default, your own read timeout ended the wait:
# `httpx2.ReadTimeout`. The axis below is broken there, so that you need not wait for it. A customer would.

# %%
timeline(broken_clients["stall"])

# %% [markdown]
# **`truncate`.** Somebody ended the response properly, and too early. For HTTP everything is in order, so nothing is
# raised. One thing tells: the [stop reason](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons)
# comes with the second to last event, and that event never came.

# %%
client = make_client("truncate")
with client.messages.stream(
    model=MODEL, max_tokens=400, messages=[{"role": "user", "content": PROMPT}]
) as stream:
    message = stream.get_final_message()
print(f"stop_reason: {message.stop_reason}")

# %% [markdown]
# In all five the status code was right, and useless: it was sent before anything could go wrong. And this is the whole family,
# in four facts that Python checks for you:

# %%
assert issubclass(httpx2.RemoteProtocolError, httpx2.TransportError)
assert issubclass(httpx2.ReadError, httpx2.TransportError)
assert issubclass(httpx2.ReadTimeout, httpx2.TransportError)
assert not issubclass(httpx2.TransportError, anthropic.APIError)

# %% [markdown]
# ## Exercise: `stream_safely`
#
# Write the call that a service can rely on. It never raises because a stream broke; it says what became of it, in an
# `Outcome`. `check` runs it through all six endings, the good one too, and shows you the wire of each.


# %%
def stream_safely(client: Anthropic, prompt: str, write: Callable[[str], None]) -> Outcome:
    """Stream one answer, and say what became of it. One request; broken streams do not raise.

    `write(text)` is called with each piece as it arrives.
    Returns an `Outcome`: `text`, everything that arrived; `complete`, whether that is the
    whole answer; `error`, in a few words why it is not (None when it is); `request_id`.
    """
    ### BEGIN SOLUTION
    text, request_id = "", None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for piece in stream.text_stream:
                text += piece
                write(piece)
            stop_reason = stream.get_final_message().stop_reason
    except (anthropic.APIError, httpx2.TransportError) as error:
        return Outcome(text, False, f"{type(error).__name__}: {error}", request_id)
    if stop_reason is None:
        return Outcome(text, False, "the stream ended before message_stop", request_id)
    return Outcome(text, True, None, request_id)
    ### END SOLUTION


# %%
check(stream_safely)

# %%
# hint(stream_safely)
# solution(stream_safely)

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
    and what the model adds to it.
    """
    ### BEGIN SOLUTION
    question = (
        f"{prompt}\n\nYour previous answer to this was interrupted. It ended with:\n\n{partial}\n\n"
        "Go on from exactly there, and repeat nothing."
    )
    message = client.messages.create(
        model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
    )
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
# broken stream can be thrown away and asked for again, a few times. Two things are easy to get wrong: trying again what the
# SDK has already tried again, and giving the wrong half back.


# %%
def answer(client: Anthropic, prompt: str, attempts: int) -> str:
    """The whole answer to `prompt`, streamed; never half of one, and nothing in it twice.

    A stream that breaks after its 200 is asked for again, `attempts` streams at most.
    Raises `Unfinished` when the last of them broke too. Any other error goes up at once:
    the SDK has already retried what can be retried.
    """
    ### BEGIN SOLUTION
    for _ in range(attempts):
        try:
            with client.messages.stream(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            ) as stream:
                message = stream.get_final_message()
        except httpx2.TransportError:
            continue
        except anthropic.APIStatusError as error:
            if error.status_code != 200:
                raise
            continue
        if message.stop_reason is not None:
            return "".join(block.text for block in message.content if block.type == "text")
    raise Unfinished(f"{attempts} streams broke")
    ### END SOLUTION


# %%
check(answer)

# %%
# hint(answer)
# solution(answer)

# %% [markdown]
# ## Failure card: mid-stream error logged as success
#
# | | |
# |---|---|
# | **Recognise by** | Truncated answers in the app, no error in the log. Status 200 on every line. |
# | **Fix** | Wrap the loop over the stream, catch **both** families of exceptions, and say complete only when `stop_reason` is not `None`. |
# | **The cheat sheet's row** | "Wrap stream iterator with error handler" |
# | **What it leaves out** | `except anthropic.APIError` sees one of the five endings. A silent truncation is seen by no handler at all. |
#
# Not covered here: the log line itself (lesson 09), deadlines over several attempts (06), streams with tool calls (07), and
# the same endings in TypeScript, which differ.

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | "Streaming can fail AFTER returning 200. Wrap the stream iterator" | In five ways; what is wrapped must also be looked at when nothing was raised. |
# | `except anthropic.APIError as e: log_error(e)` | Of the five endings it sees one. Three raise an `httpx2.TransportError`, and one raises nothing. |
# | "mid-stream failures get logged as “succeeded” because the HTTP status was 200" | It does not: you have seen it. |
# | `.on("error", handleError)`, in TypeScript | Not called where a stream ends too early; `finalMessage()` throws there. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Your handler is <code>except (anthropic.APIError, httpx2.TransportError)</code>. Which of the five endings does it still miss?</summary>
#
# `truncate`. Nothing is raised: only `stop_reason is None` tells.
# </details>
#
# <details><summary>2. A client has <code>max_retries=5</code>, and its stream is cut after 200 events. How many requests go out?</summary>
#
# One. Retries end where the response begins, whatever their number: every timeline above has one request, and those clients
# had the default of two retries.
# </details>
#
# <details><summary>3. Which request id do you log for a stream that broke, and where is it?</summary>
#
# `stream.request_id`. Neither the final message nor an `httpx2` error has one.
# </details>

# %% [markdown]
# ## You can now
#
# - name the five endings after a 200, and catch each of them,
# - keep what arrived, with the id that finds it again,
# - continue a broken answer, or get a whole one, without asking twice for what the SDK asks for already.
#
# **Next:** the log line (09). In four of the five timelines above, only the request id would have told you which call it was.

# %%
from helpers import progress

progress()
