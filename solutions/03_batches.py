# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Work that nobody waits for
#
# **30 minutes, and ten more for the last two of its five exercises. Free in the replay, and free live:** a batch may take
# a day, so every one in this lesson is replayed in both modes.
#
# After this lesson you can
#
# - send hundreds of requests as one batch, at half the price, and wait for it without hammering,
# - join results to documents by custom id, and say which requests are worth sending again,
# - split work into batches that the API takes, by real bytes.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
from collections.abc import Callable
import json
import re
import time
from typing import Any

import anthropic
from anthropic import Anthropic
from anthropic.types.messages import MessageBatch

from helpers import predict, table
from helpers.facts import AS_OF, BATCH_SHARE, SOURCE, Price, price_of
from helpers.replay import Answer, Scenario

# %% [markdown]
# ## See it work
#
# A shop got 250 complaints today. By tomorrow morning each shall have a summary. Nobody is waiting for it, so all of
# them travel as **one** request: a batch. Each part of it has a `custom_id` and the `params` of a standard call.

# %%
GOODS: list[str] = ["lamp", "kettle", "desk", "radio", "tent"]
TICKETS: dict[str, str] = {
    f"ticket-{number:03}": f"Ticket {number}: the {GOODS[number % 5]} arrived broken."
    for number in range(1, 251)
}

# %%
requests: list[Any] = [
    {
        "custom_id": key,
        "params": {
            "model": MODEL,
            "max_tokens": 200,
            "messages": [{"role": "user", "content": text}],
        },
    }
    for key, text in TICKETS.items()
]

# %% [markdown]
# One slip is among them, as there always is: somebody removed the `max_tokens` of ticket 77. (The name in capitals
# sets the stage. It tells the replay what to answer.)

# %%
del requests[76]["params"]["max_tokens"]
NIGHT = Scenario(
    "night",
    "a batch that ends at the third poll",
    then=Answer(),
    batch_polls=3,
    batch_outcomes={
        "ticket-031": "api_error",
        "ticket-112": "expired",
        "ticket-200": "canceled",
    },
)
client = make_client(NIGHT)
batch = client.messages.batches.create(requests=requests)
batch.processing_status, batch.request_counts.processing

# %% [markdown]
# The answer came at once, and it holds no summary. It holds an id. Ask with it, now and then, until the status is
# `ended`:

# %%
while batch.processing_status != "ended":
    batch = client.messages.batches.retrieve(batch.id)
    print(batch.processing_status, batch.request_counts.processing)

# %% [markdown]
# Now the results can be read, one by one:

# %%
results = list(client.messages.batches.results(batch.id))
succeeded = [entry for entry in results if entry.result.type == "succeeded"]
len(results), len(succeeded), succeeded[0].result.message.content[0].text

# %%
timeline(client)

# %% [markdown]
# Six requests for 250 answers: one to create, three to poll, and two for the results. The SDK's `results(…)` asks for
# the batch once more, to learn where its results are
# ([retrieving results](https://platform.claude.com/docs/en/build-with-claude/batch-processing#retrieving-batch-results)).

# %% [markdown]
# ## See it lie
#
# 250 documents went in and 250 results came out. What could be more natural than this?

# %%
summaries: dict[str, str] = {}
for key, entry in zip(TICKETS, results, strict=True):
    if entry.result.type == "succeeded":
        summaries[key] = entry.result.message.content[0].text

wrong = [key for key, text in summaries.items() if TICKETS[key] not in text]
print(f"{len(wrong)} of {len(summaries)} summaries belong to another ticket")

# %%
first = next(iter(summaries))
print(f"{first}: {TICKETS[first]}\nits summary: {summaries[first]}")

# %% [markdown]
# Nothing was raised, and every single summary reads well. **Results come in any order**
# ([batch results](https://platform.claude.com/docs/en/build-with-claude/batch-processing#retrieving-batch-results)),
# so a place in the list says nothing. A library's own tutorial did it this way
# ([tidyllm#37](https://github.com/edubruell/tidyllm/issues/37)). Only the `custom_id` ties an answer to its question.

# %% [markdown]
# ## Predict
#
# Four of the 250 requests did not succeed. **Predict** what each of them needs. Nobody grades this.

# %%
CHOICES: list[str] = ["send it again as it is", "mend it first", "leave it out"]
guess = predict(
    ["errored: bad request", "errored: api_error", "expired", "canceled"], CHOICES
)
guess

# %%
failed = {
    entry.custom_id: entry.result for entry in results if entry.result.type != "succeeded"
}
for key, result in sorted(failed.items()):
    error = result.error.error if result.type == "errored" else None
    print(f"{key}  {result.type:9}", f"{error.type}: {error.message}" if error else "")

# %%
REMEDIES: list[list[str]] = [
    ["errored: bad request", "the request is itself at fault", CHOICES[1]],
    ["errored: api_error", "the platform failed it", CHOICES[0]],
    ["expired", "the 24 hours were over before its turn", CHOICES[0]],
    ["canceled", "somebody stopped it", CHOICES[2]],
]
table(
    "What became of four requests, and what each needs",
    ["result", "why", "what it needs", "you expected"],
    [[*row, guess.answers[row[0]]] for row in REMEDIES],
)

# %% [markdown]
# Look at the first row again. The batch with the bad request in it was created without complaint: the `params` are
# [looked at when a request is processed](https://platform.claude.com/docs/en/build-with-claude/batch-processing#prepare-and-create-your-batch),
# not before. Four more that are taken tonight and errored tomorrow:

# %%
SLIPS: dict[str, dict[str, Any]] = {
    "streamed": {"stream": True},
    "nothing": {"max_tokens": 0},
    "too-much": {"max_tokens": 1_000_000},
    "no-model": {"model": "claude-opus-4-9"},
}

# %%
params = requests[0]["params"]
slips: list[Any] = [{"custom_id": key, "params": {**params, **SLIPS[key]}} for key in SLIPS]
client = make_client("plain")
batch_of_slips = client.messages.batches.create(requests=slips)
client.messages.batches.retrieve(batch_of_slips.id)
for entry in client.messages.batches.results(batch_of_slips.id):
    if entry.result.type == "errored":
        error = entry.result.error
        print(
            f"{entry.custom_id}: {error.error.type}, {error.error.message} ({error.request_id})"
        )

# %% [markdown]
# Each has the type that a single call would have got. The last word is `None`, as recorded: nobody sent a request of
# its own for this line, so there is **no request id**. Had all 250 lacked their `max_tokens`, you would have learnt it
# tomorrow, 250 times. So send one of them with `client.messages.create` first.
#
# This is the life of a batch, with the numbers of the one above:

# %%
from helpers.lessons.batches.lifecycle import lifecycle

lifecycle(batch)

# %% [markdown]
# Read it from left to right. A batch is `in_progress` until every request is done, which mostly takes less than an
# hour and never more than 24. `canceling` is not an end: what had begun is still finished. Results stay for 29 days
# after the batch was created ([limits](https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations)).

# %% [markdown]
# ## The custom id is the only thread
#
# A good custom id is the key that your document has anyway. Not every key can be one:

# %%
client = make_client("plain")
for key in ["ticket-001", "reports/2026-01.txt", "größe-3", "x" * 65]:
    request: Any = {**requests[0], "custom_id": key}
    try:
        client.messages.batches.create(requests=[request])
        print(f"{key:20.20}  taken")
    except anthropic.BadRequestError as error:
        print(f"{key:20.20}  {error.status_code} {error.api_message}")

# %% [markdown]
# The pattern is [documented](https://platform.claude.com/docs/en/api/messages/batches/create); in the SDK's own types
# it is not, and people find out
# ([anthropic-sdk-python#984](https://github.com/anthropics/anthropic-sdk-python/issues/984)). One bad id, and the whole
# batch is refused. So it is with two that are the same: `custom_id's must be unique within a batch`. That is why one
# does not repair keys in passing: `a/b` and `a.b` would both become `a_b`.

# %% [markdown]
# ### Exercise: `build_requests`
#
# The requests for some documents. The custom id is the document's key, as it is.


# %%
def build_requests(documents: dict[str, str]) -> list[dict]:
    """One request for a batch per document: its key is the custom id, its text the prompt.

    Raises ValueError, which names the key, where one can't be a custom id: those have 1 to 64
    letters from a to z or A to Z, digits, underscores or hyphens.
    """
    ### BEGIN SOLUTION
    for key in documents:
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", key):
            raise ValueError(f"{key!r} can't be a custom id")
    return [
        {
            "custom_id": key,
            "params": {
                "model": MODEL,
                "max_tokens": 200,
                "messages": [
                    {"role": "user", "content": f"Sum up in one sentence: {text}"}
                ],
            },
        }
        for key, text in documents.items()
    ]
    ### END SOLUTION


# %%
check(build_requests)

# %%
# hint(build_requests)
# solution(build_requests)

# %% [markdown]
# ## How much fits into one batch
#
# At most [100,000 requests or 256 MB](https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations),
# whichever comes first. The first is easy to count. **Predict** for the second: how many bytes does this request have
# on the wire, in which the text is ten umlauts?

# %%
TEN: str = "ü" * 10
small: Any = {
    "custom_id": "ten",
    "params": {
        "model": MODEL,
        "max_tokens": 9,
        "messages": [{"role": "user", "content": TEN}],
    },
}
client = make_client("plain")
tiny_batch = client.messages.batches.create(requests=[small])

# %%
from helpers import wire_log

body: dict[str, Any] = {"requests": [small]}
as_sent = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
{
    "characters of the text": len(TEN),
    "characters, as JSON": len(as_sent),
    "bytes, as JSON": len(as_sent.encode()),
    "bytes, as json.dumps writes it by default": len(json.dumps(body)),
    "bytes on the wire": wire_log(client)[-1].request_bytes,
}

# %% [markdown]
# Only the third agrees with the wire. The SDK sends UTF-8 without spaces and without escapes. `json.dumps` as it comes
# writes an umlaut in six bytes, so Greek would fill a batch three times too early. Counted in characters it would be
# twice too large: a 413, after an upload of 256 MB. (Those who do not split at all meet it too:
# [curator#610](https://github.com/bespokelabsai/curator/issues/610).) Each single request is held to the 32 MB of
# the Messages API besides.

# %% [markdown]
# ### Exercise: `split_batches`
#
# The check uses small limits, and looks at the wire: it sends each of your batches and compares its bytes. Not one may be
# too many. A few too few are caution, also for the request that is refused.


# %%
def split_batches(
    requests: list[dict], max_requests: int = 100_000, max_bytes: int = 256_000_000
) -> list[list[dict]]:
    """The requests in their order, as few batches as needed, none of them empty.

    None has more than `max_requests`, or more than `max_bytes` when it is sent as the body
    {"requests":[…]}. Raises ValueError where one request alone is too large for a batch.
    """
    ### BEGIN SOLUTION
    around = len(b'{"requests":[]}')
    batches: list[list[dict]] = []
    size = 0
    for request in requests:
        text = json.dumps(request, ensure_ascii=False, separators=(",", ":"))
        needed = len(text.encode())
        if around + needed > max_bytes:
            raise ValueError(
                f"{request['custom_id']!r} is too large for a batch: {needed:,} bytes"
            )
        if not batches or len(batches[-1]) == max_requests or size + 1 + needed > max_bytes:
            batches.append([])
            size = around - 1  # there is no comma before the first
        batches[-1].append(request)
        size += 1 + needed
    return batches
    ### END SOLUTION


# %%
check(split_batches)

# %%
# hint(split_batches)
# solution(split_batches)

# %% [markdown]
# ## Wait without hammering
#
# Above, three polls were enough, because the replay was kind. This batch takes one minute, and the loop is the same:

# %%
IMPATIENT = Scenario("one minute", "a batch of one minute", then=Answer(), batch_seconds=60)
client = make_client(IMPATIENT)
batch = client.messages.batches.create(requests=[requests[0]])
polls = 0
while batch.processing_status != "ended":
    batch = client.messages.batches.retrieve(batch.id)
    polls += 1
print(f"{polls:,} polls in one minute; for an hour that makes {60 * polls:,}")

# %% [markdown]
# Every poll counts against the
# [rate limit of the batch endpoints](https://platform.claude.com/docs/en/api/rate-limits#message-batches-api), which your
# next batch needs too. And the API says how often it wants to be asked:

# %%
client = make_client("batch")
batch = client.messages.batches.create(requests=requests[:4])
raw = client.messages.batches.with_raw_response.retrieve(batch.id)
raw.parse().processing_status, f"retry-after: {raw.headers['retry-after']}"

# %% [markdown]
# Recorded with every answer about a batch in progress. The batch that the SDK makes of the answer has no headers;
# `with_raw_response` keeps them. Ten seconds is the least; the documentation's example
# [sleeps 60](https://platform.claude.com/docs/en/build-with-claude/batch-processing#tracking-your-batch).
#
# And the opposite: giving up too soon. **Predict:** a batch was created a moment ago. What do the first five polls say?

# %%
client = make_client("batch_flickers")
batch = client.messages.batches.create(requests=requests[:4])
for poll in range(1, 6):
    try:
        print(poll, client.messages.batches.retrieve(batch.id).processing_status)
    except anthropic.NotFoundError as error:
        print(poll, f"{error.status_code} {error.type}")

# %% [markdown]
# A 404, for a batch that exists, and **again** after it had been found: one server knows it, the next does not. It was
# [reported](https://github.com/anthropics/anthropic-sdk-python/issues/1432) from production, a second after `create`,
# two minutes later, and for the results of a batch that had ended; each of those batches ran on to its end. Who takes
# the 404 for the truth creates a second batch, and pays for both.
#
# ### Exercise: `wait_for`
#
# You are given `sleep`, and you do not sleep in any other way. That makes the function quick to test: an hour passes in
# a millisecond, and nobody waits. Outside, call it with `time.sleep`.


# %%
def wait_for(
    client: Anthropic, batch_id: str, sleep: Callable[[float], None], deadline: float
) -> MessageBatch:
    """The batch, when it has ended. Polls it now and then; between two polls, `sleep(seconds)`.

    `deadline` is how many seconds may be slept in all. Raises TimeoutError when that is over.
    A 404, whenever it comes, does not mean that there is no such batch: not every server
    knows it at once. Any other error of the SDK goes up.
    """
    ### BEGIN SOLUTION
    interval, waited = 60.0, 0.0
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            pass  # this server does not know it yet
        if waited >= deadline:
            raise TimeoutError(f"{batch_id} has not ended within {deadline:,.0f} seconds")
        pause = min(interval, deadline - waited)
        sleep(pause)
        waited += pause
    ### END SOLUTION


# %%
check(wait_for)

# %%
# hint(wait_for)
# solution(wait_for)

# %% [markdown]
# A deadline that passes does not stop the batch: it runs on and is paid for. Keep its id, or cancel it.

# %% [markdown]
# ## Results come in any order
#
# Reading them has two more traps. The first is the line from which most tutorials begin:

# %%
client = make_client(NIGHT)
batch = client.messages.batches.create(requests=requests)
while batch.processing_status != "ended":
    batch = client.messages.batches.retrieve(batch.id)
read = 0
try:
    for entry in client.messages.batches.results(batch.id):
        read += len(entry.result.message.content)
except AttributeError as error:
    print(f"after {read} of {len(requests)}: {error}")

# %% [markdown]
# Only `succeeded` has a `message`. One request that failed, and the loop is over before the rest was read: 250 paid,
# and nothing kept ([weave#7721](https://github.com/wandb/weave/pull/7721)). Skipping the failed ones in silence is not
# better ([ruby_llm#928](https://github.com/crmne/ruby_llm/issues/928)).
#
# The second is `list(…)`. The results arrive as a stream of lines and can be read that way: measured with the SDK
# 2.12, 100,000 of them need 2 MB while they are read, and 538 MB as a list.
#
# And a batch that was forgotten for 29 days has ended, and has no results any more:

# %%
client = make_client("batch_archived")
batch = client.messages.batches.create(requests=requests[:4])
for _ in range(4):
    batch = client.messages.batches.retrieve(batch.id)
print(f"{batch.processing_status}, archived at {batch.archived_at}: {batch.results_url}")
try:
    client.messages.batches.results(batch.id)
except anthropic.AnthropicError as error:
    print(repr(error))

# %% [markdown]
# It has finished. What it lacks is the address of its results, like
# [each archived batch that was recorded](https://github.com/maruel/genai/blob/main/providers/anthropic/testdata/TestClient/BatchCRUD.yaml).
# So the SDK asks nobody: its `AnthropicError` has no status and no request id, and is no `anthropic.APIError`. Before the
# 29 days are over, a 404 may pass, and may stay. Ask again once or twice, not for ever, and take neither for a batch
# without results.

# %% [markdown]
# ### Exercise: `collect`
#
# What a nightly job needs: the texts, and what to put into tomorrow's batch. An error is worth asking again where time
# mends it: `api_error`, `overloaded_error`, `rate_limit_error`, `timeout_error`. A wrong request, an unknown model, a
# key or a bill stays wrong until somebody acts.


# %%
def collect(client: Anthropic, batch_id: str) -> tuple[dict[str, str], list[str]]:
    """Of a batch that has ended: the texts by custom id, and the ids worth sending again.

    Worth sending again as they are: what expired, and what failed with an error that passes
    (the four above). Not what stays wrong, and not what was canceled.
    Results that are not there (404) are no results: that goes up, at the latest when it stays.
    Any other error of the SDK goes up at once, also that they are gone after 29 days.
    """
    ### BEGIN SOLUTION
    passing = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")
    texts: dict[str, str] = {}
    again: list[str] = []
    for attempt in (1, 2, 3):
        try:
            results = client.messages.batches.results(batch_id)
            break
        except anthropic.NotFoundError:
            if attempt == 3:
                raise
            time.sleep(attempt)
    for entry in results:
        match entry.result.type:
            case "succeeded":
                content = entry.result.message.content
                texts[entry.custom_id] = "".join(
                    block.text for block in content if block.type == "text"
                )
            case "expired":
                again.append(entry.custom_id)
            case "errored" if entry.result.error.error.type in passing:
                again.append(entry.custom_id)
    return texts, again
    ### END SOLUTION


# %%
check(collect)

# %%
# hint(collect)
# solution(collect)

# %% [markdown]
# ## Half the price
#
# What did tonight cost? Each result that succeeded says in `usage` what it read and wrote. Failed ones cost nothing
# ([pricing](https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing)).

# %%
usage = [entry.result.message.usage for entry in succeeded]
input_tokens = sum(one.input_tokens for one in usage)
output_tokens = sum(one.output_tokens for one in usage)
price = price_of(MODEL)
print(f"{input_tokens:,} tokens in, {output_tokens:,} out, tier: {usage[0].service_tier}")
print(f"{MODEL}: ${price.input} and ${price.output} per million, as of {AS_OF}")
print(SOURCE)

# %% [markdown]
# Prices change, so they are in one file with its date, `helpers/facts/data/prices.json`, and nowhere else in this course.
# (The replay has no tokenizer: it counts a token for every four characters.)

# %%
from helpers.lessons.batches.amounts import amounts

standard = price.cost(input_tokens, output_tokens)
amounts(
    "A thousand such nights",
    {"250 standard calls": 1000 * standard, "one batch": 1000 * standard * BATCH_SHARE},
)

# %% [markdown]
# The same tokens, the same answers, half the price: input, output, and
# [everything else that is metered by the token](https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing).

# %% [markdown]
# ### Exercise: `batch_savings`


# %%
def batch_savings(input_tokens: int, output_tokens: int, price: Price) -> float:
    """The dollars that a batch of so many tokens saves against standard calls, unrounded.

    `price.input` and `price.output` are the standard prices, in dollars per million tokens.
    """
    ### BEGIN SOLUTION
    standard = (input_tokens * price.input + output_tokens * price.output) / 1_000_000
    return standard * (1 - BATCH_SHARE)
    ### END SOLUTION


# %%
check(batch_savings)

# %%
# hint(batch_savings)
# solution(batch_savings)

# %% [markdown]
# ## On the cheat sheet
#
# | row | where it simplifies |
# |---|---|
# | "Cost vs standard: 50 percent less per token" | It does not: the discount is on every token, read or written. |
# | "Most batches finish in under 1 hour" | The promise is 24 hours; what is not done by then expires. |
# | "Per-batch size limit: 256 MB" | Or 100,000 requests, whichever comes first. |
# | "Per-request size limit: 32 MB" | It does not: each request is held to what a single call is held to. |
# | "poll until status is `ended`, then stream results" | Any poll may be 404, `canceling` is not an end, and the results are neither in order nor all messages. |
# | "Wrong for: anything a user is waiting on" | It does not: lesson 04 finds such calls in a log. |

# %% [markdown]
# ## What this lesson does not cover
#
# Choosing between the patterns (lesson 04), all other errors (05), and the log line of a batch result (09). Not in this
# course: prompt caching inside batches, and
# [longer outputs](https://platform.claude.com/docs/en/build-with-claude/batch-processing) that only batches have.

# %% [markdown]
# ## Three questions
#
# <details><summary>1. All results of your batch are <code>succeeded</code>. Are all texts whole?</summary>
#
# No. A message that stopped at <code>max_tokens</code> is a success too. Look at its <code>stop_reason</code>, as in
# lesson 01.
# </details>
#
# <details><summary>2. Your job is told to stop, and it has a batch running. What does the batch do?</summary>
#
# It runs on and is paid for. Either <code>client.messages.batches.cancel(…)</code> it, or keep its id and read the
# results later; there are 29 days for that.
# </details>
#
# <details><summary>3. One of 250 custom ids contains a dot. How many summaries do you get?</summary>
#
# None. The batch is refused with a 400 when it is created. A bad <code>params</code> costs you one result, a bad
# <code>custom_id</code> all of them.
# </details>

# %% [markdown]
# ## You can now
#
# - build a batch whose results find their documents again, and split it where it is too large;
# - wait for it politely, through a passing 404 and up to a deadline;
# - keep what succeeded, and send again what deserves it;
# - say what it cost, and what it saved.
#
# **Next:** lesson 04, choosing: which of the three patterns fits which work.

# %%
from helpers import progress

progress()
