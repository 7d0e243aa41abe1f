"""I believed: streaming is for long answers."""

from helpers.facts import Pattern


def choose(task):
    if task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    if task.waiting == "nobody" and task.requests >= 100:
        return Pattern.BATCHES
    return Pattern.STANDARD
