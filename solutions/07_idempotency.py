# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # Safe to run twice
#
# **30 minutes. Free, live as well:** all that goes wrong here is replayed in both modes.
#
# After this lesson you can
#
# - say why no retry setting keeps a tool from running twice,
# - make a key that is the same whenever the same thing is meant, and only then,
# - write a tool and a tool loop whose effect happens once: after a lost answer, in two threads, after a crash.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import json
import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import anthropic
from anthropic import Anthropic
from anthropic.types import Message, MessageParam, ToolParam, ToolUseBlock

# %%
from helpers import predict, table
from helpers.lessons.idempotency.race import race_picture
from helpers.lessons.idempotency.ledger import die_after_commit, open_ledger, race, rows_in
from helpers.replay import Answer, Fail, Scenario, says
from helpers.lessons.idempotency.shop import charges

FOLDER: Path = Path(mkdtemp())

# %% [markdown]
# ## See it work
#
# A shop lets the model charge its customers. This is the tool that it is offered. Mind the first property: the number of the
# payment was in the shop's books before anybody asked a model.

# %%
CHARGE: ToolParam = {
    "name": "charge",
    "description": "Charge a payment of the shop to the customer's card.",
    "input_schema": {
        "type": "object",
        "properties": {
            "payment": {"type": "string", "description": "The shop's own number of it."},
            "amount": {"type": "integer", "description": "Cents."},
            "customer": {"type": "string"},
            "note": {"type": "string", "description": "For the statement."},
        },
    },
}
TOOLS: list[ToolParam] = [CHARGE]

# %% [markdown]
# And this is what the shop does when the tool is called: it writes a row into its ledger, a SQLite file with one table,
# `charges (key TEXT PRIMARY KEY, amount INTEGER, receipt TEXT)`. Every row gets a key of its own.


# %%
def charge(db: sqlite3.Connection, amount: int) -> str:
    """Charge a card, as it was first written: a new key for every row."""
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (receipt, amount, receipt))
    return receipt


# %% [markdown]
# One round with the model: it asks for the tool, we run it, it hears the result
# ([tool calls](https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls)).


# %%
def pay(client: Anthropic, db: sqlite3.Connection, prompt: str) -> Message:
    """Let the model charge a payment, and tell it the receipt."""
    turns: list[MessageParam] = [{"role": "user", "content": prompt}]
    message = client.messages.create(
        model=MODEL, max_tokens=400, messages=turns, tools=TOOLS
    )
    turns.append({"role": "assistant", "content": message.content})
    for block in message.content:
        if block.type == "tool_use":
            receipt = charge(db, int(block.input["amount"]))
            result = {"type": "tool_result", "tool_use_id": block.id, "content": receipt}
            turns.append({"role": "user", "content": [result]})
    return client.messages.create(model=MODEL, max_tokens=400, messages=turns, tools=TOOLS)


# %%
PROMPT: str = "Please charge the first instalment of my lamp, payment 4821-1."
PAID: Answer = Answer(says("It is paid. Thank you."))
GOOD_DAY: Scenario = Scenario(
    "good day", "a charge, then thanks", (charges("4821-1", call=1),), PAID
)

db = open_ledger(FOLDER / "good.db")
message = pay(make_client(GOOD_DAY), db, PROMPT)
{
    "the model says": message.content[0].text,
    "cents charged": [row[1] for row in rows_in(FOLDER / "good.db")],
}

# %% [markdown]
# ## See it lie
#
# The same on a bad day: after the charge, the API is overloaded. The SDK tries three times and gives up, the exception
# leaves `pay`, and the job queue does what job queues do. It runs the job again.

# %%
BAD_DAY: Scenario = Scenario(
    "bad day",
    "a charge, three times 529, then the same charge and thanks",
    (
        charges("4821-1", call=1),
        Fail(529),
        Fail(529),
        Fail(529),
        charges("4821-1", call=2, note="1st instalment"),
    ),
    PAID,
)

# %%
client = make_client(BAD_DAY)
db = open_ledger(FOLDER / "bad.db")
for attempt in (1, 2):
    try:
        message = pay(client, db, PROMPT)
    except anthropic.OverloadedError as error:
        print(f"attempt {attempt}: {error.type}, the queue runs the job again")
    else:
        print(f"attempt {attempt}: {message.content[0].text}")

# %%
timeline(client)

# %% [markdown]
# Requests 1 and 5 asked for the tool; 2, 3 and 4 carried the first receipt to the model, in vain; 6 carried the second.
# Every line of that is right. The SDK retried what can be retried, the queue ran a job that had failed, and in the end the
# customer was thanked. Now look into the ledger:

# %%
[row[1] for row in rows_in(FOLDER / "bad.db")]

# %% [markdown]
# **The customer has paid twice, and every log says success.**
#
# No setting of the client would have helped. The SDK sends no idempotency key and the API takes none
# ([anthropic-sdk-java#370](https://github.com/anthropics/anthropic-sdk-java/issues/370)); in TypeScript an option with that
# name does nothing ([anthropic-sdk-typescript#1112](https://github.com/anthropics/anthropic-sdk-typescript/issues/1112)).
# And it would be the wrong place: what happened twice did not happen at the API. Agent frameworks, which repeat tasks for
# you, have met the same ([crewAI#5802](https://github.com/crewAIInc/crewAI/issues/5802),
# [composio#3654](https://github.com/ComposioHQ/composio/issues/3654),
# [stripe/ai#402](https://github.com/stripe/ai/issues/402)).

# %% [markdown]
# ## Predict
#
# The cheat sheet's fix is a *deduplication key* on the tool: a second call with the same key does nothing. But which key?
# Three things are going to happen to each of these:
#
# 1. a reply that was kept is handled again, because the process died in the middle of it,
# 2. the reply was lost, and the model is asked again,
# 3. the customer pays the second instalment, which is equal to the first.
#
# What is the worst that becomes of each key? Choose before you run on. Nobody grades this.

# %%
KEYS: dict[str, Callable[[Message, ToolUseBlock], str]] = {
    "the time": lambda message, call: str(time.time_ns()),
    "a random number": lambda message, call: uuid.uuid4().hex,
    "the request id": lambda message, call: str(message._request_id),
    "the message's id": lambda message, call: message.id,
    "the tool call's id": lambda message, call: call.id,
    "all the arguments": lambda message, call: json.dumps(call.input, sort_keys=True),
    "customer and amount": lambda message, call: (
        f"{call.input['customer']} {call.input['amount']}"
    ),
    "the payment's number": lambda message, call: str(call.input["payment"]),
}

# %%
guess = predict(list(KEYS), ["all goes well", "charged twice", "a sale is lost"])
guess

# %% [markdown]
# ## Break it with eight keys
#
# Three real replies: to the first request, to the same request again, and to the one for the second instalment.

# %%
REPLIES: Scenario = Scenario(
    "three replies",
    "4821-1, 4821-1 in other words, 4821-2",
    (
        charges("4821-1", call=1),
        charges("4821-1", call=2, note="1st instalment"),
        charges("4821-2", call=3),
    ),
)
SECOND: str = "Please charge the second instalment, payment 4821-2."

# %%
client = make_client(REPLIES)
first, again, second = (
    client.messages.create(
        model=MODEL,
        max_tokens=400,
        messages=[{"role": "user", "content": prompt}],
        tools=TOOLS,
    )
    for prompt in (PROMPT, PROMPT, SECOND)
)


# %%
def key_of(name: str, message: Message) -> str:
    """The key that is called `name`, for the tool call in `message`."""
    call = next(block for block in message.content if block.type == "tool_use")
    return KEYS[name](message, call)


def same_key(name: str, one: Message, other: Message) -> bool:
    """Whether the tool would take the two for one."""
    return key_of(name, one) == key_of(name, other)


# %%
table(
    "What eight keys make of three happenings",
    ["key", "handled again", "asked again", "second instalment", "you expected"],
    [
        [
            name,
            "charged once ✓" if same_key(name, first, first) else "charged twice ✗",
            "charged once ✓" if same_key(name, first, again) else "charged twice ✗",
            "never charged ✗" if same_key(name, first, second) else "charged ✓",
            guess.answers[name],
        ]
        for name in KEYS
    ],
)

# %% [markdown]
# **One of eight is right three times.** The tool call's id looks like made for it, and fails where it matters: asked again,
# the model makes a new one. Whoever finds that out takes the arguments instead
# ([openai-agents-python#4254](https://github.com/openai/openai-agents-python/issues/4254) went that way), and then either the
# wording of a note brings the second charge back, or two equal payments become one.

# %% [markdown]
# ## Understand what a key may hold
#
# Ask of everything in the call: **who made it, and when?**
#
# | | made by | asked again, it is |
# |---|---|---|
# | time, random number | your code, in this attempt | another |
# | request id, message's id, tool call's id | the API, for this reply | another |
# | the note | the model, as it writes | another |
# | customer, amount | somebody, for many payments | the same, and the same for other payments too |
# | the payment's number | the shop, **before the model was asked** | the same, and only for this payment |
#
# So the key is made where the intention is made: when the customer presses the button, the shop draws a number and writes it
# into its books. The model only carries it from the prompt to the tool. That is also the limit of it: a model can carry a
# wrong number, so a real tool looks the number up before it charges anything.

# %% [markdown]
# ## Exercise: dedup_key


# %%
def dedup_key(tool_use: ToolUseBlock) -> str:
    """The key under which what `tool_use` asks for is done once.

    `tool_use` is a block of the model's reply: `id`; `name`, the tool, here `charge` or
    `refund`; and `input`, which holds `payment` (the shop's number of this one payment),
    `amount`, `customer` and `note`.
    The same key whenever the same thing is meant, in any process and at any time; another
    key for another payment, however equal, and for another tool.
    """
    ### BEGIN SOLUTION
    return f"{tool_use.name}:{tool_use.input['payment']}"
    ### END SOLUTION


# %%
check(dedup_key)

# %%
# hint(dedup_key)
# solution(dedup_key)

# %% [markdown]
# ## Let the database decide
#
# With the right key the rest looks easy: look whether it is there, and write if it is not.


# %%
def charge_if_new(db: sqlite3.Connection, key: str, amount: int) -> str:
    """Look first; write when nothing is there."""
    row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return str(row[0])
    receipt = uuid.uuid4().hex
    with db:
        db.execute("INSERT INTO charges VALUES (?, ?, ?)", (key, amount, receipt))
    return receipt


# %% [markdown]
# Now two workers get the same job, in a ledger as one finds it: `key` is a column like any other. `race` runs the function
# in two threads with a connection each, and holds both back until each is about to write. (They are real threads. A browser
# has none: there the same steps are played one after the other.)


# %%
def open_old_ledger(path: Path) -> sqlite3.Connection:
    """The ledger as it was first made: a table without a constraint."""
    db = sqlite3.connect(path)
    db.execute(
        "CREATE TABLE IF NOT EXISTS charges (key TEXT, amount INTEGER, receipt TEXT)"
    )
    return db


# %%
old = FOLDER / "old.db"
open_old_ledger(old).close()
parts = race(old, lambda db: charge_if_new(db, "charge:4821-1", 1250), open_old_ledger)
race_picture(parts, len(rows_in(old)))

# %% [markdown]
# Read it from top to bottom: both look before either writes, so both find nothing. **Between a look and a write there is
# always room for somebody else.** No `if` closes it, and no lock in one process does once there are two processes.
#
# The one place that sees both writers is the database. Let it refuse the second row: `key TEXT PRIMARY KEY`, as in the ledger
# at the top.

# %%
new = FOLDER / "new.db"
open_ledger(new).close()
parts = race(new, lambda db: charge_if_new(db, "charge:4821-1", 1250))
race_picture(parts, len(rows_in(new)))

# %% [markdown]
# One row. But thread 2 has an error in its hands where its customer waits for a receipt. Turned round it is right: write
# first, let the constraint say whether it was the first, and look afterwards. SQL has the words for it
# ([`ON CONFLICT`](https://www.sqlite.org/lang_upsert.html)).

# %% [markdown]
# ## The process dies
#
# The nastiest moment is after the commit and before the answer: the money has moved, and nobody knows. Here the process
# dies there. (The death is played: the connection raises something that no `except Exception` catches, and is closed. A
# process that is really killed leaves the same file.)

# %%
dead = FOLDER / "dead.db"
died = die_after_commit(dead, lambda db: charge_if_new(db, "charge:4821-1", 1250))
{"died": died, "charges in the file": len(rows_in(dead))}

# %% [markdown]
# What the process remembered is gone: variables, caches, the receipt in its hand. What was committed is there. So the repeat,
# in a new process, must find the receipt in the ledger and return *that one*: it is the only answer the caller ever gets. An
# error would be wrong, and so would `None` and a new receipt.

# %%
receipt = charge_if_new(open_ledger(dead), "charge:4821-1", 1250)
{
    "the receipt of the row": receipt == rows_in(dead)[0][2],
    "charges in the file": len(rows_in(dead)),
}

# %% [markdown]
# ## Exercise: charge_once
#
# All of it at once: called twice, charged before by another process, in two threads, dead after the commit. `check` reads the
# rows in the file, not what you return.


# %%
def charge_once(db: sqlite3.Connection, key: str, amount: int) -> str:
    """Charge `amount` under `key`, once, and return the receipt: any text, new per charge.

    The table is there: `charges (key TEXT PRIMARY KEY, amount INTEGER, receipt TEXT)`.
    Whatever repeats, whoever was first: one committed row for the key, and the receipt in
    it is what every call returns.
    """
    ### BEGIN SOLUTION
    with db:
        db.execute(
            "INSERT INTO charges (key, amount, receipt) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, amount, uuid.uuid4().hex),
        )
    row = db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()
    return str(row[0])
    ### END SOLUTION


# %%
check(charge_once)

# %%
# hint(charge_once)
# solution(charge_once)

# %% [markdown]
# Here the ledger is the charge. A card company is another system, and no transaction spans both. Hand the key on to it: theirs
# are made for that ([Stripe's idempotent requests](https://docs.stripe.com/api/idempotent_requests)).

# %% [markdown]
# ## Exercise: run_tools
#
# `pay` above makes one round. A real turn takes as many as the model needs, and there are four things to know about it:
#
# - **A reply can call several tools.** Every call needs its result, all of them in *one* user turn
#   ([parallel tool use](https://platform.claude.com/docs/en/agents-and-tools/tool-use/parallel-tool-use)). Leave one out, and
#   the API answers 400.
# - **`stop_reason` says who is next.** `tool_use`: you. `pause_turn`: the API, which took a break in a long turn of its own
#   tools; append its content as it is and send it back
#   ([stop reasons](https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons)). Anything else: the turn is over.
# - **The API remembers nothing.** Every request holds the whole conversation, and the tools.
#
# And a fourth, which costs money. **Predict:** this reply reaches its `max_tokens` while it writes the call. What is in the
# block?

# %%
CUT = Scenario("cut", "a call of 1250 cents", then=charges("4821-1", call=1))
cut_short = make_client(CUT).messages.create(
    model=MODEL,
    max_tokens=13,
    tools=TOOLS,
    messages=[{"role": "user", "content": "Please charge payment 4821-1."}],
)
cut_short.stop_reason, [b.input for b in cut_short.content if b.type == "tool_use"]

# %% [markdown]
# A block like any other, and 12 cents instead of 1250. A stream that breaks leaves the same, with the stop reason `None`:
# the SDK reads half a JSON as far as it goes. So run tools **only where `stop_reason` is `tool_use`**. One
# project [ran the others too](https://github.com/mattmezza/humux/issues/77), thirty times in a row.
#
# Your two functions make it safe. `check` puts it through what you have seen: the answer is lost after the charge and all
# is run again. And it adds a model that asks for the same charge twice.


# %%
def run_tools(
    client: Anthropic,
    messages: list[MessageParam],
    tools: list[ToolParam],
    ledger: sqlite3.Connection,
) -> Message:
    """Ask, run the tools that the reply calls, tell the model, until the turn is over.

    The only tool of ours is `charge`: `charge_once` in the `ledger`, under `dedup_key`, the
    call's `input["amount"]`. What a tool result says is the receipt. A call that was cut is
    not run. Returns the last message. Errors of the API go up: whoever runs this runs it again.
    """
    ### BEGIN SOLUTION
    turns = [*messages]
    while True:
        message = client.messages.create(
            model=MODEL, max_tokens=400, messages=turns, tools=tools
        )
        if message.stop_reason not in ("tool_use", "pause_turn"):
            return message
        turns.append({"role": "assistant", "content": message.content})
        if message.stop_reason == "tool_use":
            results = [
                {
                    "type": "tool_result",
                    "tool_use_id": block.id,
                    "content": charge_once(
                        ledger, dedup_key(block), int(block.input["amount"])
                    ),
                }
                for block in message.content
                if block.type == "tool_use"
            ]
            turns.append({"role": "user", "content": results})
    ### END SOLUTION


# %%
check(run_tools)

# %%
# hint(run_tools)
# solution(run_tools)

# %% [markdown]
# The SDK has such a loop ready
# ([tool runner](https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-runner)). It runs your tools; whether
# they may run twice it can't know either.

# %% [markdown]
# ## Failure card: tool not idempotent
#
# | | |
# |---|---|
# | **Recognise by** | Two rows, two emails, two charges for one intention, minutes apart, and success in every log. |
# | **Fix** | A key that was made before the model was asked, a constraint in the database that refuses the second row, and the first one's answer for every repeat. |
# | **The cheat sheet's row** | "Add a deduplication key to the tool, not the API call" |
# | **What it leaves out** | Which key. Of eight that one might take, seven charge twice or lose a sale. |
#
# Not covered here: how to define tools well, and tools that run at the API itself. Read on in
# [tool use](https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview).

# %% [markdown]
# ## On the cheat sheet
#
# - "What the SDK CANNOT decide: whether your request is safe to retry." True, and the retry that hurts is often not the SDK's:
#   a queue, a framework or the customer repeats the whole job.
# - "Fix idempotency on the tool side (deduplication key, unique transaction id), not the API call." A *unique* id is half of it:
#   it must also be the same when the model is asked again, so it can't be made by the reply.
# - "Tool not idempotent: duplicate side effects on retry." Simplified: a key that holds too little loses side effects instead, and
#   that makes no duplicate that anybody could recognise.

# %% [markdown]
# ## Three questions
#
# <details><summary>1. You keep every reply in a database before you run its tools, and never ask the model twice. Is
# <code>tool_use.id</code> a good key then?</summary>
#
# For as long as that holds, yes: the first column of the table above. It holds until a customer presses the button again,
# and then it is a new conversation with new ids.
# </details>
#
# <details><summary>2. Why does <code>charge_once</code> commit before it reads the receipt back?</summary>
#
# Because the row must outlive the process before anybody hears of it. A receipt that was told and not committed is worse than
# a charge that nobody heard of: the repeat mends only the second.
# </details>
#
# <details><summary>3. The second call has the same key and another amount. What should happen?</summary>
#
# Nobody can mean that: one of the two is a mistake. Here the first row wins, silently. Stripe compares the parameters and
# answers with an error, and for money that is the better choice.
# </details>

# %% [markdown]
# ## You can now
#
# - recognise a tool that is not idempotent by its rows, when every log says success,
# - choose a key by who made it and when,
# - let a constraint decide, and answer a repeat as if it were the first call,
# - run a tool loop that may break anywhere and be run again.
#
# **Next:** 200, and then it breaks (08). There the answer is lost while you watch.

# %%
from helpers import progress

progress()
