"""I believed: many requests are a batch."""

from helpers.facts import Pattern


def choose(task):
    if task.requests > 100:
        return Pattern.BATCHES
    if task.waiting == "person" or task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
