# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # A standard call
#
# **25 minutes. Free in the replay.** (Live, two short requests go to the API: about one cent at most. What breaks is
# replayed in both modes.)
#
# After this lesson you can
#
# - say when a standard, unstreamed call is enough,
# - take the whole text out of a reply, whatever blocks it is made of, with one call and no retry loop,
# - decide by its stop reason what a text is worth,
# - ask for answers so long that the SDK refuses to wait for them.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import anthropic
from anthropic import Anthropic
from anthropic.types import Message

from helpers import Refused, Truncated, Unfinished, predict, table
from helpers.replay import Answer, Scenario, blocks

# %% [markdown]
# ## See it work
#
# A standard call asks, waits, and gets everything at once.

# %%
message = client.messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
)
{"stop_reason": message.stop_reason, "tokens written": message.usage.output_tokens}

# %% [markdown]
# That is enough when the call is short and nobody watches it. The cheat sheet's rule is to ask **who is waiting**:
#
# | pattern | when |
# |---|---|
# | **standard** | a short call, no user waiting, no long generation |
# | streaming | a user is watching, or the answer may take more than ten minutes |
# | batches | bulk work that nobody waits for |
#
# Streaming is lesson 02, batches are lesson 03, and choosing is lesson 04. This lesson is about the first row. It has
# three traps: what comes back, who tries again, and why it stopped.

# %% [markdown]
# ## What comes back is a list of blocks
#
# The first trap is a line that you find in nearly every example: `message.content[0].text`. **Predict:** the answer
# below comes in two blocks, as it does when the model searches the web or [cites a
# document](https://platform.claude.com/docs/en/build-with-claude/citations). What does the line give? An error, the
# first part, or the whole?
#
# (The two names in capitals set the stage: they tell the replay what to answer.)

# %%
ANSWER = blocks(
    [
        {"type": "text", "text": "Yes, within 30 days"},
        {"type": "text", "text": ", but not for software that was opened."},
    ]
)
REPLY_IN_PARTS = Scenario("parts", "one answer in two text blocks", then=Answer(ANSWER))
message = make_client(REPLY_IN_PARTS).messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I return this game?"}],
)
message.content[0].text

# %% [markdown]
# No error, and the customer is promised a refund that the shop does not give. The rest of the answer is in the next
# block:

# %%
[block.type for block in message.content], message.content[1]

# %% [markdown]
# `content` is a list ([Messages API](https://platform.claude.com/docs/en/api/messages/create)), and three things are
# true of it.
#
# - **There can be several text blocks.** They belong together as they are: the second one above even begins with a
#   comma. Put nothing between them.
# - **Not every block is text.** The model's thinking comes first where it thinks, and then `content[0]` has no
#   `text`: an `AttributeError` on a good answer. Tool calls and search results are blocks too.
# - **There can be none.** Rarely, a model has nothing to say, and `content` is empty ([empty
#   responses](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons)).
#
# Two of them, as they come:

# %%
for name in ("thinking", "no_content"):
    message = make_client(name).messages.create(
        model=MODEL,
        max_tokens=200,
        messages=[{"role": "user", "content": "Can I return this game?"}],
    )
    print([block.type for block in message.content], message.stop_reason)

# %% [markdown]
# The first model was not asked to think. Of the recorded answers of one model a third begin so, and often with an empty
# thought. (And once in a while what comes is no message at all, but a page with the status 200: lesson 05.)
#
# You are in good company: [mem0](https://github.com/mem0ai/mem0/pull/6481),
# [deepeval](https://github.com/confident-ai/deepeval/issues/2946) and
# [odysseus](https://github.com/odysseus-dev/odysseus/pull/1255) all had to mend this line.

# %% [markdown]
# ## One call, up to three requests
#
# The second trap is help that is not needed. Here the API is overloaded, twice. Your code calls once:

# %%
busy = make_client("overloaded_twice")
message = busy.messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
)
message.stop_reason

# %%
timeline(busy)

# %% [markdown]
# Three rows, one call: the SDK tried again by itself, after a wait (the dotted line) that doubles. It does so for
# connection errors, 408, 409, 429 and all 5xx, two more times unless you say otherwise
# ([retries](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#retries)). The thin line is the time
# until the answer. There is no bar as in a stream: a standard answer arrives all at once.
#
# **Predict:** somebody is careful and puts a loop of three attempts around the call. The API stays overloaded. How
# many requests go out?

# %%
flooded = make_client("overloaded")
for attempt in range(3):
    try:
        flooded.messages.create(
            model=MODEL,
            max_tokens=200,
            messages=[{"role": "user", "content": "Can I still get a refund?"}],
        )
    except anthropic.OverloadedError as error:
        print(f"attempt {attempt + 1}: {error.status_code} {error.type}")

# %%
timeline(flooded)

# %% [markdown]
# The log says three, and the wire says nine. Loops multiply: one project found [12 requests where 4 were
# meant](https://github.com/HKUDS/nanobot/pull/2759), another [8 for each
# failure](https://github.com/sjnims/cc-plugin-eval/issues/75). They hit an API that has too much to do already. So
# call once, and let the error through: it carries the status and the request id. How to configure the retries is
# lesson 06.

# %% [markdown]
# ### Exercise: `ask`
#
# Now the function that half of all programs need. It is judged by six cases: one block, two blocks, thinking first, no
# block at all, an API that is overloaded twice, and one that stays overloaded.


# %%
def ask(client: Anthropic, prompt: str) -> str:
    """Ask `prompt` with one call, and return all the text of the reply.

    What the SDK raises, leaves this function.
    """
    ### BEGIN SOLUTION
    message = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": prompt}],
    )
    if not isinstance(message, Message):  # a page with the status 200
        raise Unfinished(f"no message came: {message!r:.80}")
    return "".join(block.text for block in message.content if block.type == "text")
    ### END SOLUTION


# %%
check(ask)

# %%
# hint(ask)
# solution(ask)

# %% [markdown]
# ## Why it stopped decides what the text is worth
#
# The third trap is quiet as well. Somebody wants to save money, and sets `max_tokens` low:

# %%
message = client.messages.create(
    model=MODEL,
    max_tokens=12,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
)
"".join(block.text for block in message.content if block.type == "text")

# %% [markdown]
# Status 200, no exception, and the sentence has no end. `max_tokens` does not make an answer short: it cuts a long
# one off. You pay for the tokens that are written, not for those that you allow, so give it room.
#
# Only one field says what happened:

# %%
message.stop_reason

# %% [markdown]
# There are seven stop reasons. **Predict** for each of them: may you show the text to a customer? Nobody grades this.

# %%
guess = predict(
    [
        "end_turn",
        "stop_sequence",
        "max_tokens",
        "model_context_window_exceeded",
        "refusal",
        "tool_use",
        "pause_turn",
    ],
    ["use the text", "do not use it"],
)
guess

# %% [markdown]
# Chosen? The next two cells hold the answers, as data first and then as a table.

# %%
STOP_REASONS: dict[str, tuple[str, str, type[Exception] | None]] = {
    "end_turn": ("the model was done", "whole", None),
    "stop_sequence": ("one of your stop_sequences came", "whole, as you asked", None),
    "max_tokens": ("it reached your max_tokens", "cut off", Truncated),
    "model_context_window_exceeded": ("the context window is full", "cut off", Truncated),
    "refusal": ("the model declined", "not an answer", Refused),
    "tool_use": ("it calls a tool of yours", "a remark on the way", Unfinished),
    "pause_turn": ("a server tool's loop was paused", "a remark on the way", Unfinished),
}

# %% [markdown]
# Read the table from left to right: why the model stopped, what the text is worth, and what to do with it. Where it
# says *raise*, the text must not leave your function as if it were an answer.

# %%
rows = [
    [f"`{reason}`", why, worth, f"raise `{error.__name__}`" if error else "use it"]
    for reason, (why, worth, error) in STOP_REASONS.items()
]
table(
    "What a stop reason lets you do with the text",
    ["stop reason", "why it stopped", "the text is", "what to do", "you expected"],
    [[*row, answer] for row, answer in zip(rows, guess.answers.values(), strict=True)],
)

# %% [markdown]
# Is the table complete? The SDK knows the names too. This is what it knows and the table does not:

# %%
from typing import get_args

from anthropic.types import StopReason

sorted(set(get_args(StopReason)) - set(STOP_REASONS))

# %% [markdown]
# The three exceptions come from `helpers`, because your caller must react in three ways: with more room or a shorter
# question (`Truncated`); with another wording, another model or a person, after a look at `message.stop_details`
# (`Refused`); by carrying on with the turn (`Unfinished`). The details are in [stop
# reasons](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons).
#
# ### And the eighth: `None`
#
# A message can also be put together from a stream, and a stream can break:

# %%
with make_client("truncate").messages.stream(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
) as stream:
    broken = stream.get_final_message()
"".join(block.text for block in broken.content if block.type == "text"), broken.stop_reason

# %% [markdown]
# `get_final_message()` calls it final, and nothing was raised. A list of bad stop reasons would let it through. So
# name the good ones, and raise for everything else: also for what the API may add one day.

# %% [markdown]
# ### Exercise: `usable_text`
#
# Two stop reasons let the text through. A `None` is `Unfinished`. An empty answer that ended well is an empty string.


# %%
def usable_text(message: Message) -> str:
    """All the text of `message`, when its stop reason allows to use it.

    Raises Truncated, Refused or Unfinished.
    """
    ### BEGIN SOLUTION
    match getattr(message, "stop_reason", None):  # a page with the status 200 has none
        case "end_turn" | "stop_sequence":
            return "".join(block.text for block in message.content if block.type == "text")
        case "max_tokens" | "model_context_window_exceeded":
            raise Truncated(f"the answer was cut off: {message.stop_reason}")
        case "refusal":
            raise Refused(f"the model declined: {message.stop_details}")
        case reason:
            raise Unfinished(f"the turn is not over: {reason}")
    ### END SOLUTION


# %%
check(usable_text)

# %%
# hint(usable_text)
# solution(usable_text)

# %% [markdown]
# Frameworks forget this too: [crewAI](https://github.com/crewAIInc/crewAI/issues/5148) threw the stop reason away,
# [LightRAG](https://github.com/HKUDS/LightRAG/pull/3800) kept truncated answers in its cache.

# %% [markdown]
# ## Too long to wait for
#
# You want a long report, so you ask for a lot of room. **Predict:** what goes over the wire?

# %%
waiting = make_client("plain")
try:
    waiting.messages.create(
        model=MODEL,
        max_tokens=64_000,
        messages=[{"role": "user", "content": "Write a report on our refunds."}],
    )
except ValueError as refusal:
    print(refusal)

# %%
timeline(waiting)

# %% [markdown]
# Nothing. The SDK itself refused, before it sent a byte, and with a `ValueError`, which no `except
# anthropic.APIError` would catch. It expects 128,000 tokens to take an hour, and does not wait more than ten minutes
# without a sign of life:

# %%
ten_minutes, hour = 600, 3600
ten_minutes * 128_000 // hour

# %% [markdown]
# Up to 21,333 tokens it sends the request, one more and it does not. The reason is good: while an unstreamed answer
# is written, not a byte travels, and networks drop connections that are silent for long ([long
# requests](https://platform.claude.com/docs/en/cli-sdks-libraries/sdks/python#long-requests)). Two ways out look easy
# and are none:
#
# - **cap `max_tokens`** ([as Bike4Mind did](https://github.com/Bike4Mind/bike4mind/pull/1288)): now long answers are cut off;
# - **set a `timeout` of your own** ([as accrue did](https://github.com/matt-house-e/accrue/issues/155)): the SDK stops
#   objecting, and the connection is still silent.
#
# The way out is to stream, though nobody reads along. You have seen the one line that it takes to get the same
# `Message` ([final message](https://platform.claude.com/docs/en/build-with-claude/streaming)).

# %% [markdown]
# ### Exercise: `long_report`


# %%
def long_report(client: Anthropic, prompt: str, max_tokens: int) -> Message:
    """The message that answers `prompt`, for any `max_tokens`.

    Also for those that the SDK does not send unstreamed.
    """
    ### BEGIN SOLUTION
    with client.messages.stream(
        model=MODEL,
        max_tokens=max_tokens,
        messages=[{"role": "user", "content": prompt}],
    ) as stream:
        return stream.get_final_message()
    ### END SOLUTION


# %%
check(long_report)

# %%
# hint(long_report)
# solution(long_report)

# %% [markdown]
# Why return the message, and not its text? Because a stream that broke has the stop reason `None`, and `usable_text`
# knows what to do with that. One function fetches, one judges: `usable_text(long_report(client, prompt, 64_000))` is
# a whole report or an exception.

# %% [markdown]
# ## What this lesson does not cover
#
# Words as they are written (lesson 02), prices and batches (03), the error map (05), configuring retries (06), and
# streams that break with an exception (08). Not in this course: giving the model tools ([tool
# use](https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview)) and
# [thinking](https://platform.claude.com/docs/en/build-with-claude/extended-thinking).

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | standard: "short call, no user waiting, no long generation" | What counts as long is not the answer, but the `max_tokens` that you allow. |
# | "SDKs retry … about two retries" | Two exactly: three requests, of which you see the last. |
# | `stop_reason`, a field of the log line | Seven values and `None`, and each decides what the text is worth. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Your log shows three failed attempts, the API's shows nine. Why?</summary>
#
# There is a loop of three around a call that the SDK itself tries three times. Take the loop away, or switch the
# SDK's retries off with <code>max_retries=0</code>.
# </details>
#
# <details><summary>2. A check for <code>stop_reason == "max_tokens"</code> is in place. What still gets through?</summary>
#
# A full context window, a refusal, a turn that is not over, and <code>None</code> from a broken stream. Name the stop
# reasons that you accept.
# </details>
#
# <details><summary>3. The SDK says that streaming is required. Which exception is it, and how many requests were sent?</summary>
#
# A <code>ValueError</code>, and none. It is no <code>anthropic.APIError</code>, has no request id, and nothing is on
# the wire.
# </details>

# %% [markdown]
# ## You can now
#
# - make a standard call and say why it need not be more;
# - read all the text of a reply, and only its text;
# - leave retries to the SDK;
# - turn each stop reason into a text or an exception;
# - ask for reports of any length.
#
# **Next:** lesson 02, streaming, for the moment when somebody is watching.

# %%
from helpers import progress

progress()
