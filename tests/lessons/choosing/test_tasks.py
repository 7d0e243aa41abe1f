"""Tasks and logged calls as tables: what is said of each, and when its answers are needed."""

import pytest

from helpers.facts.patterns import Pattern, Task
from helpers.lessons.choosing.samples import TEN_TASKS, day_of_support
from helpers.lessons.choosing.tasks import needed, table_of_calls, table_of_tasks, waiting


def test_tasks() -> None:
    """Every task has its row, and no row gives the pattern away."""
    lines = table_of_tasks(TEN_TASKS).text.splitlines()
    assert [line.split("  ")[0] for line in lines[2:]] == list(TEN_TASKS)
    assert not any(pattern in line for line in lines for pattern in Pattern)


def test_calls() -> None:
    """Every call has its row, with the time to the second."""
    text = table_of_calls(day_of_support()).text
    assert all(f"`{call.id}`" in text and call.route in text for call in day_of_support())
    assert "1,500 s" in text


@pytest.mark.parametrize(
    ("task", "said"),
    [(Task("person"), "now"), (Task("program"), "now"), (Task(), "any day"), (Task(deadline_hours=2), "within 2 h")],
)
def test_needed(task: Task, said: str) -> None:
    """Where somebody waits, no deadline has to be named."""
    assert needed(task) == said


def test_waiting() -> None:
    """A tool loop says so."""
    assert waiting(Task("program", in_turn=True)) == "program, in turn"
