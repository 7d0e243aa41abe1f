# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The Messages API in production: the cheat sheet
#
# Run all cells: every snippet works, here against the replay, and each row of a table leads to the lesson that takes it
# apart. *Know besides* is what the original leaves out.
#
# Free in the replay. (Live, four requests go to the API, one of which is refused: about eight cents at most.)

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import time

import anthropic
import httpx2

from helpers.display.sheet import error_sheet, limit_sheet, sheet
from helpers.facts import Task, choose_pattern
from helpers.lessons.typescript.scenery import became
from helpers.typescript import enable

QUESTION: list[anthropic.types.MessageParam] = [
    {"role": "user", "content": "Can I get a refund for order 4821?"}
]

ORDER: str = "Can I get a refund for order 4821?"

enable()

# %% [markdown]
# A cell that begins with `%%typescript NAME` is checked by the TypeScript compiler, run by Node, and called from Python. Where
# Node is missing, the line above says so, and the rest of this page works.

# %% [markdown]
# ## Who is waiting?

# %%
sheet("Patterns")

# %%
choose_pattern(Task(waiting="nobody", requests=10_000)).pattern

# %% [markdown]
# ## Streaming

# %%
with client.messages.stream(model=MODEL, max_tokens=1024, messages=QUESTION) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)

# %% [markdown]
# The whole message, from one stream as well:

# %%
with client.messages.stream(model=MODEL, max_tokens=1024, messages=QUESTION) as stream:
    message = stream.get_final_message()
message.stop_reason, message.usage.output_tokens

# %% [markdown]
# In TypeScript the original **does not wait**: it has `await` before `client.messages.stream({...}).on("text", …)`. That is no
# promise, so `await` comes back at once, and a failure that nobody handles ends the process
# ([A1 typescript](A1_typescript.ipynb)). Corrected: the stream is named, and its end is awaited.

# %% magic_args="showWords" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function showWords(client: Anthropic, prompt: string): Promise<string> {
#   const stream = client.messages
#     .stream({ model: MODEL, max_tokens: 1024, messages: [{ role: "user", content: prompt }] })
#     .on("text", (text) => { process.stdout.write(text); });
#   await stream.finalMessage();
#   return "\nwhole";
# }

# %%
print(became(showWords, make_client("plain"), ORDER))

# %% [markdown]
# The whole message. The original is right here:

# %% magic_args="wholeMessage" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function wholeMessage(client: Anthropic, prompt: string): Promise<string> {
#   const stream = client.messages.stream({ model: MODEL, max_tokens: 1024, messages: [{ role: "user", content: prompt }] });
#   const message = await stream.finalMessage();
#   return `${message.stop_reason} ${message.usage.output_tokens}`;
# }

# %%
print(became(wholeMessage, make_client("plain"), ORDER))

# %%
sheet("Streaming, in Python and TypeScript")

# %% [markdown]
# ## Errors
#
# "4xx is your bug, 5xx is the platform's bug, 429 and 529 are temporary": so are 408 and 409
# ([05 errors](05_errors.ipynb)).

# %%
error_sheet()

# %% [markdown]
# Log all three fields of the body. The id is also in the header `request-id`. A connection that was lost has none of them,
# nor has a page that is not the API's.

# %%
try:
    client.messages.create(model=MODEL, max_tokens=1024, messages=[])
except anthropic.APIStatusError as error:
    print(error.type, error.api_message, error.request_id, sep="\n")

# %%
sheet("Error body")

# %%
limit_sheet()

# %% [markdown]
# ## Retries
#
# Retries are on. Configure them, rather than to write a loop around them.

# %%
client = make_client("overloaded_twice").with_options(max_retries=5, timeout=30)
client.messages.create(model=MODEL, max_tokens=1024, messages=QUESTION).stop_reason

# %%
sheet("Retries")

# %% [markdown]
# ## 200, and then it breaks
#
# The cheat sheet catches `anthropic.APIError`. Errors of the HTTP library and of JSON come too, and some streams break
# without any: so name the stop reasons that mean whole, and let nothing else pass for success.

# %%
outcome, request_id = "no stop reason", None
try:
    with make_client("cut").messages.stream(
        model=MODEL, max_tokens=1024, messages=QUESTION
    ) as stream:
        request_id = stream.request_id
        for event in stream:
            if event.type == "text":
                print(event.text, end="")
            elif event.type == "message_delta":
                outcome = str(event.delta.stop_reason)
except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
    outcome = type(error).__name__
print("\ncomplete:", outcome in ("end_turn", "stop_sequence"), outcome, request_id)

# %% [markdown]
# In TypeScript the original waits for nothing either, and its handler is not called for a stream that ends too early.
# Corrected: `finalMessage()` is awaited, inside a `try`, and the stop reason decides.

# %% magic_args="guarded" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function guarded(client: Anthropic, prompt: string): Promise<string> {
#   const handleText = (text: string) => { process.stdout.write(text); };
#   const handleError = (error: Error) => { process.stdout.write(`\nhandler: ${error.message}`); };
#   const stream = client.messages.stream({ model: MODEL, max_tokens: 1024, messages: [{ role: "user", content: prompt }] });
#   stream.on("text", handleText).on("error", handleError);
#   try {
#     const { stop_reason: reason } = await stream.finalMessage();
#     return `\ncomplete: ${reason === "end_turn" || reason === "stop_sequence"}`;
#   } catch (error) {
#     return `\ncomplete: false, ${error}`;
#   }
# }

# %%
print(became(guarded, make_client("cut"), ORDER))
print(became(guarded, make_client("truncate"), ORDER))

# %%
sheet("Mid-stream errors")

# %% [markdown]
# ## Batches

# %%
PAUSE: float = 0.0  # a replayed batch takes no time; between two polls of a real one: 60 s
client = make_client("batch")
batch = client.messages.batches.create(
    requests=[
        {
            "custom_id": "doc_001",
            "params": {"model": MODEL, "max_tokens": 1024, "messages": QUESTION},
        },
    ],
)
while batch.processing_status != "ended":
    time.sleep(PAUSE)
    batch = client.messages.batches.retrieve(batch.id)
{entry.custom_id: entry.result.type for entry in client.messages.batches.results(batch.id)}

# %%
sheet("Batches")

# %% [markdown]
# ## The log line

# %%
message = make_client().messages.create(model=MODEL, max_tokens=1024, messages=QUESTION)
print(message._request_id, message.model, message.stop_reason, message.usage.output_tokens)

# %%
sheet("The log line")

# %% [markdown]
# In TypeScript the original is right after `create`. The message of a stream has no `_request_id`, and the compiler says so: ask
# the stream.

# %% magic_args="loggedIds" language="typescript"
# import Anthropic from "@anthropic-ai/sdk";
# import { MODEL } from "course";
#
# export async function loggedIds(client: Anthropic, prompt: string): Promise<string> {
#   const params = { model: MODEL, max_tokens: 1024, messages: [{ role: "user" as const, content: prompt }] };
#   const message = await client.messages.create(params);
#   console.log(message._request_id);
#   const stream = client.messages.stream(params);
#   await stream.finalMessage();
#   console.log(stream.request_id);
#   return "both were logged";
# }

# %%
print(became(loggedIds, make_client("plain"), ORDER))

# %% [markdown]
# ## Five failures

# %%
sheet("Failures")

# %% [markdown]
# All five at once are in [10 capstone](10_capstone.ipynb).

# %% [markdown]
# ## Beyond the sheet
#
# Nothing of this is on the original. Its questions lead there: who is waiting, until when; what is left of the limit; and what
# becomes of work when your own process ends.

# %%
sheet("Beyond the sheet")

# %% [markdown]
# Not covered: model choice, tools, server tools, the Model Context Protocol, prompt caching, and the Usage and Cost API. The
# [platform documentation](https://platform.claude.com/docs/) covers them.
