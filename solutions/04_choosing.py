# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # The right pattern
#
# **20 minutes. Free, in both modes:** what is sent here goes to the replay.
#
# After this lesson you can
#
# - choose between a standard call, a stream and a batch, and say why,
# - name what rules a batch out although nobody is watching,
# - find the calls in a log that were sent in the wrong pattern.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
from collections.abc import Sequence
from dataclasses import replace

from helpers import predict, table
from helpers.facts import Call, Pattern, Task, choose_pattern
from helpers.lessons.choosing.chooser import Chooser
from helpers.lessons.choosing.decision import decision
from helpers.lessons.choosing.samples import TEN_TASKS, day_of_support
from helpers.lessons.choosing.tasks import table_of_calls, table_of_tasks

# %% [markdown]
# ## See it go wrong
#
# A finance department reads that batches cost half, and somebody moves the help page to batches. Every question of a
# customer is a batch now, with one request in it. It works:

# %%
helpdesk = make_client("batch")
QUESTION = {"role": "user", "content": "Can I still get a refund?"}
batch = helpdesk.messages.batches.create(
    requests=[
        {
            "custom_id": "q_1",
            "params": {"model": MODEL, "max_tokens": 200, "messages": [QUESTION]},
        }
    ]
)
minutes = 0
while helpdesk.messages.batches.retrieve(batch.id).processing_status != "ended":
    minutes += 1  # in production: a pause of a minute
results = list(helpdesk.messages.batches.results(batch.id))
f"{results[0].result.type}, with {minutes} pauses of a minute"

# %%
timeline(helpdesk)

# %% [markdown]
# No error, no warning, status 200 on every line. Six requests for one answer, and a customer who looked at a spinner for
# minutes. (The replay leaves the pauses out.) This batch ended at the third look; the fourth is the SDK's own, before it
# fetches the results. A batch [may take 24
# hours](https://platform.claude.com/docs/en/build-with-claude/batch-processing), and then the question *expires*.
#
# **Every call succeeded, and the customer left.** This is the cheat sheet's failure *batches for user-facing*: nothing
# breaks, it only "feels async".
#
# It is a tempting idea. One project built it well, with progress and with cancelling, and then [closed it unmerged: the
# implementation works, the design does not](https://github.com/dcdpr/jp/pull/1144).

# %% [markdown]
# ## Who is waiting?
#
# This one question decides most cases:
#
# - **A person** → streaming. They read the first words while the rest is written (lesson 02).
# - **Nobody**, and there is much to do → batches. The same tokens at half the price (lesson 03).
# - **A program**, such as a request handler or the next step of a pipeline → a call that answers *now*. Standard, as long
#   as the answer is short (lesson 01).
#
# It is about who waits for **this answer**. Ten thousand customers with one question each are not bulk work: behind every
# single request sits a person.
#
# Ten tasks from a shop:

# %%
table_of_tasks(TEN_TASKS)

# %% [markdown]
# **Predict:** what would you choose for each? Nobody grades this.

# %%
guess = predict(list(TEN_TASKS), [pattern.value for pattern in Pattern])
guess

# %%
choices = {name: choose_pattern(task) for name, (_, task) in TEN_TASKS.items()}
table(
    "Ten tasks, as the rules of this course see them",
    ["task", "pattern", "the reason", "you expected"],
    [
        [name, f"`{choice.pattern}`", choice.reason, guess.answers[name]]
        for name, choice in choices.items()
    ],
)

# %% [markdown]
# How many did you have? Three are easy to miss: *reviews*, *refunds* and *catalogue*. Nobody watches any of them, and none
# is a batch.

# %% [markdown]
# ## What rules a batch out
#
# *Reviews* is bulk work that nobody waits for, and yet no batch. The rules say more than one thing about a task:

# %%
table(
    "Why reviews are a standard call",
    ["the question", "the reason, where it is answered with yes"],
    [[rule.question, rule.reason] for rule in choices["reviews"].rules],
)

# %% [markdown]
# Most batches end in under an hour. "Most" is not a promise, and a deadline needs one: the only promise is [24
# hours](https://platform.claude.com/docs/en/build-with-claude/batch-processing). What else rules a batch out?
#
# - **A program is waiting.** It is no person, and yet it can't go on.
# - **Each request needs the answer before it.** A tool loop of twelve turns would be twelve batches, one after the other,
#   however little hurry there is ([tool use](https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview)).
# - **There is little to do.** For three requests you write a job that creates, polls and joins, and save a cent. Where the
#   line is, no page says. This course draws it at 100 requests.
#
# Move the deadline, and the answer turns:

# %%
_, reviews = TEN_TASKS["reviews"]
[
    (hours, choose_pattern(replace(reviews, deadline_hours=hours)).pattern.value)
    for hours in (2, 24, 25, None)
]

# %% [markdown]
# ## When nobody watches, and it still streams
#
# *Audit* and *catalogue* stream, though nobody reads along. The reason is not the reader, it is the wire: unstreamed, no
# byte travels until the answer is complete ([long
# requests](https://platform.claude.com/docs/en/api/errors#long-requests)).
#
# - **More than ten minutes**: networks drop a connection that is silent for so long.
# - **More than 21,333 `max_tokens`**: the SDK refuses to send that unstreamed, however short the answer would be.
#
# Try it: the same task, and one token more.

# %%
for tokens in (21_333, 21_334):
    try:
        client = make_client("plain")
        client.messages.create(model=MODEL, max_tokens=tokens, messages=[QUESTION])
        print(f"{tokens:,}: sent")
    except ValueError as error:
        print(f"{tokens:,}: {str(error).split('.')[0]}")

# %% [markdown]
# In a batch there is no such limit: nobody holds a connection open. So these two reasons come after the batch in the order
# of the questions.

# %% [markdown]
# ## The whole decision
#
# Read the picture from top to bottom, and stop where a yes leads to a pattern. A dotted arrow only says what the answer can't
# be.

# %%
decision()

# %% [markdown]
# It is drawn from the same nine rules that answer everywhere in this course: [helpers/patterns.py](../helpers/patterns.py).
# And this asks you the questions. Change an answer, with the mouse or with Tab and the space bar:

# %%
chooser = Chooser()
chooser

# %% [markdown]
# What it shows can be had as text, and set from code:

# %%
chooser.set(waiting="nobody", requests=5_000)
print(chooser)

# %% [markdown]
# ### Exercise: `choose`
#
# Now write it down yourself, from the questions and not from the widget. It is judged by 20 tasks, some of them on both
# sides of a line: due *within* 24 hours, *from* 100 requests on, *more than* 600 seconds, *more than* 21,333 `max_tokens`.


# %%
def choose(task: Task) -> Pattern:
    """The pattern in which to send `task`, a dataclass of plain data:

    `waiting` is "person", "program" or "nobody"; `seconds`, how long one answer takes;
    `max_tokens`; `requests`, how many there are; `deadline_hours`, None for any day;
    `in_turn`, whether each request needs the answer before it.
    """
    ### BEGIN SOLUTION
    if task.waiting == "person":
        return Pattern.STREAMING
    hurry = task.deadline_hours is not None and task.deadline_hours <= 24
    may_wait = task.waiting == "nobody" and not task.in_turn and not hurry
    if may_wait and task.requests >= 100:
        return Pattern.BATCHES
    if task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
    ### END SOLUTION


# %%
check(choose)

# %%
# hint(choose)
# solution(choose)

# %% [markdown]
# ## Found in a log
#
# Back to the finance department. Nobody tells you that a call is in the wrong pattern: there is no error to search for. But
# the log knows the pattern of each call, and you know who was waiting. Here is a day of support:

# %%
log = day_of_support()
table_of_calls(log)

# %% [markdown]
# **Predict:** which are wrong? It is tempting to sort by the last column. Look at *help page* and at *weekly evaluation*
# before you do: one was fast by luck, and the other may be as slow as it likes.
#
# Not every difference is a mistake. *Title of one mail* was streamed, and a standard call would have done. It cost the same
# and was there as soon. An alarm that rings for it will be switched off.

# %% [markdown]
# ### Exercise: `misplaced`
#
# Compare with your `choose`. If it has not passed yet, take `choose_pattern(task).pattern` instead: the answer is the same.


# %%
def misplaced(calls: Sequence[Call]) -> list[str]:
    """The ids of the calls that were sent in the wrong pattern.

    A call has `id`, `route`, `pattern` (as it was sent), `task` and `answered_after` (s).
    A stream where a standard call would have done is not wrong: it does no harm.
    """
    ### BEGIN SOLUTION
    found: list[str] = []
    for call in calls:
        right = choose(call.task)
        harmless = call.pattern == Pattern.STREAMING and right == Pattern.STANDARD
        if call.pattern != right and not harmless:
            found.append(call.id)
    return found
    ### END SOLUTION


# %%
check(misplaced)

# %%
# hint(misplaced)
# solution(misplaced)

# %% [markdown]
# And your finding for the day above:

# %%
misplaced(log)

# %% [markdown]
# ## Failure card: batches for user-facing
#
# | | |
# |---|---|
# | **Recognise by** | The product "feels async": spinners, "we will notify you". No errors. In the log, batches on a route where a person waits. |
# | **Fix** | Stream on the path of the user. Keep batches for jobs that nobody waits for. |
# | **The cheat sheet's row** | "Switch to streaming for the user path; keep batches for offline jobs" |
# | **What it leaves out** | The same mistake the other way round: bulk work sent call by call, at twice the price. Nobody complains about that one. |

# %% [markdown]
# ## What this lesson does not cover
#
# How to write each of the three (lessons 01, 02 and 03), what to do when one fails (05, 06, 08), and which model to ask. Not
# in this course: [caching](https://platform.claude.com/docs/en/build-with-claude/prompt-caching), which lowers the price of
# all three.

# %% [markdown]
# ## On the cheat sheet
#
# | the cheat sheet says | where it simplifies |
# |---|---|
# | standard: "short call, no user waiting, no long generation" | Also for bulk work that a deadline or a tool loop keeps out of a batch. |
# | streaming: "user is watching, or more than 10 minutes" | Also above 21,333 `max_tokens`, whatever the time. |
# | batches: "bulk non-interactive work" | Bulk is not enough: no program may wait, no deadline be near, no answer needed for the next request. |
# | "who is waiting. User → streaming. Nobody → batches." | Nobody and three requests is a standard call, as its own table says. Between the two there are programs. |
# | batches for user-facing: "UX feels async" | A fast batch feels fine, until the first slow one. |

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Twenty thousand customers ask one question each, every day. Why is that no batch?</summary>
#
# Because behind each request sits a person. Bulk is what nobody waits for, not what comes in large numbers.
# </details>
#
# <details><summary>2. All your batches have ended within 40 minutes for a year. May you promise an answer within two hours?</summary>
#
# No. You may hope. The promise is 24 hours, after which what is left expires. With a deadline send the requests yourself,
# with a limit on how many are under way (lesson 02).
# </details>
#
# <details><summary>3. Nobody watches, it is one request, and it streams. Give two reasons.</summary>
#
# It takes more than ten minutes, so the connection would be silent for too long; or it has more than 21,333
# <code>max_tokens</code>, and the SDK does not send that unstreamed.
# </details>

# %% [markdown]
# ## You can now
#
# - ask the one question that decides, and the four that rule a batch out;
# - say why a request streams that nobody reads;
# - find misplaced calls in a log, too slow ones and too dear ones.
#
# **Next:** lesson 05, what the API says when something is wrong with a request, in whichever pattern.

# %%
from helpers import progress

progress()
