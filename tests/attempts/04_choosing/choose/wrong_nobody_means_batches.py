"""I believed: nobody waits, so it is a batch, as the cheat sheet says."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person":
        return Pattern.STREAMING
    if task.waiting == "nobody" and not task.in_turn and (task.deadline_hours is None or task.deadline_hours > 24):
        return Pattern.BATCHES
    if task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
