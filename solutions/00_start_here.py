# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Start here
#
# **15 minutes. Free: no key, no account, no network.** (Live, two short requests go to the API: about one cent at
# most.)
#
# After this lesson you can
#
# - run a call with the official SDK and read on the wire what became of it,
# - take the text and the request id out of a reply,
# - use `check`, `hint` and `solution`, which are the same in every lesson.
#
# A cell is run with **Shift+Enter**. Begin with the one below: it takes a second or two, because it loads
# the SDK.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %% [markdown]
# ## See it work
#
# A customer asks for a refund, and the answer is streamed: the words appear as they are written. The call is the one
# that you would put into production. Only the other end is not the API: the course **replays** it, in this very
# process, so that it can break where we want it to.

# %%
calm = make_client("plain", speed=0.3)
with calm.messages.stream(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
) as whole:
    for text in whole.text_stream:
        print(text, end="", flush=True)

# %% [markdown]
# What went over the wire? Below is one row for the one request. The thin line is the wait, the bar is the answer,
# each tick in the bar is an event, and the straight end says that the answer was whole. The words at the right say
# the same: status 200, and the last event was `message_stop`.

# %%
timeline(calm)

# %% [markdown]
# ## See it lie
#
# Now the same call again, on a day when the stream ends half-way.
#
# **Predict first:** what will Python do when the words stop coming? Raise an exception? Try again? Say it aloud, then
# run the cell.

# %%
unlucky = make_client("truncate", speed=0.3)
with unlucky.messages.stream(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
) as half:
    for text in half.text_stream:
        print(text, end="", flush=True)
print(f"\nstatus={half.response.status_code} outcome=ok")

# %% [markdown]
# Nothing was raised. Nothing was tried again. The last line is what many services write into their log, and it says
# *ok*. The customer reads half an answer.

# %%
timeline(unlucky)

# %% [markdown]
# The bar is torn: the stream ended, and `message_stop` never came. The status is 200 all the same, because it travels
# **before** the first word. It says that the answer has begun, not that it was finished ([errors after a
# 200](https://platform.claude.com/docs/en/api/errors)).
#
# So who knows? One field does. The model gives the reason why it stopped near the end of the stream
# ([streaming](https://platform.claude.com/docs/en/build-with-claude/streaming)), and half a stream has no end:

# %%
{
    "whole": whole.current_message_snapshot.stop_reason,
    "half": half.current_message_snapshot.stop_reason,
}

# %% [markdown]
# Keep that `None` in mind. Lesson 01 shows what each stop reason lets you do with a text. Lesson 08 breaks a stream
# in ten ways, of which the usual `except` catches one.

# %% [markdown]
# ## A reply is a list of blocks
#
# Without streaming, one call returns the whole **message**:

# %%
message = client.messages.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Write a haiku about the sea."}],
)
message.content

# %% [markdown]
# Look at the brackets: `content` is a **list** of content blocks ([Messages
# API](https://platform.claude.com/docs/en/api/messages/create)). Here it holds one block, and the block is text. It
# may hold several texts, and it may hold blocks that are no text at all: the model's thinking comes first, where it
# thinks. Each block says what it is in its `type`:

# %%
[block.type for block in message.content]

# %% [markdown]
# ### Exercise: `first_answer`
#
# Run the two cells below as they are. The card says **not started**: that is neither right nor wrong.
#
# Then write the body. Be wrong on purpose first, the way most examples on the web are: make the call and end with
# `return message.content[0].text`. Run both cells again and read the card. It shows each case on the wire, names
# **one** cause and **one** next step. Then mend it.

# %%
from anthropic import Anthropic


def first_answer(client: Anthropic, prompt: str) -> str:
    """Ask `prompt` with `client`, and return all the text of the reply as one string."""
    ### BEGIN SOLUTION
    message = client.messages.create(
        model=MODEL,
        max_tokens=1024,
        messages=[{"role": "user", "content": prompt}],
    )
    return "".join(block.text for block in message.content if block.type == "text")
    ### END SOLUTION


# %%
check(first_answer)

# %% [markdown]
# Stuck? There are three hints, each plainer than the one before, and our solution to compare with. Nobody counts
# them. Take away a `#` and run the cell; run it again for the next hint. Or press a button below the card: in
# JupyterLab it writes the same call into a new cell and runs it.

# %%
# hint(first_answer)
# solution(first_answer)

# %% [markdown]
# The check judged what your function *did*, not how it is written. The same happens when a course is graded, with
# other words in every prompt and answer.

# %% [markdown]
# ## Every answer has a request id
#
# Something went wrong at 14:03, and you ask support about it. Their first question is: which request? Every response
# of the API carries its own id in the header `request-id` ([request
# id](https://platform.claude.com/docs/en/api/errors#request-id)):

# %%
raw = client.messages.with_raw_response.create(
    model=MODEL,
    max_tokens=200,
    messages=[{"role": "user", "content": "Can I still get a refund?"}],
)
raw.headers["request-id"]

# %% [markdown]
# You rarely need the headers: the SDK copies the id onto the message that it returns. It isn't `message.id`, which
# names the answer rather than the request. It stands under a name that begins with an underscore, so the Tab key does
# not offer it.
#
# ### Exercise: `request_id_of`

# %%
from anthropic.types import Message


def request_id_of(message: Message) -> str:
    """The id of the request that `message` answers: what support asks for."""
    ### BEGIN SOLUTION
    return message._request_id
    ### END SOLUTION


# %%
check(request_id_of)

# %%
# hint(request_id_of)
# solution(request_id_of)

# %% [markdown]
# One thing to remember for later: a message that was put together from a stream has no such id. There it is
# `stream.request_id`, and on an error it is `error.request_id`:

# %%
{"whole": whole.request_id, "half": half.request_id}

# %% [markdown]
# The broken stream has one too. It is the only thing in your log that would lead anybody to that customer's half
# answer.

# %% [markdown]
# ## Replay and live
#
# | | replay | live |
# |---|---|---|
# | how | the default | `COURSE_MODE=live` and `ANTHROPIC_API_KEY`, set before you start JupyterLab |
# | `make_client()` | answers from the course's own files | calls the API |
# | `make_client("truncate")` | breaks as its name says | the same: nobody can order a broken stream from the API |
# | `check(…)` | judges on the replay | the same, so a check never costs anything |
# | network | none | the API's address |
# | cost | none | what each lesson says in its first lines, at the price of `MODEL` |
#
# Live, each request says before it leaves what it can cost at most, and then what it did cost. What can cost more than is left
# of `COURSE_BUDGET` is not sent: one US dollar for each kernel, unless you set another. A key that the API does not take is
# one sentence.
#
# In a browser alone there is no live mode: nothing leaves that page.
#
# The SDK is the real one in both, and so is its behaviour: its retries, its timeouts, its exceptions. What is written
# for the replay is the answers. They are short, the same every time, and their tokens are counted roughly: four
# characters to a token.
#
# All lessons call the model in `MODEL` ([prices](https://platform.claude.com/docs/en/about-claude/pricing));
# `COURSE_MODEL` sets another. In the replay `speed=1` is as slow as the real thing, and without `speed` nothing
# waits; the seconds in the timelines are the API's either way.

# %% [markdown]
# ## When you are stuck
#
# - **The card is unclear.** Read its *Next* line, then `hint(…)`, then the section that it names.
# - **A name is not defined.** A cell above was not run: *Run → Run All Above Selected Cell*.
# - **Everything is odd.** *Kernel → Restart Kernel and Run All Cells*. Unsolved exercises do no harm: every lesson
#   runs from top to bottom without an error, whatever is still missing.
# - **The card says that the checker is broken.** Then the fault is ours. Report it to the project with the text of
#   the card.
# - **You want to begin again.** In a terminal (*File → New → Terminal*), `course reset first_answer` puts one exercise
#   back and `course reset 00` a lesson, after keeping a copy of what you had. `course status` says how far you are.
#   In a browser alone there is no terminal: there `your_work.ipynb` does it.
# - **You want the answer.** `solution(…)` shows it. Type it rather than paste it, then change a line and see what the
#   check says.

# %% [markdown]
# ## What this lesson does not cover
#
# How to repair the broken stream (lesson 08), what each stop reason means (01), streaming itself (02), log lines
# (09). And nowhere in this course: [choosing a
# model](https://platform.claude.com/docs/en/about-claude/models/overview),
# [tools](https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview) and [prompt
# caching](https://platform.claude.com/docs/en/build-with-claude/prompt-caching).

# %% [markdown]
# ## On the cheat sheet
#
# The whole course follows a one-page [cheat sheet](cheatsheet.ipynb). Each lesson ends with its rows of it, and with what they
# leave out.
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | `print(message._request_id)`, on every response | On a stream it is `stream.request_id`, on an error `error.request_id`. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. A stream was answered with status 200. What do you know about the answer?</summary>
#
# That it has begun. The status is sent before the first word. Whether the answer is whole, you learn at its end.
# </details>
#
# <details><summary>2. Why is <code>message.content[0].text</code> dangerous?</summary>
#
# A message's content is a list of blocks. With two text blocks, half of the answer is lost and nothing raises. When
# the first block is no text, it has no <code>text</code>.
# </details>
#
# <details><summary>3. Support asks for the request id, and you have <code>msg_…</code>. Is that it?</summary>
#
# No. That is the id of the message. The request id begins with <code>req_</code>: <code>message._request_id</code>,
# <code>stream.request_id</code>, <code>error.request_id</code>.
# </details>

# %% [markdown]
# ## You can now
#
# - run a call and read its timeline: the wait, the events, the end that is straight or torn;
# - say why 200 is not success;
# - take the text and the request id out of a message;
# - check your work, and ask for help in the amount that you want.
#
# **Next:** `01_standard.ipynb`. There the answer arrives whole, and is still not always one that you may use.
#
# What you have passed is kept in `progress.txt`, beside the notebooks. The card below reads it and leads to what is next.

# %%
from helpers import progress

progress()
