"""I believed: long answers have to be streamed, bulk or not."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person" or task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    hurry = task.deadline_hours is not None and task.deadline_hours <= 24
    if task.waiting == "nobody" and task.requests >= 100 and not task.in_turn and not hurry:
        return Pattern.BATCHES
    return Pattern.STANDARD
