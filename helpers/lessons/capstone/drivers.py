"""How a support bot of lesson 10 gets through its day."""

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, Final

from helpers.calling.observation import describe, encode
from helpers.calling.stage import Stage

SCHEMA: Final = "CREATE TABLE refunds (key TEXT PRIMARY KEY, amount INTEGER NOT NULL, receipt TEXT NOT NULL)"
LEDGER: Final = "ledger.db"


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
        bot = bot_class(stage.client, ledger, lambda line: lines.append(encode(line)), stage.clock)
        for job in stage.inputs["jobs"]:
            for _ in range(job["runs"]):
                done.append(_do(bot, job))
                if done[-1]["raised"] is None:
                    break
    return len(done)


def _do(bot: Any, job: Mapping[str, Any]) -> dict[str, Any]:
    """Give the bot one job."""
    wrote: list[str] = []
    value, raised = None, None
    try:
        match job["action"]:
            case "answer":
                value = bot.answer(job["ticket"], job["said"], wrote.append)
            case "digest":
                value = bot.digest(job["ticket"], job["complaints"])
            case action:
                value = getattr(bot, action)(job["ticket"], job["said"])
    except Exception as error:  # noqa: BLE001 - it is what came of this job, and the day goes on
        raised = encode(describe(error))
    return {"ticket": job["ticket"], "value": encode(value), "wrote": "".join(map(str, wrote)), "raised": raised}
