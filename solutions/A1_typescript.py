# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The same wire, in TypeScript and with curl
#
# **30 minutes. Optional: no other lesson needs it, and it needs Node. Free, in the replay and live**: every stream here is
# named, so it is replayed in both modes.
#
# After this lesson you can
#
# - wait for a stream in TypeScript, and notice each of its endings there,
# - say what the SDKs for Python and TypeScript, and curl, make of the same bytes,
# - find the request id of a stream in TypeScript.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %% [markdown]
# A cell that begins with `%%typescript NAME` is a TypeScript module: the compiler checks it when you run it, Node runs it,
# and Python can call the functions that it exports. Where there is no Node, the next cell says so, and you can read on.

# %%
import json

from helpers import predict, table, wire_log
from helpers.lessons.typescript.scenery import became, endings_table, run
from helpers.typescript import enable

PROMPT: str = "Can I get a refund for order 4821?"

enable()

# %% [markdown]
# ## See it work
#
# The support bot of lesson 08, in TypeScript. `"course"` has the model's name; the rest is what you would write in a service.

# %% magic_args="answered" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# type Write = (text: string) => void;
#
# export async function answered(client: Anthropic, prompt: string, write: Write): Promise<string> {
#   const stream = client.messages.stream({
#     model: MODEL,
#     max_tokens: 400,
#     messages: [{ role: "user", content: prompt }],
#   });
#   stream.on("text", (text) => write(text));
#   await stream.finalMessage();
#   return "LOG ok";
# }

# %% [markdown]
# Python calls it, with a client of Python's, whose wire it shares. `became` says what its promise came to.

# %%
client = make_client("plain")
shown: list[str] = []
print(became(answered, client, PROMPT, shown.append))
print(shown)

# %%
timeline(client)

# %% [markdown]
# The same request as Python's, the same events: only the handler of `text` gets each piece, and `finalMessage()` is what
# waits for the last one.

# %% [markdown]
# ## See it lie
#
# The cheat sheet has it shorter: one `await` in front of everything.

# %% magic_args="asOnTheSheet" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function asOnTheSheet(
#   client: Anthropic, prompt: string, write: (text: string) => void,
# ): Promise<string> {
#   await client.messages
#     .stream({ model: MODEL, max_tokens: 400, messages: [{ role: "user", content: prompt }] })
#     .on("text", (text) => write(text));
#   return "LOG ok";
# }

# %%
print("on a good day:", became(asOnTheSheet, make_client("plain"), PROMPT, shown.append))
print("on a bad day: ", became(asOnTheSheet, make_client("cut"), PROMPT, shown.append))

# %% [markdown]
# It logged `ok` before the first word was there. And when the connection broke, nobody was waiting for it any more: to Node
# that is an unhandled rejection, which ends the process. (Here it ends a process of its own.)
#
# **The log says success before there is anything, and one customer's broken stream hangs up on all the others.**

# %% [markdown]
# ## What waits, and what does not
#
# `stream()` returns a stream, and `on()` returns it again, so that you can go on with a dot. A stream is no promise, and
# `await` on what is no promise comes back at once. The compiler has nothing against it: it is allowed, and means nothing.
# These wait ([helpers.md](https://github.com/anthropics/anthropic-sdk-typescript/blob/main/helpers.md)):
#
# | | resolves to | where the stream ends too early |
# |---|---|---|
# | `await stream.finalMessage()` | the message | throws |
# | `await stream.finalText()` | its text, with a space between two blocks | throws |
# | `await stream.done()` | nothing | resolves |
# | `for await (const event of stream)` | each event in its turn | ends |
#
# Attach your handlers first and wait last: a stream is read once. What is attached, or looped over, after its end gets
# nothing, and a loop like that never ends.

# %% [markdown]
# ## Exercise: `showText`
#
# `check` looks at what was written, when, and what your promise comes to: also after a 529, which the SDK has tried again
# for you, and when the stream breaks.

# %% magic_args="showText" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# /**
#  * Stream one answer, and hand each piece of text to `write` as it arrives.
#  *
#  * Resolves to the whole text when all of it was written. Throws when the answer is not whole.
#  */
# export async function showText(
#   client: Anthropic,
#   prompt: string,
#   write: (text: string) => void,
# ): Promise<string> {
#   // ### BEGIN SOLUTION
#   let whole = "";
#   const stream = client.messages.stream({
#     model: MODEL,
#     max_tokens: 400,
#     messages: [{ role: "user", content: prompt }],
#   });
#   stream.on("text", (text) => {
#     whole += text;
#     write(text);
#   });
#   await stream.finalMessage();
#   return whole;
#   // ### END SOLUTION
# }

# %%
check(showText)

# %%
# hint(showText)
# solution(showText)

# %% [markdown]
# ## Predict
#
# Now with the cheat sheet's handler, `.on("error", handleError)`. These are the endings of lesson 08, after a 200. In which of
# them is the handler called? In which does `finalMessage()` throw?

# %%
BROKEN: list[str] = ["error_event", "cut", "reset", "stall", "malformed"]
BROKEN += ["truncate", "warm_stall", "empty", "captive_portal"]
guess = predict(
    BROKEN,
    ["both tell", "only the handler tells", "only finalMessage() tells", "neither tells"],
)
guess

# %% [markdown]
# ## Break it in every ending
#
# One function does as the cheat sheet says and waits with `done()`. The other has no handler, and awaits `finalMessage()`.

# %% magic_args="twoWays" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# const asked = (client: Anthropic, prompt: string) =>
#   client.messages.stream({ model: MODEL, max_tokens: 400, messages: [{ role: "user", content: prompt }] });
#
# export async function withHandler(client: Anthropic, prompt: string): Promise<string> {
#   let heard = "–";
#   const stream = asked(client, prompt).on("error", (error) => { heard = error.constructor.name; });
#   await stream.done().catch(() => undefined); // the handler has it
#   return heard;
# }
# export async function withPromise(client: Anthropic, prompt: string): Promise<string> {
#   return `stop_reason ${(await asked(client, prompt).finalMessage()).stop_reason}`;
# }

# %%
heard = {one: became(withHandler, make_client(one), PROMPT) for one in BROKEN}
promised = {one: became(withPromise, make_client(one), PROMPT) for one in BROKEN}
table(
    "What became of nine broken streams in TypeScript",
    ["ending", "the handler heard", "finalMessage()", "you expected"],
    [[one, heard[one], promised[one], guess.answers[one]] for one in BROKEN],
)

# %%
unheard = [one for one in BROKEN if heard[one] == "–"]
thrown = [one for one in BROKEN if promised[one].startswith("throws")]
print(
    f"The handler hears of {len(BROKEN) - len(unheard)} of {len(BROKEN)}, not of: {', '.join(unheard)}."
)
print(f"finalMessage() throws in {len(thrown)} of {len(BROKEN)}.")

# %% [markdown]
# **An error of the API has a status, but not this one.** In `error_event` the API says in the middle of the stream that it
# can't go on. Python calls its status 200; here it is `undefined`, so `error.status >= 500` is false.
#
# **A connection that breaks is no `APIError`.** It is an `AnthropicError`, the class above it, whose `cause` is the `TypeError`
# that Node's `fetch` threw. It has no status either.
#
# **An early end is not an error to the stream.** In `truncate` and `warm_stall` the bytes end properly; the handler is not
# called, and `done()` resolves. Only who asks for the message is told that there is none.
#
# And in Python? All of it was run, three times, and kept. Read one row from left to right:

# %%
endings_table()

# %% [markdown]
# (What the SDK printed above the table before that is its own: it tells `console.error` of an event that is not JSON.)
#
# No cell of it was written by hand. `python -m helpers.typescript.endings`, in a terminal in the course's folder, runs all
# three again and says what differs; a test holds it to that. Python is silent in four rows where TypeScript throws.
# One row is worse in TypeScript: with `garbled`, bytes that can't be decompressed, `finalMessage()` neither resolves nor
# throws. Against that helps a deadline of your own, and nothing else.

# %% [markdown]
# ## The same with curl
#
# curl is what remains when you want to see the wire itself: `-N` hands each event on at once, `-i` shows the status and the
# headers, and nothing is retried. `--speed-time` is the patience that it does not have by itself. `run` does for this lesson
# what a shell would do, over a server of ours on your machine.

# %%
CURL: str = """
curl -N -i -sS --speed-limit 1 --speed-time 2 "$ANTHROPIC_BASE_URL/v1/messages"
  -H "authorization: Bearer $ANTHROPIC_API_KEY"
  -H "anthropic-version: 2026-10-21" -H "content-type: application/json"
  --data-raw "$BODY"
"""
question = {"role": "user", "content": PROMPT}
BODY: str = json.dumps(
    {"model": MODEL, "max_tokens": 400, "stream": True, "messages": [question]}
)
ran = run(CURL, "truncate", BODY=BODY)
print(*ran.printed.splitlines()[-8:], f"exit code: {ran.code}", sep="\n")

# %% [markdown]
# The stream stops in mid-sentence, and the exit code is 0. So what does the exit code know?

# %%
NAMES: list[str] = [
    "plain",
    "error_event",
    "cut",
    "reset",
    "truncate",
    "overloaded",
    "refused",
]
runs = {name: run(CURL, name, BODY=BODY) for name in NAMES}
table(
    "What curl says",
    ["scenario", "exit code", "last event"],
    [[name, one.code, one.events[-1] if one.events else "–"] for name, one in runs.items()],
)

# %% [markdown]
# **The exit code knows the connection, and nothing else**: 18 for a stream that was cut, 56 for a reset, 7 where nobody
# listens, 28 when `--speed-time` is over. An `error` event is 0, and so is a 529: with `--fail-with-body` that one becomes 22.

# %%
strict = run(CURL.replace("curl", "curl --fail-with-body", 1), "overloaded", BODY=BODY)
late = run(CURL.replace("curl", "curl --fail-with-body", 1), "error_event", BODY=BODY)
print(f"a 529: {strict.code}; an error event: {late.code}")

# %% [markdown]
# So in a shell, too, a whole answer is one whose last event is `message_stop`:
# `curl … | tee answer.sse`, then `grep -q '^event: message_stop' answer.sse`.

# %% [markdown]
# ## Name what you know
#
# As in lesson 08: don't list what is bad, for a list always lacks one. `finalMessage()` makes that easy, because it throws
# whatever went wrong, so one `catch` is enough. What it does not do is judge the message. A `max_tokens` or a `refusal` is a
# message too; two [stop reasons](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons) mean whole:
# `end_turn` and `stop_sequence`.
#
# ## The request id
#
# The cheat sheet logs `message._request_id`. Ask a message that came from a stream for it:

# %% magic_args="idOfMessage" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function idOfMessage(client: Anthropic, prompt: string): Promise<string> {
#   const params = { model: MODEL, max_tokens: 400, messages: [{ role: "user" as const, content: prompt }] };
#   const message = await client.messages.stream(params).finalMessage();
#   return `request id: ${message._request_id}`;
# }

# %% [markdown]
# That is what a mistake looks like which the compiler sees: the line, what is wrong, and its number. It is right. Only what
# `create` returns has a `_request_id`. The stream has one, from the moment at which its response begins:
# `stream.request_id`. Where no stream began, the error has it, if it is one of the API's: `error.requestID`.

# %% magic_args="idOfStream" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function idOfStream(client: Anthropic, prompt: string): Promise<string> {
#   const params = { model: MODEL, max_tokens: 400, messages: [{ role: "user" as const, content: prompt }] };
#   const stream = client.messages.stream(params);
#   await stream.finalMessage();
#   return `request id: ${stream.request_id}`;
# }

# %%
client = make_client("plain")
print(became(idOfStream, client, PROMPT))
print("on the wire:", *(exchange.request_id for exchange in wire_log(client)))

# %% [markdown]
# ## Exercise: `streamSafely`
#
# The call that a service can rely on, as in lesson 08: it says what became of the stream, and throws for none of its endings.
# `Outcome` is imported from `"course"`: `{ text, complete, error, requestId }`.

# %% magic_args="streamSafely" language="typescript"
# import Anthropic, { APIError } from "@anthropic-ai/sdk";
# import { MODEL, type Outcome } from "course";
#
# /**
#  * Stream one answer, and say what became of it. One call; it throws neither for a stream
#  * that broke nor where none began.
#  *
#  * `write(text)` is called with each piece as it arrives. In the `Outcome`, `text` is everything
#  * that arrived; `complete`, whether that is the whole answer; `error`, in a few words why it is
#  * not (null when it is); `requestId`, where there is one: the stream's, or that of the error.
#  */
# export async function streamSafely(
#   client: Anthropic,
#   prompt: string,
#   write: (text: string) => void,
# ): Promise<Outcome> {
#   // ### BEGIN SOLUTION
#   let text = "";
#   const stream = client.messages.stream({
#     model: MODEL,
#     max_tokens: 400,
#     messages: [{ role: "user", content: prompt }],
#   });
#   stream.on("text", (piece) => {
#     text += piece;
#     write(piece);
#   });
#   try {
#     const { stop_reason: reason } = await stream.finalMessage();
#     const complete = reason === "end_turn" || reason === "stop_sequence";
#     const error = complete ? null : `stop reason: ${reason}`;
#     return { text, complete, error, requestId: stream.request_id ?? null };
#   } catch (error) {
#     const id = error instanceof APIError ? error.requestID : null;
#     return { text, complete: false, error: String(error), requestId: stream.request_id ?? id ?? null };
#   }
#   // ### END SOLUTION
# }

# %%
check(streamSafely)

# %%
# hint(streamSafely)
# solution(streamSafely)

# %% [markdown]
# ## Exercise: `streamMessage`
#
# The whole message from a stream, and the id by which support finds the call.

# %% magic_args="streamMessage" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export interface Found {
#   message: Anthropic.Message;
#   requestId: string | null;
# }
#
# /** Stream one answer. Resolves to the whole message and the request id; throws when it is not whole. */
# export async function streamMessage(client: Anthropic, prompt: string): Promise<Found> {
#   // ### BEGIN SOLUTION
#   const stream = client.messages.stream({
#     model: MODEL,
#     max_tokens: 400,
#     messages: [{ role: "user", content: prompt }],
#   });
#   const message = await stream.finalMessage();
#   return { message, requestId: stream.request_id ?? null };
#   // ### END SOLUTION
# }

# %%
check(streamMessage)

# %%
# hint(streamMessage)
# solution(streamMessage)

# %% [markdown]
# ## Failure card: a stream that nobody waits for
#
# | | |
# |---|---|
# | **Recognise by** | `ok` in the log before the answer is there; a service that restarts now and then, with `unhandledRejection` in its last lines. |
# | **Fix** | Attach the handlers, then `await stream.finalMessage()` inside a `try`; say complete only for a stop reason that means it. |
# | **The cheat sheet's row** | `await client.messages.stream({...}).on("text", handleText).on("error", handleError)` |
# | **What it leaves out** | That it waits for nothing, and that the handler does not hear of a stream which ends too early. |
#
# Not covered here: tools and batches in TypeScript, browsers, and other runtimes than Node; they share the SDK, not its
# `fetch`, whose errors differ.

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | `await client.messages.stream({...}).on("text", …)` | It does not wait: you have seen `ok` come first. |
# | `const message = await stream.finalMessage();` | Right, and the one that tells every ending but `garbled`. |
# | `.on("error", handleError)` | Without it, and without a promise that is awaited, Node ends. With it, two of nine endings are still not heard of. |
# | `console.log(message._request_id)` | Right after `create`. The message of a stream has none: `stream.request_id`. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. A colleague adds <code>.on("error", log)</code> to the cheat sheet's line, and Node no longer ends. Is the log right now?</summary>
#
# No. It still says `ok` before the first word, and it never hears of a stream that ended too early.
# </details>
#
# <details><summary>2. Your script calls <code>curl --fail-with-body</code> and looks at the exit code. What does it take for success that is none?</summary>
#
# Whatever HTTP finds in order: an `error` event, a stream that ended too early, one with nothing but pings, an empty body, and
# somebody else's page. Only `message_stop` tells.
# </details>
#
# <details><summary>3. Python raises nothing for <code>truncate</code>, TypeScript throws. Can a service in TypeScript do without the stop reason?</summary>
#
# No. `finalMessage()` throws where there is no message. An answer that was cut off at `max_tokens` is one.
# </details>

# %% [markdown]
# ## You can now
#
# - wait for a stream in TypeScript, and be told of its ending by the one promise that knows,
# - compare the two SDKs and curl, ending by ending, in a table that was run,
# - log the request id of a stream where it really is.
#
# **Next:** your own service. The lessons 00 to 10 are the course; this one was besides.

# %%
from helpers import progress

progress()
