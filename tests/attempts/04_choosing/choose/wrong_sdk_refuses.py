"""I believed: only the time matters."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person":
        return Pattern.STREAMING
    if (
        task.waiting == "nobody"
        and not task.in_turn
        and task.requests >= 100
        and (task.deadline_hours is None or task.deadline_hours > 24)
    ):
        return Pattern.BATCHES
    if task.seconds > 600:
        return Pattern.STREAMING
    return Pattern.STANDARD
