"""Tasks and logged calls as tables."""

from collections.abc import Mapping, Sequence

from helpers.display.card import Card
from helpers.display.table import table
from helpers.facts.patterns import Call, Task


def table_of_tasks(described: Mapping[str, tuple[str, Task]]) -> Card:
    """What is known of each task, and nothing of how to send it."""
    columns = ["task", "what it is", "waiting", "seconds", "max_tokens", "requests", "needed"]
    return table("The tasks", columns, [_row(name, about, task) for name, (about, task) in described.items()])


def table_of_calls(log: Sequence[Call]) -> Card:
    """A log of calls: who was waiting, how each was sent, and when its answer was there."""
    columns = ["call", "route", "waiting", "requests", "pattern", "answered after"]
    rows = [
        [f"`{one.id}`", one.route, waiting(one.task), f"{one.task.requests:,}", one.pattern, seconds(one)]
        for one in log
    ]
    return table("The log", columns, rows)


def waiting(task: Task) -> str:
    """Who waits, and whether each request needs the answer before it."""
    return f"{task.waiting}, in turn" if task.in_turn else task.waiting


def seconds(call: Call) -> str:
    """When the answer was there."""
    return f"{call.answered_after:,.0f} s"


def needed(task: Task) -> str:
    """When the answers are needed: at once, where somebody waits for them."""
    if task.waiting != "nobody":
        return "now"
    return "any day" if task.deadline_hours is None else f"within {task.deadline_hours:g} h"


def _row(name: str, about: str, task: Task) -> list[str]:
    figures = (f"{task.seconds:g}", f"{task.max_tokens:,}", f"{task.requests:,}")
    return [name, about, waiting(task), *figures, needed(task)]
