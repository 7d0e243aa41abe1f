# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The error map
#
# **30 minutes. Free in the replay, and free live:** nobody can order an error from the API, so all of them are replayed in
# both modes.
#
# After this lesson you can
#
# - read the three facts that every failure should leave in a log, also where there was no answer,
# - say of any error whether trying again can help, and stop retrying those where it can't,
# - tell before sending whether a request is too large.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import json
from typing import Any

import anthropic
import httpx2
from anthropic import Anthropic
from anthropic.types import Message

from helpers import Unfinished, predict, table
from helpers.facts import ERROR_MAP, LIMITS, Endpoint
from helpers.replay import Answer, Fail, Scenario

# %% [markdown]
# ## See it break
#
# This call worked for years. Since API version
# [2026-10-21](https://platform.claude.com/docs/en/api/migration-2026-10-21) it does not:

# %%
client = make_client("plain")
QUESTION: list[Any] = [{"role": "user", "content": "Can I still get a refund?"}]
try:
    client.messages.create(
        model=MODEL, max_tokens=200, messages=QUESTION, extra_body={"temperature": 0.2}
    )
except anthropic.APIStatusError as caught:
    refused = caught
print(refused)

# %% [markdown]
# What was printed is a sentence of the SDK, with the whole body in it. The body by itself
# ([error shapes](https://platform.claude.com/docs/en/api/errors#error-shapes)):

# %%
refused.body

# %% [markdown]
# ## Three fields, and where they are not
#
# The cheat sheet says: log all three, `error.type`, `error.message` and `request_id`. In Python they are called
#
# | the body's field | on the exception | not to be confused with |
# |---|---|---|
# | `error.type` | `error.type` | the class, `BadRequestError`: other SDKs have other names |
# | `error.message` | `error.api_message` | `error.message`, the SDK's sentence |
# | `request_id` | `error.request_id`, read from the header | `message._request_id`, on an answer |

# %%
{"type": refused.type, "message": refused.api_message, "request_id": refused.request_id}

# %% [markdown]
# **Predict:** which of the three has an error where nobody answered? And one that broke a stream? Here is a connection
# that is refused. (A client with `max_retries=0` asks once.)

# %%
nobody = make_client("refused").with_options(max_retries=0)
try:
    nobody.messages.create(model=MODEL, max_tokens=200, messages=QUESTION)
except anthropic.APIConnectionError as caught:
    unanswered = caught
fields = ["type", "api_message", "request_id"]
print(f"{type(unanswered).__name__}: {unanswered}")
{field: hasattr(unanswered, field) for field in fields}

# %%
try:
    with make_client("error_event").messages.stream(
        model=MODEL, max_tokens=200, messages=QUESTION
    ) as stream:
        stream.until_done()
except anthropic.APIStatusError as caught:
    broken = caught
print(f"{type(broken).__name__}, status {broken.status_code}")
{field: getattr(broken, field) for field in fields}

# %% [markdown]
# No answer, no fields: a handler that reads `error.type` there fails itself, and the failure that it should have logged
# is gone. Inside a stream all three are there. The SDK takes the id from the response's header, which is older than the
# stream; the event has carried it too [since January 2026](https://github.com/karthink/gptel/issues/1512), and
# [before that](https://github.com/anthropics/anthropic-sdk-go/issues/200) had none.
#
# And a third kind: between you and the API stand an edge and proxies, with answers of their own. Here is a 502 as it
# [was seen](https://github.com/anthropics/claude-code/issues/70128), and then a network that asks you to accept its terms.

# %%
try:
    make_client("bad_gateway").messages.create(
        model=MODEL, max_tokens=200, messages=QUESTION
    )
except anthropic.InternalServerError as caught:
    gateway = caught
print(
    f"{type(gateway).__name__}, status {gateway.status_code}, body: {gateway.body!r:.40}…"
)
{field: getattr(gateway, field) for field in fields}

# %%
portal: object = make_client("captive_portal").messages.create(
    model=MODEL, max_tokens=200, messages=QUESTION
)
print(f"{type(portal).__name__}: {portal!r:.70}…")

# %% [markdown]
# The 502 has the three attributes, and all are `None`; the body is a string. The second is worse: its status is 200, so
# **nothing was raised**, and `create` returned a `str`, whatever its annotation promises. `isinstance(message, Message)`
# is what tells. (Its id to quote would be the header `cf-ray`, where the edge sent one.)

# %% [markdown]
# ### Exercise: `error_fields`
#
# Three facts for the log, whatever the error. It is judged by eleven, among them pages, JSON that is not the API's, a
# stream with an event that can't be read, one with nothing in it, and a 413, which has no id anywhere.


# %%
def error_fields(error: Exception) -> dict[str, str | None]:
    """`type`, `message` and `request_id` of any error of a call. Never raises.

    `type` and `message` are the API's own words. Where it said none, they are the name of the
    exception's class, and what the exception says. `request_id` is None where there is none.
    """
    ### BEGIN SOLUTION
    return {
        "type": getattr(error, "type", None) or type(error).__name__,
        "message": getattr(error, "api_message", None) or str(error) or repr(error),
        "request_id": getattr(error, "request_id", None),
    }
    ### END SOLUTION


# %%
check(error_fields)

# %%
# hint(error_fields)
# solution(error_fields)

# %% [markdown]
# ## Every row of the map
#
# The cheat sheet's rule of thumb: *4xx is your bug, 5xx is the platform's bug, 429 and 529 are temporary.* **Predict:**
# the API answers always the same. How many requests does one call of the SDK send?

# %%
guess = predict(["400", "408", "409", "429", "504"], ["one", "three"])
guess

# %% [markdown]
# Now every row, for real. Each gets a client whose API always answers with that status, and one call:

# %%
from helpers import wire_log

raised: dict[int, anthropic.APIStatusError] = {}
sent: dict[int, int] = {}
for status in ERROR_MAP:
    failing = make_client(Scenario(str(status), "always the same", then=Fail(status)))
    try:
        failing.messages.create(model=MODEL, max_tokens=200, messages=QUESTION)
    except anthropic.APIStatusError as error:
        raised[status] = error
    sent[status] = len(wire_log(failing))

# %%
table(
    "Every row of the error map, as it was raised (+: not on the cheat sheet)",
    ["status", "type", "class in anthropic", "requests", "you expected", "what to do"],
    [
        [
            f"`{status}`" if row.on_cheat_sheet else f"`{status}+`",
            f"`{raised[status].type}`",
            f"`{type(raised[status]).__name__}`",
            sent[status],
            guess.answers.get(str(status), ""),
            row.advice,
        ]
        for status, row in ERROR_MAP.items()
    ],
)

# %% [markdown]
# Type, class and number of requests were measured a moment ago. A type `None` is a page: nobody has recorded a 502, 503,
# 520 or 524 in the API's own words. The 504 has them here, as documented, and was seen as a page too
# ([claude-code#6781](https://github.com/anthropics/claude-code/issues/6781)). The same as a picture: look for the numbers
# that stand in another row than their neighbours.

# %%
from helpers.lessons.errors.error_map import error_map

error_map()

# %% [markdown]
# Order matters when you catch: 503, 504 and 529 have classes of their own below `InternalServerError`, and everything in
# the table is below `APIStatusError`. The narrow class goes first.

# %%
assert issubclass(anthropic.OverloadedError, anthropic.InternalServerError)
assert issubclass(anthropic.GatewayTimeoutError, anthropic.InternalServerError)
assert issubclass(anthropic.InternalServerError, anthropic.APIStatusError)
assert issubclass(anthropic.APITimeoutError, anthropic.APIConnectionError)
assert not issubclass(anthropic.APIConnectionError, anthropic.APIStatusError)

# %% [markdown]
# ## Where the rule of thumb ends
#
# - **408 and 409 are 4xx, and pass.** A timeout, and a resource that somebody else is changing. The SDK
#   [tries both again](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries).
# - **404 is your bug,** though the cheat sheet has no row for it: a path, a model, an id. One exception you know: a
#   batch that was created a second ago (lesson 03).
# - **504: stream, or send a batch,** says the cheat sheet. Good advice for next time. This time the SDK tries again first,
#   like after every 5xx.
# - **402 is billing, says the documentation; what arrived was a 400.** So did a spend limit that you set yourself. The
#   month's cap of your tier is a [429](https://platform.claude.com/docs/en/api/rate-limits) that does not pass until next
#   month.
# - **An error inside a stream has the status 200** (lesson 08). Its type says what it is.
#
# Three of them need to be seen. An empty balance, as people
# [still report it](https://github.com/anthropics/anthropic-sdk-typescript/issues/618); nobody is known to have recorded a 402:

# %%
try:
    make_client("no_credit").messages.create(model=MODEL, max_tokens=200, messages=QUESTION)
except anthropic.BadRequestError as error:
    print(f"{error.status_code} {error.type}: {error.api_message}")

# %% [markdown]
# Nothing is wrong with the request, and the next one fails as well. A 400 is final, and its message says whose it is: the
# person who reads your log needs that sentence. The 429 that is not temporary:

# %%
SPENT = Scenario(
    "spent",
    "the month's budget is spent",
    then=Fail(429, "Limit reached.", error_code="enforced_spend_limit_reached"),
)
client = make_client(SPENT)
try:
    client.messages.create(model=MODEL, max_tokens=200, messages=QUESTION)
except anthropic.RateLimitError as error:
    print(f"{error.status_code} {error.type}, {len(wire_log(client))} requests")
    print(f"error_code: {error.error_code}")
    print(f"retry-after: {error.response.headers.get('retry-after')}")

# %% [markdown]
# Status and type are those of a rate limit. The SDK decides by the status, so it tried three times in vain. Only
# `error_code` tells. And there is a header with which the API says itself what it thinks of another attempt. It is on the
# errors that you have raised above:

# %%
{
    status: error.response.headers.get("x-should-retry", "–")
    for status, error in raised.items()
}

# %% [markdown]
# `false` came with every 400, 401 and 404 that was recorded with its headers (1,928 of them), `true` with 429 and 529. The
# dashes are not known, or pages. Where the header and the status disagree, the SDK **obeys the header**:

# %%
WORTH_IT = Scenario(
    "worth it",
    "a 400 that asks to be tried again",
    then=Fail(400, headers={"x-should-retry": "true"}),
)
client = make_client(WORTH_IT)
try:
    client.messages.create(model=MODEL, max_tokens=200, messages=QUESTION)
except anthropic.BadRequestError as error:
    print(f"{error.status_code} {error.type}, {len(wire_log(client))} requests")

# %% [markdown]
# That is an invented case, and your function has to hold in it: read the header first, and the status where there is none.
#
# And an answer can break so that nobody can read it: an event that is not JSON raises `json.JSONDecodeError`, bytes that
# can't be decompressed raise `httpx2.DecodingError`. Neither belongs to a family of the SDK's, and both pass like a closed
# connection (lesson 08 shows them).

# %% [markdown]
# ### Exercise: `should_retry`
#
# One function that answers for every error. Name what can pass; whatever you can't name is final. Mind the order in which
# you ask.


# %%
def should_retry(error: Exception) -> bool:
    """Whether sending the same request again can help at all.

    Says nothing about whether it is safe: what the request did may have happened.
    """
    ### BEGIN SOLUTION
    if isinstance(error, (anthropic.APIConnectionError, httpx2.TransportError)):
        return True
    if isinstance(error, (json.JSONDecodeError, httpx2.DecodingError)):  # unreadable
        return True
    if not isinstance(error, anthropic.APIStatusError):
        return False
    asked = error.response.headers.get("x-should-retry")
    if asked in ("true", "false"):
        return asked == "true"
    if error.error_code == "enforced_spend_limit_reached":
        return False
    if error.status_code == 200:  # an error event in a stream
        passing = ("overloaded_error", "api_error", "rate_limit_error", "timeout_error")
        return error.type in passing
    return error.status_code >= 500 or error.status_code in (408, 409, 429)
    ### END SOLUTION


# %%
check(should_retry)

# %%
# hint(should_retry)
# solution(should_retry)

# %% [markdown]
# In public code the same places go wrong again and again: an overloaded stream that looks like a 200
# ([anthropic-sdk-python#1918](https://github.com/anthropics/anthropic-sdk-python/issues/1918),
# [inspect_ai#2272](https://github.com/UKGovernmentBEIS/inspect_ai/issues/2272)), an error without a status
# ([llxprt-code#2063](https://github.com/vybestack/llxprt-code/pull/2063)), and 4xx that are all alike
# ([livekit#5831](https://github.com/livekit/agents/pull/5831)).

# %% [markdown]
# ## Retrying a 4xx
#
# Somebody wanted a service that never fails. This is in many of them. **Predict:** what does the wire show?


# %%
def call_stubbornly(client: Anthropic, **params: Any) -> Message | None:
    """Call until it works, three times at most."""
    for attempt in range(1, 4):
        try:
            return client.messages.create(**params)
        except anthropic.APIError as error:
            print(f"attempt {attempt} failed, trying again: {type(error).__name__}")
    return None


# %%
client = make_client("plain")
call_stubbornly(
    client, model=MODEL, max_tokens=200, messages=[{"role": "user", "text": "Refund?"}]
)
timeline(client)

# %% [markdown]
# Three identical lines, and three identical answers. The request says `text` where it should say `content`; no number of
# attempts changes that. What it costs is not money but time: the person who could mend it hears of it late, or, because
# `None` is returned, never. One project waited
# [75 seconds](https://github.com/allenai/tutormoments/issues/52) for such a 400, another
# [paid four times](https://github.com/github/gh-aw/issues/54296) for the steps before it.
#
# What did the API say?

# %%
try:
    client.messages.create(
        model=MODEL, max_tokens=200, messages=[{"role": "user", "text": "Refund?"}]
    )
except anthropic.BadRequestError as error:
    print(f"{error.type}: {error.api_message}")

# %% [markdown]
# It named the field. All there was to do was to read it once.

# %% [markdown]
# ### Exercise: `call_once`
#
# The function above, as it should be. A request that is at fault goes out once. What passes is tried again, by whoever
# knows how.


# %%
def call_once(client: Anthropic, **params: Any) -> Message:
    """The message that answers these parameters. What the SDK raises, leaves this function."""
    ### BEGIN SOLUTION
    message = client.messages.create(**params)
    if not isinstance(message, Message):  # a page: 200, and not the API's
        raise Unfinished(f"no message came: {message!r:.80}")
    return message
    ### END SOLUTION


# %%
check(call_once)

# %%
# hint(call_once)
# solution(call_once)

# %% [markdown]
# ## Failure card: retrying 4xx
#
# | | |
# |---|---|
# | **Recognise by** | The same 400 or 401 several times in the log, at short intervals, each with another request id. |
# | **Fix** | Read `error.type`, mend the request, do not send it again. Leave retries to the SDK: it knows the exceptions. |
# | **The cheat sheet's row** | "Read the error.type; fix the request, do not retry" |
# | **What it leaves out** | 408, 409 and 429 are 4xx that the SDK retries; a 429 with `enforced_spend_limit_reached` is one that it should not. |

# %% [markdown]
# ## Too large, measured in bytes
#
# | endpoint | limit |
# |---|---|
# | Messages API | 32 MB |
# | Token Counting API | 32 MB |
# | Batch API | 256 MB |
# | Files API | 500 MB |
#
# These are the [limits](https://platform.claude.com/docs/en/api/errors#request-size-limits). Whoever is over them gets a
# 413 from the edge, before the API has read anything: no key is checked, and no tokens are counted. Its body is
# [shorter](https://github.com/anthropics/anthropic-sdk-python/issues/938) than the API's: no `type` outside, no
# `request_id`. **Predict:** how many letters fit into a message? First the real limit, to the byte:

# %%
client = make_client("plain")
around = len(
    json.dumps(
        {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": ""}]},
        separators=(",", ":"),
    )
)
for count in (LIMITS["messages"] - around, LIMITS["messages"] - around + 1):
    letters: Any = [{"role": "user", "content": "x" * count}]
    try:
        client.messages.create(model=MODEL, max_tokens=9, messages=letters)
    except anthropic.APIStatusError as error:
        print(f"{count:,} letters: {error.status_code} {error.body}")

# %%
timeline(client)

# %% [markdown]
# The first was small enough to be read, and too much for the model's window: that is a 400, with the number of tokens in
# its message. (The replay counts four letters as a token; a real tokenizer does better.) Two more 400s that people met:

# %%
nothing: Any = [{"role": "user", "content": [{"type": "text", "text": ""}]}]
for room, turns in ((128_001, QUESTION), (9, nothing)):
    try:
        client.messages.create(model=MODEL, max_tokens=room, messages=turns, timeout=600)
    except anthropic.BadRequestError as error:
        print(error.api_message)

# %% [markdown]
# Now 17 million umlauts, which are far fewer characters:

# %%
umlauts: Any = [{"role": "user", "content": "ü" * 17_000_000}]
try:
    client.messages.count_tokens(model=MODEL, messages=umlauts)
except anthropic.ContentTooLargeError as error:
    print(f"{error.status_code} {error.type}: {wire_log(client)[-1].request_bytes:,} bytes")

# %% [markdown]
# 34 MB. And half a gigabyte of file, which takes no room on your disk, because it has a size and no content:

# %%
from tempfile import TemporaryFile

with TemporaryFile() as film:
    film.truncate(LIMITS["files"] + 1)
    try:
        client.files.upload(file=("film.mp4", film, "video/mp4"))
    except anthropic.ContentTooLargeError as error:
        print(
            f"{error.status_code} {error.type}: {wire_log(client)[-1].request_bytes:,} bytes"
        )

# %% [markdown]
# (A batch over 256 MB takes a gigabyte of memory to build, so this kernel does not; the course's tests send one.)
#
# In practice it is images that get there. They travel as base64, which makes them a third larger, and they cost few
# tokens: a conversation full of them is [refused at a third of its context
# window](https://github.com/earendil-works/pi/pull/1936). The 413 does not say by how much you are over
# ([anthropic-sdk-python#938](https://github.com/anthropics/anthropic-sdk-python/issues/938)), so measure before.

# %% [markdown]
# ### Exercise: `fits`
#
# `LIMITS[endpoint]` has the limit in bytes. What else do you need?


# %%
def fits(endpoint: Endpoint, payload: dict[str, Any]) -> bool:
    """Whether `payload`, sent to `endpoint` by the SDK, is within the limit.

    `endpoint` is "messages", "count_tokens", "batches" or "files".
    """
    ### BEGIN SOLUTION
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return len(body.encode()) <= LIMITS[endpoint]
    ### END SOLUTION


# %%
check(fits)

# %%
# hint(fits)
# solution(fits)

# %% [markdown]
# ## On the cheat sheet
#
# | row | where it simplifies |
# |---|---|
# | the error map, nine rows | 404, 408, 409, 422, 502, 503, 520 and 524 exist too; the last four are pages, without type and id. |
# | "400 … 413: No" | It does not, but where a 400 is about money no request can be mended. |
# | "402 billing_error" | Documented. An empty balance arrived as a 400, a month's cap is a 429. |
# | "429: Yes, backoff" | Not where `error_code` is `enforced_spend_limit_reached`. |
# | "504: switch to streaming or batches" | Next time; the SDK tries again first. |
# | "4xx is your bug, 5xx is the platform's bug" | 408, 409 and 429 pass, and a 5xx can be a proxy's. |
# | "Log all three" | Some errors have none of the three, and a 413 has no `request_id`. |
# | "Max request size" | Of the body on the wire, in bytes; an image counts as base64. |

# %% [markdown]
# ## What this lesson does not cover
#
# How long to wait between attempts, and for how long in all (lesson 06); whether it is safe to try again (07); what
# breaks inside a stream (08); the log line (09). Not in this course: the
# [validation errors](https://platform.claude.com/docs/en/api/errors#common-validation-errors) one by one.

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Your log has 40 lines with a 401 in one minute. What happened, and what do you do?</summary>
#
# Somebody retries a 4xx. The key is missing, wrong or revoked. Mend the key, and take the retry away: it would do the same
# with the next one.
# </details>
#
# <details><summary>2. A handler says <code>if error.status_code &gt;= 500: retry</code>. Which failures worth a retry does it miss?</summary>
#
# 408, 409 and 429; error events in a stream, whose status is 200; and everything without an answer, where it raises an
# <code>AttributeError</code> itself.
# </details>
#
# <details><summary>3. A prompt has 20 million characters, and the limit is 32 MB. Does it fit?</summary>
#
# Nobody can say. As English, yes; as Greek, no, at two bytes a letter; as Japanese, at three, by no means. Measure the
# bytes of the JSON.
# </details>

# %% [markdown]
# ## You can now
#
# - find type, message and request id of every failure, or say that there are none;
# - decide for any error whether another attempt can help;
# - recognise a retried 4xx on the wire, and write the call that does not do it;
# - measure a request as the API does.
#
# **Next:** lesson 06, retries: what the SDK does between two attempts, and what it can't decide.

# %%
from helpers import progress

progress()
