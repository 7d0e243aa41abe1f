# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     notebook_metadata_filter: -all
# ---

# %% [markdown]
# # A batch that outlives the process
#
# **30 minutes, and five more for the last of its three exercises. Free, live as well:** all that goes wrong here is replayed in
# both modes.
#
# After this lesson you can
#
# - say what two systems know of a batch when the process that made it has died,
# - find a batch whose answer was lost, although the API knows no names,
# - run a nightly job that is paid once and loses nothing, wherever it is killed.
#
# It is beyond the cheat sheet, and builds on lessons 03 and 07.

# %%
from helpers import MODEL, check, hint, make_client, solution, timeline

client = make_client()

# %%
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import anthropic
from anthropic import Anthropic
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

# %%
from helpers import predict, table
from helpers.calling.life import Life
from helpers.lessons.nightly.books import open_books, outcomes_in
from helpers.lessons.nightly.counts import Counts, NotOurs, Unreconciled
from helpers.lessons.nightly.drivers import at_create
from helpers.lessons.nightly.kills import NIGHT, kill_everywhere, run_killed, survived
from helpers.lessons.nightly.kills_picture import kills_picture, place_name
from helpers.replay import Answer, Scenario

FOLDER: Path = Path(mkdtemp())
DOCUMENTS: dict[str, str] = {f"doc-{n}": f"Report number {n}." for n in range(3)}

# %% [markdown]
# ## See it work
#
# Every night a job sums up the day's documents. Three pieces are as in lesson 03, and you will need them again.


# %%
def requests_of(documents: dict[str, str]) -> list[Any]:
    """A request for each document, under its own custom id."""
    return [
        {
            "custom_id": custom_id,
            "params": {
                "model": MODEL,
                "max_tokens": 200,
                "messages": [{"role": "user", "content": f"Sum up: {text}"}],
            },
        }
        for custom_id, text in documents.items()
    ]


# %%
def until_ended(client: Anthropic, batch_id: str, sleep: Callable[[float], None]) -> None:
    """Wait for the end of a batch, for 25 hours at most; a 404 is not one."""
    for _ in range(25 * 60):
        try:
            if client.messages.batches.retrieve(batch_id).processing_status == "ended":
                return
        except anthropic.NotFoundError:
            pass  # this server does not know it yet
        sleep(60)
    raise TimeoutError(f"{batch_id} has not ended")


# %%
UPSERT: str = """
    INSERT INTO results (custom_id, batch_id, outcome, text, error) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (custom_id) DO UPDATE SET batch_id = excluded.batch_id,
    outcome = excluded.outcome, text = excluded.text, error = excluded.error"""


def row_of(entry: MessageBatchIndividualResponse, batch_id: str) -> tuple[Any, ...]:
    """A line of the results as a row; what errored has the type of its error."""
    text = error = None
    if entry.result.type == "succeeded":
        blocks = entry.result.message.content
        text = "".join(block.text for block in blocks if block.type == "text")
    elif entry.result.type == "errored":
        error = entry.result.error.error.type
    return entry.custom_id, batch_id, entry.result.type, text, error


# %% [markdown]
# And this is the job, as it was first written. Its results go into a SQLite file, one row for each document.


# %%
def first_job(
    client: Anthropic,
    db: sqlite3.Connection,
    documents: dict[str, str],
    sleep: Callable[[float], None],
) -> None:
    """Submit, wait, write."""
    batch = client.messages.batches.create(requests=requests_of(documents))
    until_ended(client, batch.id, sleep)
    with db:
        for entry in client.messages.batches.results(batch.id):
            db.execute(UPSERT, row_of(entry, batch.id))


# %%
client = make_client(NIGHT)
first_job(client, open_books(FOLDER / "good.db"), DOCUMENTS, sleep=lambda seconds: None)
outcomes_in(FOLDER / "good.db")

# %%
timeline(client)

# %% [markdown]
# ## See it lie
#
# The next night a deployment kills the process. It has sent its request and the API has taken it; the answer is on its way.
# The scheduler does what it is for: it starts the job again.
#
# (The death is played, as in lesson 07, with something that no `except Exception` catches. What a process that is really
# killed leaves is the same.)

# %%
client = make_client(NIGHT)
books = FOLDER / "bad.db"
for life in (at_create("taken"), Life()):
    run_killed(first_job, DOCUMENTS, life, client, books)
    print("killed" if life.is_over else "done", outcomes_in(books))

# %% [markdown]
# Three rows for three documents, and the log says done. Now ask the API:

# %%
[(batch.id, batch.processing_status) for batch in client.messages.batches.list()]

# %% [markdown]
# **Two batches. The second is in your books; the first runs on, is paid for, and nobody has its id.** At half the price it
# is a whole price again, and no log and no row will ever say so.

# %% [markdown]
# ## Predict
#
# The same job, killed at five places and started again. What is there in the morning? Choose before you run on. Nobody
# grades this.

# %%
PLACES: list[str] = [
    "before create",
    "create: taken, no answer",
    "a poll: taken, no answer",
    "reading, after 1 line",
    "after commit 1",
]
guess = predict(PLACES, ["all is well", "paid twice", "rows are missing"])
guess

# %% [markdown]
# ## Break it everywhere
#
# `kill_everywhere` kills the job at every edge that there is, each time with books and an API of its own, and runs it
# again: before each request, when it has been taken, between the lines of the results, before and after each commit.

# %%
kills = kill_everywhere(first_job, DOCUMENTS)
kills_picture("The first job", kills)

# %% [markdown]
# A row is a kill: framed what the first process had done, ✗ its death, coloured what the second one did. All of them begin
# with `C` again. Wherever the job dies once its batch is made, it is paid for twice, even **after the last commit**, when
# all was done.

# %%
found = {place_name(kill): kill for kill in kills}
table(
    survived(kills),
    ["killed", "batches", "rows", "you expected"],
    [[name, found[name].batches, found[name].rows, guess.answers[name]] for name in PLACES],
)

# %% [markdown]
# ## Understand what the API can tell
#
# Lesson 07 had a key for this: whoever repeats a charge sends the same one. **The Messages API takes none**
# ([anthropic-sdk-java#370](https://github.com/anthropics/anthropic-sdk-java/issues/370)). So the next process has to look,
# and all that it can look at is the [list](https://platform.claude.com/docs/en/api/messages/batches/list) of the
# workspace's batches, newest first. Here is all that it says of one:

# %%
listed = client.messages.batches.list(limit=1).data[0]
listed.to_dict(mode="json")

# %% [markdown]
# No name, no custom id, nothing of yours. What is left?
#
# | it says | good for |
# |---|---|
# | its place in the list | It is newer than the batch that was the newest **before you sent**. You have to have written that one down. |
# | `request_counts` | All five together are as many as you sent. That rules most others out. |
# | `created_at` | Less than it looks: it is the API's clock, and yours is another one. |
# | the results, once it has ended | The custom ids. Here, and only here, you *know* whose batch it is. |
#
# (The second, as code, for later:)


# %%
def size_of(batch: MessageBatch) -> int:
    """How many requests a batch has."""
    counts = batch.request_counts
    unfinished = counts.processing + counts.expired + counts.canceled
    return unfinished + counts.succeeded + counts.errored


# %% [markdown]
# So before it has ended you can suspect, and afterwards you can be sure. That decides what may be done to a batch that is
# found: wait for it, and never cancel it. What has begun is
# [paid for all the same](https://platform.claude.com/docs/en/build-with-claude/batch-processing), and it may be somebody
# else's.
#
# There is a second way to be paid for twice, and no process dies in it. **Predict:** one call of `create`, and the connection
# breaks under its answer. How many batches?

# %%
CUT = Scenario("cut", "the first answer breaks off", (Answer(ending="cut"),), Answer())
client = make_client(CUT)
client.messages.batches.create(requests=requests_of(DOCUMENTS))
len(client.messages.batches.list().data)

# %% [markdown]
# **Two.** The SDK tries again what was lost on the way (lesson 06), and for a batch that is not safe. So create it with
# `max_retries=0`, and let the error go up: whoever runs the job again looks first.

# %% [markdown]
# ## Write down what you are about to do
#
# The process that dies between "sent" and "answered" can tell nobody. So it has to speak **before**: commit the intent, send,
# commit what came of it. Databases do the same in their logs. The books have two tables:
#
# ```sql
# CREATE TABLE nights (
#     night      INTEGER PRIMARY KEY,
#     after_id   TEXT,                        -- the newest batch before ours; NULL: there was none
#     custom_ids TEXT NOT NULL,               -- what is sent, as a JSON list
#     batch_id   TEXT,                        -- NULL until it is known
#     done       INTEGER NOT NULL DEFAULT 0   -- 1 when its results are in the books
# );
# CREATE TABLE results (
#     custom_id  TEXT PRIMARY KEY,
#     batch_id   TEXT NOT NULL,
#     outcome    TEXT NOT NULL,               -- succeeded, errored, expired, canceled
#     text       TEXT,                        -- of what succeeded
#     error      TEXT                         -- of what errored: its type
# );
# ```
#
# A night that is open (`NOT done`) and has no batch id means: *a request may have been sent*. Who finds one looks before
# sending anything.

# %% [markdown]
# ### Exercise: submit_night
#
# The check kills the process everywhere, then a second time, in a workspace in which others make batches too. Its books
# have what earlier nights have left.


# %%
def submit_night(
    client: Anthropic, db: sqlite3.Connection, documents: dict[str, str]
) -> str:
    """The id of tonight's batch: sent once, whatever process was killed while it did so.

    Where a night is open, its batch is tonight's: the one whose id is in the books, or the one
    that was made and whose answer was lost. Only where there is none `documents` are sent; the
    run that was killed may have had fewer. Others use the workspace too. Writes `nights`, and
    does not close one (`done`). Errors of the SDK go up: whoever runs this runs it again.
    """
    ### BEGIN SOLUTION
    night = db.execute(
        "SELECT after_id, custom_ids, batch_id FROM nights WHERE NOT done"
    ).fetchone()
    if night is None:
        newest = client.messages.batches.list(limit=1).data
        after_id, batch_id = newest[0].id if newest else None, None
    else:
        after_id, sent, batch_id = night
        if batch_id is None:
            newer = takewhile(
                lambda batch: batch.id != after_id, client.messages.batches.list()
            )
            fits = [one.id for one in newer if size_of(one) == len(json.loads(sent))]
            batch_id = fits[-1] if fits else None
    if batch_id is None:
        with db:  # the intent, before anything is sent
            db.execute("DELETE FROM nights WHERE NOT done")
            db.execute(
                "INSERT INTO nights (after_id, custom_ids) VALUES (?, ?)",
                (after_id, json.dumps(list(documents))),
            )
        once = client.with_options(max_retries=0)
        batch_id = once.messages.batches.create(requests=requests_of(documents)).id
    with db:
        db.execute("UPDATE nights SET batch_id = ? WHERE NOT done", (batch_id,))
    return batch_id
    ### END SOLUTION


# %%
check(submit_night)

# %%
# hint(submit_night)
# solution(submit_night)

# %% [markdown]
# ## Reconcile before you believe
#
# The batch has ended, and its results are a file of lines. **Predict:** four documents, all of them succeeded, and a proxy ends
# the file after two lines. What does the loop raise?

# %%
SHORT = Answer(ending="truncate", after=2)
EARLY = Scenario(
    "early", "results end early", (Answer(), Answer(), Answer(), SHORT), Answer()
)
client = make_client(EARLY)
four = {f"doc-{n}": f"Report number {n}." for n in range(4)}
batch = client.messages.batches.create(requests=requests_of(four))
print(client.messages.batches.retrieve(batch.id).request_counts.succeeded, "succeeded")
print(len(list(client.messages.batches.results(batch.id))), "lines came")

# %% [markdown]
# **Nothing.** It is the truncated stream of lesson 08 once more: the end of a loop is no proof that it was the end. Here you
# can have one, as you know what you sent. Strike out each custom id that comes; what is left over is missing, and what was
# not on the list is somebody else's.
#
# Results that are 29 days old are gone, and the SDK says so:

# %%
client = make_client("batch_archived")
batch = client.messages.batches.create(requests=requests_of(DOCUMENTS))
while client.messages.batches.retrieve(batch.id).processing_status != "ended":
    pass
try:
    client.messages.batches.results(batch.id)
except anthropic.AnthropicError as error:
    print(f"{type(error).__name__}: {error}")

# %% [markdown]
# That is not an empty night. Whether to pay for it once more is a question for a person, so let it go up.
#
# ## One row for each document
#
# The process may die between two lines, too. In one transaction all rows are there, or none; and `done` belongs into the same
# one: said earlier, it loses rows; said later, it has them read twice. A row may be there already, of a night in which the
# document expired: then the newer line wins.

# %% [markdown]
# ### Exercise: ingest


# %%
def ingest(client: Anthropic, db: sqlite3.Connection, batch_id: str) -> Counts:
    """Put the results of a batch that has ended into the books, and close its night.

    One row in `results` for each line, whatever its outcome, and however often this runs;
    a newer batch's line replaces the row. Returns how many lines of the batch were what.
    Raises, and closes nothing, where the lines are not those of `nights.custom_ids`
    (`NotOurs`, `Unreconciled`); then no row of another's batch is left. Errors of the SDK go up.
    """
    ### BEGIN SOLUTION
    (sent,) = db.execute(
        "SELECT custom_ids FROM nights WHERE batch_id = ?", (batch_id,)
    ).fetchone()
    missing = set(json.loads(sent))
    outcomes: Counter[str] = Counter()
    with db:  # all lines or none
        for entry in client.messages.batches.results(batch_id):
            if entry.custom_id not in missing:
                raise NotOurs(f"{entry.custom_id} was not sent with {batch_id}")
            missing.remove(entry.custom_id)
            db.execute(UPSERT, row_of(entry, batch_id))
            outcomes[entry.result.type] += 1
        if missing:
            raise Unreconciled(f"{len(missing)} lines are missing of {batch_id}")
        db.execute("UPDATE nights SET done = 1 WHERE batch_id = ?", (batch_id,))
    return Counts(**outcomes)
    ### END SOLUTION


# %%
check(ingest)

# %%
# hint(ingest)
# solution(ingest)

# %% [markdown]
# ## What remains
#
# Two windows stay open, and it is better to know them than to believe that there are none.
#
# **A batch as large as yours.** You were killed before you sent, and somebody else made a batch of the same size. You find it,
# take it for yours and wait. `ingest` says `NotOurs`, a night late; then it becomes the new `after_id`, and you look again.
# Nothing is paid for twice, and a workspace of the job's own
# ([the list](https://platform.claude.com/docs/en/api/messages/batches/list) is of one workspace) closes this window.
#
# **A request that is still on its way.** You look, find nothing, and send; and only then does the first request arrive, or does
# the list show it. Nobody promises how fast it does; for the batch itself we know that a server may answer 404 for minutes
# ([anthropic-sdk-python#1432](https://github.com/anthropics/anthropic-sdk-python/issues/1432)). So wait some minutes before you
# run a killed job again. No code closes this one: without a key at the API, what is left is **at least once**, asked first.
# The rows are right even then: `custom_id` is the primary key.

# %% [markdown]
# ### Exercise: run_night
#
# All of it together. The scheduler starts it, and starts it again; sometimes not before the next night, with that night's
# documents added. This will be of use:


# %%
def ids(db: sqlite3.Connection, query: str, *values: str) -> set[str]:
    """The custom ids that a query finds."""
    return {custom_id for (custom_id,) in db.execute(query, values)}


# %%
def run_night(
    client: Anthropic,
    db: sqlite3.Connection,
    documents: dict[str, str],
    sleep: Callable[[float], None],
) -> Counts:
    """See to it that each of `documents` has a row in `results`; what expired tonight waits.

    Sends what has no row, and what expired in an earlier run; nothing else is sent again.
    A night that was left open is finished first, and tonight's documents are sent after it.
    Waits with `sleep(seconds)` alone. Returns what became of `documents`, counted in the books.
    """
    ### BEGIN SOLUTION
    answered: set[str] = set()
    while True:
        done = ids(db, "SELECT custom_id FROM results WHERE outcome != 'expired'")
        settled = done | answered
        wanted = {key: text for key, text in documents.items() if key not in settled}
        if not wanted:
            break
        batch_id = submit_night(client, db, wanted)
        until_ended(client, batch_id, sleep)
        try:
            ingest(client, db, batch_id)
        except NotOurs:
            with db:
                db.execute(
                    "UPDATE nights SET after_id = batch_id, batch_id = NULL WHERE NOT done"
                )
        answered |= ids(db, "SELECT custom_id FROM results WHERE batch_id = ?", batch_id)
    outcomes = dict(db.execute("SELECT custom_id, outcome FROM results"))
    return Counts(**Counter(outcomes[custom_id] for custom_id in documents))
    ### END SOLUTION


# %%
check(run_night)

# %%
# hint(run_night)
# solution(run_night)

# %% [markdown]
# The picture from above, for your job. What to see in it: the second process creates a batch only where the first had sent
# none; everywhere else it asks, finds, and goes on.

# %%
kills_picture("Your job", kill_everywhere(run_night, DOCUMENTS))

# %% [markdown]
# In TypeScript the SDK retries as well: `client.messages.batches.create(body, { maxRetries: 0 })`, and
# `for await (const batch of client.messages.batches.list())` goes from page to page.

# %% [markdown]
# ## Failure card: a batch that nobody knows of
#
# | | |
# |---|---|
# | **Recognise by** | The list of batches is longer than your books; the bill is, too. Every log says success. |
# | **Fix** | Commit the intent before the request, with the batch that was the newest; after a restart look before you send; let only the results say that a batch is yours; no retries of `create`. |
# | **The cheat sheet's row** | None: "poll until status is `ended`, then stream results" ends where this begins. |
# | **What is left** | A request that arrives after you looked. Wait a little before you run a killed job again. |

# %% [markdown]
# ## On the cheat sheet
#
# No row of it is about this. "Batches: poll until status is `ended`, then stream results" takes for granted that whoever polls
# is whoever began; and "what the SDK CANNOT decide: whether your request is safe to retry" is true of `batches.create`, which
# the SDK retries all the same.

# %% [markdown]
# ## What this lesson does not cover
#
# Two jobs at once on the same books (a lock, as in lesson 07), nights of more than one batch (lesson 03 splits them), and what a
# night costs (lesson 09). Losing the disk, not the process: leave SQLite's
# [`synchronous`](https://www.sqlite.org/pragma.html#pragma_synchronous) as it is in a file that you care about; only these plays
# switch it off. In a browser alone nothing here is different: nothing needs a process or a socket.

# %% [markdown]
# ## Three questions
#
# <details><summary>1. Why is <code>after_id</code> better than the time at which you began?</summary>
#
# It is the API's own order. Your clock and that of <code>created_at</code> differ, and a minute too much or too little adopts
# yesterday's batch, or overlooks tonight's.
# </details>
#
# <details><summary>2. You find two batches since <code>after_id</code>, both as large as yours. What now?</summary>
#
# Wait for the older one and read its ids. If it is yours, the other is somebody else's, or the price of the window above. Cancel
# neither: before its end nothing says whose it is.
# </details>
#
# <details><summary>3. Why does <code>ingest</code> not simply compare <code>request_counts</code> with the rows?</summary>
#
# It finds missing lines, and does not notice that the batch is somebody else's. The ids do both.
# </details>

# %% [markdown]
# ## You can now
#
# - tell what two systems know after a death between "sent" and "answered",
# - write an intent down, look before you send, and adopt what you find,
# - reconcile what came with what you sent, and say honestly what no code closes.
#
# **Next:** the capstone (10), if you have not been there: a service that has all five failures at once.

# %%
from helpers import progress

progress()
