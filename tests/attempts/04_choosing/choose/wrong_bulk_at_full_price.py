"""I believed: a loop over standard calls does it too."""

from helpers.facts import Pattern


def choose(task):
    if task.waiting == "person" or task.seconds > 600 or task.max_tokens > 21_333:
        return Pattern.STREAMING
    return Pattern.STANDARD
