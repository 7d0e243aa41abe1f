"""I believed: an hour is what a batch needs."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person":
        return Pattern.STREAMING
    if (
        task.waiting == "nobody"
        and not task.in_turn
        and task.requests >= 100
        and (task.deadline_hours is None or task.deadline_hours >= 1)
    ):
        return Pattern.BATCHES
    if task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
