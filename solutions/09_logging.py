# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The request id, and a log line worth keeping
#
# **30 minutes, and ten more for the last of its four exercises. Free in the replay.** (Live, one short call goes to the
# API: under one cent. Everything else is replayed in both modes.) And **twenty-five beyond the sheet**, at the end, for two
# exercises more: what a request cost, and whom to wake.
#
# After this lesson you can
#
# - write one line for every call that can be searched, counted and quoted, whatever becomes of the call,
# - see the attempts below a call, in your log and in a trace,
# - find, among 2,000 lines, the request ids that support needs,
# - beyond the sheet: say what each request cost, to the last digit, and when the lines are to wake somebody.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import asyncio
import json
import logging
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import anthropic
from anthropic import Anthropic, APIRequest, APIResponse, CallNext, MiddlewareCallable
from anthropic.types import Message

# %%
from helpers import Unfinished, predict, table
from helpers.facts import RATES, Rates
from helpers.lessons.logging.alarm_chart import alarm_chart
from helpers.lessons.logging.bills import morning_of_bills
from helpers.lessons.logging.days import eight_days
from helpers.lessons.logging.log_chart import log_chart
from helpers.lessons.logging.logs import FIELDS, Line, ReplayTime, day_of_calls
from helpers.replay import Answer, Fail, RefuseConnection, Scenario

ASK: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Can I still get a refund?"}],
}

# %% [markdown]
# ## See it fail
#
# Four customers ask, and a service writes down what most services write down.

# %%
CUT_SHORT = Answer(ending="truncate", after=8)
TROUBLE = (Answer(), CUT_SHORT, *[Fail(529)] * 3, Answer())
service = make_client(Scenario("bad day", "whole, cut short, 529, whole", TROUBLE))
for _ in range(4):
    try:
        with service.messages.stream(**ASK) as stream:
            stream.until_done()
        print("INFO  answered, status 200")
    except anthropic.APIError as error:
        print(f"ERROR {type(error).__name__}")

# %% [markdown]
# Next morning a customer writes: *my answer stopped in the middle of a sentence*. Which of these lines is it? And what do
# you tell support? The wire knew:

# %%
timeline(service)

# %% [markdown]
# The log hides three things: the answer that was cut short, the three attempts below one error, and **which request each
# of them was**. Every response of the API carries a [request
# id](https://platform.claude.com/docs/en/api/errors#request-id). It is the one thing that both sides know.

# %% [markdown]
# ## Where the request id is
#
# **Predict:** which of these know their request id?

# %%
THINGS: list[str] = [
    "a message",
    "a stream",
    "its final message",
    "an error 529",
    "a page, 502",
    "an error 413",
    "a lost connection",
]
guess = predict(THINGS, ["it knows", "it does not"])
guess

# %%
message = client.messages.create(**ASK)
with make_client("plain").messages.stream(**ASK) as stream:
    final_message = stream.get_final_message()
failed: list[Any] = []
for step in (Fail(529), Fail(502), Fail(413), RefuseConnection()):
    failing = make_client(Scenario("one", "one answer", then=step))
    try:
        failing.with_options(max_retries=0).messages.create(**ASK)
    except anthropic.APIError as error:
        failed.append(error)
overloaded, edge, too_large, lost = failed

# %%
found: dict[str, tuple[str, object]] = {
    "a message": ("`message._request_id`", message._request_id),
    "a stream": ("`stream.request_id`", stream.request_id),
    "its final message": ("nowhere", getattr(final_message, "_request_id", None)),
    "an error 529": ("`error.request_id`", overloaded.request_id),
    "a page, 502": ("`cf-ray`, a header", edge.response.headers["cf-ray"]),
    "an error 413": ("`cf-ray`, a header", too_large.response.headers["cf-ray"]),
    "a lost connection": ("nowhere", getattr(lost, "request_id", None)),
}
table(
    "Who knows the request id",
    ["", "where", "what", "you expected"],
    [[thing, *found[thing], guess.answers[thing]] for thing in THINGS],
)

# %% [markdown]
# The third row is a trap: `message._request_id` is right for a standard call, and an `AttributeError` for a stream, in the
# very line that was to write down what happened. For a stream, note `stream.request_id` as soon as it is open.
#
# The last three have no request id. A page comes from what stands before the API, and so does a 413, whose body was recorded
# without one. Each response passed the edge, which numbers it in the header `cf-ray`: that is what support asks for then.
# Where no response came there is neither.

# %% [markdown]
# ## One line, seven fields
#
# The cheat sheet's line has a timestamp, the request id, model, stop reason, input tokens, output tokens and latency. A line that
# a machine can search is JSON. Python's [`logging`](https://docs.python.org/3/library/logging.html) makes the lines, and
# [python-json-logger](https://nhairs.github.io/python-json-logger/latest/) writes them: whatever is in `extra` becomes a field.

# %%
from pythonjsonlogger.json import JsonFormatter

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(
    JsonFormatter("{levelname}{message}", style="{", rename_fields={"levelname": "level"})
)
logger = logging.getLogger("calls")
logger.handlers = [handler]
logger.setLevel(logging.INFO)
logger.propagate = False

# %%
plain = make_client("plain")
clock = ReplayTime(plain)
began = clock.now()
message = plain.messages.create(**ASK)
line: dict[str, object] = {
    "timestamp": began.isoformat(),
    "request_id": message._request_id,
    "model": message.model,
    "stop_reason": message.stop_reason,
    "input_tokens": message.usage.input_tokens,
    "output_tokens": message.usage.output_tokens,
    "latency": (clock.now() - began).total_seconds(),
}
logger.info("call", extra=line)

# %% [markdown]
# (`ReplayTime` is the replay's. In production it is `datetime.now(UTC)`; a time without its zone is a riddle.)
#
# | field | the question that it answers |
# |---|---|
# | `timestamp` | when? |
# | `request_id` | which one, at the API? |
# | `model` | who answered? |
# | `stop_reason` | was it whole? (lesson 01) |
# | `input_tokens`, `output_tokens` | what did it cost? (lesson 03) |
# | `latency` | how long did somebody wait? In seconds, as a number |
#
# What is **not** in it: what was asked and answered. Logs are read by more people than a conversation was meant for, and
# kept longer ([a request for this](https://github.com/BerriAI/litellm/issues/3937)).
#
# Two traps before you write it yourself. Somebody adds a field called `message`:

# %%
try:
    logger.info("call", extra={**line, "message": "all went well"})
except KeyError as error:
    print(f"KeyError: {error}")

# %% [markdown]
# `logging` has fields of its own, and a log line that raises ends the request that it was to describe. Hence `error_message`.
#
# The other trap is a call that failed. It has no message, so nobody knows its tokens. The cheat sheet says what it has:
# *log all three, `error.type`, `error.message`, `request_id`*.

# %%
{
    "error_type": overloaded.type,
    "error_message": overloaded.api_message,
    "request_id": overloaded.request_id,
}

# %% [markdown]
# In Python, `error.message` is the SDK's own sentence; the API's is `api_message`. A lost connection has none of the three,
# and a page has them empty: the exception's class has to do. Some calls fail without an exception. A network that wants to be
# asked first answers 200 with its own page, and a stream may end too soon:

# %%
page: object = make_client("captive_portal").messages.create(**ASK)
with make_client("truncate").messages.stream(**ASK) as stream:
    stream.until_done()
    half = stream.current_message_snapshot
print(type(page).__name__, repr(page)[:40])
print(half.stop_reason, half.usage.input_tokens, half.usage.output_tokens, half.content)

# %% [markdown]
# The first is a `str`, where the SDK promises a `Message`. The second has words, and **one** output token: `message_start`
# says so before anything is written, and the count comes with the stop reason. Without that, log `None`.

# %% [markdown]
# ### No key, in any log
#
# An error knows its request, and that knows your API key. Does it show?

# %%
headers = overloaded.request.headers
[headers["authorization"] in shown for shown in (repr(headers), repr(dict(headers)))]

# %% [markdown]
# Printed, headers hide it. As a dictionary, which a line needs, they don't, nor does `vars(client)`. A key read with its line
# break gets into a traceback: `Illegal header value b'Bearer sk-ant-…\n'`. Strip it, and log **single fields** of what came
# back. The SDK's `ANTHROPIC_LOG=debug` hides the key, and shows what was asked.

# %% [markdown]
# ### Exercise: `log_line`
#
# One function that makes the line for every call, so that all lines are alike. `check` hands it eleven: whole answers,
# errors, streams that broke, pages, and a connection that was lost.


# %%
def log_line(
    *,
    timestamp: str,
    latency: float,
    model: str,
    message: Message | None = None,
    error: BaseException | None = None,
    request_id: str | None = None,
) -> dict[str, object]:
    """One call as a line of the log, made of what JSON knows.

    Every line has timestamp, request_id, model, stop_reason, input_tokens, output_tokens and
    latency; what is not known is None, as the output tokens of a stream that broke. A failed
    call also has `error_type`, in the API's own word or else the exception's class, and
    `error_message`. No line holds what was said.

    `timestamp` is in RFC 3339 and `latency` in seconds: both are logged as they are. `message`
    is what came back; a page, which is a `str`, is a failed call. `error` is what was raised; a
    stream that was cut has both. `request_id` is given when only the stream knew it; else the
    message or the error may know it.
    """
    ### BEGIN SOLUTION
    answer = message if isinstance(message, Message) else None
    stop_reason = answer.stop_reason if answer else None
    known = getattr(answer, "_request_id", None) or getattr(error, "request_id", None)
    line: dict[str, object] = {
        "timestamp": timestamp,
        "request_id": request_id or known,
        "model": answer.model if answer else model,
        "stop_reason": stop_reason,
        "input_tokens": answer.usage.input_tokens if answer else None,
        "output_tokens": answer.usage.output_tokens if answer and stop_reason else None,
        "latency": latency,
    }
    if error is not None:
        line["error_type"] = getattr(error, "type", None) or type(error).__name__
        line["error_message"] = getattr(error, "api_message", None) or str(error)
    elif answer is None:
        line |= {"error_type": type(message).__name__, "error_message": "no message"}
    return line
    ### END SOLUTION


# %%
check(log_line)

# %%
# hint(log_line)
# solution(log_line)

# %% [markdown]
# ## One line for every call
#
# Now the line has to be written, once for every call, and there are four ways out of a call: an answer, an exception,
# the stream that ends without either (lesson 08), and somebody who ends it: Ctrl-C, or a task that is cancelled because the
# customer left. **Predict:** does `except Exception` see the fourth?

# %%
issubclass(KeyboardInterrupt, Exception), issubclass(asyncio.CancelledError, Exception)

# %% [markdown]
# It does not: both are a `BaseException`. A line that `finally` writes of such a call, and that has no error, reads like an
# answer that the API cut short ([Cognipeer/console#219](https://github.com/Cognipeer/console/issues/219)). Whatever was
# raised goes on to whoever called: a line in the log is not an answer for them.

# %% [markdown]
# ### Exercise: `logged_ask`
#
# Use `log_line`, pass it as `extra`, and let every way out pass the one place that logs. For the time take
# `datetime.now(UTC).isoformat()`; for the latency `time.monotonic()`, which no summer time sets back.


# %%
def logged_ask(client: Anthropic, prompt: str, logger: logging.Logger) -> str:
    """All the text of the answer to `prompt`, streamed or not. One line to `logger`.

    The line has the fields of `log_line`, also when the call fails or somebody interrupts it;
    what was raised goes up. What ended without a stop reason, or is no message, is no answer:
    it raises, such as `Unfinished`, and its line says so.
    """
    ### BEGIN SOLUTION
    timestamp, began = datetime.now(UTC).isoformat(), time.monotonic()
    message: Message | None = None
    error: BaseException | None = None
    request_id: str | None = None
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            request_id = stream.request_id
            for _ in stream:
                message = stream.current_message_snapshot
        if message is None or message.stop_reason is None:
            raise Unfinished("the stream ended before message_stop")
        return "".join(block.text for block in message.content if block.type == "text")
    except BaseException as failure:
        error = failure
        raise
    finally:
        line = log_line(
            timestamp=timestamp,
            latency=round(time.monotonic() - began, 3),
            model=MODEL,
            message=message,
            error=error,
            request_id=request_id,
        )
        logger.log(logging.ERROR if error else logging.INFO, "call", extra=line)
    ### END SOLUTION


# %%
check(logged_ask)

# %%
# hint(logged_ask)
# solution(logged_ask)

# %% [markdown]
# ### A batch has no request for each of its answers
#
# Nobody sent a request for the third document of a batch, so there is no request id to log. An errored result has a field
# for one, and it was recorded empty (lesson 03). What finds a line again is the batch's id together with its `custom_id`.

# %%
nightly = make_client("batch").messages.batches
batch = nightly.create(
    requests=[{"custom_id": f"doc_{number}", "params": ASK} for number in range(1, 5)]
)
for _ in range(3):  # the replay's batch ends at the third look; lesson 03 waits for real
    batch = nightly.retrieve(batch.id)
ended = batch.ended_at.isoformat() if batch.ended_at else None
batch.processing_status, ended

# %%
for entry in nightly.results(batch.id):
    ids = {"batch_id": batch.id, "custom_id": entry.custom_id}
    fields: dict[str, object] = {**dict.fromkeys(FIELDS), **ids, "timestamp": ended}
    match entry.result.type:
        case "succeeded":
            reply = entry.result.message
            fields |= {"model": reply.model, "stop_reason": reply.stop_reason}
            fields["input_tokens"] = reply.usage.input_tokens
            fields["output_tokens"] = reply.usage.output_tokens
        case "errored":
            fields["error_type"] = entry.result.error.error.type
        case outcome:
            fields["error_type"] = outcome
    logger.info("batch result", extra=fields)

# %% [markdown]
# The same seven fields (`FIELDS` has their names), so that one search finds both kinds of lines. Nobody waited, so there is
# no latency.

# %% [markdown]
# ## One line for every attempt
#
# One line for a call hides the retries. One that took 40 seconds because of two 529s looks like a slow model. The SDK calls a [middleware](https://platform.claude.com/docs/en/cli-sdks-libraries/middleware) once for
# **every attempt**, inside its retries, and a middleware sees every status:


# %%
def show_attempt(request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
    response = call_next(request)
    print(request.retries_taken, response.status_code, response.request_id)
    return response


busy = make_client("overloaded_twice").with_options(middleware=[show_attempt])
message = busy.messages.create(**ASK)
print("the message knows", message._request_id)

# %% [markdown]
# Three attempts, **three ids**, and the message knows only the last. When support asks about the 529s of last night, the
# first two are what you need, and no line for a call has them.
#
# A middleware is part of the call. Three things go wrong with it: it hands nothing on; it calls `call_next` twice, which
# sends the request twice; or it reads the body, and then a stream arrives in one piece.

# %% [markdown]
# ### Exercise: `attempt_logger`


# %%
def attempt_logger(logger: logging.Logger) -> MiddlewareCallable:
    """A middleware for a synchronous client that logs one line to `logger` for every attempt.

    Fields: `attempt` (1 for the first), `status` and `request_id`; the last two are None
    where no response came. The call goes on as it would have without it.
    """
    ### BEGIN SOLUTION

    def log_attempt(request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        status: int | None = None
        request_id: str | None = None
        try:
            response = call_next(request)
            status, request_id = response.status_code, response.request_id
            return response
        finally:
            attempt = request.retries_taken + 1
            fields = {"attempt": attempt, "status": status, "request_id": request_id}
            logger.info("attempt", extra=fields)

    return log_attempt
    ### END SOLUTION


# %%
check(attempt_logger)

# %%
# hint(attempt_logger)
# solution(attempt_logger)

# %% [markdown]
# ## One span for every call
#
# The SDK makes one [OpenTelemetry](https://opentelemetry.io/docs/concepts/signals/traces/) span for each call as soon as
# there is a tracer provider ([SDK tracing](https://platform.claude.com/docs/en/manage-claude/opentelemetry/sdk), a beta).

# %%
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider(resource=Resource({"service.name": "support"}))
provider.add_span_processor(SimpleSpanProcessor(exporter))
busy = make_client("overloaded_twice").with_options(
    open_telemetry={"tracer_provider": provider}
)
message = busy.messages.create(**ASK)

# %% [markdown]
# **Predict**: the same with a stream that is cut short and raises nothing, as the second customer's was. What does its
# span say, `OK` or `ERROR`?

# %%
short = make_client("truncate").with_options(open_telemetry={"tracer_provider": provider})
with short.messages.stream(**ASK) as stream:
    stream.until_done()
print(f"status {stream.response.status_code}, and nothing was raised")

# %%
SHOWN: list[str] = [
    "anthropic.request.id",
    "http.request.resend_count",
    "http.response.status_code",
    "gen_ai.usage.output_tokens",
    "anthropic.message.stop_reason",
    "error.type",
]
retried, cut_short = exporter.get_finished_spans()
statuses = ["`status`", retried.status.status_code.name, cut_short.status.status_code.name]
rows = [
    [f"`{name}`", *(span.attributes.get(name, "–") for span in (retried, cut_short))]
    for name in SHOWN
]
table("Two spans", [retried.name, "after two 529s", "cut short"], [statuses, *rows])

# %% [markdown]
# The span has your log line in it, under standard names, and knows what no exception handler was told: the stream that
# was cut short is an `ERROR`. It counts the retries, but has the id of the last attempt alone.

# %% [markdown]
# ## An incident in 2,000 lines
#
# It is the evening of a long day. Customers complain about the afternoon. This is the day's log:

# %%
lines: Sequence[str] = day_of_calls(seed=303).lines
print(f"{len(lines)} lines; one of them:", lines[0], "the last:", lines[-1], sep="\n")

# %% [markdown]
# Somebody copied the file while it was being written, so the last line is half a line. Here is the day as a picture:
# a row for each outcome, each with a scale of its own. Look for what happened at the same time.

# %%
calls = [json.loads(line) for line in lines[:-1]]
log_chart(
    [
        (call["timestamp"], call.get("error_type") or f"stop {call['stop_reason']}")
        for call in calls
    ]
)

# %% [markdown]
# Four things went wrong, and only one of them is support's. Your traffic went over the limit after nine, a release sent wrong
# requests after eleven, a key was refused at four. In the afternoon three types of errors came together, all of the API's
# own, and with them pages (`InternalServerError`, no id to quote) and a row that nobody would have searched for: `stop None`
# has no error at all. These are the streams that were cut short. `CancelledError` is a customer who left.

# %% [markdown]
# ### Exercise: `find_incident`
#
# Which ids do you send? No line twice: a shipper that must not lose a line sends some again.


# %%
def find_incident(lines: list[str]) -> list[str]:
    """The request ids to quote to support, in the order of time, each once.

    `lines` are JSON, one call each. Quoted are calls that failed on the API's side: their
    `error_type` is `api_error`, `timeout_error` or `overloaded_error`, or they have neither
    an error nor a stop reason. A line that is not whole, or has no request id, is passed over.
    """
    ### BEGIN SOLUTION
    found: dict[str, None] = {}
    for line in lines:
        try:
            call = json.loads(line)
        except ValueError:
            continue
        if not isinstance(call, dict) or not call.get("request_id"):
            continue
        kind = call.get("error_type")
        is_cut_short = kind is None and call.get("stop_reason") is None
        if is_cut_short or kind in ("api_error", "timeout_error", "overloaded_error"):
            found[call["request_id"]] = None
    return list(found)
    ### END SOLUTION


# %%
check(find_incident)

# %%
# hint(find_incident)
# solution(find_incident)

# %% [markdown]
# And this is how the ticket begins:

# %%
quoted = find_incident(list(lines)) or []
print(f"{len(quoted)} requests to look at. The first of them:", *quoted[:5], sep="\n")

# %% [markdown]
# ## Failure card: no request_id logged
#
# | | |
# |---|---|
# | **Recognise by** | "It fails sometimes": nobody can say which call it was, and support asks for something that you do not have. |
# | **Fix** | One line for every call, whatever becomes of it, with the request id from where it is: message, stream or error. |
# | **The cheat sheet's row** | "Log `response._request_id` on every call" |
# | **What it leaves out** | A stream's final message has no `_request_id`; a failed call has no response; each retry has an id of its own. |
#
# Not covered here: where logs are kept, sampling, and cost per team ([usage and cost
# API](https://platform.claude.com/docs/en/manage-claude/usage-cost-api)).

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Your function logs <code>message._request_id</code> after each call. For which calls is there no line?</summary>
#
# For those that raised, because the line stands after the call; and for every stream, because the line itself raises: the
# final message of a stream has no such attribute.
# </details>
#
# <details><summary>2. A call was retried twice and then answered. How many request ids are there, and who knows them?</summary>
#
# Three. The message and the span know the last; only a middleware saw the other two.
# </details>
#
# <details><summary>3. A line says status 200, no error, stop reason <code>null</code>. What happened?</summary>
#
# The stream ended before <code>message_stop</code>. Nothing was raised, the customer has half an answer, and the span of that
# call is an error.
# </details>

# %% [markdown]
# ## On the cheat sheet
#
# - *"Log on every response: `print(message._request_id)`"*: right for a standard call; for a stream it is
#   `stream.request_id`, for a failure `error.request_id`.
# - *"A reasonable production log line: timestamp, request_id, model, stop_reason, input_tokens, output_tokens, latency."*
#   A failed call needs two more, its error's type and message.
# - *"Log all three: error.type, error.message, request_id."* In Python the API's message is `error.api_message`, and a lost
#   connection has none of the three.
# - *"Quote the request_id in Anthropic Support tickets."* Those of failures on the API's side.

# %% [markdown]
# ## Beyond the sheet
#
# The course is whole without what comes now. As soon as there are lines, two people come and ask: what did that cost, and
# why did nobody notice? If neither has come yet, go on to [You can now](#You-can-now).
#
# ## A stream tells it again and again
#
# A line that is to explain a bill has the API's `usage` in it, as it came. In a stream it comes more than once:

# %%
with make_client("plain").messages.stream(**ASK) as stream:
    for event in stream:
        if event.type == "message_start":
            print(
                event.type,
                event.message.usage.input_tokens,
                event.message.usage.output_tokens,
            )
        elif event.type == "message_delta":
            print(event.type, event.usage.input_tokens, event.usage.output_tokens)

# %% [markdown]
# The second is not what was added: it is what the request has come to so far, and counts are
# [cumulative](https://platform.claude.com/docs/en/build-with-claude/streaming). Whoever adds them up pays for the input
# twice, as gateways did ([envoyproxy/ai-gateway#2239](https://github.com/envoyproxy/ai-gateway/pull/2239),
# [modelbus/one-api-pro#13](https://github.com/modelbus/one-api-pro/issues/13)).

# %% [markdown]
# ## What each token is billed as
#
# | in `usage` | its rate |
# |---|---|
# | `input_tokens`: what was in no cache | `input` |
# | `cache_read_input_tokens` | `cache_read` |
# | `cache_creation`: `ephemeral_5m_input_tokens` | `cache_write_5m` |
# | `cache_creation`: `ephemeral_1h_input_tokens` | `cache_write_1h` |
# | `output_tokens` | `output` |
# | `service_tier` is `batch` | all of it times `batch_share` |
#
# Two more fields say again what is in these: `cache_creation_input_tokens` is the sum of the two that were written, and the
# thinking tokens are part of the output. The [prices](https://platform.claude.com/docs/en/about-claude/pricing) stand in one
# dated file of the course, in dollars per million tokens:

# %%
SHOWN_MODELS: list[str] = [
    MODEL,
    "claude-haiku-4-5-20251001",
    "claude-opus-5-5",
    "claude-fable-5-1",
]
rates = [(f"`{name}`", RATES[name].input, RATES[name].cache_read) for name in SHOWN_MODELS]
table(
    "What a million tokens cost, in dollars",
    ["model", "input", "read from a cache", "as a share"],
    [[name, price, read, read / price] for name, price, read in rates],
)

# %% [markdown]
# The share differs from model to model, and over time: that of one model [was halved in
# October](https://github.com/kurofune/claudit/releases/tag/v1.9.2). So no rate is made of another, and a model without a
# price must not be free. Nor may a rate be a `float`:

# %%
sum([0.1] * 10), sum([Decimal("0.1")] * 10)

# %% [markdown]
# ## What nobody was told
#
# **Predict:** a customer leaves after the first words. What does your side know of the cost?

# %%
left = make_client("plain")
with left.messages.stream(**ASK) as stream:
    for _ in stream.text_stream:
        break
    known = stream.current_message_snapshot.usage
print(known.input_tokens, known.output_tokens)
timeline(left)

# %% [markdown]
# All of the input, and of the output one token: `message_start` says so of every answer. What the model wrote until the API
# noticed is billed too, and the event that would have told you was never sent. In one gateway, a stream of 806 events
# [cost one token](https://github.com/maximhq/bifrost/pull/3709). What is known is the least; `max_tokens` is the most.
#
# Of a connection that was lost nothing is known: the request may have been answered. In a bill, 0 would be [a
# claim](https://github.com/PostHog/posthog-js/pull/4664), and nothing at all is the truth. What was paid in the end, the
# [usage and cost API](https://platform.claude.com/docs/en/manage-claude/usage-cost-api) says, by model and by day, but not by
# request.
#
# This is a morning of lines, whole ones this time, and already read from JSON:

# %%
bills: Sequence[Line] = morning_of_bills(seed=909)
print(
    f"{len(bills)} lines. A stream, told three times, and an attempt:",
    *bills[6:9],
    sep="\n",
)
next(line for line in bills if "attempt" in line)

# %% [markdown]
# ### Exercise: `cost_of`


# %%
def cost_of(lines: list[Line], prices: Mapping[str, Rates]) -> dict[str, Decimal]:
    """What each request cost, by its id, in dollars and to the last digit.

    A line's `usage` says what its request has come to so far: a request may have several lines,
    and a line may come again, later. A result of a batch has no request id: its key is
    `batch_id/custom_id`. What has no id of any kind is added up under "". A call of which no
    `usage` is known is left out; a stream that somebody left costs at least what it told.

    `prices` are by model. Raises `KeyError` for a model that has none.
    """
    ### BEGIN SOLUTION
    costs: dict[str, Decimal] = {}
    for line in lines:
        usage = line.get("usage")
        if usage is None:
            continue
        rates, written = prices[line["model"]], usage["cache_creation"]
        dollars = (
            usage["input_tokens"] * rates.input
            + usage["cache_read_input_tokens"] * rates.cache_read
            + written["ephemeral_5m_input_tokens"] * rates.cache_write_5m
            + written["ephemeral_1h_input_tokens"] * rates.cache_write_1h
            + usage["output_tokens"] * rates.output
        ) / 1_000_000
        if usage["service_tier"] == "batch":
            dollars *= rates.batch_share
        in_batch = f"{line['batch_id']}/{line['custom_id']}" if "batch_id" in line else ""
        key = line["request_id"] or in_batch
        before = costs.get(key, Decimal(0))
        costs[key] = max(before, dollars) if key else before + dollars
    return costs
    ### END SOLUTION


# %%
check(cost_of)

# %%
# hint(cost_of)
# solution(cost_of)

# %% [markdown]
# Added up, and rounded once, at the end:

# %%
costs = cost_of(list(bills), RATES) or {}
print(f"{len(costs)} requests: {sum(costs.values(), Decimal(0)):.4f} dollars")
print(f"of which nobody knows whose: {costs.get('', Decimal(0)):.4f}")

# %% [markdown]
# (In TypeScript there is no `Decimal`: count in millionths of a cent, as `bigint`.)

# %% [markdown]
# ## Eight days
#
# The other question. Here are eight days of lines: calls, as `log_line` writes them, with the `customer` they were for, and
# attempts. On four of these days somebody was to be woken. The usual alarm counts the errors:


# %%
def usual_alarm(lines: Sequence[Line]) -> bool:
    errors = sum("error_type" in line or line.get("status", 200) >= 400 for line in lines)
    return errors / len(lines) > 0.05


# %%
WORDS: dict[bool, str] = {True: "ring", False: "be silent"}
week = eight_days(seed=707)
rang = [(day, usual_alarm(day.lines)) for day in week.values()]
rows = [[day.name, WORDS[rings], WORDS[day.rings]] for day, rings in rang]
table(
    "The usual alarm: more than one line in twenty is an error",
    ["", "it", "and should", ""],
    [[*row, "right" if row[1] == row[2] else "wrong"] for row in rows],
)

# %% [markdown]
# It is right on one day of eight, and that day is a quiet one. Two of the days that it missed have hardly an error.
#
# ## How fast the budget burns
#
# Say that 99 calls of 100 are to be answered: the hundredth is the budget. Failing at one in a hundred uses it up in a
# month of thirty days. At 14.4 times that pace, an hour uses up 2 % of it, and that is [worth waking
# somebody](https://sre.google/workbook/alerting-on-slos/); what burns more slowly can wait for the morning. And at night,
# one of three calls is a third: ring for five, not for one.

# %%
HOUR: timedelta = timedelta(hours=1)
OBJECTIVE: float = 0.99
PACE: float = 14.4
FEWEST: int = 5


def burns(failed: Sequence[bool]) -> bool:
    """Whether so many calls of an hour failed that somebody is to be woken. `failed` has one entry a call."""
    return sum(failed) >= FEWEST and sum(failed) >= PACE * (1 - OBJECTIVE) * len(failed)


# %%
alarm_chart(week, limit=PACE * (1 - OBJECTIVE))

# %% [markdown]
# See which curves stay below the line and should ring, and which rise above it and should not. One number will not do:
# the model that is down is the model of one call in twenty, and where the ids are lost nothing fails. The highest curves
# of the days that should be silent are of streams that were cancelled on your side, of one customer's wrong requests, and
# of a night with three calls an hour.

# %% [markdown]
# ### Exercise: `should_page`


# %%
def should_page(lines: list[Line]) -> bool:
    """Whether there was a moment at which these lines, in the order of time, had to wake somebody.

    It rings when, of one model's calls of the hour before, so many failed that the budget
    burns; or when, of all calls of that hour, as many have no request id. A call without a stop
    reason has failed, with an error or without one. Attempts are no calls; and calls that your
    side ended (`CancelledError`), or that a customer got wrong (`invalid_request_error`), say
    nothing of the service.
    """
    ### BEGIN SOLUTION
    hour: deque[tuple[datetime, str, bool, bool]] = deque()
    for line in lines:
        passed_over = line.get("error_type") in ("CancelledError", "invalid_request_error")
        if "attempt" in line or passed_over:
            continue
        now, model = datetime.fromisoformat(line["timestamp"]), line["model"]
        hour.append((now, model, line["stop_reason"] is None, line["request_id"] is None))
        while now - hour[0][0] > HOUR:
            hour.popleft()
        failed = [one[2] for one in hour if one[1] == model]
        nameless = [one[3] for one in hour]
        if burns(failed) or burns(nameless):
            return True
    return False
    ### END SOLUTION


# %%
check(should_page)

# %%
# hint(should_page)
# solution(should_page)

# %% [markdown]
# When requests of **all** customers are refused as wrong, after a release of yours, this alarm is silent too: that is one
# for the release, and for the hour after it.

# %% [markdown]
# ## The same as metrics
#
# An alarm in production reads no lines, it reads metrics. OpenTelemetry has [names for
# them](https://github.com/open-telemetry/semantic-conventions-genai/blob/v0.1.0/docs/gen-ai/client-inference.md), so that one
# dashboard fits every provider:

# %%
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

reader = InMemoryMetricReader()
meters = MeterProvider(metric_readers=[reader], resource=provider.resource)
meter = meters.get_meter("support")
duration = meter.create_histogram("gen_ai.client.inference.duration", unit="s")
tokens_in = meter.create_counter(
    "gen_ai.client.inference.usage.input_tokens", unit="{token}"
)
tokens_read = meter.create_counter(
    "gen_ai.client.inference.usage.cache_read.input_tokens", unit="{token}"
)
tokens_out = meter.create_counter(
    "gen_ai.client.inference.usage.output_tokens", unit="{token}"
)

# %%
labels = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": MODEL,
}
text = {**labels, "gen_ai.token.modality": "text"}
usage = message.usage
written, read = usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0
tokens_in.add(usage.input_tokens + written + read, text)
tokens_read.add(read, text)
tokens_out.add(usage.output_tokens, text)
duration.record(1.9, labels)
duration.record(0.4, {**labels, "error.type": "overloaded_error"})

# %%
collected = reader.get_metrics_data()
measured = [
    one
    for resource in (collected.resource_metrics if collected else [])
    for scope in resource.scope_metrics
    for one in scope.metrics
]
table(
    "What was measured",
    ["metric", "series"],
    [[f"`{one.name}`", len(one.data.data_points)] for one in measured],
)

# %% [markdown]
# Two traps. OpenTelemetry's input tokens **include** what was read from a cache and written to one, the API's leave it out:
# hence the sum. And the names are in development: dashboards, and [the package for
# Python](https://github.com/open-telemetry/opentelemetry-python), still know `gen_ai.client.operation.duration` and
# `gen_ai.client.token.usage`, which [moved](https://github.com/open-telemetry/semantic-conventions-genai) and were renamed. No
# label may be a request id: each would be a series of its own. Metrics say that something is wrong, lines say what.

# %% [markdown]
# ## You can now
#
# - write one line for every call and one for every attempt, with the request id where there is one,
# - read what a span knows that your handler does not,
# - find an incident, and quote it,
# - beyond the sheet: price a request, and wake somebody when it is time and only then.
#
# **Next:** lesson 10, where a support bot has all five failures at once.

# %%
from helpers import progress

progress()
