"""I believed: ten minutes are too long."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person":
        return Pattern.STREAMING
    hurry = task.deadline_hours is not None and task.deadline_hours <= 24
    if task.waiting == "nobody" and not task.in_turn and not hurry and task.requests >= 100:
        return Pattern.BATCHES
    if task.seconds >= 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
