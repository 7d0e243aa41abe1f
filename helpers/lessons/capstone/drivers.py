"""How a support bot of lesson 10 gets through its day."""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final

from anthropic import APIRequest, APIResponse, CallNext

from helpers.calling.observation import describe, encode
from helpers.calling.stage import Stage

SCHEMA: Final = "CREATE TABLE refunds (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, receipt TEXT NOT NULL)"
LEDGER: Final = "ledger.db"
LATER: Final = 2
PIECES: Final = 2
"""Pieces that an answer has when somebody interrupts it."""


class Interruption(KeyboardInterrupt):
    """Ctrl-C, but ours: a real one passes through."""


class Interrupter:
    """A middleware that interrupts a call when the API has answered, once: after so many requests as are `left`."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
        """Hand on what comes back, or interrupt."""
        response = call_next(request)
        self.left -= 1
        if self.left == 0:
            raise Interruption
        return response


def run_day(bot_class: Callable[..., Any], stage: Stage) -> Any:
    """Make a bot and give it every job of the day, one after the other. What came of each goes into the notes."""
    # Here, because a Python in a browser can be without SQLite, and has other lessons to run.
    import sqlite3

    lines: list[Any] = []
    done: list[dict[str, Any]] = []
    stage.notes.update(lines=lines, jobs=done)
    with closing(sqlite3.connect(stage.folder / LEDGER)) as ledger:
        # Nobody pulls the plug here, so nobody waits for the disk.
        ledger.execute("PRAGMA synchronous = OFF")
        ledger.execute(SCHEMA)
        interrupter = Interrupter()
        client = stage.client.with_options(api_key=stage.inputs["key"], middleware=[interrupter])
        bot = bot_class(client, ledger, lambda line: lines.append(encode(line)), stage.clock)
        for job in stage.inputs["jobs"]:
            for _ in range(job["runs"]):
                done.append(_do(bot, job, interrupter))
                if done[-1]["raised"] is None:
                    break
    return len(done)


def _do(bot: Any, job: Mapping[str, Any], interrupter: Interrupter) -> dict[str, Any]:
    """Give the bot one job, and interrupt it where the job says after how many requests; LATER is in mid-stream, where
    there is one.

    `interrupted` says whether that went through; None where it never came to it.
    """
    wrote: list[str] = []
    value, raised, went_through = None, None, False
    in_writing = job["interrupted"] == LATER and job["action"] == "answer"
    interrupter.left = 0 if in_writing else job["interrupted"]

    def write(text: str) -> None:
        """Show `text` to the customer."""
        wrote.append(text)
        if in_writing and len(wrote) == PIECES:
            raise Interruption

    try:
        match job["action"]:
            case "answer":
                value = bot.answer(job["ticket"], job["said"], write)
            case "digest":
                value = bot.digest(job["ticket"], job["complaints"])
            case action:
                value = getattr(bot, action)(job["ticket"], job["said"])
    except Interruption:
        went_through = True
    except Exception as error:  # noqa: BLE001 - it is what came of this job, and the day goes on
        raised = encode(describe(error))
    came_to_it = len(wrote) >= PIECES if in_writing else job["interrupted"] and interrupter.left <= 0
    return {
        "ticket": job["ticket"],
        "value": encode(value),
        "wrote": "".join(map(str, wrote)),
        "raised": raised,
        "interrupted": went_through if came_to_it else None,
    }
